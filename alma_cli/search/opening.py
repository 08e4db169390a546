"""An index opened in step with the files of its store, wherever it can be kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alma_cli.search import cache, scan
from alma_cli.search.row import as_number
from alma_cli.value import frozen

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path
    from sqlite3 import Connection, Error

    from alma_cli.errors import Malformed
    from alma_cli.model import Stored
    from alma_cli.place import Place


@frozen
class Opening:
    """How to open the index of a store; see `Index.open`."""

    place: Place
    now: datetime
    half_life_days: float
    fallback: Path | None = None
    fresh: bool = False
    most_reads: int | None = None

    def connect(self) -> tuple[Connection, int]:
        """Returns a connection that sees one moment, and the number of changes left alone."""
        import sqlite3

        for file in cache.files(self.place, self.fallback):
            for _attempt in range(2):
                try:
                    return self._in_step(cache.connect(file, self.place))
                except OSError:
                    break
                except sqlite3.Error as error:
                    if not cache.is_damage(error):
                        break
                    cache.remove(file)
        return self._in_step(cache.in_memory())

    def reconnect(self, error: Error) -> tuple[Connection, int]:
        """Returns another connection after one that failed in use."""
        if cache.is_damage(error):
            for file in cache.files(self.place, self.fallback):
                cache.remove(file)
        return self.connect()

    def _in_step(self, db: Connection) -> tuple[Connection, int]:
        try:
            behind = self._refresh(db)
            db.execute("BEGIN")
            db.execute("SELECT count(*) FROM facts").fetchone()
        except BaseException:
            db.close()
            raise
        return db, behind

    def _refresh(self, db: Connection) -> int:
        moment = as_number(self.now) * 1000
        version = _version(db)
        changes = scan.compare(db, self.place.root, moment, fresh=self.fresh)
        if not changes and not self._is_aged(db) and changes.place is None:
            return 0
        if self.most_reads is not None and len(changes.read) > self.most_reads:
            return len(changes.read)
        db.execute("BEGIN IMMEDIATE")
        try:
            if _version(db) != version:  # another process was faster
                changes = scan.compare(db, self.place.root, moment, fresh=self.fresh)
            if changes or self._is_aged(db):
                from alma_cli.search import update  # which most calls can do without

                update.bring(db, self.place.root, changes, self.half_life_days)
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
        return bool(cache.fact(db, "half life") != self.half_life_days)


@frozen
class Given:
    """How to open an index of records that are at hand; see `Index.of`."""

    stored: tuple[Stored, ...]
    half_life_days: float
    tombstones: tuple[str, ...] = ()
    broken: tuple[Malformed, ...] = ()

    def connect(self) -> tuple[Connection, int]:
        """Returns a connection to an index in memory."""
        from alma_cli.search import update

        db = cache.in_memory()
        update.build(db, self)
        return db, 0

    def reconnect(self, error: Error) -> tuple[Connection, int]:
        """Raises the error: there is no file that could be at fault."""
        raise error


def _version(db: Connection) -> int:
    """Returns a number that changes when another connection writes to the file."""
    (version,) = db.execute("PRAGMA data_version").fetchone()
    return int(version)
