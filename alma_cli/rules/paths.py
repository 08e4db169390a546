"""Whether a memory is about a file: its `paths`, read as `.gitignore` reads its lines."""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase
from typing import Final

ANY: Final = "**"


def covered(globs: Iterable[str], files: Iterable[str]) -> tuple[str, str]:
    """Returns the first glob that covers one of the files, and that file; "" twice for none."""
    files = tuple(files)
    found = ((glob, file) for glob in globs for file in files if covers(glob, file))
    return next(found, ("", ""))


def covers(glob: str, file: str) -> bool:
    """Says whether a glob covers a file; both are relative to the project, with `/`.

    `**` is any number of folders, `*` and `?` stay within a name, a glob without `/` is a name at
    any depth, and one that names a folder covers all in it (git-scm.com/docs/gitignore).
    """
    glob = glob.removeprefix("./")
    wanted = [part for part in glob.split("/") if part]
    if not wanted:
        return False
    if "/" not in glob.rstrip("/"):
        wanted = [ANY, *wanted]
    # All ways to read `**` at once, a set of places: one by one they may be exponentially many.
    places = _after(wanted, {0})
    for name in file.split("/"):
        if len(wanted) in places:  # a folder that is covered
            return True
        fitting = {at for at in places if wanted[at] == ANY or fnmatchcase(name, wanted[at])}
        places = _after(wanted, {at if wanted[at] == ANY else at + 1 for at in fitting})
    return len(wanted) in places


def _after(wanted: list[str], places: set[int]) -> set[int]:
    """Returns the places, and those behind each `**` at one of them, which may be no folder."""
    for at, part in enumerate(wanted):
        if at in places and part == ANY:
            places.add(at + 1)
    return places
