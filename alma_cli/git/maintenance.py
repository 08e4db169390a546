"""What git itself does about objects that pile up, each in a file of its own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from alma_cli.errors import GitFailed
from alma_cli.git.run import git

MOST_LOOSE: Final = 6_700
"""Loose objects from which on git itself would pack them (`gc.auto`); for memories it does not."""
_PATIENCE: Final = 600.0


def loose_objects(store: Path, environ: Mapping[str, str]) -> int:
    """Returns how many loose objects the repository around a store has, 0 without one."""
    said = git(store, "count-objects", "-v", environ=environ).out
    found = re.search(rb"^count: (\d+)$", said, re.MULTILINE)
    return int(found[1]) if found else 0


def collect(store: Path, environ: Mapping[str, str]) -> None:
    """Lets git pack what is loose; nothing that can be reached goes. Raises `GitFailed`."""
    ran = git(store, "gc", "--quiet", environ=environ, timeout=_PATIENCE)
    if ran.status:
        raise GitFailed(f"`git gc` failed: {ran.err.strip() or ran.status}")
