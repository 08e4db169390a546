"""An index brought in step with files that changed; most calls find none and do without this."""

# ruff: noqa: S608 - only names of our own tables and columns are put into queries

from __future__ import annotations

import gc
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING, Final

from alma_cli.errors import Malformed
from alma_cli.files import disk
from alma_cli.files.memory import MOST_FILE, parse
from alma_cli.model import Stored
from alma_cli.place import buried_in, is_tombstone
from alma_cli.search import cache, fill, scan, standing, vocabulary
from alma_cli.search.reading import batches, marks
from alma_cli.search.row import as_time

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path
    from sqlite3 import Connection

    from alma_cli.rules.evidence import Fading
    from alma_cli.search.opening import Given
    from alma_cli.search.scan import Changes, Stamp

BATCH: Final = 4_000
"""Files whose text is held in memory at once."""


def bring(db: Connection, root: Path, changes: Changes, fading: Fading) -> None:
    """Brings an index in line with what changed, and with how fast evidence fades.

    The caller opens the transaction, and ends it.
    """
    touched = fill.Touched()
    with _no_collection():
        if cache.fact(db, "fading") != fading.stamp:
            touched.lessons |= standing.all_lessons(db)
            cache.note(db, "fading", fading.stamp)
        _apply(db, root, changes, touched)
        (watched,) = db.execute("SELECT count(*) FROM files WHERE watched").fetchone()
        cache.note(db, "watched", watched)
        vocabulary.add_all(db, touched.words)
        standing.settle(db, touched, fading)


def build(db: Connection, given: Given) -> None:
    """Fills an empty index with records that are at hand, or come one by one."""
    touched = fill.Touched()
    stored = iter(given.stored)
    with _no_collection():
        db.execute("BEGIN")
        for path in given.tombstones:
            _bury(db, path, touched)
        while some := tuple(islice(stored, BATCH)):
            fill.add(db, some, touched)
        _write_files(db, [_file(one.path, scan.NOTHING, "", one) for one in given.broken])
        vocabulary.add_all(db, touched.words)
        standing.settle(db, touched, given.fading)
        db.execute("COMMIT")


def _apply(db: Connection, root: Path, changes: Changes, touched: fill.Touched) -> None:
    _forget_files(db, changes.gone, touched)
    db.executemany("DELETE FROM folders WHERE path = ?", [(path,) for path in changes.lost])
    unnamed = Malformed("has a name that is not Unicode")
    _write_files(db, [_file(path, scan.NOTHING, "", unnamed) for path in changes.unnamed])
    _restamp(db, changes.same)
    paths = sorted(changes.read)
    for start in range(0, len(paths), BATCH):
        some = {path: changes.read[path] for path in paths[start : start + BATCH]}
        _read(db, root, some, touched)
    db.executemany(
        "INSERT OR REPLACE INTO folders VALUES (?, ?, ?, ?, ?)",
        [(path, s.size, s.modified, s.inode, s.looked) for path, s in changes.folders.items()],
    )


@contextmanager
def _no_collection() -> Iterator[None]:
    """Spares the collector a million small objects that have no cycle among them: a tenth."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _read(db: Connection, root: Path, stamps: dict[str, Stamp], touched: fill.Touched) -> None:
    """Reads files, and indexes those whose content is not what is indexed."""
    indexed = _indexed(db, list(stamps))
    stored: list[Stored] = []
    files: list[tuple[object, ...]] = []
    same: set[str] = set()
    gone: list[str] = []
    with disk.Reader(root) as reader:
        for path, stamp in stamps.items():
            digest, complaint, kept = "", None, stamp
            try:
                if is_tombstone(path):
                    _bury(db, path, touched)
                else:
                    content = reader.read(path, MOST_FILE)
                    digest = disk.digest(content)
                    if indexed.get(path) == digest and _tells_when(content):
                        same.add(path)
                    else:
                        record = parse(content, path, as_time(stamp.modified // 1000))
                        stored.append(Stored(record, path, digest))
            except FileNotFoundError:
                gone.append(path)  # while we looked
                continue
            except Malformed as error:
                complaint = error
            except OSError as error:
                kept = scan.UNREAD
                complaint = Malformed(f"cannot be read: {error.strerror}")
            files.append(_file(path, kept, digest, complaint))
    _write_files(db, files)
    _forget_files(db, gone, touched)
    fill.remove(db, [path for path in indexed if path not in same], touched)
    fill.add(db, stored, touched)


def _tells_when(content: bytes) -> bool:
    """Says whether a header has the time; else that of the file counts, which may change."""
    return b"\ncreated" in content.partition(b"\n+++")[0]


def _bury(db: Connection, path: str, touched: fill.Touched) -> None:
    id_ = buried_in(path)
    db.execute("INSERT OR REPLACE INTO forgotten VALUES (?, ?)", (path, id_))
    touched.ids.add(id_)


def _forget_files(db: Connection, paths: Iterable[str], touched: fill.Touched) -> None:
    """Takes files that are gone out of the index, tombstones too."""
    gone = sorted(paths)
    db.executemany("DELETE FROM files WHERE folder = ? AND name = ?", map(_parted, gone))
    for path in filter(is_tombstone, gone):
        db.execute("DELETE FROM forgotten WHERE path = ?", (path,))
        touched.ids.add(buried_in(path))
    fill.remove(db, gone, touched)


def _parted(path: str) -> tuple[str, str]:
    folder, _, name = path.rpartition("/")
    return folder, name


def _indexed(db: Connection, paths: list[str]) -> dict[str, str]:
    """Returns the digests of those of the files that are indexed."""
    found: dict[str, str] = {}
    for some in batches(paths):
        query = f"SELECT path, digest FROM memories WHERE path IN ({marks(some)})"
        found.update(db.execute(query, some))
    return found


def _restamp(db: Connection, stamps: dict[str, Stamp]) -> None:
    db.executemany(
        "UPDATE files SET size = ?, modified = ?, inode = ?, looked = ?"
        " WHERE folder = ? AND name = ?",
        [(*stamp, *_parted(path)) for path, stamp in stamps.items()],
    )


def _file(path: str, stamp: Stamp, digest: str, complaint: Malformed | None) -> tuple[object, ...]:
    watched = stamp != scan.NOTHING and (scan.is_watched(path) or complaint is not None)
    line, reason = (complaint.line, complaint.reason) if complaint else (0, None)
    return *_parted(path), *stamp, watched, digest, line, reason


def _write_files(db: Connection, files: list[tuple[object, ...]]) -> None:
    db.executemany("INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", files)
