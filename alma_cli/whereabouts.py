"""In which store a memory is, so that it is changed there: the project's or the user's own."""

from __future__ import annotations

from alma_cli.errors import GitFailed, Malformed, NotFound, Usage
from alma_cli.files.tombstone import tombstones
from alma_cli.git.past import opened
from alma_cli.here import Here, stand_at_home
from alma_cli.intents import waiting
from alma_cli.library import Library
from alma_cli.model import TEAM
from alma_cli.names import ALPHABET
from alma_cli.place import Place, id_in
from alma_cli.rules.scope import Agent


def settle(here: Here, prefix: str) -> tuple[Here, str]:
    """Returns where to stand to change a memory, and its whole id; raises as `Library.find`."""
    with Library(here) as library:
        found = library.find(prefix)
    return at_home(here, found.place), found.row.id


def settle_in_past(here: Here, prefix: str) -> tuple[Here, str]:
    """Returns the same for a memory that is gone or damaged: by its tombstone, else by history."""
    try:
        return settle(here, prefix)
    except (NotFound, Malformed) as missing:
        folded = prefix.lower()
        found = {t.id: place for place in here.stores for t in tombstones(place.root, folded)}
        if not found and set(folded) <= set(ALPHABET):
            found = _in_history(here, folded)
        if not found and isinstance(missing, Malformed):
            raise
        if not found:
            raise NotFound(
                f"neither the store nor its history has an id that begins with `{prefix}`",
                "see `alma log`",
            ) from missing
    if len(found) > 1:
        named = ", ".join(sorted(found)[:5])
        raise Usage(f"`{prefix}` begins the ids of {len(found)} memories: {named}")
    ((id_, place),) = found.items()
    return at_home(here, place), id_


def owner_of(here: Here, name: str) -> Agent | None:
    """Returns the agent a memory belongs to, None for the team's and the user's own."""
    return None if name == TEAM or here.place.personal else here.config.agent(name)


def at_home(here: Here, place: Place) -> Here:
    """Returns where to stand for the store that a memory is in."""
    return stand_at_home(here.world) if place.personal else here


def _in_history(here: Here, prefix: str) -> dict[str, Place]:
    found: dict[str, Place] = {}
    for place in here.stores:
        steps = (step for intent in waiting(place.pending) for step in intent.steps)
        ids = {id_in(step.path) for step in steps}
        found |= dict.fromkeys((one for one in ids if one.startswith(prefix)), place)
    if found:
        return found
    for place in reversed(here.stores):
        try:
            with opened(place.root, here.world.environ) as past:
                found |= dict.fromkeys(past.ids(prefix), place)
        except GitFailed:
            if not place.personal:
                raise
    return found
