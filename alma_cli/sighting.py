"""What a guard answers: where a text does what an anti-pattern warns of."""

from __future__ import annotations

from alma_cli.model import Memory
from alma_cli.rules.guarding import Match, Severity
from alma_cli.value import frozen


@frozen
class Sighting:
    """A match with the anti-pattern that it is of, as its file says it now.

    `short` names the memory in its store. `allowed` is the reason of a comment that lets it pass,
    "" for one that gives no reason and counts for nothing, None without any.
    """

    match: Match
    memory: Memory
    short: str
    allowed: str | None = None

    @property
    def line(self) -> int:
        """Returns the number of the line, from 1."""
        return self.match.passage.first + self.match.line

    @property
    def column(self) -> int:
        """Returns the column it begins at, in characters from 1."""
        return self.match.start + 1 + (0 if self.match.line else self.match.passage.shift)

    @property
    def text(self) -> str:
        """Returns the line it is in."""
        return self.match.passage.lines[self.match.line]


@frozen
class Guarded:
    """What was found, in the order of the passages.

    `late` names the anti-patterns that there was no time to look for, `unplaced` is how many are
    about certain files and were passed over in a text without a path, `lines` how many were new.
    """

    agent: str
    found: tuple[Sighting, ...]
    silenced: tuple[Sighting, ...] = ()
    late: tuple[str, ...] = ()
    unplaced: int = 0
    lines: int = 0
    warnings: tuple[str, ...] = ()

    @property
    def errors(self) -> int:
        """Returns how many of the matches are errors."""
        return sum(one.match.severity is Severity.ERROR for one in self.found)

    def is_ok(self, *, strict: bool) -> bool:
        """Says whether the text may pass; what could not be looked for may not."""
        return not (self.late or self.errors or (strict and self.found))
