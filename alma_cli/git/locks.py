"""Lock files that a git command has left behind, told from those that somebody holds.

Git removes its locks when it ends, also at Ctrl-C, but not when it is killed or the power fails.
Nothing in a lock file says whose it is, so three things speak together: its age, its owner, and
whether any process has it open or any git is at work in the repository.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import Final

from alma_cli.value import frozen

OLD: Final = 60.0
"""Seconds from which on a lock may be one that was left behind."""
_PROCESSES: Final = Path("/proc")


class Hold(Enum):
    """How a lock is held."""

    NEW = "new"
    """It is younger than `OLD`: some git command is at work."""
    HELD = "held"
    FOREIGN = "foreign"
    """It belongs to another user, whose processes cannot be seen."""
    UNKNOWN = "unknown"
    """The system does not say which processes there are."""
    NOBODY = "nobody"


@frozen
class Lock:
    """A lock file: `age` in seconds, `stamp` tells it from a later one of the same name.

    `holders` are the processes in question, each as `name (number)`.
    """

    path: Path
    age: float
    hold: Hold
    stamp: tuple[int, int]
    holders: tuple[str, ...] = ()

    def remove(self) -> bool:
        """Removes it if it is the one that was looked at; says whether it did."""
        try:
            if _stamp(self.path.lstat()) != self.stamp:
                return False
            self.path.unlink()
        except OSError:
            return False
        return True


def locks(folders: tuple[Path, ...], tree: Path, now: datetime) -> tuple[Lock, ...]:
    """Returns the locks of a repository: of the index, of HEAD, of references, of its settings.

    `folders` are its git folders, `tree` is a folder in its working tree.
    """
    found = sorted({path for folder in folders for path in _names(folder)})
    if not found:
        return ()
    places = [*folders, *_trees(folders, tree)]
    return tuple(lock for path in found if (lock := _look(path, places, now.timestamp())))


def _names(folder: Path) -> Iterator[Path]:
    yield from folder.glob("*.lock")
    yield from (folder / "refs").rglob("*.lock")


def _trees(folders: tuple[Path, ...], tree: Path) -> Iterator[Path]:
    """Yields the working trees of a repository: they share its references."""
    top = next((one for one in (tree, *tree.parents) if (one / ".git").exists()), tree)
    yield top.resolve()
    for folder in folders:
        yield folder.parent if folder.name == ".git" else folder
        for link in folder.glob("worktrees/*/gitdir"):
            yield Path(link.read_text().strip()).parent


def _look(path: Path, places: list[Path], now: float) -> Lock | None:
    try:
        seen = path.lstat()
    except OSError:  # it is gone by now
        return None
    age, stamp = now - seen.st_mtime, _stamp(seen)
    if age < OLD:
        return Lock(path, age, Hold.NEW, stamp)
    if seen.st_uid != os.geteuid():
        return Lock(path, age, Hold.FOREIGN, stamp)
    if not (_PROCESSES / "self" / "fd").is_dir():
        return Lock(path, age, Hold.UNKNOWN, stamp)
    held = tuple(_holders(path, places))
    return Lock(path, age, Hold.HELD if held else Hold.NOBODY, stamp, held)


def _stamp(seen: os.stat_result) -> tuple[int, int]:
    return seen.st_ino, seen.st_mtime_ns


def _holders(lock: Path, places: Iterable[Path]) -> Iterator[str]:
    """Yields the processes that have a lock open, and every git that works in these places.

    A git that cannot be looked into may be at work there too.
    """
    for process in _PROCESSES.iterdir():
        if not process.name.isdigit() or int(process.name) == os.getpid():
            continue
        try:
            name = (process / "comm").read_text().strip()
            at_work = name.startswith("git") and _is_at(process, places)
            if at_work or lock in map(Path.readlink, (process / "fd").iterdir()):
                yield f"{name} ({process.name})"
        except PermissionError:
            if name.startswith("git"):
                yield f"{name} ({process.name})"
        except OSError:  # it has ended by now
            continue


def _is_at(process: Path, places: Iterable[Path]) -> bool:
    at = (process / "cwd").readlink()
    return any(at.is_relative_to(place) for place in places)
