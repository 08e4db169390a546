"""Memories on their way into the index and out of it."""

# ruff: noqa: S608 - only names of our own tables and columns are put into queries

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from alma_cli.model import Kind, Memory, Outcome, Stored
from alma_cli.search import cache
from alma_cli.search.rank import FIELDS
from alma_cli.search.row import SHIFT, Table, as_number, as_text
from alma_cli.text import spelled, stemmed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from sqlite3 import Connection

_SET: Final = ", ".join(f"{name} = {name} + ?" for name in ("rows", *FIELDS))


class Touched:
    """What a change of memories bears on.

    `ids` may stand differently now, `lessons` have other evidence; `words`, each followed by a
    space, are those of memories that came.
    """

    def __init__(self) -> None:
        self.ids: set[str] = set()
        self.lessons: set[str] = set()
        self.words: set[str] = set()


def table_of(kind: Kind) -> Table:
    """Returns the table that a kind is searched in."""
    return Table.OUTCOMES if kind is Kind.OUTCOME else Table.ADVICE


def texts(record: Memory | Outcome) -> tuple[str, str, str, str, str, str]:
    """Returns what of a record is searched, by the fields of `rank.FIELDS`; tasks are added later.

    An outcome has its task, error and notes for a body.
    """
    tags = " ".join(record.tags)
    if isinstance(record, Outcome):
        title = record.title
        if record.strategy != title:
            title = f"{title}\n{record.strategy}"
        return title, f"{record.task}\n{record.error}\n{record.notes}", "", "", tags, ""
    body = f"{record.text}\n{record.when}\n{record.why}"
    return record.title, body, record.better, record.code, tags, ""


def add(db: Connection, stored: Iterable[Stored], touched: Touched) -> None:
    """Indexes records that are not in the index yet."""
    place = cache.fact(db, "next place") or 1
    buckets = _Buckets(db)
    rows: list[tuple[Any, ...]] = []
    fields: dict[Table, list[tuple[object, ...]]] = {table: [] for table in Table}
    for one in stored:
        record = one.record
        key = buckets[record.agent, record.kind.value, record.domain] << SHIFT | place
        place += 1
        words = list(map(spelled, texts(record)))
        touched.words.update(*words)
        rows.append(_row(key, one, "".join(map("".join, words))))
        fields[table_of(record.kind)].append((key, *map(stemmed, words)))
        touched.ids.add(record.id)
        _add_links(db, key, record, touched)
    db.executemany(
        "INSERT INTO memories(key, id, path, digest, tags, title, created, ref, words, origin,"
        " paths, guard, result, task) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        sorted(rows),
    )
    # Once for each bucket: a trigger, as for what goes, would run for each of thousands that come.
    db.executemany(
        "UPDATE buckets SET number = number + ? WHERE key = ?",
        [(number, key) for key, number in Counter(row[0] >> SHIFT for row in rows).items()],
    )
    for table, some in fields.items():
        write_fields(db, table, some)
    cache.note(db, "next place", place)


def remove(db: Connection, paths: Sequence[str], touched: Touched) -> None:
    """Takes the memories at these paths out of the index."""
    for path in paths:
        found = db.execute(
            "SELECT m.key, m.id, b.kind FROM memories m"
            " JOIN buckets b ON b.key = m.key >> 32 WHERE m.path = ?",
            (path,),
        ).fetchone()
        if found is None:
            continue
        key, id_, kind = found
        touched.ids.add(id_)
        touched.ids.update(
            old for (old,) in db.execute("SELECT old FROM supersedes WHERE key = ?", (key,))
        )
        touched.lessons.update(
            one for (one,) in db.execute("SELECT lesson FROM testimony WHERE outcome = ?", (key,))
        )
        erase_fields(db, table_of(Kind(kind)), key)
        db.execute("DELETE FROM memories WHERE key = ?", (key,))
        db.execute("DELETE FROM supersedes WHERE key = ?", (key,))
        db.execute("DELETE FROM testimony WHERE outcome = ?", (key,))


def write_fields(db: Connection, table: Table, rows: Sequence[tuple[object, ...]]) -> None:
    """Adds rows of stems to a table that is searched: the key, then the text of each field."""
    if not rows:
        return
    db.executemany(
        f"INSERT INTO {table}(rowid, {', '.join(FIELDS)}) VALUES (?, ?, ?, ?, ?, ?, ?)",
        sorted(rows),  # FTS5 flushes what it gathered whenever a row's number falls
    )
    fields = zip(*(row[1:] for row in rows), strict=True)
    _count(db, table, len(rows), [_length("".join(map(str, some))) for some in fields])


def erase_fields(db: Connection, table: Table, key: int) -> tuple[str, ...]:
    """Removes a row of stems, and returns what it was."""
    fields: tuple[str, ...] = db.execute(
        f"SELECT {', '.join(FIELDS)} FROM {table} WHERE rowid = ?", (key,)
    ).fetchone()
    db.execute(f"DELETE FROM {table} WHERE rowid = ?", (key,))
    _count(db, table, -1, [-_length(text) for text in fields])
    return fields


def _count(db: Connection, table: Table, rows: int, lengths: list[int]) -> None:
    db.execute(f"UPDATE totals SET {_SET} WHERE name = ?", (rows, *lengths, table))


def _length(text: str) -> int:
    """Returns the number of words in a text that has one space after each."""
    return text.count(" ")


def _row(key: int, stored: Stored, words: str) -> tuple[Any, ...]:
    record = stored.record
    common = (
        key,
        record.id,
        stored.path,
        stored.digest,
        "\n".join(record.tags),
        record.title,
        as_number(record.created),
        record.source.ref,
        words,
    )
    if isinstance(record, Memory):
        guard = as_text(record.guard)
        return *common, record.origin.value, "\n".join(record.paths), guard, "", ""
    return *common, "", "", "", record.result.value, record.task


def _add_links(db: Connection, key: int, record: Memory | Outcome, touched: Touched) -> None:
    """Notes which lessons an outcome is evidence for, or which memories one replaces."""
    if isinstance(record, Memory):
        olds = sorted(set(record.supersedes) - {record.id})
        if olds:
            db.executemany("INSERT INTO supersedes VALUES (?, ?)", [(key, old) for old in olds])
            touched.ids.update(olds)
        return
    entire = dict.fromkeys(record.used, False) | dict.fromkeys(record.lessons, True)
    db.executemany(
        "INSERT INTO testimony VALUES (?, ?, ?)",
        [(lesson, key, full) for lesson, full in entire.items()],
    )
    touched.lessons.update(entire)


class _Buckets(dict[tuple[str, str, str], int]):
    """The numbers of the buckets by agent, kind and domain; one that is new is made when asked."""

    def __init__(self, db: Connection) -> None:
        rows = db.execute("SELECT agent, kind, domain, key FROM buckets")
        super().__init__({(agent, kind, domain): key for agent, kind, domain, key in rows})
        self._db = db

    def __missing__(self, names: tuple[str, str, str]) -> int:
        made = self._db.execute("INSERT INTO buckets(agent, kind, domain) VALUES (?, ?, ?)", names)
        self[names] = key = int(made.lastrowid or 0)
        return key
