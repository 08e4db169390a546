"""Whether git ignores memories, and by which rule."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from alma_cli.git.run import git
from alma_cli.place import FOLDERS

SAMPLE: Final = ("config.toml", *(f"agents/any/{folder}/any.md" for folder in FOLDERS.values()))
"""Paths of a store, for asking whether git treats some of them in a special way."""


def ignoring(store: Path, environ: Mapping[str, str]) -> str | None:
    """Returns the rule that ignores memories as `file:line:pattern`, "" where none does.

    None outside a repository. Raises `GitMissing`.
    """
    query = ("check-ignore", "--verbose", "-z", "--stdin")
    paths = "".join(f"{path}\0" for path in SAMPLE).encode()
    ran = git(store, *query, environ=environ, stdin=paths)
    if ran.status > 1:
        return None
    told = ran.out.decode(errors="replace").split("\0")
    rules = zip(told[0::4], told[1::4], told[2::4], strict=False)
    return next((":".join(rule) for rule in rules if not rule[2].startswith("!")), "")


def remedy(store: Path) -> str:
    """Returns how git is made to see the memories of a store again."""
    name = f"**/{store.name}/"
    return f"remove that rule, or add `!{name}` and `!{name}**` to `.gitignore` after it"
