"""Outcomes from what is told of a task that ended: the one way in which evidence is written."""

from __future__ import annotations

from alma_cli.compose import cleaned
from alma_cli.errors import Malformed, NotFound, Usage
from alma_cli.files.header import to_millisecond
from alma_cli.files.memory import tidy, title_and_rest
from alma_cli.here import Here
from alma_cli.library import Library
from alma_cli.model import GENERAL, Outcome, Result, Source
from alma_cli.names import fold
from alma_cli.rules.scope import Agent
from alma_cli.value import frozen


@frozen
class Ending:
    """How a task ended; `lessons` and `used` are ids, as an outcome has them."""

    result: Result
    task: str
    strategy: str
    error: str = ""
    note: str = ""
    domain: str = GENERAL
    tags: tuple[str, ...] = ()
    lessons: tuple[str, ...] = ()
    used: tuple[str, ...] = ()
    workflow: str = ""
    duration_ms: int | None = None


def outcome_of(here: Here, agent: Agent, ending: Ending, event: str) -> Outcome:
    """Returns the outcome that an agent records, for the gate; raises `Usage` for what is no name.

    A lesson that it is full evidence for gets no vote besides.
    """
    title, _ = title_and_rest(ending.strategy)
    return Outcome(
        id=here.world.new_id(),
        agent=agent.name,
        title=title,
        created=to_millisecond(here.world.now()),
        result=ending.result,
        domain=ending.domain,
        tags=cleaned(ending.tags),
        task=tidy(ending.task),
        strategy=tidy(ending.strategy),
        error=tidy(ending.error),
        notes=tidy(ending.note),
        lessons=ending.lessons,
        used=tuple(one for one in ending.used if one not in ending.lessons),
        workflow=fold(ending.workflow, "a workflow") if ending.workflow else "",
        duration_ms=ending.duration_ms,
        source=Source(event=event),
    )


def applied(
    library: Library, agent: Agent | None, prefixes: tuple[str, ...]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Returns the ids that were used, and a warning for each that names none or several."""
    ids, warnings = [], []
    for prefix in prefixes:
        try:
            ids.append(library.find(prefix, agent).row.id)
        except (NotFound, Malformed, Usage) as error:
            warnings.append(f"`--used {prefix}` is left out: {error.message}")
    return tuple(dict.fromkeys(ids)), tuple(warnings)
