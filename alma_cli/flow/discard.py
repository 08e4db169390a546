"""Takes checkpoints out of the tree at once; git keeps them, and `alma undo` takes them back."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from alma_cli.here import Here
from alma_cli.model import Draft, Plan, Remove
from alma_cli.workflows import read


def discard(here: Here, chosen: Mapping[str, Collection[str]], what: str) -> Draft:
    """Returns the plan that removes checkpoints, by workflow and id; `what` names them together."""
    changes = tuple(
        Remove(kept.path, kept.digest)
        for name, ids in chosen.items()
        if ids
        for workflow in [read(here.place, name)]
        for one in workflow.checkpoints
        if one.id in ids
        for kept in [workflow.file(one)]
    )
    plan = Plan(here.world.new_id(), "discard", f"discard checkpoints of {what}", changes)
    return Draft(plan, (f"discarded {len(changes)} checkpoints of {what}",))
