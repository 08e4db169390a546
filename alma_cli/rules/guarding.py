"""Where a text does what an anti-pattern warns of, for all of them that may be in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from enum import StrEnum
from typing import Final

from alma_cli.model import Guard
from alma_cli.rules.passage import Passage
from alma_cli.rules.paths import covered
from alma_cli.rules.patterns import Searcher, as_bytes, by_literal, by_regex, size
from alma_cli.value import frozen

MOST: Final = 100
"""Places that are told of one lesson in one run."""
NEARBY: Final = 10
"""Lines within which a title's pieces of code stand together."""
MOST_SEARCHES: Final = 1_000
"""Searches for one lesson in one run; each goes on where the one before has ended."""


class Severity(StrEnum):
    """How bad a match is; what a title gives away is never more than a warning."""

    ERROR = "error"
    WARNING = "warning"


class By(StrEnum):
    """What recognised it."""

    GUARD = "guard"
    TITLE = "title"
    WORDS = "words"


@frozen
class Watch:
    """What is looked for on behalf of one anti-pattern, which `key` stands for.

    A match of any of `patterns` is one, or with `together` where all of them stand close to one
    another. `literals` are patterns that are taken as they are. `paths` are globs of the files it
    is about, none for all.
    """

    key: str
    patterns: tuple[str, ...] = ()
    literals: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    severity: Severity = Severity.ERROR
    by: By = By.GUARD
    together: bool = False

    def concerns(self, passage: Passage) -> bool:
        """Says whether a passage lies in the files it is about; no text without a path does."""
        if not self.paths:
            return True
        return bool(passage.inside and covered(self.paths, (passage.inside,))[0])


@frozen
class Match:
    """A place in a passage: the line from 0 within it, and the columns in characters from 0."""

    key: str
    passage: Passage
    line: int
    start: int
    end: int
    severity: Severity
    by: By


def watch(key: str, guard: Guard, paths: tuple[str, ...] = ()) -> Watch:
    """Returns what a `[guard]` looks for; the `paths` of the memory hold where it has none."""
    severity = Severity.WARNING if guard.severity == Severity.WARNING else Severity.ERROR
    return Watch(key, guard.regex, guard.literal, guard.paths or paths, severity)


def matches(guard: Guard, text: str) -> bool:
    """Says whether a guard's regular expressions or literals are found in a text, anywhere.

    A pattern that is refused matches nothing here and is a finding of `alma check`.
    """
    searched = as_bytes(text)
    return any(found(searched, 0) for found in _searchers(watch("", guard)))


@frozen
class Suspect:
    """A watch, and the passages that it is looked for in."""

    watch: Watch
    passages: tuple[Passage, ...]


def search(suspects: Sequence[Suspect], is_late: Callable[[], bool]) -> Iterator[Match | Watch]:
    """Yields the matches in new lines, and each watch that there was no time left for.

    At most one match a line and `MOST` of one watch, by watch and place. Those with the smallest
    patterns come first, so that a costly one delays itself.
    """
    for one in sorted(suspects, key=lambda each: _cost(each.watch)):
        searchers, left = _searchers(one.watch), _Left(MOST, MOST_SEARCHES)
        for passage in one.passages if searchers else ():
            if not left.matches:
                break
            if is_late():
                yield one.watch
                break
            if one.watch.concerns(passage):
                yield from _matches(one.watch, searchers, passage, left)


def _cost(one: Watch) -> int:
    """Returns the size of the largest program that a watch runs."""
    return max(map(size, one.patterns), default=0)


def _matches(
    one: Watch, searchers: Sequence[Searcher], passage: Passage, left: _Left
) -> Iterator[Match]:
    text = as_bytes(passage.text)
    if one.together:
        first, *others = searchers
        found_by = _spans(first, text, left)
        spans = [span for span in found_by if _are_near(others, text, *span)]
    else:
        spans = [span for each in searchers for span in _spans(each, text, left)]
    told: set[int] = set()
    for start, end in sorted(spans):
        if not left.matches:
            return
        found = _match(one, passage, text, start, end)
        if found is not None and found.line not in told:
            told.add(found.line)
            left.matches -= 1
            yield found


class _Left:
    """How many matches and searches there may still be."""

    def __init__(self, matches: int, searches: int) -> None:
        self.matches = matches
        self.searches = searches


def _spans(searcher: Searcher, text: bytes, left: _Left) -> Iterator[tuple[int, int]]:
    """Yields where a pattern is found, once a line.

    Each search begins where the match before has ended, or in the line after it: a pattern that
    reads ahead to the end of the text would otherwise do so from each of its lines.
    """
    at = 0
    while at <= len(text) and left.searches > 0:
        left.searches -= 1
        found = searcher(text, at)
        if found is None:
            return
        start, end = found
        if end > start:
            yield start, end
        at = max(end, _line_end(text, start) + 1)


def _line_end(text: bytes, at: int) -> int:
    end = text.find(b"\n", at)
    return len(text) if end < 0 else end


def _are_near(others: Sequence[Searcher], text: bytes, start: int, end: int) -> bool:
    """Says whether each of the other patterns is found a few lines above or below."""
    for _ in range(NEARBY + 1):
        start = max(text.rfind(b"\n", 0, max(start, 0)), 0)
        end = min(_line_end(text, end) + 1, len(text))
    around = text[start:end]
    return all(other(around, 0) for other in others)


def _match(one: Watch, passage: Passage, text: bytes, start: int, end: int) -> Match | None:
    """Returns the match in the first new line that a stretch of bytes touches, None without any."""
    line = text.count(b"\n", 0, start)
    while not passage.is_new(line):
        start = _line_end(text, start) + 1
        line += 1
        if start >= end:
            return None
    begins = text.rfind(b"\n", 0, start) + 1
    end = min(end, _line_end(text, start))
    before, within = text[begins:start].decode(errors="replace"), text[start:end]
    column = len(before)
    return Match(
        one.key,
        passage,
        line,
        column,
        column + len(within.decode(errors="replace")),
        one.severity,
        one.by,
    )


def _searchers(one: Watch) -> list[Searcher]:
    """Returns what finds the patterns of a watch, without those that are refused."""
    regexes = (by_regex(pattern) for pattern in one.patterns)
    literals = (by_literal(each, whole=one.together) for each in one.literals if each)
    return [*(each for each in regexes if each is not None), *literals]
