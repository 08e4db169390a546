"""Ends a workflow: its outcome is evidence for what it used, and what it taught is offered."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from alma_cli.checkpoint import NO_HANDOFF, Checkpoint, Offer, Stage
from alma_cli.domain_choice import choose
from alma_cli.errors import Conflict, Usage
from alma_cli.files.header import to_millisecond
from alma_cli.files.memory import tidy
from alma_cli.gate import NO_PASS, Gate, Pass
from alma_cli.here import Here
from alma_cli.library import Library
from alma_cli.model import Draft, Plan, Result
from alma_cli.names import fold
from alma_cli.printable import clean_line, shorten
from alma_cli.rules.scope import Agent
from alma_cli.saving import Move, base_of, save
from alma_cli.testimony import Ending, applied, outcome_of
from alma_cli.value import frozen, replace
from alma_cli.workflows import read, unknown

MOST_SAID = 200
"""Bytes of a text in a command that is offered."""
MOST_ERROR = 4096
"""Characters of an error that the outcome has; the checkpoint has all of it."""


@frozen
class Closing:
    """How a workflow ended, as it is told; without a `result` it succeeded, unless a step failed.

    `used` are ids of lessons, or the starts of them, besides those that checkpoints name.
    """

    result: Result | None = None
    used: tuple[str, ...] = ()
    note: str = ""
    domain: str = ""


def finish(
    here: Here, name: str, closing: Closing, agent: Agent | None = None, leave: Pass = NO_PASS
) -> Move:
    """Returns the plan that ends a workflow; its outcome is that of `agent`, or of who worked last.

    Raises `NotFound` for no such workflow, `Forked`, `Conflict` where it ended another way,
    `Refused` from the gate, and `Usage` where a step failed and nobody says how all of it ended, or
    there is no agent to record that.
    """
    workflow = read(here.place, fold(name, "a workflow"))
    base = base_of(workflow)
    if base is None:
        raise unknown(workflow.name)
    event = here.world.new_id()
    if base.result:
        _check_same(closing, base)
        said = f"nothing to do: {base.workflow} was finished at {base.seq}, {base.result}"
        return Move(Draft(Plan(event, "finish", "", ()), (said,)), base)
    result = _result(closing, base)
    learner = agent or here.agent(base.agent if base.agent in here.config.agents else "")
    line = workflow.run(base)
    with Library(here) as library:
        prefixes = tuple(dict.fromkeys([*base.used, *closing.used]))
        used, warnings = applied(library, learner, prefixes)
        ending = _ending(line, result, closing, used)
        text = f"{ending.strategy}\n{ending.task}"
        domain, notes = choose(here, library, learner, text, closing.domain)
        outcome = outcome_of(here, learner, replace(ending, domain=domain), event)
        admitted = Gate(learner, here.config.domains, leave, notes).admit(outcome)
    last = replace(
        _last(base, result),
        id=here.world.new_id(),
        created=to_millisecond(here.world.now()),
        agent=learner.name,
        note=tidy(closing.note),
        used=used,
        event=event,
    )
    saved = save(here, workflow, last, leave)
    plan = saved.plan("finish", f"finish {last.workflow}: {result.value}")
    plan = replace(plan, changes=(*plan.changes, admitted.put))
    offers = tuple(_offers(line, learner))
    warnings = tuple(dict.fromkeys((*warnings, *saved.warnings, *admitted.warnings)))
    draft = Draft(plan, tuple(_said(last, offers)), notes=notes, warnings=warnings)
    return Move(draft, saved.checkpoint, offers)


def _check_same(closing: Closing, base: Checkpoint) -> None:
    if closing.result and closing.result.value != base.result:
        raise Conflict(
            f"`{base.workflow}` was finished at {base.seq}, {base.result}",
            f"`alma undo {base.event}` takes that back",
        )


def _said(last: Checkpoint, offers: tuple[Offer, ...]) -> Iterator[str]:
    yield f"finished {last.workflow} at {last.seq}: {last.result}"
    if last.used:
        yield f"evidence on {', '.join(last.used)}"
    for offer in offers:
        yield f'"{offer.step}" failed at {offer.failed} and worked at {offer.worked}; to learn it:'
        yield f"  {offer.command}"


def _result(closing: Closing, base: Checkpoint) -> Result:
    if closing.result is None and base.status is Stage.FAILED:
        raise Usage(
            f"the last step of `{base.workflow}` failed", "say how all of it ended: `--failure`?"
        )
    return closing.result or Result.SUCCESS


def _last(base: Checkpoint, result: Result) -> Checkpoint:
    """Returns the checkpoint that closes a workflow, with the state that it ended in."""
    failed = result is Result.FAILURE
    return replace(
        base,
        seq=base.seq + 1,
        parents=(base.id,),
        before=(),
        step="",
        status=Stage.FAILED if failed else Stage.DONE,
        result=result.value,
        error=base.error if failed else "",
        handoff=NO_HANDOFF,
    )


def _ending(
    line: tuple[Checkpoint, ...], result: Result, closing: Closing, used: tuple[str, ...]
) -> Ending:
    """Returns a whole workflow as the task that ended: its goal, and the steps as the strategy."""
    base = line[-1]
    goals = [one.handoff.goal for one in line if one.handoff.goal]
    steps = [one.step for one in line if one.step and one.status is not Stage.FAILED]
    return Ending(
        result,
        task=goals[-1] if goals else f"Workflow {base.workflow}",
        strategy="; ".join(dict.fromkeys(steps)) or base.workflow,
        error=base.error[-MOST_ERROR:] if result is Result.FAILURE else "",
        note=closing.note,
        used=used,
        workflow=base.workflow,
    )


def _offers(line: tuple[Checkpoint, ...], learner: Agent) -> Iterator[Offer]:
    """Yields each step that failed and then worked, by the last time that it failed."""
    seen: set[str] = set()
    for number, failed in reversed([*enumerate(line)]):
        if failed.status is not Stage.FAILED or failed.step in seen:
            continue
        later = (one for one in line[number + 1 :] if one.status is not Stage.FAILED)
        worked = next((one for one in later if one.step == failed.step), None)
        if worked is not None:
            seen.add(failed.step)
            command = _command(failed, worked, learner)
            yield Offer(failed.step, failed.seq, worked.seq, command)


def _telling(error: str) -> str:
    """Returns the line of an error that says most: the first, but of a traceback the last."""
    lines = error.strip().split("\n")
    return lines[-1 if lines[0].startswith("Traceback") else 0]


def _sayable(text: str) -> str:
    """Returns a text that can be the value of a flag; `-` alone would read standard input."""
    return "" if text.strip() == "-" else text


def _command(failed: Checkpoint, worked: Checkpoint, learner: Agent) -> str:
    """Returns the command that learns from a failure: the notes tell how it was tried each time."""
    step = _sayable(failed.step) or failed.workflow
    told = {
        "--agent": learner.name,
        "--workflow": failed.workflow,
        "--task": step,
        "--strategy": _sayable(failed.note) or step,
        "--why-bad": _sayable(_telling(failed.error)),
        "--better": _sayable(worked.note),
    }
    words = [
        f"{flag} {shlex.quote(shorten(clean_line(text), MOST_SAID))}"
        for flag, text in told.items()
        if text.strip()
    ]
    return " ".join(["alma learn --failure", *words])
