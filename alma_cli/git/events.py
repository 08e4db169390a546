"""Events as commits tell them: one in a commit of its own, or several in a squash merge."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final, TypeAlias

from alma_cli.checkpoint import Checkpoint
from alma_cli.errors import Malformed
from alma_cli.files.checkpoint import parse as checkpoint
from alma_cli.files.disk import digest
from alma_cli.files.memory import parse
from alma_cli.files.tombstone import Tombstone, as_tombstone
from alma_cli.model import MOST_NAMED, Kind, Memory, Outcome, Record, Stored
from alma_cli.place import id_in, is_memory, is_tombstone, owner_in, workflow_in
from alma_cli.printable import clean_line
from alma_cli.value import frozen

_TRAILER: Final = re.compile(r"([ \t]*)Alma-([A-Za-z]+): (.*)")
_SOURCE: Final = re.compile(rb'^event *= *"([0-9a-z]{4,64})"', re.MULTILINE)
MEMORY_VERBS: Final = frozenset("add edit feedback forget import learn restore supersede".split())
"""What changes memories and nothing else."""
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
"""Stands for the time of a file that does not say when it was made."""


@frozen
class Commit:
    """A commit as git tells it; `parents` are full names, `at` is when it was committed."""

    name: str
    parents: tuple[str, ...]
    at: datetime
    by: str
    message: str

    @property
    def before(self) -> str:
        """Returns the name of the commit that it builds on, "" when it is the first."""
        return next(iter(self.parents), "")


@frozen
class Event:
    """One event as its commit tells it; `at` is when it was committed.

    `before` is the name of the commit before it, "" when it is the first. When the event's own
    commit is gone it is `squashed`: `commit` is the one that brought what it wrote, and `files`
    are those that say that they are from it, with the file of a memory that it forgot.
    """

    event: str
    commit: str
    agent: str
    verb: str
    summary: str
    by: str
    at: datetime
    memories: tuple[str, ...]
    undoes: str
    before: str = ""
    squashed: bool = False
    files: tuple[str, ...] = ()


@frozen
class _Forgotten:
    """A memory that an event took out; `was` is its file before, where a commit has it."""

    tomb: Tombstone
    was: Stored | None

    @property
    def said(self) -> str:
        return f'"{self.was.record.title}"' if self.was else self.tomb.id


_Written: TypeAlias = Record | _Forgotten | Checkpoint
_Wrote: TypeAlias = Mapping[str, _Written | None]
"""The files that name an event, by path; None for one that cannot be read."""


@dataclass(slots=True)
class _Said:
    """What a message says of one event."""

    subject: str
    indented: bool
    trailers: dict[str, list[str]] = field(default_factory=dict)

    def last(self, key: str) -> str:
        return self.trailers.get(key, [""])[-1]


def own(commit: Commit) -> Event | None:
    """Returns the event that a commit is, None for one that is a person's or a squash merge."""
    said = _said(commit.message)
    if len(said) != 1 or said[0].indented:
        return None
    said[0].subject = commit.message.partition("\n")[0]
    return _event(commit, said[0])


def names_event(content: bytes, event: str) -> bool:
    """Says whether a file names an event as the one that brought it."""
    named = _SOURCE.search(content)
    return named is not None and named[1].decode() == event


def is_of(event: Event, path: str, content: Callable[[], bytes]) -> bool:
    """Says whether a file in the commit of an event is its own, as far as its message tells.

    A tombstone is, and so is a memory that the message names, or any where it names as many as it
    may; the configuration only where the event is about that. `content` tells the file's.
    """
    if not is_memory(path):
        return event.verb not in MEMORY_VERBS
    if is_tombstone(path) or len(event.memories) in {0, MOST_NAMED}:
        return True
    if id_in(path) in event.memories:
        return True
    record = _read(path, content())
    return record is not None and record.id in event.memories


