"""The events of a store, newest first, as its commits tell them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice

from alma_cli.errors import Malformed, NotFound, Usage
from alma_cli.files.checkpoint import taken_for_memory
from alma_cli.files.disk import digest
from alma_cli.files.memory import parse
from alma_cli.git.events import EPOCH, Event
from alma_cli.git.history import History, as_moment, opened
from alma_cli.git.snapshot import Snapshot
from alma_cli.here import Here
from alma_cli.intents import waiting
from alma_cli.library import Library
from alma_cli.model import TEAM, Kind, Stored
from alma_cli.names import ALPHABET, fold_agent
from alma_cli.place import id_in, kind_in
from alma_cli.rules.evidence import Evidence
from alma_cli.search.belief import believed
from alma_cli.whereabouts import at_home, settle_in_past


@dataclass(frozen=True, slots=True)
class Which:
    """Which events to tell; empty parts mean all.

    `memory` is the start of an id, `since` a date or what names a commit, `most` how many.
    """

    memory: str = ""
    agent: str = ""
    kinds: tuple[Kind, ...] = ()
    since: str = ""
    most: int | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """The events, and how many more are saved but not committed.

    Of one memory also its newest version, `then` the evidence for it after each event that left
    it standing, by event, and `now` that of this moment, None when it is gone or `damaged`.
    """

    events: tuple[Event, ...]
    pending: int
    memory: Stored | None = None
    then: Mapping[str, Evidence] = field(default_factory=dict)
    now: Evidence | None = None
    damaged: bool = False


@dataclass(frozen=True, slots=True)
class _Named:
    """A memory as it was asked for: its id, or the start of one that is gone, and its path.

    `outcomes` are the paths of those that count for it; `damaged` when its file cannot be read.
    """

    id: str
    path: str = ""
    outcomes: tuple[str, ...] = ()
    damaged: bool = False


def log(here: Here, which: Which) -> Told:
    """Returns the events that are asked for, newest first.

    Raises `NotFound` for no such memory or revision, `Usage` for an id that begins several and an
    agent that neither the configuration nor any event names,
    `GitFailed` where there is no history.
    """
    here, named = _named(here, which.memory) if which.memory else (here, None)
    with opened(here.place.root, here.world.environ) as history:
        events = tuple(islice(_events(history, which, named), which.most))
        if which.agent not in {"", TEAM} and not events:
            here.agent(which.agent)  # nobody, unless an agent that has learned nothing yet
        pending = sum(1 for _ in waiting(here.place.pending))
        if named is None:
            return Told(events, pending)
        if not events and not named.path:
            nothing = f"no memory has, or had, an id that begins with `{which.memory}`"
            mistaken = taken_for_memory(here.place.root, which.memory.lower())
            raise mistaken or NotFound(nothing, "see `alma list`")
        return _of_one(here, history, named, Told(events, pending))


def _named(here: Here, asked: str) -> tuple[Here, _Named]:
    """Returns a memory, and where to stand to see the history of its store."""
    folded = asked.lower()
    try:
        with Library(here) as library:
            found = library.find(folded)
            paths = library.testified(found)
            return at_home(here, found.place), _Named(found.row.id, found.row.path, paths)
    except (NotFound, Malformed) as missing:
        damaged = isinstance(missing, Malformed)
        try:
            there, whole = settle_in_past(here, folded)
        except NotFound:  # a person may have named its file otherwise
            if not set(folded) <= set(ALPHABET):
                raise missing from None
            return here, _Named(folded, damaged=damaged)
        return there, _Named(whole, damaged=damaged)


def _events(history: History, which: Which, named: _Named | None) -> Iterator[Event]:
    owner = which.agent if which.agent in {"", TEAM} else fold_agent(which.agent)
    start = as_moment(which.since) if which.since else None
    commit = history.resolve(which.since) if which.since and start is None else ""
    if named is None:
        found = history.events(kinds=which.kinds, since=commit)
    elif named.path and which.kinds and kind_in(named.path) not in which.kinds:
        return
    elif named.path:
        found = history.events(named.path, *named.outcomes, id_=named.id, since=commit)
    else:
        found = history.events(id_=named.id, kinds=which.kinds, since=commit)
    for event in found:
        if owner in {"", event.agent} and (start is None or event.at >= start):
            yield event


def _of_one(here: Here, history: History, named: _Named, told: Told) -> Told:
    """Returns the same with the memory itself, and the evidence for it then and now."""
    snapshots = {event.commit: history.snapshot(event.commit) for event in told.events}
    standing = history.standing(here.world.now())
    named = named if named.path else _full(named, told.events, tuple(snapshots.values()))
    newest = _stored(standing, named)
    then = {}
    for event in told.events:
        snapshot = snapshots[event.commit]
        newest = newest or _stored(snapshot, named)
        if weighed := _weighed(here, snapshot, named.id, snapshot.at):
            then[event.event] = weighed
    now = _weighed(here, standing, named.id, here.world.now())
    if newest is None and told.events and told.events[-1].before:  # it only tells of its end
        newest = _stored(history.snapshot(told.events[-1].before), named)
    return Told(told.events, told.pending, newest, then, now, named.damaged)


def _full(named: _Named, events: tuple[Event, ...], snapshots: tuple[Snapshot, ...]) -> _Named:
    """Returns a memory that is gone by its whole id; raises `Usage` when several begin so."""
    ids = {id_in(path) for snapshot in snapshots for path in snapshot.memories}
    ids |= {id_ for event in events for id_ in event.memories}
    begin = sorted(id_ for id_ in ids if id_.startswith(named.id))
    if len(begin) > 1:
        raise Usage(f"`{named.id}` begins the ids of {len(begin)} memories: {', '.join(begin[:5])}")
    return replace(named, id=begin[0]) if begin else named


def _stored(snapshot: Snapshot, named: _Named) -> Stored | None:
    path = named.path if named.path in snapshot.names else snapshot.path_of(named.id)
    if not path:
        return None
    content = snapshot.read(path)
    try:
        return Stored(parse(content, path, EPOCH), path, digest(content))
    except Malformed:
        return None


def _weighed(here: Here, snapshot: Snapshot, id_: str, now: datetime) -> Evidence | None:
    return believed(snapshot.memories, snapshot.read, {id_}, now, here.fading).get(id_)
