"""Words that may have been meant by one that no memory holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from alma_cli.search.question import Near
from alma_cli.text import STOP_WORDS, stem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

CUT: Final = 0.70
"""The least similarity; .60 to .77 differ by .002 on the benchmark."""
MARGIN: Final = 0.04
"""How far below the best an alternative may be."""
SHORT: Final = 6
"""Letters of a word that may have one slip; a longer one may have two.

Most misspelled words have one (Damerau, "A technique for computer detection and correction of
spelling errors", 1964). What takes more is another word: `migrations` is not `operations`.
"""


def alike(word: str, vocabulary: Iterable[tuple[str, str]]) -> list[Near]:
    """Returns the words of the vocabulary (each with its stem) that are alike, best first.

    Similarity is the mean of optimal string alignment (Damerau's four slips) and Jaro-Winkler,
    of words that are one or two slips apart; the stems are compared too, since a memory may only
    hold another inflection. Digits must agree: `E0502` and `E0503` are two errors, not a slip.
    """
    from rapidfuzz.distance import OSA, JaroWinkler

    def likeness(one: str, other: str) -> float:
        most = 1 if len(one) <= SHORT else 2
        slips = OSA.distance(one, other, score_cutoff=most)
        if slips > most:
            return 0.0
        aligned = 1 - slips / max(len(one), len(other))
        return (aligned + JaroWinkler.normalized_similarity(one, other)) / 2

    digits, bare = _digits(word), stem(word)
    found: list[Near] = []
    for other, other_stem in vocabulary:
        if other in STOP_WORDS or other == word or _digits(other) != digits:
            continue
        similarity = likeness(word, other)
        if bare != word or other_stem != other:
            similarity = max(similarity, min(likeness(bare, other_stem), 0.99))
        if similarity >= CUT:
            found.append(Near(other_stem, similarity, other))
    return sorted(found, key=lambda one: (-one.similarity, one.word))


def nearest(found: Iterable[Near], is_held: Callable[[Near], bool]) -> tuple[Near, ...]:
    """Returns of words that are alike those about as near as the best, for each stem the first.

    `found` has the best first; what is not held is passed over.
    """
    taken: dict[str, Near] = {}
    least = 0.0
    for one in found:
        if one.similarity < least:
            break
        if one.stem not in taken and is_held(one):
            taken[one.stem] = one
            least = max(least, one.similarity - MARGIN)
    return tuple(taken.values())


def _digits(word: str) -> str:
    return "" if word.isalpha() else "".join(filter(str.isdigit, word))
