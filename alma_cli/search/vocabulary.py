"""The words that memories are written in, and which of them a slip of the pen may have meant."""

# ruff: noqa: S608 - only names of our own tables and columns are put into queries

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from operator import add
from typing import TYPE_CHECKING, Final

from alma_cli.search.reading import batches, marks, quoted
from alma_cli.search.row import Table
from alma_cli.text import STOP_WORDS, stem_each

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from sqlite3 import Connection

    from alma_cli.search.question import Near

SHORTEST: Final = 3
STRETCH: Final = 3
"""How many letters longer or shorter a word may be than what was meant."""
ENOUGH: Final = 200
"""Words to compare letter by letter: those that share the most pairs of letters, and ties."""


def is_kept(word: str) -> bool:
    """Says whether a word is worth proposing for a misspelled one."""
    return len(word) >= SHORTEST and word not in STOP_WORDS and not word.isdigit()


def grams(word: str) -> set[str]:
    """Returns the pairs of neighbouring letters of a word, with its beginning and its end."""
    framed = f"^{word}$"
    return set(map(add, framed, framed[1:]))


def add_all(db: Connection, words: Iterable[str]) -> None:
    """Adds the words of memories that came, as `text.spelled` has them.

    A word that no memory holds any more stays, and is never proposed: see `near`.
    """
    (last,) = db.execute("SELECT coalesce(max(number), 0) FROM vocabulary").fetchone()
    db.executemany(
        "INSERT OR IGNORE INTO vocabulary(word) VALUES (?)",
        [(word,) for word in sorted(set("".join(words).split())) if is_kept(word)],
    )
    places: dict[int, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for number, word in db.execute(
        "SELECT number, word FROM vocabulary WHERE number > ? ORDER BY number", (last,)
    ):
        alike = places[len(word)]
        for gram in grams(word):
            alike[gram].append(number)
    find = "SELECT numbers FROM grams WHERE gram = ? AND length = ?"
    rows = []
    for length, numbered in places.items():
        for gram, numbers in numbered.items():
            (held,) = db.execute(find, (gram, length)).fetchone() or (b"",)
            rows.append((gram, length, held + array("I", numbers).tobytes()))
    db.executemany("INSERT OR REPLACE INTO grams VALUES (?, ?, ?)", sorted(rows))


def near(db: Connection, word: str) -> tuple[Near, ...]:
    """Returns the words of memories that are nearest to one that no memory holds, best first."""
    from alma_cli.search import fuzzy

    shared: Counter[int] = Counter()
    for gram in grams(word):
        for (numbers,) in db.execute(
            "SELECT numbers FROM grams WHERE gram = ? AND length BETWEEN ? AND ?",
            (gram, len(word) - STRETCH, len(word) + STRETCH),
        ):
            held = array("I")
            held.frombytes(numbers)
            shared.update(held)
    ranked = shared.most_common()
    least = ranked[min(ENOUGH, len(ranked)) - 1][1] if ranked else 0
    chosen = [number for number, common in ranked if common >= least]
    words = list(_spelled(db, chosen))
    found = fuzzy.alike(word, zip(words, stem_each(words), strict=True))
    return fuzzy.nearest(found, lambda one: _is_held(db, one))


def _spelled(db: Connection, numbers: list[int]) -> Iterator[str]:
    for some in batches(numbers):
        query = f"SELECT word FROM vocabulary WHERE number IN ({marks(some)})"
        yield from (word for (word,) in db.execute(query, some))


def _is_held(db: Connection, near: Near) -> bool:
    """Says whether a memory holds the word still: it would be one of those that hold its stem."""
    return any(
        db.execute(
            f"SELECT 1 FROM {table} f JOIN memories m ON m.key = f.rowid"
            f" WHERE f.{table} MATCH ? AND instr(' ' || m.words, ?) LIMIT 1",
            (quoted(near.stem), f" {near.word} "),
        ).fetchone()
        for table in Table
    )
