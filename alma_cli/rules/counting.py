"""What outcomes add up to: success over time, mistakes made again, what lies idle."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from alma_cli.model import Attempt, Kind, Result
from alma_cli.value import frozen

SPANS: Final = 12
"""Points of a curve."""
SHORTEST: Final = timedelta(days=1)
"""Time that a point stands for at least."""


@frozen
class Count:
    """How the tasks ended that fall together; `curve` is the share of successes in each span.

    It is None where there was no task. `repeated` counts the failures on a strategy that an
    anti-pattern already named at that time.
    """

    successes: int
    failures: int
    repeated: int
    curve: tuple[float | None, ...]

    @property
    def tasks(self) -> int:
        """Returns how many tasks there were."""
        return self.successes + self.failures

    @property
    def rate(self) -> float | None:
        """Returns the share of successes, None without a task."""
        return self.successes / self.tasks if self.tasks else None


@frozen
class Spans:
    """Equal stretches of time, the last of which ends now."""

    begin: datetime
    length: timedelta

    def of(self, moment: datetime) -> int:
        """Returns in which one a moment falls; what is ahead of the clock counts as now."""
        return max(0, min(SPANS - 1, (moment - self.begin) // self.length))


@frozen
class Coverage:
    """How much of what an agent may learn about it knows, and has tried."""

    agent: str
    entry: str
    memories: int
    tasks: int


@frozen
class Idle:
    """A lesson that was never used."""

    id: str
    agent: str
    kind: Kind
    title: str


@frozen
class Silenced:
    """An anti-pattern that comments let pass, each with a reason: in so many lines."""

    id: str
    agent: str
    title: str
    lines: int


@frozen
class Statistics:
    """The numbers of a store; `by` are those of each agent and domain that has any tasks.

    `unused` are the lessons that no outcome names but the one that they came from, of `lessons`.
    """

    over: Spans
    total: Count
    by: tuple[tuple[str, str, Count], ...]
    unused: tuple[Idle, ...]
    lessons: int
    coverage: tuple[Coverage, ...]
    silenced: tuple[Silenced, ...] = ()


def spans(attempts: Iterable[Attempt], now: datetime) -> Spans:
    """Returns the spans from the first attempt until now."""
    first = min((one.created for one in attempts), default=now)
    length = max((now - first) / SPANS, SHORTEST)
    return Spans(now - SPANS * length, length)


def count(attempts: Iterable[Attempt], repeats: frozenset[str], over: Spans) -> Count:
    """Returns how tasks ended; `repeats` are the ids of those that repeat a known mistake."""
    ended = [one for one in attempts if one.result in {Result.SUCCESS, Result.FAILURE}]
    won = [one for one in ended if one.result is Result.SUCCESS]
    tasks, successes = _by_span(ended, over), _by_span(won, over)
    return Count(
        len(won),
        len(ended) - len(won),
        sum(one.id in repeats for one in ended),
        tuple(successes[span] / tasks[span] if tasks[span] else None for span in range(SPANS)),
    )


def _by_span(attempts: Iterable[Attempt], over: Spans) -> dict[int, int]:
    found: dict[int, int] = defaultdict(int)
    for one in attempts:
        found[over.of(one.created)] += 1
    return found


def grouped(
    attempts: Iterable[Attempt], by: Callable[[Attempt], tuple[str, ...]]
) -> dict[tuple[str, ...], list[Attempt]]:
    """Returns the attempts that fall together, in the order of what they fall under."""
    found: dict[tuple[str, ...], list[Attempt]] = defaultdict(list)
    for one in attempts:
        found[by(one)].append(one)
    return dict(sorted(found.items()))


def repeated(
    attempts: Iterable[Attempt], warned: Mapping[str, datetime], taught: Mapping[str, str]
) -> frozenset[str]:
    """Returns the ids of the failures on what an anti-pattern already named at that time.

    `warned` says of each anti-pattern since when it stands, `taught` by which outcome it was
    learned, if by one: that failure repeated nothing.
    """
    return frozenset(
        one.id
        for one in attempts
        if one.result is Result.FAILURE
        and any(
            lesson in warned and warned[lesson] <= one.created and taught.get(lesson) != one.id
            for lesson in one.lessons
        )
    )


def sparkline(curve: Sequence[float | None]) -> str:
    """Returns shares, 0 to 1, as bars; a space where there is none."""
    bars = "▁▂▃▄▅▆▇█"
    return "".join(
        " " if share is None else bars[min(int(share * len(bars)), len(bars) - 1)]
        for share in curve
    )
