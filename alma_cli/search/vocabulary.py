"""The words that memories are written in, and which of them a slip of the pen may have meant."""

# ruff: noqa: S608 - only names of our own tables and columns are put into queries

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from operator import add
from typing import TYPE_CHECKING, Final

from alma_cli.text import STOP_WORDS, stem_each

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from sqlite3 import Connection

    from alma_cli.search.question import Near

SHORTEST: Final = 3
STRETCH: Final = 3
"""How many letters longer or shorter a word may be than what was meant."""
ENOUGH: Final = 200
"""Words to compare letter by letter: those that share the most pairs of letters, and ties."""
AT_ONCE: Final = 500


def is_kept(word: str) -> bool:
    """Says whether a word is worth proposing for a misspelled one."""
    return len(word) >= SHORTEST and word not in STOP_WORDS and not word.isdigit()


def grams(word: str) -> set[str]:
    """Returns the pairs of neighbouring letters of a word, with its beginning and its end."""
    framed = f"^{word}$"
    return set(map(add, framed, framed[1:]))


def change(db: Connection, words: Mapping[str, int]) -> None:
    """Counts words in and out: for some with spaces between, how many memories more or fewer.

    A word that no memory holds any more stays, and is never proposed.
    """
    uses: Counter[str] = Counter()
    for some, more in words.items():
        for word in some.split():
            uses[word] += more
    changed = [word for word, more in sorted(uses.items()) if more and is_kept(word)]
    (last,) = db.execute("SELECT coalesce(max(number), 0) FROM vocabulary").fetchone()
    db.executemany(
        "INSERT INTO vocabulary(word, stem, uses) VALUES (?, ?, ?)"
        " ON CONFLICT(word) DO UPDATE SET uses = uses + excluded.uses",
        [(word, stem, uses[word]) for word, stem in zip(changed, stem_each(changed), strict=True)],
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
    return fuzzy.near(word, _spelled(db, chosen))


def _spelled(db: Connection, numbers: list[int]) -> Iterable[tuple[str, str]]:
    for start in range(0, len(numbers), AT_ONCE):
        some = numbers[start : start + AT_ONCE]
        yield from db.execute(
            "SELECT word, stem FROM vocabulary WHERE uses > 0"
            f" AND number IN ({', '.join('?' * len(some))})",
            some,
        )
