"""Whether two strategies are the same one: the same words, not a paraphrase, and never opposites.

A wrong merge costs more than a missed one, so what makes two strategies differ is looked for first:
a negation, a number, an identifier, an opposite, a turned direction. Only then words are compared.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from alma_cli.text import STOP_WORDS, stem, words

SAME: Final = 0.85
"""Similarity from which two strategies are one."""
NEAR: Final = 0.60
"""Similarity from which a strategy is worth pointing at."""
TYPO: Final = 0.8
"""Similarity of two words from which one is the other misspelled."""
SHORT: Final = 4
"""Letters that a word has at least for that; `rest` and `test` are two words."""

_NEGATION: Final = re.compile(
    r"\b(?:not|no|never|without|avoid\w*|stop(?:ped|ping)?|skip\w*|disallow\w*|forbid\w*|cannot"
    r"|(?:do|does|did|is|are|was|were|ca|could|should|would|wo|must|need)n['\u2019]?t)\b",
    re.IGNORECASE,
)
_TURNED_AWAY: Final = re.compile(
    r"\b(?:instead of|rather than|replac\w*|remov\w*|drop\w*|ban\w*)\b", re.IGNORECASE
)
_NUMBER: Final = re.compile(
    r"(?<![\w.])v?\d+(?:[.,_]\d+)*(?:[ ]?(?:%|[a-z]{1,12}\b))?", re.IGNORECASE
)
_IDENTIFIER: Final = re.compile(
    r"`[^`\n]+`|[A-Za-z_][\w.]*\(|\b[A-Za-z]+_\w+|\b[a-z]+[A-Z]\w*|\b[A-Z]{1,6}\d{2,}\b"
    r"|(?:[\w.-]*/)+[\w.-]+|--?[a-z][\w-]+|\b\w+\.[a-z]{2,4}\b"
)
_OPPOSITES: Final = tuple(
    tuple(pair.split("/"))
    for pair in """
    enable/disable on/off before/after increase/decrease sync/async synchronous/asynchronous
    allow/deny first/last include/exclude add/remove start/stop open/close lock/unlock push/pull
    read/write upload/download encode/decode encrypt/decrypt serial/parallel sequential/parallel
    eager/lazy optimistic/pessimistic ascending/descending asc/desc horizontal/vertical
    client/server frontend/backend public/private static/dynamic implicit/explicit soft/hard
    up/down above/below min/max minimum/maximum shorter/longer short/long small/large
    smaller/larger lower/raise lower/higher low/high more/fewer more/less always/never
    with/without early/late mutable/immutable strict/loose merge/rebase merge/split create/delete
    insert/delete attach/detach mount/unmount install/uninstall accept/reject show/hide
    expand/collapse import/export local/remote local/global manual/automatic
    manually/automatically headless/headed left/right old/new commit/rollback begin/end
    input/output stateful/stateless internal/external mock/real inside/outside same/different
    single/multiple one/many wait/sleep
    """.split()
)
_DIRECTION: Final = frozenset("into from to onto over before after instead than via".split())


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike two strategies are, 0 to 1, and what tells them apart, "" for nothing."""

    similarity: float
    apart: str = ""

    @property
    def same(self) -> bool:
        """Says whether they are one strategy."""
        return not self.apart and self.similarity >= SAME

    @property
    def near(self) -> bool:
        """Says whether one is worth pointing at when the other is meant."""
        return not self.same and self.similarity >= NEAR


def turns_away(strategy: str) -> bool:
    """Says whether a strategy is about not doing what it names: "do not", "instead of"."""
    return bool(_NEGATION.search(strategy) or _TURNED_AWAY.search(strategy))


def compare(one: str, other: str) -> Likeness:
    """Returns how alike two strategies are; the order of the two does not matter."""
    left, right = _read(one), _read(other)
    if left.spoken == right.spoken:
        return Likeness(1.0)
    similarity = round(_similarity(left, right), 4)
    return Likeness(similarity, _apart(left, right) if similarity >= NEAR else "")


@dataclass(frozen=True, slots=True)
class _Strategy:
    spoken: tuple[str, ...]
    telling: tuple[str, ...]
    negations: int
    numbers: frozenset[str]
    identifiers: frozenset[str]


@lru_cache(maxsize=4096)
def _read(text: str) -> _Strategy:
    spoken = tuple(words(text))
    return _Strategy(
        spoken,
        tuple(word for word in spoken if word not in STOP_WORDS and not word.isdigit()),
        len(_NEGATION.findall(text)),
        frozenset(re.sub(r"[\s,_]", "", found.lower()) for found in _NUMBER.findall(text)),
        frozenset(found.strip("`(").lower() for found in _IDENTIFIER.findall(text)),
    )


def _apart(left: _Strategy, right: _Strategy) -> str:
    if left.negations % 2 != right.negations % 2:
        return "one of them is negated"
    if left.numbers != right.numbers and left.numbers and right.numbers:
        return "their numbers differ"
    if left.identifiers != right.identifiers and left.identifiers and right.identifiers:
        return "they name different things"
    for pair in _OPPOSITES:
        if _turned(pair, left.spoken, right.spoken):
            return f"{pair[0]} is not {pair[1]}"
    if _DIRECTION & set(left.spoken) and _roles(left) != _roles(right):
        return "their words stand the other way round"
    return ""


def _turned(pair: tuple[str, ...], left: tuple[str, ...], right: tuple[str, ...]) -> bool:
    one, other = (stem(word) for word in pair)
    here = {stem(word) for word in left} & {one, other}
    there = {stem(word) for word in right} & {one, other}
    return len(here) == len(there) == 1 and here != there


def _roles(strategy: _Strategy) -> tuple[Counter[str], ...]:
    """Returns the words on each side of every word that gives a direction."""
    sides: list[Counter[str]] = [Counter()]
    for word in strategy.spoken:
        if word in _DIRECTION:
            sides.append(Counter())
        elif word not in STOP_WORDS and not word.isdigit():
            sides[-1][stem(word)[:4]] += 1
    return tuple(sides)


def _similarity(left: _Strategy, right: _Strategy) -> float:
    """Returns the share of telling words with a partner, misspelled ones for their part.

    Dice's coefficient over multisets of stems.
    """
    rest = list(right.telling)
    stems = [stem(word) for word in rest]
    shared = 0.0
    alone = []
    for word in left.telling:
        if (root := stem(word)) in stems:
            place = stems.index(root)
            del stems[place], rest[place]
            shared += 1
        else:
            alone.append(word)
    for word in alone:
        shared += _misspelled(word, rest)
    total = len(left.telling) + len(right.telling)
    return 2 * shared / total if total else float(left.spoken == right.spoken)


def _misspelled(word: str, rest: list[str]) -> float:
    """Takes the word most like `word` out of `rest` and returns how alike they are, 0 for none."""
    from rapidfuzz.distance import OSA

    alike, best = max(
        ((OSA.normalized_similarity(word, other), other) for other in rest if len(other) >= SHORT),
        default=(0.0, ""),
    )
    if alike < TYPO or len(word) < SHORT:
        return 0.0
    rest.remove(best)
    return alike
