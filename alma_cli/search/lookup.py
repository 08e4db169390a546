"""A question put to the tables of an index: its words weighed, candidates found and scored."""

# ruff: noqa: S608 - only names of our own tables and columns are put into queries

from __future__ import annotations

from itertools import accumulate
from math import log
from typing import TYPE_CHECKING, Any, Final

from alma_cli.search import rank
from alma_cli.search.question import (
    BACKGROUND,
    Asked,
    Corpus,
    Near,
    Question,
    is_pasted,
    pose,
    read,
)
from alma_cli.search.row import COLUMNS, Bucket, Only, Row, Table, as_row
from alma_cli.text import STOP_WORDS, stop_stems
from alma_cli.value import frozen

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from sqlite3 import Connection

MOST_POSTINGS: Final = 30_000
"""Memories that the words looked for may name, all words together; the commonest words of a
question are left out of the search above that (and still count for what is found)."""
TELLING: Final = 0.95
"""The share of what a question says from which on its commoner words are left out of the search,
where the others lead to enough (docs/ranking.md)."""
SHORTEST_SLIP: Final = 4
"""Letters of a question's word that may be a slip; shorter ones are near too much."""
MOST_SLIPS: Final = 16
"""Unknown words of one question that are taken for slips; a stack trace has hundreds."""
AT_ONCE: Final = 500


@frozen
class Candidate:
    """A memory that a search found, and how well it answers."""

    row: Row
    score: rank.Score


def search(
    db: Connection,
    question: Question,
    buckets: Collection[Bucket],
    *,
    table: Table,
    most: int,
    only: Only | None = None,
) -> tuple[Candidate, ...]:
    """Returns at most `most` visible memories that answer, best first, none that `only` refuses."""
    looked_for = _looked_for(question)
    if not looked_for:
        return ()
    telling = looked_for if only else _telling(question, looked_for)
    keys = _match(db, table, telling, buckets, -1 if only else most)
    if len(telling) < len(looked_for) and len(keys) < most:
        keys = _match(db, table, looked_for, buckets, most)
    ranker = rank.Ranker(question)
    candidates: list[Candidate] = []
    # What is refused takes no place: then there is another page, as long as there is need of it.
    while keys and len(candidates) < most:
        for row, fields in _rows(db, table, keys[:most]):
            if (only is None or only(row)) and len(candidates) < most:
                candidates.append(Candidate(row, ranker.score(fields)))
        keys = keys[most:]
    return tuple(sorted(candidates, key=lambda one: (-one.score.relevance, one.row.id)))


def _match(
    db: Connection, table: Table, stems: list[str], buckets: Collection[Bucket], most: int
) -> list[int]:
    """Returns the keys of visible memories that have any of the stems, best first, -1 for all."""
    found = db.execute(
        f"SELECT rowid FROM {table} WHERE {table} MATCH ?"
        f" AND (rowid >> 32) IN ({keys_of(buckets)})"
        " AND rowid NOT IN (SELECT key FROM memories WHERE hidden != '')"
        f" ORDER BY bm25({table}, {', '.join(map(str, rank.WEIGHTS))}), rowid LIMIT ?",
        (" OR ".join(f'"{stem}"' for stem in stems), most),
    )
    return [key for (key,) in found]


def _rows(db: Connection, table: Table, keys: list[int]) -> list[tuple[Row, tuple[str, ...]]]:
    """Returns the memories of these keys in their order, each with the stems of its fields."""
    fields = ", ".join(f"f.{name}" for name in rank.FIELDS)
    rows: list[tuple[Any, ...]] = db.execute(
        f"SELECT {COLUMNS}, {fields} FROM memories m JOIN buckets b ON b.key = m.key >> 32"
        f" JOIN {table} f ON f.rowid = m.key WHERE m.key IN ({marks(keys)})",
        keys,
    ).fetchall()
    place = {key: number for number, key in enumerate(keys)}
    width = len(rank.FIELDS)
    rows.sort(key=lambda row: place[row[0]])
    return [(as_row(row[:-width]), row[-width:]) for row in rows]


