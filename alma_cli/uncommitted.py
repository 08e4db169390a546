"""What a person has written into a store that no commit and no event under way holds.

Such text exists once. An event that takes it away would lose it, and one that builds on it would
make it its own: then nobody could take back one without the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from alma_cli.errors import Conflict
from alma_cli.git.head import Standing, compared
from alma_cli.intents import waiting
from alma_cli.model import Change, Plan, Remove
from alma_cli.place import Place, is_memory, is_tombstone
from alma_cli.printable import some

BACK: Final = frozenset({"undo", "rollback", "restore", "sync"})
"""What puts files to where they were once, or are elsewhere."""
COMMITTABLE: Final = frozenset({Standing.OTHER, Standing.NEW})
"""What a person could commit first."""


def by_hand(
    place: Place, standing: Mapping[str, str | None], environ: Mapping[str, str]
) -> dict[str, Standing]:
    """Returns the files whose text no event and no commit has; `standing` are digests by path.

    `OTHER` is an edit of what HEAD has, `NEW` a file that it does not have, `UNKNOWN` any where
    there is no git to ask: then nobody could commit it first.
    """
    if not standing:
        return {}
    events = {(one.path, one.becomes) for event in waiting(place.pending) for one in event.steps}
    asked = [path for path, held in standing.items() if (path, held) not in events]
    found = compared(place.root, asked, environ) if asked else {}
    return {path: how for path, how in found.items() if how is not Standing.SAME}


def replaced(changes: Iterable[Change]) -> dict[str, str | None]:
    """Returns what changes replace, digests by path; no tombstone, which ALMA has written."""
    return {
        change.path: change.replaces
        for change in changes
        if change.replaces and not (is_memory(change.path) and is_tombstone(change.path))
    }


def check_kept(
    place: Place, plan: Plan, environ: Mapping[str, str], *, committing: bool = True
) -> None:
    """Raises `Conflict` for a plan that would lose a person's text, or make it part of its event.

    Where no commits are made (`committing`) it becomes part of none, and `forget` takes out a file
    that no commit has; the command warns of that.
    """
    how = by_hand(place, replaced(plan.changes), environ)
    found = [path for path in how if how[path] in COMMITTABLE]
    gone = {change.path for change in plan.changes if isinstance(change, Remove)}
    lost = [
        path
        for path in found
        if plan.verb in BACK or (path in gone and (committing or how[path] is Standing.OTHER))
    ]
    if lost:
        raise Conflict(
            f"these hold what no commit has, and would lose it: {_named(place, lost)}",
            f"{_diff(place)} shows it; commit it with git, or put it away, and run this again",
        )
    if found and committing:
        raise Conflict(
            f"these hold what no commit has, and it would become part of this event:"
            f" {_named(place, found)}",
            f"{_diff(place)} shows it; commit it with git and run this again, or add `--no-commit`",
        )


def _diff(place: Place) -> str:
    if not place.personal:
        return "`alma diff`"
    from shlex import quote

    return f"`git -C {quote(str(place.root))} diff`"


def _named(place: Place, paths: list[str]) -> str:
    above = f"{place.root}/" if place.personal else ""
    return some([f"`{above}{path}`" for path in paths])
