"""Whether two strategies are the same one: the same words, not a paraphrase, and never opposites.

A wrong merge costs more than a missed one, so what makes two strategies differ is looked for first:
a negation, a number, an identifier, an opposite, a turned direction. Only then words are compared.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from functools import cache
from itertools import product
from typing import Final

from alma_cli.model import Kind
from alma_cli.rules.spelling import is_slip
from alma_cli.rules.strategy import Strategy, joined, read, tells
from alma_cli.text import stem
from alma_cli.value import frozen, replace

SAME: Final = 0.85
"""Similarity from which two strategies are one."""
NEAR: Final = 0.60
"""Similarity from which a strategy is worth pointing at."""
ALIKE: Final = 0.5
"""Similarity, letter by letter, from which it is asked whether words are misspelled."""

_OPPOSITES: Final = tuple(
    pair.split("/")
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
    forward/back once/twice get/put over/under all/any all/some all/none any/none some/none
    """.split()
)
_STRONG: Final = frozenset(
    """
    above after against back before below down except few first instead last least less off only
    out over than under unless until without
    """.split()
)
"""Words that turn what is said, although they say nothing by themselves."""
_DIRECTION: Final = frozenset(
    """
    after as because before but by for from if in instead into no not of onto over than then to
    unless until via when while with without
    """.split()
)
"""Words that tell what stands on which side of them."""


@frozen
class Likeness:
    """How alike two strategies are, 0 to 1, and what tells them apart, "" for nothing.

    `extra` is a word that only one of them says: it may be about something narrower. `opposite`
    when they cannot both be right: one is negated, turned about, or has the opposite word.
    """

    similarity: float
    apart: str = ""
    extra: str = ""
    opposite: bool = False

    @property
    def same(self) -> bool:
        """Says whether they are one strategy."""
        return not self.apart and not self.extra and self.similarity >= SAME

    @property
    def near(self) -> bool:
        """Says whether one is worth pointing at when the other is meant."""
        return not self.same and self.similarity >= NEAR


def compare(one: str, other: str) -> Likeness:
    """Returns how alike two strategies are; the order of the two does not matter."""
    return compare_read(read(one), read(other))


def compare_read(one: Strategy, other: Strategy) -> Likeness:
    """Returns how alike two strategies are that were read before."""
    left, right = joined(one, other)
    if left == right:
        return Likeness(1.0)
    similarity, alone = _similarity(left, right)
    if similarity < ALIKE:
        return Likeness(similarity)
    left, right, slips = _mended(left, right)
    similarity, alone = _similarity(left, right, slips)
    if similarity < NEAR:
        return Likeness(similarity)
    differs = _differs(left, right)
    opposed = _opposed(left, right) or _turned_about(left, right)
    replaced = " is not ".join(sorted(alone)) if all(alone) else ""
    apart = differs or opposed or replaced
    extra = alone[0] or alone[1] or min(left.numbers ^ right.numbers, default="")
    return Likeness(similarity, apart, "" if apart else extra, bool(opposed and not differs))


def conflict(one: Kind, other: Kind, likeness: Likeness) -> str:
    """Returns why two lessons of these kinds cannot both be right, "" where they can."""
    if one is other:
        return likeness.apart if likeness.opposite else ""
    return f"it is a {other.value} on the same" if likeness.same else ""


def _differs(left: Strategy, right: Strategy) -> str:
    """Returns in what two strategies are about different things, "" for nothing."""
    if _both_differ(left.numbers, right.numbers):
        return "their numbers differ"
    if left.signs != right.signs:
        return "their signs differ"
    others = _both_differ(left.flags, right.flags) or _name_others(left, right)
    return "they name different things" if others else ""


def _opposed(left: Strategy, right: Strategy) -> str:
    """Returns what makes one strategy warn of the other, "" for nothing."""
    if left.negations != right.negations:
        return "one of them is negated"
    ours, theirs = {*_stems(left.spoken)}, {*_stems(right.spoken)}
    for (word, opposite), pair in _opposites():
        here, there = ours & pair, theirs & pair
        if len(here) == len(there) == 1 and here != there:
            return f"{word} is not {opposite}"
    if only := _STRONG & ({*left.spoken} ^ {*right.spoken}):
        return f"only one of them says {min(only)}"
    return ""


def _turned_about(left: Strategy, right: Strategy) -> str:
    about = _is_turned_round(left, right) or _is_reordered(left, right)
    return "their words stand the other way round" if about else ""


