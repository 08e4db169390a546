"""Which files of a store differ from what the index has seen of them."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING, Final, NamedTuple

from alma_cli.errors import Malformed
from alma_cli.files import disk
from alma_cli.files.memory import MOST_FILE

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path
    from sqlite3 import Connection

    from alma_cli.search.watch import Watch

RACY: Final = 2_000_000_000
"""Nanoseconds in which a second change may leave no trace in a file's time (git's racy rule)."""
MOST_AT_ONCE: Final = 2_000
"""Files of advice that are looked at in every call; of more, a part that grows with the time."""
ROUND: Final = 50.0
"""Seconds in which all of them are looked at, well within the minute that is promised."""
PAUSE: Final = 3.0
"""Seconds between two parts, so that not every call has to write down how far it came."""
UNWATCHED: Final = frozenset({"outcomes", "forgotten"})
"""Folders whose files do not change once they are written; only their coming and going counts."""


class Stamp(NamedTuple):
    """What the file system says of a file or folder, and when it was asked; nanoseconds."""

    size: int
    modified: int
    inode: int
    looked: int

    @property
    def is_racy(self) -> bool:
        """Says whether it may change again without its time showing it."""
        return self.looked - self.modified <= RACY

    def is_like(self, other: Stamp) -> bool:
        """Says whether both are of one file in one state, as far as a stamp can tell."""
        mine = (self.size, self.modified, self.inode)
        return mine == (other.size, other.modified, other.inode)


NOTHING: Final = Stamp(0, 0, 0, 0)
"""The stamp of what was not looked at, since it cannot be named."""
UNREAD: Final = Stamp(-1, -1, -1, -1)
"""The stamp of what could not be read: it is tried again, since permission leaves no trace."""


class Changes:
    """What to bring the index up to date with: paths are relative to the store, with `/`.

    `read` are files to be read; `same` are files whose content was found to be as it was;
    `unnamed` are paths that are not Unicode, with those bytes escaped; `place` is where the next
    part of the files begins, None when all were looked at.
    """

    def __init__(self) -> None:
        self.read: dict[str, Stamp] = {}
        self.same: dict[str, Stamp] = {}
        self.gone: list[str] = []
        self.unnamed: list[str] = []
        self.folders: dict[str, Stamp] = {}
        self.lost: set[str] = set()
        self.place: int | None = None

    def __bool__(self) -> bool:
        some = self.read or self.same or self.gone or self.unnamed or self.folders or self.lost
        return bool(some)


def compare(
    db: Connection,
    root: Path,
    now: int,
    *,
    fresh: bool,
    told: Collection[str] | None = None,
    watch: Watch | None = None,
) -> Changes:
    """Returns what changed below `agents/`; `now` is in nanoseconds.

    Folders are looked at in every call, which shows what was added, removed or saved by rename.
    Files that may be edited in place are looked at as `MOST_AT_ONCE` says, or all when `fresh`.
    Where a watch has `told` of paths, nothing but those is looked at. A `watch` is to cover all
    folders that are looked at.
    No link is followed. Paths that are not Unicode are named with their bytes escaped.
    """
    look = _Look(db, root, now, watch, told or ())
    if told is None:
        look.at_folders()
        look.at_files(fresh=fresh)
    elif told:
        look.at_told()
    return look.changes


class _Look:
    """One walk over the folders and files of a store."""

    def __init__(
        self, db: Connection, root: Path, now: int, watch: Watch | None, told: Collection[str]
    ) -> None:
        self.db = db
        self.root = root
        self.now = now
        self.watch = watch
        self.told = told
        self.changes = Changes()
        self.listed: set[str] = set()
        self.known: set[str] = set()

    def at_folders(self) -> None:
        rows = self.db.execute("SELECT path, modified, inode, looked FROM folders ORDER BY path")
        folders = rows.fetchall()
        if self.watch:
            for path, *_ in folders:
                self.watch.cover(path)
        lost, changed = self._changed(folders)
        if changed or not folders:
            self.known = {folder[0] for folder in folders}
        for path in lost:
            self._lose(path)
        for path, before in changed.items():
            self._enter(path, before)
        if not folders:
            self._enter("agents", None)

    def at_told(self) -> None:
        self.known = {path for (path,) in self.db.execute("SELECT path FROM folders")}
        for folder in sorted({path.rpartition("/")[0] or path for path in self.told}):
            if folder not in self.listed:
                self._enter(folder, None)

    def _changed(
        self, folders: list[tuple[str, int, int, int]]
    ) -> tuple[set[str], dict[str, Stamp]]:
        """Returns the folders that are gone, and those that are not what they were."""
        lost: set[str] = set()
        changed: dict[str, Stamp] = {}
        root, lstat = f"{self.root}/", os.lstat
        for path, modified, inode, looked in folders:
            # There may be ten thousands, so what did not change is passed in a hurry.
            try:
                seen = lstat(root + path)
            except OSError as error:
                lost.add(path)
                if isinstance(error, PermissionError):  # to look into the folder that it lies in
                    changed.setdefault(path.rpartition("/")[0], UNREAD)
                continue
            same = seen.st_mtime_ns == modified and seen.st_ino == inode
            if same and looked - modified > RACY and not lost:
                continue
            if not stat.S_ISDIR(seen.st_mode) or path.rpartition("/")[0] in lost:
                lost.add(path)
            elif not same or looked - modified <= RACY:
                changed[path] = Stamp(0, modified, inode, looked)
        return lost, changed

    def at_files(self, *, fresh: bool) -> None:
        facts = dict(self.db.execute("SELECT name, value FROM facts"))
        number = facts.get("watched", 0)
        part, start = number, 0
        if number > MOST_AT_ONCE and not fresh:
            past = (self.now - facts.get("looked", 0)) / 1e9
            if 0 <= past < PAUSE:
                return
            part = min(number, int(number * past / ROUND) + 1) if past > 0 else number
            start = facts.get("place", 0) % number
        root, lstat = f"{self.root}/", os.lstat
        passed = self.listed | self.changes.lost
        for folder, name, size, modified, inode, looked, digest in (
            *self._watched(part, start),
            *self._watched(start + part - number, 0),
        ):
            try:
                seen = lstat(f"{root}{folder}/{name}")
                same = (seen.st_mtime_ns, seen.st_size, seen.st_ino) == (modified, size, inode)
            except PermissionError:
                self.changes.folders[folder] = UNREAD
                same = False
            except OSError:
                same = False
            if same and looked - modified > RACY:
                continue
            if folder not in passed:
                last = Stamp(size, modified, inode, looked)
                self._compare(f"{folder}/{name}", last, digest)
        is_first = "agents" in self.changes.folders and not self.known
        if number > MOST_AT_ONCE or is_first:
            self.changes.place = (start + part) % max(1, number)

    def _watched(self, most: int, start: int) -> list[tuple[str, str, int, int, int, int, str]]:
        return self.db.execute(
            "SELECT folder, name, size, modified, inode, looked, digest FROM files WHERE watched"
            " ORDER BY folder, name LIMIT ? OFFSET ?",
            (max(0, most), start),
        ).fetchall()

    def _stamp(self, path: str, *, folder: bool = True) -> Stamp | None:
        try:
            seen = os.lstat(f"{self.root}/{path}")
        except OSError:
            return None
        if stat.S_ISDIR(seen.st_mode) != folder:
            return None
        size = 0 if folder else seen.st_size
        return Stamp(size, seen.st_mtime_ns, seen.st_ino, self.now)

    def _lose(self, folder: str) -> None:
        self.changes.lost.add(folder)
        names = self.db.execute("SELECT name FROM files WHERE folder = ?", (folder,))
        self.changes.gone.extend(f"{folder}/{name}" for (name,) in names)

    def _enter(self, folder: str, before: Stamp | None) -> None:
        if self.watch:
            self.watch.cover(folder)
        stamp = self._stamp(folder)
        if stamp is not None:
            self._list(folder, stamp, before)

    def _list(self, folder: str, stamp: Stamp, before: Stamp | None) -> None:
        """Compares the names in a folder with those seen there, and goes into new folders."""
        try:
            entries = _entries(f"{self.root}/{folder}")
        except FileNotFoundError:  # while we looked
            entries = []
        except OSError:
            entries, stamp, before = [], UNREAD, None
        if before is None or not stamp.is_like(before) or not stamp.is_racy:
            self.changes.folders[folder] = stamp
        self.listed.add(folder)
        seen = self._seen(folder) if folder in self.known else {}
        for name, is_folder in entries:
            path = f"{folder}/{name}"
            if _shown(path) != path:
                if seen.pop(_shown(name), None) is None:
                    self.changes.unnamed.append(_shown(path))
            elif is_folder and path not in self.known:
                self._enter(path, None)
            elif not is_folder and "/" in folder and (name.endswith(".md") or self._is_link(path)):
                watched, digest, last = seen.pop(name, (True, "", None))
                if watched or path in self.told:
                    self._compare(path, last, digest)
        self.changes.gone.extend(f"{folder}/{name}" for name in seen)

    def _seen(self, folder: str) -> dict[str, tuple[bool, str, Stamp]]:
        rows = self.db.execute(
            "SELECT name, watched, digest, size, modified, inode, looked FROM files"
            " WHERE folder = ?",
            (folder,),
        )
        return {name: (watched, digest, Stamp(*rest)) for name, watched, digest, *rest in rows}

    def _is_link(self, path: str) -> bool:
        """Says whether a name is a link: what lies behind it is named and not read."""
        return os.path.islink(f"{self.root}/{path}")  # noqa: PTH114 - a str is half the cost

    def _compare(self, path: str, last: Stamp | None, digest: str) -> None:
        stamp = self._stamp(path, folder=False)
        if stamp is None:
            if last is not None:
                self.changes.gone.append(path)
        elif last is None or not stamp.is_like(last) or path in self.told:
            self.changes.read[path] = stamp
        elif last.is_racy:
            if digest != _digest(self.root, path):
                self.changes.read[path] = stamp
            elif not stamp.is_racy:
                self.changes.same[path] = stamp


def _shown(name: str) -> str:
    """Returns a name with its bytes escaped that are not Unicode."""
    return name if name.isascii() else name.encode("utf-8", "backslashreplace").decode()


def is_watched(path: str) -> bool:
    """Says whether a file may be edited in place; outcomes and tombstones never are."""
    return path.split("/")[2] not in UNWATCHED


def _entries(folder: str) -> list[tuple[str, bool]]:
    """Returns the names in a folder that are not hidden, and whether each is a folder itself.

    Raises `OSError` for a folder that may not be looked into.
    """
    os.lstat(f"{folder}/.")  # names can be read without this right, the files not
    with os.scandir(folder) as entries:
        return sorted(
            (entry.name, entry.is_dir(follow_symlinks=False))
            for entry in entries
            if not entry.name.startswith(".")
        )


def _digest(root: Path, path: str) -> str:
    try:
        return disk.digest(disk.read(root, path, MOST_FILE))
    except (OSError, Malformed):
        return ""
