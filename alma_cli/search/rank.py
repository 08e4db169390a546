"""How well a memory answers a question, and why."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise, product
from typing import TYPE_CHECKING, Final

from alma_cli.search.question import STOP_WEIGHT
from alma_cli.text import STOP_WORDS, stop_stems
from alma_cli.value import frozen

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from alma_cli.search.question import Corpus, Near, Question, Term

FIELDS: Final = ("title", "body", "better", "code", "tags", "tasks")
WEIGHTS: Final = (3.0, 1.0, 0.7, 0.5, 1.0, 0.7)
USUAL: Final = (9.0, 50.0, 9.0, 3.0, 2.0, 4.0)
"""How many words the fields have in the example store: what a memory is taken to hold of which
nothing is known, so that one long text does not turn a store of three memories upside down."""
PROSE: Final = 4
"""The first fields have sentences, where it means something that two words stand together."""
K1: Final = 1.2
B: Final = 0.5
FUZZY_POWER: Final = 2.0
"""What a word that is only near counts: its similarity to this power."""
PAIR_WEIGHT: Final = 0.5
"""What two neighbours of the question count that are neighbours in the memory too."""
TITLE_BONUS: Final = 0.3
"""The share added where all words of a title are in the question."""
MOST_TOLD: Final = 14
"""Words of a pasted log that a memory can be asked to hold: those of a sentence or two in it.

From 8 to 16 all of fifteen logs find the memory that names their cause above the floor; of as many
that have none, 14 to 7 find something, and from 14 on nothing that is called strong.
"""
FLOOR: Final = 0.15
"""The nearness below which a memory is about something else.

