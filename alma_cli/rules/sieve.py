"""Which of many anti-patterns may be in a text, and roughly where.

Most are not: of a thousand patterns a change holds what a few of them need, and those in a few of
its places. RE2 knows which pieces of text a pattern cannot do without, and finds those of all
patterns at once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final, TypeAlias

from alma_cli.rules.guarding import Suspect, Watch
from alma_cli.rules.passage import Passage
from alma_cli.rules.patterns import as_bytes, by_line, options
from alma_cli.value import frozen

BATCH: Final = 500
"""Patterns that are looked for at once; the table of many more does not fit into RE2's memory."""
SHORT: Final = 64 * 1024
"""Bytes in which a literal is found sooner than RE2 is loaded."""
SHEET: Final = 4 * 1024
"""Bytes of a long text that are looked at together, since a look costs as much as 1,000 of them."""
SENTINEL: Final = b"zq9almasentinel"
"""Stands at the end of every text, so that a search that ran out of memory shows."""


_Possible: TypeAlias = Callable[[bytes], Iterable[int]]
"""Returns the numbers of those that may match in a text."""


def sift(watched: Sequence[Watch], passages: Sequence[Passage]) -> tuple[Suspect, ...]:
    """Returns, in their order, those that may match; one with a pattern that is refused is kept."""
    is_short = sum(len(passage.text) for passage in passages) <= SHORT
    sheets = list(_sheets(passages, SHORT if is_short else SHEET))
    kept: list[set[int]] = [set() for _ in watched]
    for possible in _sieves(watched, is_short=is_short):
        for number, sheet in enumerate(sheets):
            for at in possible(sheet.text):
                kept[at].add(number)
    return tuple(
        Suspect(one, tuple(each for number in sorted(numbers) for each in sheets[number].passages))
        for one, numbers in zip(watched, kept, strict=True)
        if numbers
    )


@frozen
class _Sheet:
    """Passages that follow one another, with their bytes."""

    passages: tuple[Passage, ...]
    text: bytes


def _sheets(passages: Iterable[Passage], most: int) -> Iterator[_Sheet]:
    """Yields the passages as sheets of about `most` bytes; a passage is never cut."""
    parts: list[tuple[Passage, bytes]] = []
    size = 0
    for passage in passages:
        text = as_bytes(passage.text)
        if parts and size + len(text) > most:
            yield _sheet(parts)
            parts, size = [], 0
        parts.append((passage, text))
        size += len(text)
    if parts:
        yield _sheet(parts)


def _sheet(parts: Iterable[tuple[Passage, bytes]]) -> _Sheet:
    passages, texts = zip(*parts, strict=True)
    return _Sheet(passages, b"\n".join(texts))


def _sieves(watched: Sequence[Watch], *, is_short: bool) -> Iterator[_Possible]:
    """Yields what finds all that is looked for: literals of a short text without RE2."""
    asked = [(at, each) for at, one in enumerate(watched) for each in _patterns(one)]
    needed = [(at, each) for at, one in enumerate(watched) for each in _needed(one)]
    if is_short:
        yield lambda text: (at for at, each in needed if each in text)
    else:
        asked += [(at, re.escape(each)) for at, each in needed]
    for start in range(0, len(asked), BATCH):
        yield _sieve(asked[start : start + BATCH])


def _patterns(one: Watch) -> Iterator[bytes]:
    return (by_line(pattern) for pattern in one.patterns if pattern)


def _needed(one: Watch) -> tuple[bytes, ...]:
    """Returns the literals one of which a match has: of those that stand together, the longest."""
    literals = tuple(as_bytes(literal) for literal in one.literals if literal)
    return literals if not one.together else tuple(sorted(literals, key=len)[-1:])


def _sieve(asked: Iterable[tuple[int, bytes]]) -> _Possible:
    """Returns what tells the numbers whose patterns may match, as a text has what they need."""
    import re2

    sieve = re2.Filter()
    known: list[int] = []
    refused: list[int] = []
    for at, pattern in asked:
        try:
            sieve.Add(pattern, options())
            known.append(at)
        except re2.error:
            refused.append(at)
    sieve.Add(SENTINEL, options())
    try:
        sieve.Compile()
    except re2.error:
        return lambda _: (*refused, *known)

    def possible(text: bytes) -> Iterable[int]:
        found = sieve.Match(b"%b\n%b" % (text, SENTINEL), potential=True)
        is_whole = len(known) in found
        return (*refused, *([known[at] for at in found if at < len(known)] if is_whole else known))

    return possible
