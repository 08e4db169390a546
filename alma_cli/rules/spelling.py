"""Whether a word is another one misspelled, and not a word of its own.

`mocking` and `locking`, `sharing` and `sharding` differ by a letter and mean two things. What is
taken for a slip is therefore what seldom makes a word: two neighbours that have changed places, a
doubled letter, and one letter within a word long enough to have few words beside it.
"""

from __future__ import annotations

import re
from itertools import takewhile
from typing import Final

from alma_cli.text import stem

SHORT: Final = 6
"""Letters that a word has at least to be read as another: `trial` and `trail` are two words."""
_VOWELS: Final = frozenset("aeiou")
_LEFT_OUT: Final = {True: 8, False: 9}
_REPLACED: Final = {True: 9, False: 10}
"""Letters of a word in which one left out, or replaced, is a slip; fewer where it is a vowel."""


def is_slip(one: str, other: str) -> bool:
    """Says whether two words with different stems are one word, and one of them is misspelled."""
    if one[0] not in other[:2] or other[0] not in one[:2]:  # as most are, and no slip
        return False
    return (
        _is_typed_wrong(one, other)
        or any(_is_typed_wrong(one, form) for form in _forms(other))
        or any(_is_typed_wrong(form, other) for form in _forms(one))
    )


def _forms(word: str) -> tuple[str, str]:
    """Returns a word as others may inflect it: `sleepnig` is no form of `sleep`, but near one."""
    base = re.sub("i$", "y", stem(word).removesuffix("e"))
    return f"{base}ing", f"{base}ed"


def _is_typed_wrong(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    if len(long) < SHORT or len(long) - len(short) > 1 or not (one + other).isalpha():
        return False
    start = _shared(short, long)
    end = _shared(short[start:][::-1], long[start:][::-1])
    gone, come = short[start : len(short) - end], long[start : len(long) - end]
    if len(come) > 1:
        return len(come) == 2 and gone == come[::-1]  # noqa: PLR2004
    if not (start and end):  # an affix makes another word
        return False
    if not gone and come == long[start - 1]:
        return True
    return len(long) >= (_REPLACED if gone else _LEFT_OUT)[{*gone, *come} <= _VOWELS]


def _shared(one: str, other: str) -> int:
    """Returns how many letters two words have in common at their beginning."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
