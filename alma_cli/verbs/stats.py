"""Counts what became of what was learned: success over time, repeated mistakes, what lies idle."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime

from alma_cli.errors import AlmaError
from alma_cli.git.grep import lines_with
from alma_cli.here import Here
from alma_cli.library import Found, Library
from alma_cli.model import LESSONS, Attempt, Kind, Origin, Result
from alma_cli.rules.allowing import HINT, allowances
from alma_cli.rules.counting import (
    Coverage,
    Idle,
    Silenced,
    Statistics,
    count,
    grouped,
    repeated,
    spans,
)
from alma_cli.rules.scope import Agent, covers


def stats(here: Here, library: Library, agent: Agent | None = None) -> Statistics:
    """Returns the numbers of the project's store, those of one agent alone if one is given."""

    def ours(name: str) -> bool:
        return agent is None or name == agent.name

    attempts = [one for one in library.attempts() if ours(one.agent)]
    found = [
        one
        for one in library.all(lambda b: b.kind is not Kind.OUTCOME and ours(b.agent))
        if not one.place.personal
    ]
    over = spans(attempts, here.world.now())
    again = repeated(attempts, *_warnings(library, attempts))
    ended = [one for one in attempts if one.result in {Result.SUCCESS, Result.FAILURE}]
    lessons = [one for one in found if one.row.kind in LESSONS]
    agents = [one for one in here.config.agents.values() if ours(one.name)]
    return Statistics(
        over,
        count(attempts, again, over),
        tuple(
            (owner, domain, count(some, again, over))
            for (owner, domain), some in grouped(ended, lambda one: (one.agent, one.domain)).items()
        ),
        tuple(_unused(library, lessons)),
        len(lessons),
        tuple(each for one in agents for each in _coverage(one, found, ended)),
        tuple(_silenced(here, found)),
    )


def _silenced(here: Here, found: Iterable[Found]) -> Iterator[Silenced]:
    """Yields the anti-patterns that comments in the project let pass, the most silenced first."""
    store = here.place.root
    lines = lines_with(HINT, store.parent, store, here.world.environ)
    allowed = [one for line in lines for one in allowances(line) if one.reason]
    counted = [
        (sum(one.covers(each.row.id) for one in allowed), each)
        for each in found
        if each.row.kind is Kind.ANTI_PATTERN
    ]
    for number, each in sorted(counted, key=lambda one: (-one[0], one[1].row.id)):
        if number:
            yield Silenced(each.row.id, each.row.agent, each.row.title, number)


def _warnings(
    library: Library, attempts: Iterable[Attempt]
) -> tuple[dict[str, datetime], dict[str, str]]:
    """Returns since when each anti-pattern warns that failed, and which outcome taught it."""
    warned: dict[str, datetime] = {}
    taught: dict[str, str] = {}
    failed = [one for one in attempts if one.result is Result.FAILURE]
    for attempt in failed:  # the oldest first
        for id_ in attempt.lessons:
            lesson = _standing(library, id_) if id_ not in warned else None
            if lesson is None or lesson.row.kind is not Kind.ANTI_PATTERN:
                continue
            warned[id_] = lesson.row.created
            if lesson.row.origin is Origin.LEARNED and _of_one_event(library, lesson, attempt):
                taught[id_] = attempt.id
    return warned, taught


def _standing(library: Library, id_: str) -> Found | None:
    try:
        return library.find(id_)
    except AlmaError:  # it is forgotten, or damaged
        return None


def _of_one_event(library: Library, lesson: Found, attempt: Attempt) -> bool:
    outcome = _standing(library, attempt.id)
    if outcome is None:
        return False
    try:
        events = {library.read(one).record.source.event for one in (lesson, outcome)}
    except (FileNotFoundError, AlmaError):
        return False
    return len(events) == 1 and "" not in events


def _unused(library: Library, lessons: list[Found]) -> Iterator[Idle]:
    evidence = library.evidence(lessons)
    for one in sorted(lessons, key=lambda each: (each.row.agent, each.row.created, each.row.id)):
        told = evidence[one.place, one.row.id]
        if told.wins + told.losses <= (one.row.origin is Origin.LEARNED):
            yield Idle(one.row.id, one.row.agent, one.row.kind, one.row.title)


def _coverage(agent: Agent, found: Iterable[Found], ended: Iterable[Attempt]) -> Iterator[Coverage]:
    """Yields what an agent has of each entry of its scope; of all it has where it may learn all."""
    owned = Counter(one.row.domain for one in found if one.row.agent == agent.name)
    tried = Counter(one.domain for one in ended if one.agent == agent.name)
    entries = agent.can_learn
    if entries is None:
        entries = tuple(sorted({*owned, *tried}))
    for entry in entries:
        yield Coverage(
            agent.name,
            entry,
            sum(number for domain, number in owned.items() if covers(entry, domain)),
            sum(number for domain, number in tried.items() if covers(entry, domain)),
        )
