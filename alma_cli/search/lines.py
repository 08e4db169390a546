"""The lines of a pasted text that say something, told from those that only say where it was."""

from __future__ import annotations

import re
from collections import Counter
from typing import Final

FEWEST: Final = 6
"""Lines of a text from which on it may be a log or a stack trace rather than a question."""
ALIKE: Final = 3
"""Lines of one shape that make a listing: stack frames, warnings, goroutines."""

_NAME: Final = re.compile(r"[\w./\\$@<>+=-]+(?: +[\w./\\$@<>+=-]+)*")
_BULLET: Final = re.compile(r"(?:[-*#>]+|\d+[.)]) +")
_PROSE: Final = re.compile(r"[n ,.;:!?'’]*\Z")  # noqa: RUF001 - people type both apostrophes


def asides(lines: list[str]) -> list[bool]:
    """Says of each line whether it is one of a listing, or belongs to the line of one before it.

    Nothing is known of any language: lines are of one shape when they differ in names, numbers and
    paths only, `at run (lib/a.js:7)` and `at load (b.js:12)`. Sentences are never of a listing.
    """
    if len(lines) < FEWEST:
        return [False] * len(lines)
    shapes = [_shape(line) for line in lines]
    times = Counter(shapes)
    found: list[bool] = []
    for line, shape in zip(lines, shapes, strict=True):
        is_inner = line[:1].isspace()
        is_listed = times[shape] >= ALIKE and (is_inner or not _PROSE.match(shape))
        found.append(is_listed or bool(is_inner and found and found[-1]))
    return found


def _shape(line: str) -> str:
    """Returns a line with `n` for every run of names, and whether it is indented."""
    bare = line.strip()
    indent = " " if line[:1].isspace() else ""
    return indent + _NAME.sub("n", _BULLET.sub("", bare, count=1))
