"""An index opened in step with the files of its store, wherever it can be kept."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from alma_cli.search import cache, scan
from alma_cli.search.row import as_number
from alma_cli.value import frozen, replace

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from datetime import datetime
    from pathlib import Path
    from sqlite3 import Connection, Error

    from alma_cli.errors import Malformed
    from alma_cli.model import Stored
    from alma_cli.place import Place
    from alma_cli.rules.evidence import Fading
    from alma_cli.search.scan import Changes
    from alma_cli.search.watch import Watch


@frozen
class Opened:
    """A connection, how many changed files were left alone, and why it is of use only once.

    `trouble` is "" where the index is kept, and where nobody could do anything about it. `inode` is
    that of its file, 0 where it has none. `turn` counts how often the memories in it changed.
    """

    db: Connection
    behind: int = 0
    trouble: str = ""
    inode: int = 0
    turn: int = 0

    def is_like(self, before: Opened) -> bool:
        """Says whether it holds the same memories as it did before, whoever wrote to it."""
        return self.db is before.db and self.turn == before.turn


@frozen
class Opening:
    """How to open the index of a store; see `Index.open`. A `watch` spares looking each time."""

    place: Place
    now: datetime
    fading: Fading
    fallback: Path | None = None
    fresh: bool = False
    most_reads: int | None = None
    watch: Watch | None = None

    def connect(self, *, seeded: bool = True) -> Opened:
        """Returns a connection that sees one moment; with `seeded`, a new index may have a seed."""
        import sqlite3

        obstacle = ""
        for file in cache.files(self.place, self.fallback):
            for may_be_seeded in (seeded, False):  # what a seed brings may be damaged
                try:
                    db = cache.connect(file, self.place, seeded=may_be_seeded)
                    return replace(self.in_step(db), inode=file.stat().st_ino)
                except (OSError, sqlite3.Error) as error:
                    if isinstance(error, OSError) or not cache.is_damage(error):
                        obstacle = obstacle or cache.obstacle(file, error)
                        break
                    cache.remove(file)
        made = self.in_step(cache.in_memory())
        return replace(
            made, trouble=obstacle and f"an index is made for this call alone: {obstacle}"
        )

    def again(self, before: Opened) -> Opened:
        """Returns a connection that sees the moment of now: the one before, if its file is there.

        Somebody may have removed the file, or put another one in its place.
        """
        import sqlite3

        try:
            if before.inode and before.inode in self._inodes():
                return replace(self.in_step(before.db, self._told()), inode=before.inode)
        except (OSError, sqlite3.Error) as error:
            return self.connect() if isinstance(error, OSError) else self.reconnect(error)
        before.db.close()
        return self.connect()

    def _told(self) -> frozenset[str] | None:
        return None if self.watch is None or self.fresh else self.watch.told(self._moment)

    @property
    def _moment(self) -> int:
        return as_number(self.now) * 1000

    def _inodes(self) -> Iterator[int]:
        for file in cache.files(self.place, self.fallback):
            with suppress(OSError):
                yield file.stat().st_ino

    def reconnect(self, error: Error) -> Opened:
        """Returns another connection after one that failed in use."""
        if cache.is_damage(error):
            for file in cache.files(self.place, self.fallback):
                cache.remove(file)
        return self.connect(seeded=False)

    def in_step(self, db: Connection, told: Collection[str] | None = None) -> Opened:
        """Brings an index in step with the files; returns what `connect` does.

        `told` are the paths where something changed since it was in step, None for everywhere.
        """
        try:
            behind = self._refresh(db, told)
            if self.watch and behind:
                self.watch.close()  # it tells of everything once
            db.execute("BEGIN")
            turn = _turn(db)  # the first look at it settles which moment is seen
        except BaseException:
            db.close()
            raise
        return Opened(db, behind, turn=turn)

    def _refresh(self, db: Connection, told: Collection[str] | None) -> int:
        moment, fresh = self._moment, self.fresh
        if self.watch and told is None:  # what was edited before it began is told to nobody
            fresh = self.watch.begin(moment) or fresh
        version = _version(db)

        def look() -> Changes:
            return scan.compare(
                db, self.place.root, moment, fresh=fresh, told=told, watch=self.watch
            )

        changes = look()
        if not changes and not self._is_aged(db) and changes.place is None:
            return 0
        if self.most_reads is not None and len(changes.read) > self.most_reads:
            return len(changes.read)
        (known,) = db.execute("SELECT total(number) FROM buckets").fetchone()
        wait = cache.patience(known + len(changes.read))
        db.execute(f"PRAGMA busy_timeout = {int(wait * 1000)}")
        db.execute("BEGIN IMMEDIATE")
        try:
            if _version(db) != version:  # another process was faster
                changes = look()
            if changes or self._is_aged(db):
                from alma_cli.search import update  # which most calls can do without

                update.bring(db, self.place.root, changes, self.fading)
                cache.note(db, "turn", _turn(db) + 1)
            if changes.place is not None:
                cache.note(db, "place", changes.place)
                cache.note(db, "looked", moment)
        except BaseException:
            if db.in_transaction:
                db.execute("ROLLBACK")
            raise
        db.execute("COMMIT")
        return 0

    def _is_aged(self, db: Connection) -> bool:
        return bool(cache.fact(db, "fading") != self.fading.stamp)


@frozen
class Aside:
    """How to open an index of what the files are now, whatever was kept; see `Index.aside`."""

    place: Place
    now: datetime
    fading: Fading

    def connect(self) -> Opened:
        """Returns a connection to an index in memory."""
        return Opening(self.place, self.now, self.fading).in_step(cache.in_memory())

    def reconnect(self, error: Error) -> Opened:
        """Raises the error: there is no file that could be at fault."""
        raise error


@frozen
class Given:
    """How to open an index of records that are at hand; see `Index.of`."""

    stored: Iterable[Stored]
    fading: Fading
    tombstones: Iterable[str] = ()
    broken: Iterable[Malformed] = ()

    def connect(self) -> Opened:
        """Returns a connection to an index that nobody else sees."""
        from alma_cli.search import update

        db = cache.nameless()
        update.build(db, self)
        return Opened(db)

    def reconnect(self, error: Error) -> Opened:
        """Raises the error: there is no file that could be at fault."""
        raise error


def _turn(db: Connection) -> int:
    return int(cache.fact(db, "turn") or 0)


def _version(db: Connection) -> int:
    """Returns a number that changes when another connection writes to the file."""
    (version,) = db.execute("PRAGMA data_version").fetchone()
    return int(version)