def question_of(db: Connection, text: str, table: Table) -> Question:
    """Returns a text as a question about what a table holds, with what its slips may have meant."""
    asked, pairs = read(text)
    (rows, *lengths) = db.execute(
        f"SELECT rows, {', '.join(rank.FIELDS)} FROM totals WHERE name = ?", (table,)
    ).fetchone()
    frequencies = _frequencies(db, table, (one.stem for one in asked))
    known = set(frequencies)
    if table is Table.OUTCOMES:  # what advice says is spelled well; what was typed may not be
        known |= _frequencies(db, Table.ADVICE, {one.stem for one in asked} - known).keys()
    nears = {}
    for one in _slips(asked, known) if rows else ():
        from alma_cli.search import vocabulary

        near = vocabulary.near(db, one.word)
        own = (Near(one.stem, 1.0, one.word),) if one.stem in frequencies else ()
        nears[one.word] = near or own
    frequencies |= _frequencies(db, table, (n.stem for near in nears.values() for n in near))
    averages = tuple(
        (length + BACKGROUND * usual) / (rows + BACKGROUND)
        for length, usual in zip(lengths, rank.USUAL, strict=True)
    )
    corpus = Corpus(rows, averages, frequencies)
    return pose(asked, pairs, nears, corpus, is_pasted=is_pasted(text))


def _slips(asked: Sequence[Asked], known: set[str]) -> list[Asked]:
    """Returns the words that no memory holds: of a long text, some at both of its ends.

    Those that only a listing has are left alone where there are others. `froms` has the stem of
    `from`: what is only known as a stop word is not known.
    """
    unknown = [
        one
        for one in asked
        if len(one.word) >= SHORTEST_SLIP
        and one.word not in STOP_WORDS
        and (one.stem not in known or one.stem in stop_stems())
    ]
    unknown = [one for one in unknown if not one.is_aside] or unknown
    return [*unknown[: MOST_SLIPS // 2], *unknown[MOST_SLIPS // 2 :][-MOST_SLIPS // 2 :]]


def _frequencies(db: Connection, table: Table, stems: Iterable[str]) -> dict[str, int]:
    """Returns in how many memories each of these stems occurs, those that occur at all."""
    wanted = sorted(set(stems))
    found: dict[str, int] = {}
    for start in range(0, len(wanted), AT_ONCE):
        some = wanted[start : start + AT_ONCE]
        found.update(
            db.execute(f"SELECT term, doc FROM {table}_stems WHERE term IN ({marks(some)})", some)
        )
    return found


def _looked_for(question: Question) -> list[str]:
    """Returns the stems that lead to candidates.

    Stop words, and words of a listing, do so only where there is nothing else.
    """
    frequencies = question.corpus.frequencies
    terms = [term for term in question.terms if term.nears]
    told = [term for term in terms if not term.is_aside] or terms
    stems = {near.stem for term in told for near in term.nears}
    looked_for: list[str] = []
    postings = 0
    for stem in sorted(stems - stop_stems() or stems, key=lambda one: (frequencies[one], one)):
        postings += frequencies[stem]
        if looked_for and postings > MOST_POSTINGS:
            break
        looked_for.append(stem)
    return looked_for


def _telling(question: Question, looked_for: list[str]) -> list[str]:
    """Returns the first of the stems, which are the rarest, that hold `TELLING` of what all say.

    What a word says is its information as SQLite's `bm25` has it, by which candidates are chosen:
    that of a word in half of all memories is nothing, though it leads to thousands. What a slip
    may have meant says as much less as there is more of it.
    """
    share: dict[str, float] = {}
    for term in question.terms:
        for near in term.nears:
            sure = near.similarity**rank.FUZZY_POWER / len(term.nears)
            share[near.stem] = max(sure, share.get(near.stem, 0.0))
    rows, frequencies = question.corpus.rows, question.corpus.frequencies
    odds = [(rows - frequencies[stem] + 0.5) / (frequencies[stem] + 0.5) for stem in looked_for]
    told = (share[stem] * log(max(1.0, odd)) for stem, odd in zip(looked_for, odds, strict=True))
    said = list(accumulate(told))
    return [
        stem for at, stem in enumerate(looked_for) if not at or said[at - 1] < TELLING * said[-1]
    ]


def keys_of(buckets: Collection[Bucket]) -> str:
    """Returns the keys of buckets as SQL lists them."""
    return ", ".join(str(bucket.key) for bucket in buckets)


def marks(values: Sequence[object]) -> str:
    """Returns a mark for each value that a query is given."""
    return ", ".join("?" * len(values))