About half of the questions to one benchmark's corpus then find nothing in another's, and 1 % of the
right answers are lost where memories have titles (docs/ranking.md).
"""
STRONG: Final = 0.30
"""The nearness from which a memory is surely about what was asked."""


@frozen
class Score:
    """How well a memory answers, with the parts that make it up.

    `relevance` (0 to 1) is `lexical * (1 + title)` over the most that any memory could have.
    `coverage` (0 to 1) is the share of the question's information, stop words apart, that the
    memory holds. `fitness` (0 to 1) is relevance but for a pasted log: there it is over the most
    that a memory of `MOST_TOLD` rare words could have, and coverage is the share of those.
    `matched` names the words found in each field, `replaced` those taken for others.
    """

    relevance: float
    coverage: float
    fitness: float
    lexical: float
    title: float
    matched: tuple[tuple[str, tuple[str, ...]], ...]
    replaced: tuple[tuple[str, str], ...]

    @property
    def nearness(self) -> float:
        """Returns whether the memory is about what was asked, 0 to 1: for `FLOOR` and `STRONG`.

        Order is by relevance; what is best of nothing has a relevance too, but covers little.
        """
        return (self.coverage + 2 * self.fitness) / 3


class Ranker:
    """Scores memories for one question.

    BM25F (Robertson, Zaragoza and Taylor 2004) over the words, where only the best of a word's
    alternatives counts; then neighbours; then a bonus for the title.
    """

    def __init__(self, question: Question) -> None:
        self._question = question
        self._wanted: defaultdict[str, list[int]] = defaultdict(list)
        self._spelled: dict[str, str] = {}
        for at, term in enumerate(question.terms):
            for near in term.nears:
                self._wanted[near.stem].append(at)
                self._spelled.setdefault(near.stem, near.word)
        self._stems = frozenset(self._wanted)
        self._worths = [
            (term.word, _worths(term, question.corpus)) for term in question.terms if term.nears
        ]
        self._pairs = {
            pair: PAIR_WEIGHT * min(question.terms[at].mass for at in pair)
            for pair in sorted(question.pairs)
        }
        telling = [term for term in question.terms if term.word not in STOP_WORDS]
        self._telling = {term.word: term.mass for term in telling or question.terms}
        # `go on` and `do it` do not say what they are about: a word that no memory holds.
        unsaid = 0.0 if telling else question.corpus.idf("")
        told = sum(self._telling.values()) + unsaid
        most = sum(term.mass for term in question.terms) + sum(self._pairs.values()) + unsaid
        self._told, self._most = told, most * (1 + TITLE_BONUS)
        self._fair = self._most
        if question.is_pasted:  # no memory holds all that a log says
            self._told = min(told, MOST_TOLD * question.corpus.idf(""))
            side_by_side = self._told * (1 + PAIR_WEIGHT)
            self._fair = min(most, side_by_side) * (1 + TITLE_BONUS)

    def score(self, fields: Sequence[str]) -> Score:
        """Returns how well a memory answers; `fields` are the stems of `FIELDS`, with spaces."""
        stems, pairs, matched = self._find(fields)
        lexical = 0.0
        taken: dict[str, Near] = {}
        for word, worths in self._worths:
            best, most = None, 0.0
            for near, stem, worth in worths:
                if stem in stems:
                    gain = worth * _saturated(stems[stem])
                    if best is None or gain > most:
                        best, most = near, gain
            if best is not None:
                lexical += most
                taken[word] = best
        for pair in sorted(pairs):
            lexical += self._pairs[pair] * _saturated(pairs[pair])
        title = TITLE_BONUS * _share_of_title(fields[0], stems) if taken else 0.0
        fitting = lexical * (1 + title)
        return Score(
            fitting / self._most if taken else 0.0,
            self._coverage(taken),
            min(1.0, fitting / self._fair) if taken else 0.0,
            lexical,
            title,
            tuple(matched),
            tuple([(word, near.word) for word, near in taken.items() if near.similarity < 1]),
        )

    def _coverage(self, taken: Mapping[str, Near]) -> float:
        masses = self._telling
        covered = [
            masses[word] * near.similarity**FUZZY_POWER
            for word, near in taken.items()
            if word in masses
        ]
        return float(min(1.0, sum(covered) / (self._told or 1.0)))

    def _find(
        self, fields: Sequence[str]
    ) -> tuple[dict[str, float], dict[tuple[int, int], float], list[tuple[str, tuple[str, ...]]]]:
        """Returns how much of each stem and pair a memory has, weighted by field, and its words."""
        frequencies: dict[str, float] = {}
        pairs: dict[tuple[int, int], float] = {}
        matched: list[tuple[str, tuple[str, ...]]] = []
        wanted = self._stems
        for place, text in enumerate(fields):
            stems = text.split()
            if wanted.isdisjoint(stems):  # as most are
                continue
            hits = [(at, stem) for at, stem in enumerate(stems) if stem in wanted]
            average = self._question.corpus.averages[place] or 1.0
            share = WEIGHTS[place] / (1 - B + B * len(stems) / average)
            for _, stem in hits:
                frequencies[stem] = frequencies.get(stem, 0.0) + share
            words = dict.fromkeys([self._spelled[stem] for _, stem in hits])
            matched.append((FIELDS[place], tuple(words)))
            if place < PROSE and len(hits) > 1:
                self._find_pairs(hits, share, pairs)
        return frequencies, pairs, matched

    def _find_pairs(
        self, hits: list[tuple[int, str]], share: float, pairs: dict[tuple[int, int], float]
    ) -> None:
        for (at, one), (then, two) in pairwise(hits):
            if then == at + 1:
                for pair in product(self._wanted[one], self._wanted[two]):
                    if pair in self._pairs:
                        pairs[pair] = pairs.get(pair, 0.0) + share


def _worths(term: Term, corpus: Corpus) -> list[tuple[Near, str, float]]:
    """Returns what each alternative of a word is worth: by its own rarity and its likeness."""
    most = max((corpus.idf(near.stem) for near in term.nears), default=1.0)
    return [
        (near, near.stem, term.mass * corpus.idf(near.stem) / most * near.similarity**FUZZY_POWER)
        for near in term.nears
    ]


def _saturated(frequency: float) -> float:
    return frequency / (frequency + K1)


def _share_of_title(title: str, found: Collection[str]) -> float:
    """Returns how much of a title was asked for, 0 to 1; stop words count less here too."""
    words = title.split()
    if not any(map(found.__contains__, words)):
        return 0.0
    stops = stop_stems()
    weights = {one: STOP_WEIGHT if one in stops else 1.0 for one in words}
    asked = sum([weight for one, weight in weights.items() if one in found])
    return asked / sum(weights.values()) if asked else 0.0
