"""Which of many anti-patterns may be in a text, told without looking where.

Most are not: of a thousand patterns a change holds what a few of them need. RE2 knows which pieces
of text a pattern cannot do without, and finds those of all patterns at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from alma_cli.rules.guarding import Watch
from alma_cli.rules.passage import Passage
from alma_cli.rules.patterns import as_bytes, by_line, options

BATCH: Final = 500
"""Patterns that are looked for at once; the table of many more does not fit into RE2's memory."""
SHORT: Final = 64 * 1024
"""Bytes in which a literal is found sooner than RE2 is loaded."""
SENTINEL: Final = b"zq9almasentinel"
"""Stands at the end of every text, so that a search that ran out of memory shows."""


def sift(watched: Sequence[Watch], passages: Sequence[Passage]) -> tuple[Watch, ...]:
    """Returns, in their order, those that may match; one with a pattern that is refused is kept."""
    text = as_bytes("\n".join(passage.text for passage in passages))
    if len(text) <= SHORT:
        kept = {at for at, one in enumerate(watched) if any(_held(one, text))}
        asked = [(at, each) for at, one in enumerate(watched) for each in _patterns(one)]
    else:
        kept = set()
        asked = [
            (at, each)
            for at, one in enumerate(watched)
            for each in (*_patterns(one), *map(re.escape, _needed(one)))
        ]
    for start in range(0, len(asked), BATCH):
        kept.update(_possible(asked[start : start + BATCH], text))
    return tuple(watched[at] for at in sorted(kept))


def _patterns(one: Watch) -> Iterator[bytes]:
    return (by_line(pattern) for pattern in one.patterns if pattern)


def _needed(one: Watch) -> tuple[bytes, ...]:
    """Returns the literals one of which a match has: of those that stand together, the longest."""
    literals = tuple(as_bytes(literal) for literal in one.literals if literal)
    return literals if not one.together else tuple(sorted(literals, key=len)[-1:])


def _held(one: Watch, text: bytes) -> Iterator[bool]:
    return (literal in text for literal in _needed(one))


def _possible(asked: Sequence[tuple[int, bytes]], text: bytes) -> Iterator[int]:
    """Yields the numbers whose patterns may match, as far as the text has what they need."""
    import re2

    sieve = re2.Filter()
    known: list[int] = []
    for at, pattern in asked:
        try:
            sieve.Add(pattern, options())
            known.append(at)
        except re2.error:
            yield at
    sieve.Add(SENTINEL, options())
    try:
        sieve.Compile()
        found = sieve.Match(b"%b\n%b" % (text, SENTINEL), potential=True) or []
    except re2.error:
        found = []
    is_whole = len(known) in found
    yield from (known[place] for place in found if place < len(known)) if is_whole else known
