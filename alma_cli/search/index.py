"""The index of a store: brought in step with the files whenever it is opened, then asked."""

# ruff: noqa: S608 - only names of our own tables and columns are put into queries

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING, Any, Final, Self, TypeVar

from alma_cli.errors import Malformed
from alma_cli.model import Attempt, Guard, Kind, Result, Stored
from alma_cli.rules.evidence import Fading, Tally
from alma_cli.search import lookup, scan
from alma_cli.search.opening import Aside, Given, Opening
from alma_cli.search.reading import Reading, Remembering, batches, keys_of, marks
from alma_cli.search.row import (
    COLUMNS,
    Bucket,
    Row,
    Table,
    as_guard,
    as_row,
    as_time,
    several,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence
    from datetime import datetime
    from pathlib import Path
    from sqlite3 import Connection

    from alma_cli.place import Place
    from alma_cli.search.lookup import Candidate
    from alma_cli.search.question import Question
    from alma_cli.search.row import Only

LAST: Final = "\U0010ffff"
"""What comes after every text that begins as another one does."""
MOST_FOUND: Final = 100

DEFAULT: Final = Fading()

_Answer = TypeVar("_Answer")


class Index:
    """What is known of the memories of one store, as of the moment it was opened.

    Every answer is of that moment, whatever other processes write meanwhile. Trouble with the
    file of the index is never the caller's: it is built anew, elsewhere, or in memory, and
    `trouble` says why where a person can do something about it.
    """

    def __init__(self, opening: Opening | Given | Aside) -> None:
        self._opening = opening
        self._opened = opening.connect()
        self._reading = Reading(self._opened.db)
        self._questions: dict[tuple[str, Table], Question] = {}
        self.broken: tuple[Malformed, ...] = self._ask(_broken)

    @property
    def behind(self) -> int:
        """Returns how many changed files were left alone."""
        return self._opened.behind

    @property
    def trouble(self) -> str:
        """Returns what keeps the index from being kept, where a person can do something."""
        return self._opened.trouble

    @classmethod
    def open(
        cls,
        place: Place,
        *,
        now: datetime,
        fading: Fading,
        fallback: Path | None = None,
        fresh: bool = False,
        most_reads: int | None = None,
    ) -> Index:
        """Returns the index of a store, in step with its files.

        `fallback` is a folder for where `.cache/` cannot be written; `fresh` looks at every file;
        with `most_reads`, more changed files than that are left alone and counted in `behind`.
        """
        return cls(Opening(place, now, fading, fallback, fresh, most_reads))

    @classmethod
    def of(
        cls,
        stored: Iterable[Stored],
        fading: Fading = DEFAULT,
        *,
        tombstones: Iterable[str] = (),
        broken: Iterable[Malformed] = (),
    ) -> Index:
        """Returns an index of its own of records that need not be in any store.

        `tombstones` are paths, `broken` the files that are no records, each with its path; they
        are asked for last, so that who makes `stored` one by one can find them on the way.
        """
        return cls(Given(stored, fading, tombstones, broken))

    @classmethod
    def aside(cls, place: Place, *, now: datetime, fading: Fading = DEFAULT) -> Index:
        """Returns an index, in memory, of all files of a store; what is kept is left alone."""
        return cls(Aside(place, now, fading))

    def renew(self, opening: Opening) -> None:
        """Sees the moment of now, as if it were opened now.

        Who does so asks more than once: from then on it is remembered what does not change.
        """
        self.rest()
        before, self._opening = self._opened, opening
        self._opened = opening.again(before)
        if not (isinstance(self._reading, Remembering) and self._opened.is_like(before)):
            self._reading = Remembering(self._opened.db)
        self._questions.clear()
        self.broken = self._ask(_broken)

    def rest(self) -> None:
        """Lets go of the moment it sees: what is written meanwhile would pile up behind it."""
        if self._opened.db.in_transaction:
            self._opened.db.execute("COMMIT")

    def close(self) -> None:
        """Lets go of the file."""
        self._opened.db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def buckets(self) -> tuple[Bucket, ...]:
        """Returns the agents, kinds and domains that there are, with their visible memories."""
        found = self._select(
            "SELECT key, agent, kind, domain, number FROM buckets WHERE number > 0"
            " ORDER BY agent, kind, domain"
        )
        return tuple(Bucket(key, a, Kind(kind), d, number) for key, a, kind, d, number in found)

    def search(
        self,
        text: str,
        buckets: Collection[Bucket],
        most: int = MOST_FOUND,
        table: Table = Table.ADVICE,
        only: Only | None = None,
    ) -> tuple[Candidate, ...]:
        """Returns the visible memories in these buckets that answer a question, best first.

        `most` bounds how many are looked at closely, and so how many there are; what `only` does
        not want is none of them.
        """
        if not buckets:
            return ()
        key = text, table
        if key not in self._questions:
            self._questions[key] = self._ask(
                lambda _: lookup.question_of(self._reading, text, table)
            )
        question = self._questions[key]
        return self._ask(
            lambda _: lookup.search(
                self._reading, question, buckets, table=table, most=most, only=only
            )
        )

    def rows(self, buckets: Collection[Bucket], *, hidden: bool = False) -> tuple[Row, ...]:
        """Returns all memories in these buckets by path; those that are hidden too if asked."""
        where = "" if hidden else " AND m.hidden = ''"
        return self._rows(f"(m.key >> 32) IN ({keys_of(buckets)}){where} ORDER BY m.path")

    def named(self, ref: str, *, begins: bool = False) -> tuple[Row, ...]:
        """Returns the visible memories of a `ref`, or of all that begin so, oldest first."""
        until = f"{ref}{LAST}" if begins else ref
        where = "m.hidden = '' AND m.ref BETWEEN ? AND ? ORDER BY m.created, m.id"
        return self._rows(where, (ref, until))

    def guards(self, buckets: Collection[Bucket]) -> dict[int, Guard]:
        """Returns the `[guard]` of each memory in these buckets that has one, by the row's key."""
        where = f"guard != '' AND (key >> 32) IN ({keys_of(buckets)})"
        found = self._select(f"SELECT key, guard FROM memories WHERE {where}")
        return {key: as_guard(guard) for key, guard in found}

    def find(self, prefix: str) -> tuple[Row, ...]:
        """Returns the memories, hidden ones too, whose id begins so, by id and path."""
        return self._rows(
            "m.id >= ? AND m.id < ? ORDER BY m.id, m.path", (prefix, f"{prefix}{LAST}")
        )

    def titles(self) -> dict[int, str]:
        """Returns the stems of the title of each memory that advises, by the row's key."""
        return dict(self._select("SELECT rowid, title FROM advice"))

    def distinct(self, id_: str, least: int) -> int:
        """Returns how many characters of an id, `least` or more, no other id here begins with."""
        neighbours = self._ask(
            lambda db: db.execute(
                "SELECT max(id) FROM memories WHERE id < ?1"
                " UNION ALL SELECT min(id) FROM memories WHERE id > ?1",
                (id_,),
            ).fetchall()
        )
        alike = [zip(id_, other, strict=False) for (other,) in neighbours if other]
        shared = [sum(1 for _ in takewhile(lambda ab: ab[0] == ab[1], pairs)) for pairs in alike]
        return max([least, *(length + 1 for length in shared)])

    def attempts(self) -> tuple[Attempt, ...]:
        """Returns all outcomes that count, oldest first."""
        found = self._select(
            "SELECT m.id, m.path, b.agent, b.domain, m.result, m.task, m.title, m.created,"
            " (SELECT group_concat(lesson, char(10)) FROM testimony"
            " WHERE outcome = m.key AND entire)"
            " FROM memories m JOIN buckets b ON b.key = m.key >> 32"
            " WHERE m.hidden = '' AND b.kind = 'outcome' ORDER BY m.created, m.id"
        )
        return tuple(
            Attempt(
                *(id_, path, agent, domain, Result(result), task, title),
                created=as_time(created),
                lessons=several(lessons or ""),
            )
            for id_, path, agent, domain, result, task, title, created, lessons in found
        )

    def failed_on(self, lesson: str) -> tuple[str, ...]:
        """Returns the tasks on which a lesson's strategy failed, the newest first, each once."""
        found = self._select(
            "SELECT m.task FROM memories m WHERE m.hidden = '' AND m.result = 'failure'"
            " AND m.task != '' AND m.key IN (SELECT outcome FROM testimony WHERE entire"
            " AND lesson IN (SELECT ?1 UNION SELECT id FROM heirs WHERE heir = ?1))"
            " ORDER BY m.created DESC, m.id",
            (lesson,),
        )
        return tuple(dict.fromkeys(str(task) for (task,) in found))

    def testimony(self, lesson: str) -> tuple[Row, ...]:
        """Returns the outcomes that count for a lesson, oldest first."""
        return self._rows(
            "m.hidden = '' AND m.key IN (SELECT outcome FROM testimony WHERE lesson IN"
            " (SELECT ?1 UNION SELECT id FROM heirs WHERE heir = ?1)) ORDER BY m.created, m.id",
            (lesson,),
        )

    def forgotten(self, ids: Sequence[str]) -> frozenset[str]:
        """Returns those of the ids that are forgotten here."""
        query = f"SELECT id FROM forgotten WHERE id IN ({marks(ids)})"
        return frozenset(str(one) for (one,) in self._select(query, ids))

    def replaced(self, heir: str) -> frozenset[str]:
        """Returns the ids in whose place this one counts."""
        return frozenset(
            str(one) for (one,) in self._select("SELECT id FROM heirs WHERE heir = ?", (heir,))
        )

    def heir(self, superseded: str) -> str:
        """Returns the id that counts in place of this one: itself when nothing replaced it."""
        found = self._select("SELECT heir FROM heirs WHERE id = ?", (superseded,))
        return str(found[0][0]) if found else superseded

    def tallies(self, ids: Iterable[str]) -> dict[str, tuple[Tally, ...]]:
        """Returns the evidence for each of these lessons that has any, agent by agent."""
        found: dict[str, tuple[Tally, ...]] = {}
        for some in batches(sorted(set(ids))):
            query = (
                f"SELECT * FROM tallies WHERE lesson IN ({marks(some)})"
                " ORDER BY lesson, agent, result, entire"
            )
            for lesson, agent, result, entire, number, weight, newest in self._select(query, some):
                tally = Tally(Result(result), bool(entire), number, weight, as_time(newest), agent)
                found[lesson] = (*found.get(lesson, ()), tally)
        return found

    def _rows(self, where: str, values: Sequence[object] = ()) -> tuple[Row, ...]:
        query = (
            f"SELECT {COLUMNS} FROM memories m JOIN buckets b ON b.key = m.key >> 32 WHERE {where}"
        )
        return tuple(map(as_row, self._select(query, values)))

    def _select(self, query: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        return self._ask(lambda db: db.execute(query, values).fetchall())

    def _ask(self, question: Callable[[Connection], _Answer]) -> _Answer:
        """Returns the answer; where the file turns out to be damaged, that of one built anew."""
        import sqlite3

        try:
            return question(self._opened.db)
        except sqlite3.Error as error:
            self._opened.db.close()
            self._opened = self._opening.reconnect(error)
            self._reading = Reading(self._opened.db)
            return question(self._opened.db)


def _broken(db: Connection) -> tuple[Malformed, ...]:
    named = [
        Malformed(complaint, path=f"{folder}/{name}", line=line)
        for folder, name, line, complaint in db.execute(
            "SELECT folder, name, line, complaint FROM files WHERE complaint IS NOT NULL"
        )
    ]
    for (path,) in db.execute(
        "SELECT path FROM folders WHERE modified = ?", (scan.UNREAD.modified,)
    ):
        named.append(Malformed("is a folder that cannot be read", path=path))
    for path, first in db.execute(
        "SELECT m.path, min(d.path) FROM memories m CROSS JOIN memories d ON d.id = m.id"
        # the second condition lets the index of what is hidden be used
        " WHERE m.hidden = 'duplicate' AND m.hidden != '' GROUP BY m.key"
    ):
        named.append(Malformed(f"has the id of `{first}`", path=path))
    return tuple(sorted(named, key=lambda one: one.path))
