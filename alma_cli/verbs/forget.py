"""Takes a memory out of the store and leaves a tombstone, so that it stays away."""

from __future__ import annotations

from alma_cli.burying import burial
from alma_cli.gate import check_plain
from alma_cli.git.head import Standing
from alma_cli.here import Here
from alma_cli.library import Found, Library
from alma_cli.model import Draft, Memory, Plan
from alma_cli.search.row import Hidden
from alma_cli.uncommitted import by_hand, replaced


def forget(here: Here, library: Library, prefix: str, reason: str = "") -> Draft:
    """Returns the plan that deletes a memory and buries it; the tombstone holds no word of it.

    Raises `NotFound`, with when and why for what is forgotten already, `Refused` for a secret in
    the reason.
    """
    check_plain(reason)
    found = library.find(prefix)
    row = found.row
    event = here.world.new_id()
    changes = burial(here, library, found, event, reason)
    summary = f'forget {row.kind.value} "{row.title}"'
    plan = Plan(event, "forget", summary, tuple(changes), row.agent)
    said = f'forgot {row.kind.value} {row.id} "{row.title}"'
    warnings = _unveiled(library, found)
    held = by_hand(here.place, replaced(changes[:1]), here.world.environ).get(row.path)
    if held in {Standing.NEW, Standing.UNKNOWN}:
        warnings += ("no commit holds it, so `alma restore` cannot take it back",)
    return Draft(plan, (said,), warnings=warnings)


def _unveiled(library: Library, found: Found) -> tuple[str, ...]:
    """Returns a warning for each memory that was hidden because this one replaced it."""
    record = library.read(found).record
    olds = set(record.supersedes) if isinstance(record, Memory) else set()
    return tuple(
        f'{one.row.id} "{one.row.title}" is no longer superseded by it'
        for one in library.all(lambda _: bool(olds), hidden=True)
        if one.row.id in olds and one.row.hidden is Hidden.SUPERSEDED and one.place == found.place
    )
