"""Takes one event back by a new one; history keeps both."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import takewhile

from alma_cli.errors import Conflict, NotFound, Usage
from alma_cli.files.disk import digest, digest_at
from alma_cli.git.events import Event
from alma_cli.git.history import History, opened
from alma_cli.here import Here
from alma_cli.intents import waiting
from alma_cli.model import TEAM, Change, Draft, Plan, Put
from alma_cli.names import fold_agent
from alma_cli.place import MOST
from alma_cli.printable import some
from alma_cli.uncommitted import by_hand

MOST_PATHS = 100
"""Files whose later events are looked for: as many as surely fit on a command line."""


def undo(here: Here, name: str = "", agent: str = "") -> Draft:
    """Returns the plan that takes an event back: the one named, else the newest not yet undone.

    Raises `NotFound` when there is nothing to undo, `Usage` for an agent that nobody knows or whose
    event it is not, `Conflict` when its files changed since, or when events newer than any commit
    wait for theirs.
    """
    owner = agent if agent in {"", TEAM} else fold_agent(agent)
    with opened(here.place.root, here.world.environ) as history:
        if not name and (pending := sum(1 for _ in waiting(here.place.pending))):
            raise Conflict(
                f"the newest event is pending, {pending} in all: saved, not committed yet",
                "`alma commit` commits them, then `alma undo` takes them back",
            )
        if name:
            event = history.find(name)
            _check_owner(event, owner)
            changes, others = history.inverse(event)
        else:
            event, changes, others = _newest(here, history, owner)
        if not changes:
            raise NotFound(f"{event.event} changed nothing that is its own", "see `git show`")
        _check_unchanged(here, history, event, changes)
    undoing = Plan(
        here.world.new_id(), "undo", f"undo: {event.summary}", changes, event.agent, event.event
    )
    said = f"undid {event.event}: {event.summary}"
    return Draft(undoing, (said,), notes=tuple(_notes(event, others)))


def _notes(event: Event, others: tuple[str, ...]) -> Iterator[str]:
    if event.squashed:
        yield (
            f"its own commit is gone, `{event.commit[:7]}` has it now: what it added is removed,"
            " what it forgot comes back, what it changed in other files stays"
        )
    if others:
        named = some([f"`{path}`" for path in others])
        yield f"in its commit, but not its own, so it stays: {named}"


def _check_owner(event: Event, owner: str) -> None:
    if owner not in {"", event.agent}:
        raise Usage(f"{event.event} is not an event of `{owner}`", "leave out `--agent`")
    if event.verb == "init":
        raise NotFound("what made the store cannot be undone", "remove `.alma` by hand")


def _newest(
    here: Here, history: History, owner: str
) -> tuple[Event, tuple[Change, ...], tuple[str, ...]]:
    """Returns the newest event that is not taken back yet, by ALMA or by a person, and how."""
    events = _standing(history, owner)
    for event in events:
        try:
            changes, others = history.inverse(event)
        except NotFound as error:
            then = next(events, None)
            hints = [f"`alma undo {then.event}` takes back the one before it"] if then else []
            raise NotFound(error.message, *error.hints, *hints) from error
        if not _is_back(here, changes):
            return event, changes, others
    if owner not in {"", TEAM}:
        here.agent(owner)  # nobody, unless an agent that has learned nothing yet
    raise NotFound("there is nothing to undo", "see `alma log`")


def _standing(history: History, owner: str) -> Iterator[Event]:
    """Yields the events that no later one undoes, newest first."""
    undone: set[str] = set()
    for event in history.events():
        if event.event in undone:
            continue
        if event.undoes:
            undone.add(event.undoes)
        elif event.verb != "init" and owner in {"", event.agent}:
            yield event


def _is_back(here: Here, changes: tuple[Change, ...]) -> bool:
    """Says whether a person has committed what undoing would do, e.g. by `git revert`."""
    becomes = {
        change.path: digest(change.content) if isinstance(change, Put) else None
        for change in changes
    }
    return all(
        digest_at(here.place.root, path, MOST) == wanted for path, wanted in becomes.items()
    ) and not by_hand(here.place, becomes, here.world.environ)


def _check_unchanged(
    here: Here, history: History, event: Event, changes: tuple[Change, ...]
) -> None:
    standing = {change.path: digest_at(here.place.root, change.path, MOST) for change in changes}
    changed = {
        change.path: standing[change.path]
        for change in changes
        if standing[change.path] != change.replaces
    }
    if not changed:
        return
    paths = [*changed]
    if edited := by_hand(here.place, changed, here.world.environ):  # events may not be to blame
        paths, by = [*edited], "an edit that no commit has"
        hint = "`alma diff` shows it; put it away with git, and run this again"
    elif any(step.path in changed for one in waiting(here.place.pending) for step in one.steps):
        by, hint = (
            "an event that waits for its commit",
            "`alma commit` commits it, then `alma undo` takes it back first",
        )
    elif later := _later(history, event, paths):
        by = f"later events: {some([f'{one.event} ({one.summary})' for one in later])}"
        hint = f"`alma undo {later[0].event}` takes back the newest of them; then the next"
    else:
        by, hint = "an edit that is no event", "`alma diff` shows it, and `alma log` the events"
    raise Conflict(
        f"{event.event} cannot be undone: {some([f'`{path}`' for path in paths])}"
        f" {'was' if len(paths) == 1 else 'were'} changed since, by {by}",
        hint,
    )


def _later(history: History, event: Event, paths: list[str]) -> list[Event]:
    events = history.events(*paths[:MOST_PATHS])
    return list(takewhile(lambda one: one.event != event.event, events))
