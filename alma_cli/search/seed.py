"""The first index of a linked worktree, begun with that of another worktree of its repository.

Nothing is believed of it but what our own code made of bytes: every file is read and compared by
digest before a row of it counts, so that only parsing and stemming are spared.
"""

from __future__ import annotations

import os
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from alma_cli.search import cache

if TYPE_CHECKING:
    from collections.abc import Iterator
    from sqlite3 import Connection

    from alma_cli.place import Place

MOST_READ: Final = 4096
"""Bytes of a file of git's that names a folder."""


def plant(file: Path, place: Place) -> None:
    """Puts a copy of an index, all of it to be checked, where a store has none; or does nothing."""
    import sqlite3

    draft = file.with_name(f"{os.getpid()}.seed")
    for source in _sources(place):
        try:
            for left_behind in file.parent.glob("*.seed"):
                left_behind.unlink()
            if _copy(source, draft, place):
                os.link(draft, file)  # unlike a rename it never takes the place of another's
                return
        except (OSError, sqlite3.Error):
            continue  # then the next one, or none: an index is made from nothing
        finally:
            cache.remove(draft)


def _sources(place: Place) -> Iterator[Path]:
    """Yields the places of the same store in the other worktrees, the main one first."""
    top = next((one for one in place.root.parents if (one / ".git").exists()), None)
    if top is None or not (top / ".git").is_file():
        return  # no repository, or not a linked worktree
    with suppress(OSError, ValueError):  # as where something else than git wrote it
        ours = _named(top / ".git", "gitdir:")
        common = _named(ours / "commondir")
        linked = (_named(one).parent for one in sorted(common.glob("worktrees/*/gitdir")))
        for other in (common.parent, *linked):
            if other != top:
                yield other / place.root.relative_to(top)


def _named(file: Path, label: str = "") -> Path:
    """Returns the folder that a file of git's names (gitrepository-layout(5)); raises `OSError`."""
    if not file.is_file():  # what is no file, such as a pipe, could be waited for without end
        raise FileNotFoundError(file)
    with file.open("rb") as opened:
        line = opened.read(MOST_READ).decode().removeprefix(label).strip()
    return Path(os.path.realpath(file.parent / line))  # `resolve` raises where links go round


def _copy(store: Path, draft: Path, place: Place) -> bool:
    """Copies the index of a store; says whether there was one that may be copied.

    It must be the user's own, and made where it lies. Raises `OSError` and `sqlite3.Error`.
    """
    import sqlite3

    file = store / ".cache" / cache.NAME
    if not file.is_file() or not _is_own(file) or cache.links(file):
        return False
    address = f"{file.as_uri()}?mode=ro"
    with closing(sqlite3.connect(address, uri=True, timeout=cache.PATIENCE)) as source:
        if not cache.is_at_home(source, store):
            return False
        with closing(sqlite3.connect(draft, isolation_level=None)) as copy:
            source.backup(copy)
            _doubt(copy, place)
    return True


def _is_own(file: Path) -> bool:
    return not hasattr(os, "geteuid") or file.stat().st_uid == os.geteuid()


def _doubt(copy: Connection, place: Place) -> None:
    """Makes an index one of this store that has seen none of its files as it is, outcomes too.

    What cannot be looked at, since its name is no text, stays as it is.
    """
    copy.execute("BEGIN")
    copy.execute("UPDATE folders SET inode = -1")
    copy.execute("UPDATE files SET inode = -1, watched = 1 WHERE looked != 0")
    cache.settle_in(copy, place.root)
    copy.execute("COMMIT")
    copy.execute("PRAGMA journal_mode = WAL")
