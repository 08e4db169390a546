"""The events of a store, newest first, as its commits tell them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice

from alma_cli.errors import NotFound
from alma_cli.git.history import Event, opened
from alma_cli.here import Here
from alma_cli.intents import waiting
from alma_cli.library import Library
from alma_cli.model import TEAM
from alma_cli.names import fold_agent


@dataclass(frozen=True, slots=True)
class Told:
    """The events, and how many more are saved but not committed."""

    events: tuple[Event, ...]
    pending: int


def log(here: Here, memory: str = "", agent: str = "", most: int | None = None) -> Told:
    """Returns the events that touched one memory or were one agent's, at most `most`.

    Raises `NotFound` for no such memory, `GitFailed` where there is no history.
    """
    owner = agent if agent in {"", TEAM} else fold_agent(agent)
    path = _path(here, memory) if memory else ""
    with opened(here.place.root, here.world.environ) as history:
        events = (
            event
            for event in history.events(path)
            if owner in {"", event.agent}
            and (path or any(one.startswith(memory) for one in event.memories) or not memory)
        )
        told = tuple(islice(events, most))
    if memory and not told and not path:
        raise NotFound(f"no memory has an id that begins with `{memory}`", "see `alma list`")
    return Told(told, sum(1 for _ in waiting(here.place.pending)))


def _path(here: Here, memory: str) -> str:
    """Returns where a memory lies, "" when it is gone and only its events tell of it."""
    with Library(here) as library:
        try:
            return library.find(memory).row.path
        except NotFound:
            return ""
