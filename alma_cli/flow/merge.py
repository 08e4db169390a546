"""Joins the lines of a workflow that went on in several places at once."""

from __future__ import annotations

from collections.abc import Mapping

from alma_cli import exact
from alma_cli.checkpoint import NO_HANDOFF, Artifact, Checkpoint, Stage
from alma_cli.errors import NotFound
from alma_cli.files.checkpoint import laid_out
from alma_cli.files.header import to_millisecond
from alma_cli.here import Here
from alma_cli.model import Draft
from alma_cli.names import fold
from alma_cli.printable import shorten
from alma_cli.rules.lineage import common
from alma_cli.rules.reducing import Absent, Joined, Reducer, join
from alma_cli.rules.scope import Agent
from alma_cli.saving import Move, save
from alma_cli.workflows import Workflow, read, unknown

MOST_SHOWN = 60
"""Bytes of a value that is told."""


def merge(here: Here, name: str, how: Mapping[str, Reducer], agent: Agent | None = None) -> Move:
    """Returns the plan that joins all heads into one, their states by reducers per key.

    What only one of them changed since they parted is as it has it. Raises `NotFound` where there
    is nothing to join, `Usage` for a reducer that does not fit.
    """
    workflow = read(here.place, fold(name, "a workflow"))
    workflow.check_whole()
    heads = tuple(sorted(workflow.heads, key=lambda one: (one.created, one.id)))
    if not heads:
        raise unknown(workflow.name)
    if len(heads) < 2:  # noqa: PLR2004 - what a merge joins
        raise NotFound(f"`{workflow.name}` has nothing to join", "see `alma workflow list`")
    base = common(workflow.checkpoints, heads)
    states = [workflow.state(head) for head in heads]
    state, joined = join(workflow.state(base) if base else None, states, how)
    new = _joined(here, workflow, heads, state, agent)
    saved = save(here, workflow, new)
    named = ", ".join(f"{head.name} ({head.id})" for head in heads)
    said = f"joined {workflow.name} {named} as {new.seq} ({new.id})"
    notes = tuple(_told(one) for one in joined)
    if base is None:
        notes = ("they have no checkpoint in common here, so nothing counts as deleted", *notes)
    plan = saved.plan("merge", f"merge {workflow.name} {', '.join(str(h.seq) for h in heads)}")
    return Move(Draft(plan, (said,), notes=notes, warnings=saved.warnings), saved.checkpoint)


def _joined(
    here: Here,
    workflow: Workflow,
    heads: tuple[Checkpoint, ...],
    state: exact.Tree,
    agent: Agent | None,
) -> Checkpoint:
    """Returns the checkpoint that goes on from all heads; the newest of them tells where it is.

    Where a step failed on a line that goes on, the work has failed until that is mended. Where none
    goes on, the work has ended.
    """
    still = [head for head in heads if head.is_open]
    failed = [head for head in still if head.status is Stage.FAILED]
    last = (failed or still or heads)[-1]
    handoffs = [
        one.handoff for head in heads for one in workflow.run(head) if one.handoff != NO_HANDOFF
    ]
    artifacts: dict[str, Artifact] = {}
    for head in heads:
        artifacts |= {each.path: each for each in head.artifacts}
    return Checkpoint(
        id=here.world.new_id(),
        workflow=workflow.name,
        seq=max(head.seq for head in heads) + 1,
        created=to_millisecond(here.world.now()),
        state=laid_out(state),
        parents=tuple(head.id for head in heads),
        step=last.step,
        status=last.status,
        result=last.result,
        agent=agent.name if agent else "",
        note=f"Joined {', '.join(f'{head.name} ({head.id})' for head in heads)}",
        error=last.error,
        handoff=handoffs[-1] if handoffs else NO_HANDOFF,
        artifacts=tuple(artifacts[path] for path in sorted(artifacts)),
        allowed_secret=next(filter(None, (head.allowed_secret for head in heads)), ""),
        used=tuple(dict.fromkeys(id_ for head in heads for id_ in head.used)),
        event=here.world.new_id(),
    )


def _told(joined: Joined) -> str:
    values = " | ".join(_shown(value) for value in joined.values)
    return f"`{joined.key or 'the state'}` by {joined.how.value}: {values}"


def _shown(value: exact.Tree | Absent) -> str:
    return "nothing" if isinstance(value, Absent) else shorten(exact.write(value), MOST_SHOWN)
