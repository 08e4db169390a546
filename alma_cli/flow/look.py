"""Looks at workflows: all of them, one of them, and how two of its states differ."""

from __future__ import annotations

from alma_cli.checkpoint import Checkpoint
from alma_cli.errors import NotFound, Usage
from alma_cli.here import Here
from alma_cli.names import fold
from alma_cli.rules.state_changes import Change, changes
from alma_cli.value import frozen
from alma_cli.workflows import Workflow, forked, names, read, unknown


@frozen
class Differing:
    """Two checkpoints of a workflow, and what differs between their states."""

    workflow: str
    old: Checkpoint
    new: Checkpoint
    changes: tuple[Change, ...]


def every(here: Here) -> tuple[Workflow, ...]:
    """Returns all workflows, those with work left first, the one that moved last before others."""
    found = (read(here.place, name) for name in names(here.place))
    whole = [one for one in found if one.checkpoints or one.damaged]
    return tuple(sorted(whole, key=lambda one: (not one.work.is_open, -one.moved, one.name)))


def one(here: Here, name: str) -> Workflow:
    """Returns a workflow; raises `NotFound` where there is none."""
    found = read(here.place, fold(name, "a workflow"))
    if not found.checkpoints and not found.damaged:
        raise unknown(found.name)
    return found


def diff(here: Here, name: str, asked: str = "") -> Differing:
    """Returns how the states of two checkpoints differ, `A..B` by number or id.

    `A` alone is compared with the newest. Without either the newest is compared with the one it
    goes on from, or, where two are the newest, these two. Raises `NotFound` for what is not here.
    """
    workflow = one(here, name)
    old, new = _two(workflow, asked)
    found = changes(workflow.state(old), workflow.state(new))
    return Differing(workflow.name, old, new, tuple(found))


def _two(workflow: Workflow, asked: str) -> tuple[Checkpoint, Checkpoint]:
    if asked:
        first, dots, last = asked.partition("..")
        if not first or (dots and not last):
            raise Usage(f"`{asked}` is no pair of checkpoints", "give `A..B`, numbers or ids")
        return workflow.find(first), workflow.find(last) if dots else workflow.head
    heads = workflow.heads
    if len(heads) == 2:  # noqa: PLR2004 - the two that a merge would join
        return heads[0], heads[1]
    if len(heads) > 2:  # noqa: PLR2004
        raise forked(workflow)
    before = [each for each in workflow.checkpoints if each.id in workflow.head.parents]
    if not before:
        raise NotFound(f"`{workflow.name}` has one checkpoint here", "there is nothing to compare")
    return before[-1], workflow.head
