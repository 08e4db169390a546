"""Adds a checkpoint to a workflow: through the gate, and what need not be kept any longer goes."""

from __future__ import annotations

from alma_cli.checkpoint import Checkpoint, Offer
from alma_cli.errors import Conflict, NotFound
from alma_cli.gate import NO_PASS, Pass, admit_checkpoint
from alma_cli.here import Here
from alma_cli.model import Change, Draft, Plan, Remove
from alma_cli.rules.lineage import added
from alma_cli.uncommitted import by_hand
from alma_cli.value import frozen
from alma_cli.workflows import Workflow, forked


@frozen
class Move:
    """What a command does to a workflow, and the checkpoint that is the newest after it.

    `offers` are what could be learned from a workflow that ended.
    """

    draft: Draft
    checkpoint: Checkpoint
    offers: tuple[Offer, ...] = ()

    @property
    def plan(self) -> Plan:
        """Returns all that is to be changed."""
        return self.draft.plan


@frozen
class Added:
    """A checkpoint as it will be kept, the changes that keep it, and what is to be said of it."""

    checkpoint: Checkpoint
    changes: tuple[Change, ...]
    warnings: tuple[str, ...]

    def plan(self, verb: str, summary: str) -> Plan:
        """Returns the event that makes it true."""
        one = self.checkpoint
        return Plan(one.event, verb, summary, self.changes, one.agent)


def save(here: Here, workflow: Workflow, one: Checkpoint, leave: Pass = NO_PASS) -> Added:
    """Returns what adds a checkpoint to a workflow; raises as the gate does."""
    draft, gone = added(workflow.checkpoints, one)
    held = _held(here, workflow, gone)
    one, gone = added(workflow.checkpoints, one, held) if held else (draft, gone)
    one, put, warnings = admit_checkpoint(one, leave)
    removed = (workflow.file(each) for each in gone)
    changes: tuple[Change, ...] = (put, *(Remove(each.path, each.digest) for each in removed))
    return Added(one, changes, warnings)


def _held(here: Here, workflow: Workflow, gone: tuple[Checkpoint, ...]) -> tuple[str, ...]:
    """Returns the ids of those whose files hold what no commit has: taken out it would be lost."""
    files = {workflow.file(one).path: one for one in gone}
    standing = {path: workflow.file(one).digest for path, one in files.items()}
    return tuple(files[path].id for path in by_hand(here.place, standing, here.world.environ))


def base_of(workflow: Workflow, expected: str = "") -> Checkpoint | None:
    """Returns the head that work goes on from, None before the first checkpoint.

    With `expected`, a number or the start of an id, it has to be that one: 0 is before the first.
    Raises `Conflict` where somebody came first, and where there are several heads and none is
    named.
    """
    workflow.check_whole()
    heads = workflow.heads
    if not expected:
        return workflow.head if heads else None
    if expected.strip("0") == "":
        if heads:
            raise _came_first(workflow, "not at its beginning", workflow.checkpoints[:1])
        return None
    try:
        named = workflow.find(expected)
    except NotFound as missing:
        raise _came_first(workflow, f"not at {expected}", ()) from missing
    if named not in heads:
        after = [one for one in workflow.checkpoints if named.id in one.parents]
        raise _came_first(workflow, f"not at {named.name}", tuple(after))
    return named


def _came_first(workflow: Workflow, where: str, first: tuple[Checkpoint, ...]) -> Conflict:
    heads = workflow.heads
    if len(heads) > 1:
        raise forked(workflow)
    at = f"is at {heads[0].name}" if heads else "has no checkpoint"
    who = "; ".join(_told(one) for one in first or heads)
    return Conflict(
        f"`{workflow.name}` {at}, {where}{f': {who} came first' if who else ''}",
        f"`alma resume {workflow.name}` shows where it stands",
    )


def _told(one: Checkpoint) -> str:
    who = f"{one.agent} with " if one.agent else ""
    return f"{who}{one.id} ({one.name}, {one.created:%Y-%m-%d %H:%M})"
