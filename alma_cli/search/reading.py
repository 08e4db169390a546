"""What questions ask of the tables of an index, and what is remembered until they change."""

# ruff: noqa: S608 - only names of our own tables and columns are put into queries

from __future__ import annotations

from heapq import nsmallest
from typing import TYPE_CHECKING, Any, Final, TypeVar

from alma_cli.search import rank
from alma_cli.search.row import COLUMNS, SHIFT, Bucket, Row, Table, as_row

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence
    from sqlite3 import Connection

AT_ONCE: Final = 500
"""Values in one query."""
MOST_STEMS: Final = 20_000
"""Words of which it is remembered how many memories have them: some 3 MB."""
MOST_GAINS: Final = 200_000
"""Memories that the remembered words name, all together: some 25 MB."""
MOST_ROWS: Final = 5_000
"""Memories that are remembered with their stems: some 15 MB."""

_Value = TypeVar("_Value")


class Reading:
    """The tables of an index as one question sees them."""

    def __init__(self, db: Connection) -> None:
        self.db = db

    def totals(self, table: Table) -> tuple[int, ...]:
        """Returns how many memories a table holds, and how many words each of their fields."""
        query = f"SELECT rows, {', '.join(rank.FIELDS)} FROM totals WHERE name = ?"
        found: tuple[int, ...] = self.db.execute(query, (table,)).fetchone()
        return found

    def frequencies(self, table: Table, stems: Iterable[str]) -> dict[str, int]:
        """Returns in how many memories each of these stems occurs, those that occur at all."""
        found: dict[str, int] = {}
        for some in batches(sorted(set(stems))):
            query = f"SELECT term, doc FROM {table}_stems WHERE term IN ({marks(some)})"
            found.update(self.db.execute(query, some))
        return found

    def best(
        self, table: Table, stems: Sequence[str], buckets: Collection[Bucket], most: int
    ) -> list[int]:
        """Returns the keys of visible memories that have any of the stems, best first, -1 for all.

        Best is what SQLite's `bm25` makes of the weights of `rank`.
        """
        found = self.db.execute(
            f"SELECT rowid FROM {table} WHERE {table} MATCH ?"
            f" AND (rowid >> 32) IN ({keys_of(buckets)}) AND {_VISIBLE}"
            f" ORDER BY {_bm25(table)}, rowid LIMIT ?",
            (" OR ".join(map(quoted, stems)), most),
        )
        return [key for (key,) in found]

    def rows(self, table: Table, keys: Sequence[int]) -> list[tuple[Row, tuple[str, ...]]]:
        """Returns the memories of these keys in their order, each with the stems of its fields."""
        fields = ", ".join(f"f.{name}" for name in rank.FIELDS)
        rows: list[tuple[Any, ...]] = self.db.execute(
            f"SELECT {COLUMNS}, {fields} FROM memories m JOIN buckets b ON b.key = m.key >> 32"
            f" JOIN {table} f ON f.rowid = m.key WHERE m.key IN ({marks(keys)})",
            keys,
        ).fetchall()
        place = {key: number for number, key in enumerate(keys)}
        width = len(rank.FIELDS)
        rows.sort(key=lambda row: place[row[0]])
        return [(as_row(row[:-width]), row[-width:]) for row in rows]


class Remembering(Reading):
    """The same for many questions, as long as nothing changes in the index.

    `bm25` is a sum over the words that are looked for. What a word gives to each memory is asked
    for once: the sums are the same to the last bit, and cost a fifth.
    """

    def __init__(self, db: Connection) -> None:
        super().__init__(db)
        self._frequencies: dict[tuple[Table, str], int] = {}
        self._gains: dict[tuple[Table, str], dict[int, float]] = {}
        self._rows: dict[int, tuple[Row, tuple[str, ...]]] = {}
        self._held = 0

    def frequencies(self, table: Table, stems: Iterable[str]) -> dict[str, int]:
        """Returns what `Reading` does."""
        if len(self._frequencies) > MOST_STEMS:
            self._frequencies.clear()
        wanted = sorted(set(stems))
        new = [stem for stem in wanted if (table, stem) not in self._frequencies]
        found = super().frequencies(table, new)
        self._frequencies.update({(table, stem): found.get(stem, 0) for stem in new})
        return {stem: n for stem in wanted if (n := self._frequencies[table, stem])}

    def best(
        self, table: Table, stems: Sequence[str], buckets: Collection[Bucket], most: int
    ) -> list[int]:
        """Returns what `Reading` does."""
        first, *others = [self._gained(table, stem) for stem in stems]
        total = dict(first) if others else first
        for gains in others:
            for key, gain in gains.items():
                total[key] = total.get(key, 0.0) + gain
        open_ = {bucket.key for bucket in buckets}
        found = [(score, key) for key, score in total.items() if key >> SHIFT in open_]
        ordered = sorted(found) if most < 0 else nsmallest(most, found)
        return [key for _, key in ordered]

    def _gained(self, table: Table, stem: str) -> dict[int, float]:
        gains = self._gains.get((table, stem))
        if gains is None:
            query = (
                f"SELECT rowid, {_bm25(table)} FROM {table} WHERE {table} MATCH ? AND {_VISIBLE}"
            )
            gains = dict(self.db.execute(query, (quoted(stem),)).fetchall())
            self._held += len(gains)
            if self._held > MOST_GAINS:
                self._gains.clear()
                self._held = len(gains)
            self._gains[table, stem] = gains
        return gains

    def rows(self, table: Table, keys: Sequence[int]) -> list[tuple[Row, tuple[str, ...]]]:
        """Returns what `Reading` does."""
        new = [key for key in keys if key not in self._rows]
        if len(self._rows) + len(new) > MOST_ROWS:
            self._rows.clear()
            new = list(keys)
        if new:
            self._rows.update({row.key: (row, fields) for row, fields in super().rows(table, new)})
        return [self._rows[key] for key in keys]


_VISIBLE: Final = "rowid NOT IN (SELECT key FROM memories WHERE hidden != '')"


def _bm25(table: Table) -> str:
    return f"bm25({table}, {', '.join(map(str, rank.WEIGHTS))})"


def quoted(stem: str) -> str:
    """Returns a stem as FTS5 is asked for it."""
    return f'"{stem}"'


def batches(values: Sequence[_Value]) -> Iterator[Sequence[_Value]]:
    """Yields values, so many at once as one query takes."""
    return (values[start : start + AT_ONCE] for start in range(0, len(values), AT_ONCE))


def keys_of(buckets: Collection[Bucket]) -> str:
    """Returns the keys of buckets as SQL lists them."""
    return ", ".join(str(bucket.key) for bucket in buckets)


def marks(values: Sequence[object]) -> str:
    """Returns a mark for each value that a query is given."""
    return ", ".join("?" * len(values))
