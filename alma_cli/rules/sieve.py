"""Which of many anti-patterns may be in a text, told without looking where.

Most are not: of a thousand patterns a change holds what a few of them need. RE2 knows which pieces
of text a pattern cannot do without, and finds those of all patterns at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from alma_cli.rules.guarding import Watch
from alma_cli.rules.passage import Passage
from alma_cli.rules.patterns import as_bytes, by_line, options

BATCH: Final = 500
"""Patterns that are looked for at once; the table of many more does not fit into RE2's memory."""
SENTINEL: Final = b"zq9almasentinel"
"""Stands at the end of every text, so that a search that ran out of memory shows."""


def sift(watched: Sequence[Watch], passages: Sequence[Passage]) -> tuple[Watch, ...]:
    """Returns, in their order, those that may match; one with a pattern that is refused is kept."""
    text = "\n".join(passage.text for passage in passages).encode()
    kept = {at for at, one in enumerate(watched) if _holds(one, text)}
    asked = [
        (at, pattern)
        for at, one in enumerate(watched)
        if at not in kept
        for pattern in one.patterns
        if pattern
    ]
    for start in range(0, len(asked), BATCH):
        kept.update(_possible(asked[start : start + BATCH], text))
    return tuple(watched[at] for at in sorted(kept))


def _holds(one: Watch, text: bytes) -> bool:
    """Says whether the text has one of the literals, or all of them where all are needed."""
    found = (as_bytes(literal) in text for literal in one.literals if literal)
    return all(found) if one.together else any(found)


def _possible(asked: Sequence[tuple[int, str]], text: bytes) -> Iterator[int]:
    """Yields the numbers whose patterns may match, as far as the text has what they need."""
    import re2

    sieve = re2.Filter()
    known: list[int] = []
    for at, pattern in asked:
        try:
            sieve.Add(by_line(pattern), options())
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
