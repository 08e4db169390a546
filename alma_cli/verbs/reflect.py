"""Prepares what just happened for a model to reflect on, and sifts what it makes of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from alma_cli.errors import Malformed
from alma_cli.here import Here
from alma_cli.library import Library
from alma_cli.model import Result
from alma_cli.printable import both_ends, unpainted
from alma_cli.recollection import Hit, Reflection
from alma_cli.rules.matching import compare
from alma_cli.rules.scope import Agent
from alma_cli.rules.secrets import redact

NEAR: Final = 8
"""Lessons that a model can answer with."""
BYTES: Final = 4
"""Bytes of a token, as answers count them."""
RECENT: Final = timedelta(days=1)
"""Time in which the same task that ended in the same way was told twice, and did not end twice."""


def reflect(
    library: Library, agent: Agent, text: str, budget: int
) -> tuple[Reflection, tuple[str, ...]]:
    """Returns what a model is told of a record, and the kinds of secrets that were cut out.

    `budget` is in tokens, for the record alone.
    """
    plain = unpainted(text).replace("\r\n", "\n").replace("\r", "\n")
    happened, kinds = redact(plain)
    found = library.lessons(happened, agent, NEAR)
    evidence = library.evidence(found)
    near = []
    for one in found:
        try:
            stored = library.read(one)
        except (FileNotFoundError, Malformed):
            continue  # gone or damaged since the index was brought up to date, which names it
        believed = evidence[one.place, one.row.id]
        near.append(Hit(stored, believed, one.relevance, length=library.length(one)))
    scope = agent.can_learn, agent.cannot_learn
    kept = both_ends(happened.strip("\n"), budget * BYTES)
    return Reflection(agent.name, *scope, kept, tuple(near)), tuple(dict.fromkeys(kinds))


def known(
    here: Here, library: Library, agent: Agent, told: Iterable[tuple[Result, str, str]]
) -> tuple[str, ...]:
    """Returns of each result, task and strategy why it is nothing new, "" where it is.

    The same was told before it, or is recorded since yesterday.
    """
    since = here.world.now() - RECENT
    before = [
        (one.result, one.task, one.title, f"recorded as {one.id[:4]}")
        for one in library.attempts()
        if one.agent == agent.name and one.created >= since
    ]
    found = []
    for result, task, strategy in told:
        first = strategy.split("\n", 1)[0]
        same = (
            why
            for ended, other, tried, why in before
            if ended is result and compare(task, other).same and compare(first, tried).same
        )
        found.append(next(same, ""))
        before.append((result, task, first, "told twice"))
    return tuple(found)
