"""Opens a text in the editor that a person has chosen."""

from __future__ import annotations

import shlex
import shutil
from pathlib import Path
from tempfile import mkdtemp

from alma_cli.errors import AlmaError, Usage
from alma_cli.world import World

HOW = "set `EDITOR`, or use `--set field=value`"


def copy_of(world: World, name: str, content: bytes) -> Path:
    """Returns a new file of that name, in a folder of its own that others cannot read."""
    copy = Path(mkdtemp(prefix="alma-", dir=world.environ.get("TMPDIR"))) / name
    copy.write_bytes(content)
    return copy


def open_in_editor(world: World, file: Path) -> None:
    """Lets a person edit a file, with `VISUAL`, else `EDITOR`, else vi, and waits until it is done.

    Raises `Usage` for an editor that cannot be started, `AlmaError` for one that gave up.
    """
    import subprocess

    named = world.environ.get("VISUAL") or world.environ.get("EDITOR") or "vi"
    try:
        words = shlex.split(named)
        ended = subprocess.run([*words, str(file)], cwd=world.cwd, env=world.environ, check=False)
    except (OSError, ValueError) as error:
        raise Usage(f"the editor `{named}` cannot be started", HOW) from error
    if ended.returncode:
        raise AlmaError(f"the editor `{named}` ended with {ended.returncode}; nothing was changed")


def discard(copy: Path) -> None:
    """Removes a copy and its folder."""
    shutil.rmtree(copy.parent, ignore_errors=True)
