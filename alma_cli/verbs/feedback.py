"""Evidence without a task: a reader says that a memory helped, or that it did harm."""

from __future__ import annotations

from alma_cli.errors import Usage
from alma_cli.files.header import to_millisecond
from alma_cli.files.memory import tidy, title_and_rest
from alma_cli.gate import NO_PASS, Gate, Pass
from alma_cli.here import Here
from alma_cli.library import Library
from alma_cli.model import Draft, Kind, LessonUsed, Outcome, Plan, Result, Source
from alma_cli.rules.scope import Agent


def feedback(
    here: Here,
    library: Library,
    prefix: str,
    verdict: Result,
    agent: Agent | None,
    *,
    note: str = "",
    leave: Pass = NO_PASS,
) -> Draft:
    """Returns the plan that records a verdict, by `agent` or else by the memory's owner.

    Raises `NotFound` for no such memory, `Usage` for an outcome, which is a fact and no advice.
    """
    found = library.find(prefix, agent)
    row = found.row
    if row.kind is Kind.OUTCOME:
        raise Usage(f"{row.id} is an outcome, which nothing speaks for or against")
    title = title_and_rest(f"{verdict.value.capitalize()}: {row.title}")[0]
    allowed = library.read(found).record.source.allowed_secret
    event = here.world.new_id()
    outcome = Outcome(
        id=here.world.new_id(),
        agent=agent.name if agent else row.agent,
        title=title,
        created=to_millisecond(here.world.now()),
        result=verdict,
        domain=row.domain,
        strategy=title,
        notes=tidy(note),
        lessons=(row.id,),
        source=Source(event=event, allowed_secret=allowed),
    )
    admitted = Gate(agent, here.config.domains, leave).admit(outcome)
    plan = Plan(event, "feedback", f'{verdict.value} "{row.title}"', (admitted.put,), outcome.agent)
    lesson = LessonUsed(row.id, row.title, row.kind, new=False)
    said = f'recorded that {row.kind.value} {row.id} "{row.title}" was {verdict.value}'
    return Draft(plan, (said,), lesson, warnings=admitted.warnings)
