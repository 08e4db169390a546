"""Which of many strategies are worth comparing with each other, without a look at every pair."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import Final

from alma_cli.rules.strategy import Strategy
from alma_cli.text import stem

SHARED: Final = 0.6
"""Share of their words (Dice) that two strategies have in common at least: what is near has."""
SHORT: Final = 2
"""Words up to which half of them will do: the other one may be misspelled."""


def pairs(strategies: Sequence[Strategy]) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Yields each strategy's place with those of the earlier ones that have enough of its words.

    Two sets that overlap so far have one of the rarest words of each in common, so only those
    lead from one to the other (prefix filtering: Chaudhuri, Ganti, Kaushik, ICDE 2006).
    """
    texts = [frozenset(map(stem, strategy.telling)) for strategy in strategies]
    sizes = [*map(len, texts)]
    lengths = {*sizes}
    number = Counter(word for words in texts for word in words)
    known: dict[str, list[int]] = defaultdict(list)
    for place, words in enumerate(texts):
        size = sizes[place]
        rarest = sorted(words, key=lambda word: (number[word], word))[: _leading(size)]
        met: set[int] = set()
        for word in rarest:
            met.update(known[word])
            known[word].append(place)
        # Dice's coefficient, written out: this is asked a hundred times for each strategy.
        least = {length: _share(min(size, length)) * (size + length) / 2 for length in lengths}
        alike = [other for other in met if len(words & texts[other]) >= least[sizes[other]]]
        yield place, tuple(sorted(alike))


def _share(size: int) -> float:
    return 0.5 if size <= SHORT else SHARED


def _leading(size: int) -> int:
    """Returns how many of the rarest words one must be among that another set has too.

    Of `size` words at least t / (2 - t) are shared, where the overlap is to be t.
    """
    share = _share(SHORT)
    return size - math.ceil(size * share / (2 - share)) + 1 if size else 0
