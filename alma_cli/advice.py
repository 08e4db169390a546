"""What the memories say to a piece of advice: that they warn of it, or that they waited for it."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from typing import Final

from alma_cli.library import Found, Library
from alma_cli.model import Kind, Memory, Outcome
from alma_cli.rules.guarding import matches
from alma_cli.rules.matching import Likeness, compare
from alma_cli.rules.scope import Agent
from alma_cli.rules.strategy import turns_away

NEIGHBOURS: Final = 10
"""Memories that a piece of advice is compared with."""
MOST_WAITING: Final = 3
"""Anti-patterns to which a success is offered."""


def likeness(library: Library, found: Found, strategy: str) -> Likeness:
    """Returns how alike a lesson and a strategy are; a hit of its guard is a match."""
    alike = compare(strategy, found.row.title)
    if alike.same or found.row.kind is not Kind.ANTI_PATTERN or turns_away(strategy):
        return alike
    memory = library.read(found).record
    guarded = isinstance(memory, Memory) and memory.guard and matches(memory.guard, strategy)
    return Likeness(1.0) if guarded else alike


def warned_of(library: Library, agent: Agent | None, *texts: str) -> tuple[str, ...]:
    """Returns a warning for each anti-pattern that one of these texts advises."""
    return tuple(
        f'{found.row.id[:4]} is an anti-pattern on the same: "{found.row.title}"'
        for text in texts
        for found in library.near(text, agent, NEIGHBOURS)
        if found.row.kind is Kind.ANTI_PATTERN and likeness(library, found, text).same
    )


def offered(library: Library, outcome: Outcome) -> tuple[str, ...]:
    """Returns a line for each anti-pattern that a success may be the alternative of.

    Those of its agent that name none, and that a failure on the same task speaks for.
    """
    return tuple(
        f'{short} "{found.row.title}" failed on this task and names no alternative:'
        f" `alma edit {short} --set {shlex.quote(f'better={outcome.title}')}` names this one"
        for found in _waiting(library, outcome)
        for short in [found.row.id[: library.length(found)]]
    )[:MOST_WAITING]


def _waiting(library: Library, outcome: Outcome) -> Iterator[Found]:
    for found in library.search(
        outcome.task,
        lambda bucket: bucket.agent == outcome.agent and bucket.kind is Kind.ANTI_PATTERN,
        most=NEIGHBOURS,
    ):
        failed_on = library.failed_on(found)
        if found.place.personal or not any(compare(outcome.task, one).same for one in failed_on):
            continue
        memory = library.read(found).record
        if isinstance(memory, Memory) and not memory.better:
            yield found
