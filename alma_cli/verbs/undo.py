"""Takes one event back by a new one; history keeps both."""

from __future__ import annotations

from collections.abc import Iterable

from alma_cli.errors import Conflict, NotFound
from alma_cli.files.disk import digest_at
from alma_cli.git.history import Event, History, opened
from alma_cli.here import Here
from alma_cli.intents import MOST
from alma_cli.model import Change, Draft, Plan
from alma_cli.names import fold_agent


def undo(here: Here, name: str = "", agent: str = "") -> Draft:
    """Returns the plan that takes an event back: the one named, else the newest not yet undone.

    Raises `NotFound` when there is nothing to undo, `Conflict` when its files changed since.
    """
    with opened(here.place.root, here.world.environ) as history:
        event = history.find(name) if name else _newest(history, fold_agent(agent) if agent else "")
        changes = history.inverse(event)
    _check_unchanged(here, event, changes)
    undoing = Plan(
        here.world.new_id(), "undo", f"undo: {event.summary}", changes, event.agent, event.event
    )
    return Draft(undoing, (f"undid {event.event}: {event.summary}",))


def _newest(history: History, agent: str) -> Event:
    undone: set[str] = set()
    for event in history.events():
        if event.event in undone:
            continue
        if event.undoes:
            undone.add(event.undoes)
        elif event.verb != "init" and agent in {"", event.agent}:
            return event
    raise NotFound("there is nothing to undo", "see `alma log`")


def _check_unchanged(here: Here, event: Event, changes: Iterable[Change]) -> None:
    changed = [
        change.path
        for change in changes
        if digest_at(here.place.root, change.path, MOST) != change.replaces
    ]
    if changed:
        raise Conflict(
            f"{event.event} cannot be undone: later events or edits changed "
            + ", ".join(f"`{path}`" for path in changed),
            "`alma log` shows them, newest first; undo those before it, or edit the file",
        )