def _name_others(left: Strategy, right: Strategy) -> bool:
    """Says whether one has an identifier that the other, which has some too, does not have."""
    if not (left.identifiers and right.identifiers):
        return False
    pairs = ((left.identifiers, right.plain), (right.identifiers, left.plain))
    return any(name not in text for names, text in pairs for name in names)


def _both_differ(left: frozenset[str], right: frozenset[str]) -> bool:
    return bool(left and right) and left != right


def _is_turned_round(left: Strategy, right: Strategy) -> bool:
    """Says whether words stand on other sides of a direction: `into`, `before`, an arrow."""
    common = _DIRECTION & {*left.spoken} & {*right.spoken}
    shared = {*_stems(left.telling)} & {*_stems(right.telling)}
    if common and _roles(left, common, shared) != _roles(right, common, shared):
        return True
    return bool(left.signs) and _stems(left.telling) != _stems(right.telling)


def _stems(words_: Iterable[str]) -> tuple[str, ...]:
    return tuple(map(stem, words_))


@cache
def _opposites() -> tuple[tuple[tuple[str, ...], frozenset[str]], ...]:
    """Returns pairs of words that exclude each other, each with the stems of both."""
    return tuple((tuple(pair), frozenset(_stems(pair))) for pair in _OPPOSITES)


def _roles(
    strategy: Strategy, directions: AbstractSet[str], shared: AbstractSet[str]
) -> tuple[Counter[str], ...]:
    """Returns the shared words on each side of every word that gives a direction, and that word."""
    sides: list[Counter[str]] = [Counter()]
    for word in strategy.spoken:
        if word in directions:
            sides.append(Counter({word: 1}))
        elif tells(word) and stem(word) in shared:
            sides[-1][stem(word)] += 1
    return tuple(sides)


def _similarity(
    left: Strategy, right: Strategy, slips: float = 0.0
) -> tuple[float, tuple[str, str]]:
    """Returns Dice's coefficient of the telling words, and one of each that has no partner.

    `slips` are the parts of words that are misspelled.
    """
    total = len(left.telling) + len(right.telling)
    if not total:
        return float(left.spoken == right.spoken), ("", "")
    ours, theirs = _without_partners(left.telling, right.telling)
    similarity = (total - len(ours) - len(theirs) - slips) / total
    return round(similarity, 4), (min(ours, default=""), min(theirs, default=""))


def _mended(left: Strategy, right: Strategy) -> tuple[Strategy, Strategy, float]:
    """Returns both with one spelling for a word that one of them misspells, and what that costs.

    A misspelled word is a partner for its part: two of seven letters are 2 * 1/7 of a word.
    """
    pairs = sorted(_slips(left, right), key=lambda pair: (-max(map(len, pair)), *sorted(pair)))
    here: dict[str, str] = {}
    there: dict[str, str] = {}
    cost = 0.0
    for one, other in pairs:
        if one not in here and other not in there:
            here[one] = there[other] = one if tells(other) else other
            cost += 2 / max(len(one), len(other))
    return _spelled(left, here), _spelled(right, there), cost


def _spelled(strategy: Strategy, spellings: Mapping[str, str]) -> Strategy:
    if not spellings:
        return strategy
    spoken = tuple(spellings.get(word, word) for word in strategy.spoken)
    return replace(strategy, spoken=spoken, telling=tuple(filter(tells, spoken)))


def _is_reordered(left: Strategy, right: Strategy) -> bool:
    """Says whether the same words stand in another order, unless a clause has changed its place."""
    here, there = _stems(left.telling), _stems(right.telling)
    if here == there or Counter(here) != Counter(there):
        return False
    return all(here[at:] + here[:at] != there for at in range(len(here)))


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


def _slips(left: Strategy, right: Strategy) -> Iterator[tuple[str, str]]:
    """Yields the pairs that may be one word misspelled; words without weight are misspelled too."""
    ours, theirs = _without_partners(left.telling, right.telling)
    quiet_here = _quiet(left.spoken, right.spoken)
    quiet_there = _quiet(right.spoken, left.spoken)
    for one, other in (
        *product(ours, [*theirs, *quiet_there]),
        *product(quiet_here, theirs),
    ):
        if is_slip(one, other):
            yield one, other


def _quiet(words_: tuple[str, ...], others: tuple[str, ...]) -> list[str]:
    return [word for word in words_ if not tells(word) and word not in others]
