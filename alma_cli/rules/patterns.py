"""Patterns that find a stretch of text in time linear in it, whoever wrote them.

Regular expressions are RE2's. Its time is linear in the text whatever a pull request brings along;
yet a pattern that is written for it costs up to 12 ns for each of its instructions and each byte.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache, partial
from typing import Any, Final, Protocol, TypeAlias

BY_LINE: Final = "(?m)"
LARGEST: Final = 4_000
"""Instructions of the program of a pattern; `\\pL` has 1,200, and the slowest cost 12 ns a byte."""


class _Regex(Protocol):
    """A pattern that RE2 has compiled."""

    programsize: int

    def search(self, text: bytes, pos: int = 0) -> re.Match[bytes] | None: ...


_NO_WORD: Final = bytes(
    code for code in range(128) if not (chr(code).isalnum() or code == ord("_"))
)
Span: TypeAlias = tuple[int, int]
Searcher: TypeAlias = Callable[[bytes, int], Span | None]
"""Returns the first stretch from a place on that a pattern matches, in bytes."""


def by_regex(pattern: str) -> Searcher | None:
    """Returns what finds a regular expression, None for one that is refused."""
    found = _compiled(pattern)
    return None if isinstance(found, str) else partial(_by_regex, found)


def by_literal(literal: str, *, whole: bool = False) -> Searcher:
    """Returns what finds a text as it is; `whole` where it is not a part of a longer word."""
    return partial(_by_name if whole else _by_literal, as_bytes(literal))


def size(pattern: str) -> int:
    """Returns the instructions of the program of a pattern, 0 for one that is refused."""
    found = _compiled(pattern)
    return 0 if isinstance(found, str) else found.programsize


def refusal(pattern: str) -> str:
    """Returns why a regular expression finds nothing here, "" for one that is fine."""
    found = _compiled(pattern)
    return found if isinstance(found, str) else ""


def as_bytes(text: str) -> bytes:
    """Returns a text as RE2 reads it."""
    return text.encode("utf-8", "replace")


def _by_regex(regex: _Regex, text: bytes, at: int) -> Span | None:
    found = regex.search(text, at)
    return found.span() if found else None


def _by_literal(literal: bytes, text: bytes, at: int) -> Span | None:
    found = text.find(literal, at)
    return (found, found + len(literal)) if found >= 0 else None


def _by_name(name: bytes, text: bytes, at: int) -> Span | None:
    """Finds code where it is not a part of a longer word: `sleep(`, but not in `usleep(`."""
    while span := _by_literal(name, text, at):
        start, end = span
        before, after = text[max(start - 1, 0) : start], text[end : end + 1]
        if not (_joins(before, name[:1]) or _joins(name[-1:], after)):
            return span
        at = start + 1
    return None


def _joins(left: bytes, right: bytes) -> bool:
    """Says whether two bytes that stand side by side belong to one word."""
    return bool(left.strip(_NO_WORD) and right.strip(_NO_WORD))


@lru_cache(maxsize=4096)
def _compiled(pattern: str) -> _Regex | str:
    """Returns a pattern compiled by RE2, or why it is refused."""
    import re2

    try:
        made = re2.compile(by_line(pattern), options())
    except re2.error as error:
        reason = error.args[0]
        said = reason.decode(errors="replace") if isinstance(reason, bytes) else str(reason)
        return said.replace(BY_LINE, "", 1)
    if made.programsize > LARGEST:
        return "pattern too large"
    if made.search(b""):
        return "matches the empty text"
    return made  # type: ignore[no-any-return]


def by_line(pattern: str) -> bytes:
    """Returns a pattern for RE2 in which `^` and `$` are the ends of a line."""
    return as_bytes(f"{BY_LINE}{pattern}")


def options() -> Any:  # noqa: ANN401 - a type of RE2
    """Returns how patterns are compiled: without groups, which cost much; errors are raised."""
    import re2

    made = re2.Options()
    made.log_errors = False
    made.never_capture = True
    return made