def squashed(
    commit: Commit,
    brought: Iterable[tuple[str, bytes]],
    took: Callable[[], Iterable[tuple[str, bytes]]],
) -> tuple[Event, ...]:
    """Returns the events that a commit brought without being one, as far as it can be known.

    `brought` are the files that it added, `took` tells those that it deleted. Its message may
    repeat those of the commits that were squashed; of any other event there are the files that
    name it.
    """
    named = [(path, held, found[1]) for path, held in brought if (found := _SOURCE.search(held))]
    gone = _stored(took()) if any(_is_tomb(path) for path, _, _ in named) else {}
    wrote: dict[str, dict[str, _Written | None]] = {}
    for path, content, event in named:
        told_of = wrote.setdefault(event.decode(), {})
        if _is_tomb(path):
            tomb = as_tombstone(path, content)
            told_of[path] = _Forgotten(tomb, gone.get(tomb.id))
        elif workflow_in(path):
            told_of[path] = _saved(path, content)
        else:
            told_of[path] = _read(path, content)
    said = _said(commit.message)
    # Git lists what it squashed newest first and indents it, GitHub oldest first and does not.
    in_order = said if any(one.indented for one in said) else said[::-1]
    told = {one.last("Event"): _event(commit, one) for one in in_order}
    by_age = sorted(wrote, key=lambda event: _made(wrote[event]), reverse=True)
    return tuple(
        _brought(commit, event, told.get(event), wrote.get(event, {}))
        for event in dict.fromkeys([*told, *by_age])
    )


def _is_tomb(path: str) -> bool:
    return is_memory(path) and is_tombstone(path)


def _stored(files: Iterable[tuple[str, bytes]]) -> dict[str, Stored]:
    read = ((path, content, _read(path, content)) for path, content in files if is_memory(path))
    return {one.id: Stored(one, path, digest(content)) for path, content, one in read if one}


def _read(path: str, content: bytes) -> Record | None:
    try:
        return parse(content, path, EPOCH)
    except Malformed:
        return None


def _saved(path: str, content: bytes) -> Checkpoint | None:
    try:
        return checkpoint(content, path)
    except Malformed:
        return None


def _made(wrote: _Wrote) -> datetime:
    moments = (one.tomb.at if isinstance(one, _Forgotten) else one.created for one in _all(wrote))
    return max((at for at in moments if at), default=EPOCH)


def _all(wrote: _Wrote) -> list[_Written]:
    return [one for one in wrote.values() if one]


def _said(message: str) -> list[_Said]:
    found: list[_Said] = []
    subject = ""
    for line in message.split("\n"):
        trailer = _TRAILER.fullmatch(line)
        if trailer is None:
            subject = line.strip().removeprefix("* ") or subject
            continue
        indent, key, value = trailer.groups()
        if key == "Event":
            found.append(_Said(subject, bool(indent)))
        if found:
            found[-1].trailers.setdefault(key, []).append(value.strip())
    return found


def _event(commit: Commit, said: _Said) -> Event:
    agent = said.last("Agent")
    return Event(
        said.last("Event"),
        commit.name,
        agent,
        said.last("Verb"),
        said.subject.removeprefix(f"{agent}: ") if agent else said.subject,
        commit.by,
        commit.at,
        tuple(said.trailers.get("Memory", ())),
        said.last("Undoes"),
        commit.before,
    )


def _brought(commit: Commit, event: str, told: Event | None, wrote: _Wrote) -> Event:
    forgotten = [one for one in _all(wrote) if isinstance(one, _Forgotten)]
    files = (*wrote, *(one.was.path for one in forgotten if one.was))
    named = (*(one.tomb.id for one in forgotten), *map(id_in, wrote))
    return Event(
        event,
        commit.name,
        told.agent if told else owner_in(files[0]) or _worker(wrote),
        told.verb if told else "forget" if forgotten else "",
        told.summary if told else _summary(wrote),
        commit.by,
        commit.at,
        told.memories if told else tuple(id_ for id_ in named if id_),
        told.undoes if told else "",
        commit.before,
        squashed=True,
        files=files,
    )


def _worker(wrote: _Wrote) -> str:
    return next((one.agent for one in _all(wrote) if isinstance(one, Checkpoint)), "")


def _summary(wrote: _Wrote) -> str:
    found = _all(wrote)
    for one in found:
        if isinstance(one, _Forgotten):
            return clean_line(f"forget {one.tomb.kind} {one.said}")
    records = [record for record in found if isinstance(record, (Memory, Outcome))]
    advice = [record for record in records if record.kind is not Kind.OUTCOME]
    chosen = (advice or records)[:1]
    if not chosen:
        saved = [one for one in found if isinstance(one, Checkpoint)]
        return saved[0].said if saved else "files that cannot be read"
    what = chosen[0].result if isinstance(chosen[0], Outcome) else chosen[0].kind
    more = f" and {len(advice) - 1} more" if len(advice) > 1 else ""
    return clean_line(f'{what.value} "{chosen[0].title}"{more}')
