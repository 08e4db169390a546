"""The lines of a pasted text that say something, told from those that only say where it was."""

from __future__ import annotations

import re
from collections import Counter
from typing import Final

ALIKE: Final = 3
"""Lines of one shape that make a listing: stack frames, warnings, goroutines."""

_NAME: Final = re.compile(r"[\w./\\$@<>+=-]+(?: +[\w./\\$@<>+=-]+)*")
_BULLET: Final = re.compile(r"(?:[-*#>]+|\d+[.)]) +")
_ENTRY: Final = re.compile(r" ?n:(?: +n)?\Z")
"""The shape of a name and its value, as in `  Reason:  Evicted`: a form rather than a listing."""
_FAILURE: Final = re.compile(
    r"\b(?:fatal|fail(?:ed|ure)|denied|refused|panic|error[]:!])(?!\w)|[=[]error\b", re.IGNORECASE
)
"""What a line says that tells of a failure itself, in however many lines it does."""
_PROSE: Final = re.compile(r"[n ,.;:!?'’]*\Z")  # noqa: RUF001 - people type both apostrophes


def asides(lines: list[str]) -> list[bool]:
    """Says of each line whether it is one of a listing, or belongs to the line of one before it.

    Nothing is known of any language: lines are of one shape when they differ in names, numbers and
    paths only, `at run (lib/a.js:7)` and `at load (b.js:12)`. Sentences are never of a listing.
    """
    shapes = [_shape(line) for line in lines]
    times = Counter(shapes)
    found: list[bool] = []
    head = 0  # how far the line is indented that those below it belong to
    for line, shape in zip(lines, shapes, strict=True):
        indent = len(line) - len(line.lstrip())
        is_listed = times[shape] >= ALIKE and bool(indent or not _PROSE.match(shape))
        is_below = bool(found and found[-1]) and indent > head
        if is_listed and not is_below:
            head = indent
        is_told = _ENTRY.match(shape) or _FAILURE.search(line)
        found.append((is_listed or is_below) and not is_told)
    return found


def _shape(line: str) -> str:
    """Returns a line with `n` for every run of names, and whether it is indented."""
    bare = line.strip()
    indent = " " if line[:1].isspace() else ""
    return indent + _NAME.sub("n", _BULLET.sub("", bare, count=1))
