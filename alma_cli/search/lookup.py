"""A question put to the tables of an index: its words weighed, candidates found and scored."""

from __future__ import annotations

from itertools import accumulate
from math import log
from typing import TYPE_CHECKING, Final

from alma_cli.search import rank
from alma_cli.search.question import (
    BACKGROUND,
    Asked,
    Corpus,
    Near,
    Question,
    is_part_of_known,
    is_pasted,
    pose,
    read,
)
from alma_cli.search.row import Bucket, Only, Row, Table
from alma_cli.text import STOP_WORDS, stop_stems
from alma_cli.value import frozen

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from alma_cli.search.reading import Reading

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


@frozen
class Candidate:
    """A memory that a search found, and how well it answers."""

    row: Row
    score: rank.Score


def search(
    reading: Reading,
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
    keys = reading.best(table, telling, buckets, -1 if only else most)
    if len(telling) < len(looked_for) and len(keys) < most:
        keys = reading.best(table, looked_for, buckets, most)
    ranker = rank.Ranker(question)
    candidates: list[Candidate] = []
    # What is refused takes no place: then there is another page, as long as there is need of it.
    while keys and len(candidates) < most:
        for row, fields in reading.rows(table, keys[:most]):
            if (only is None or only(row)) and len(candidates) < most:
                candidates.append(Candidate(row, ranker.score(fields)))
        keys = keys[most:]
    return tuple(sorted(candidates, key=lambda one: (-one.score.relevance, one.row.id)))


def question_of(reading: Reading, text: str, table: Table) -> Question:
    """Returns a text as a question about what a table holds, with what its slips may have meant."""
    asked, pairs = read(text)
    rows, *lengths = reading.totals(table)
    frequencies = reading.frequencies(table, (one.stem for one in asked))
    known = set(frequencies)
    if table is Table.OUTCOMES:  # what advice says is spelled well; what was typed may not be
        known |= reading.frequencies(Table.ADVICE, {one.stem for one in asked} - known).keys()
    nears = {}
    for one in _slips(asked, known) if rows else ():
        from alma_cli.search import vocabulary

        near = vocabulary.near(reading.db, one.word)
        own = (Near(one.stem, 1.0, one.word),) if one.stem in frequencies else ()
        nears[one.word] = near or own
    frequencies |= reading.frequencies(table, (n.stem for near in nears.values() for n in near))
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
        and not is_part_of_known(one, known)
    ]
    unknown = [one for one in unknown if not one.is_aside] or unknown
    return [*unknown[: MOST_SLIPS // 2], *unknown[MOST_SLIPS // 2 :][-MOST_SLIPS // 2 :]]


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
