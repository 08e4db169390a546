"""Finds the files of a source on the disk; no link is followed out of a folder."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Final

from alma_cli.errors import Malformed, Usage
from alma_cli.sources.paper import STDIN, Given, Paper
from alma_cli.sources.piece import LeftOut, Whence

MOST: Final = 256 * 1024 * 1024
"""Bytes of one file of a source."""
MOST_FILES: Final = 20_000
MEMORY: Final = "memory"
PASSED_OVER: Final = frozenset(".git .hg .alma .cache .venv venv node_modules __pycache__".split())
"""Folders in which other programs keep what nobody wrote."""


def gather(cwd: Path, name: str, fields: Mapping[str, str], text: str | None = None) -> Given:
    """Returns what there is at a place; `text` is what standard input said.

    Raises `Usage` for what is not there, is neither file nor folder, or is too large.
    """
    if text is not None:
        content = text.encode("utf-8", "surrogateescape")
        return Given((Paper(STDIN, lambda: content),), fields=fields)
    place = cwd / name
    try:
        mode = place.stat().st_mode
    except OSError as error:
        raise Usage(f"cannot read `{name}`: {error.strerror}") from error
    if stat.S_ISDIR(mode):
        passed: list[LeftOut] = []
        papers = tuple(_below(place, passed))
        return Given(papers, is_folder=True, fields=fields, passed=tuple(passed))
    home = _called(place.resolve().parent)
    paper = Paper(place.name, partial(_read, place, place.name), home)
    return Given((paper,), fields=fields)


def _called(folder: Path) -> str:
    """Returns the name that tells a folder from others.

    Claude Code calls what it remembers of each project `memory`, in a folder named by the project,
    and what people write for it may be in the `.claude` of each.
    """
    is_common = folder.name == MEMORY or folder.name.startswith(".")
    return f"{folder.parent.name}/{folder.name}" if is_common else folder.name


def _below(root: Path, passed: list[LeftOut]) -> Iterator[Paper]:
    """Yields the files below a folder by path; what is passed over is told in `passed`."""
    count, home = 0, _called(root.resolve())
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(each for each in folders if each not in PASSED_OVER)
        for inner in (Path(folder, name) for name in folders):
            if inner.is_symlink():  # os.walk does not go there
                whence = Whence(inner.relative_to(root).as_posix())
                passed.append(LeftOut(whence, "is a link to a folder, which is not followed"))
        for name in sorted(files):
            count += 1
            if count > MOST_FILES:
                raise Usage(
                    f"the folder holds more than {MOST_FILES:,} files", "name one further down"
                )
            file = Path(folder, name)
            path = file.relative_to(root).as_posix()
            leads_to = Path(os.path.realpath(file))  # `resolve` fails for a link to itself
            if file.is_symlink() and not leads_to.is_relative_to(root.resolve()):
                passed.append(LeftOut(Whence(path), "is a link that leads out of the folder"))
                continue
            yield Paper(path, partial(_read, file, path), home)


def _read(file: Path, path: str) -> bytes:
    for log in (file.with_name(f"{file.name}-{log}") for log in ("wal", "journal")):  # SQLite's
        if log.exists() and log.stat().st_size:
            reason = f"has changes in `{log.name}` that are not in it yet"
            raise Malformed(f"{reason}; close the program that writes them", path=path)
    try:
        opened = os.open(file, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise Malformed(f"cannot be opened: {error.strerror}", path=path) from error
    with os.fdopen(opened, "rb") as content:
        if not stat.S_ISREG(os.fstat(opened).st_mode):
            raise Malformed("is not a regular file", path=path)
        read = content.read(MOST + 1)
    if len(read) > MOST:
        raise Malformed(f"is larger than {MOST // 1024 // 1024} MiB", path=path)
    return read
