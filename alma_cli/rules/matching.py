"""Whether two strategies are the same one: the same words, not a paraphrase, and never opposites.

A wrong merge costs more than a missed one, so what makes two strategies differ is looked for first:
a negation, a number, an identifier, an opposite, a turned direction. Only then words are compared.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from typing import Final

from alma_cli.text import STOP_WORDS, stem, words
from alma_cli.value import frozen

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
_UNITS: Final = (
    "%|[munµ]?s(?:ec(?:ond)?s?)?|milliseconds?|min(?:ute)?s?|h(?:(?:ou)?rs?)?|days?|weeks?|months?"
    "|years?|[kmgt]i?b(?:ytes?)?|bytes?|px|r?em|[km]?hz|times?|x"
)
_NUMBER: Final = re.compile(
    rf"(?<![\w.])(?:(?<=\s)-)?v?\d+(?:[.,_]\d+)*(?:[ ]?(?:{_UNITS})(?![\w]))?", re.IGNORECASE
)
"""Numbers with their units."""
_SIGN: Final = re.compile(r"[-=]+>|<[-=]+|[<>=]=*|!=+|&+|\|+")
"""Arrows, and signs that compare or join."""
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
    single/multiple one/many few/many wait/sleep in/out least/most and/or if/unless
    forward/back
    """.split()
)
_DIRECTION: Final = frozenset(
    """
    after before by for from in instead into no not onto over than then to via with without
    """.split()
)
"""Words that tell what stands on which side of them."""


@frozen
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
    if left == right:
        return Likeness(1.0)
    similarity, lonely = _similarity(left, right)
    return Likeness(similarity, _apart(left, right, lonely) if similarity >= NEAR else "")


@frozen
class _Strategy:
    spoken: tuple[str, ...]
    telling: tuple[str, ...]
    negations: int
    numbers: frozenset[str]
    signs: tuple[str, ...]
    identifiers: frozenset[str]


@lru_cache(maxsize=4096)
def _read(text: str) -> _Strategy:
    spoken = tuple(words(_NUMBER.sub(" ", text)))  # `30s` is one word and `30 s` two
    return _Strategy(
        spoken,
        tuple(word for word in spoken if word not in STOP_WORDS and not word.isdigit()),
        len(_NEGATION.findall(text)),
        frozenset(re.sub(r"[\s,_]", "", found.lower()) for found in _NUMBER.findall(text)),
        tuple(_SIGN.findall(text)),
        frozenset(found.strip("`(").lower() for found in _IDENTIFIER.findall(text)),
    )


def _apart(left: _Strategy, right: _Strategy, lonely: tuple[str, str] | None) -> str:
    """Returns what tells two strategies apart, "" for nothing."""
    plain = (
        (left.negations != right.negations, "one of them is negated"),
        (_both_differ(left.numbers, right.numbers), "their numbers differ"),
        (left.signs != right.signs, "their signs differ"),
        (_both_differ(left.identifiers, right.identifiers), "they name different things"),
    )
    for differs, why in plain:
        if differs:
            return why
    for pair in _OPPOSITES:
        if _turned(pair, left.spoken, right.spoken):
            return f"{pair[0]} is not {pair[1]}"
    if _is_turned_round(left, right):
        return "their words stand the other way round"
    return f"{lonely[0]} is not {lonely[1]}" if lonely else ""


def _both_differ(left: frozenset[str], right: frozenset[str]) -> bool:
    return bool(left and right) and left != right


def _is_turned_round(left: _Strategy, right: _Strategy) -> bool:
    """Says whether words stand on other sides of a direction: `into`, `before`, an arrow."""
    common = _DIRECTION & {*left.spoken} & {*right.spoken}
    if common and _roles(left, common) != _roles(right, common):
        return True
    return bool(left.signs) and _stems(left.telling) != _stems(right.telling)


def _stems(words_: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(map(stem, words_))


def _turned(pair: tuple[str, ...], left: tuple[str, ...], right: tuple[str, ...]) -> bool:
    one, other = (stem(word) for word in pair)
    here = {stem(word) for word in left} & {one, other}
    there = {stem(word) for word in right} & {one, other}
    return len(here) == len(there) == 1 and here != there


def _roles(strategy: _Strategy, directions: frozenset[str]) -> tuple[Counter[str], ...]:
    """Returns the words on each side of every word that gives a direction."""
    sides: list[Counter[str]] = [Counter()]
    for word in strategy.spoken:
        if word in directions:
            sides.append(Counter())
        elif word not in STOP_WORDS and not word.isdigit():
            sides[-1][stem(word)[:4]] += 1
    return tuple(sides)


def _similarity(left: _Strategy, right: _Strategy) -> tuple[float, tuple[str, str] | None]:
    """Returns the share of telling words with a partner, and two that stand in one place.

    Dice's coefficient over multisets of stems; a misspelled word counts for its part. Where both
    sides have a word without a partner, one was put in the place of the other.
    """
    total = len(left.telling) + len(right.telling)
    if not total:
        return float(left.spoken == right.spoken), None
    ours, theirs = _without_partners(left.telling, right.telling)
    shared = (total - len(ours) - len(theirs)) / 2
    for alike, one, other in _slips(ours, theirs):
        if one in ours and other in theirs:
            ours.remove(one)
            theirs.remove(other)
            shared += alike
    one, other = sorted((min(ours, default=""), min(theirs, default="")))
    return round(2 * shared / total, 4), (one, other) if one else None


def _without_partners(left: tuple[str, ...], right: tuple[str, ...]) -> tuple[list[str], list[str]]:
    stems, others = Counter(map(stem, left)), Counter(map(stem, right))
    return _beyond(left, stems & others), _beyond(right, stems & others)


def _beyond(words_: tuple[str, ...], shared: Counter[str]) -> list[str]:
    rest = Counter(shared)
    alone = []
    for word in words_:
        if rest[stem(word)]:
            rest[stem(word)] -= 1
        else:
            alone.append(word)
    return alone


def _slips(ours: list[str], theirs: list[str]) -> list[tuple[float, str, str]]:
    """Returns the pairs that may be one word misspelled, the most alike first."""
    from rapidfuzz.distance import OSA

    pairs = (
        (OSA.normalized_similarity(one, other), one, other)
        for one in ours
        for other in theirs
        if not _is_another(one, other)
    )
    return sorted(
        (pair for pair in pairs if pair[0] >= TYPO), key=lambda p: (-p[0], *sorted(p[1:]))
    )


def _is_another(one: str, other: str) -> bool:
    """Says whether two words are no slip of each other: short, numbered, or with an affix more."""
    short, long = sorted((one, other), key=len)
    return (
        len(short) < SHORT
        or any(map(str.isdigit, one + other))
        or long.startswith(short)
        or long.endswith(short)
    )
