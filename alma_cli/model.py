"""The values the program thinks in: memories, outcomes, plans. All frozen, none touches a disk."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final, TypeAlias

from alma_cli.value import frozen

if TYPE_CHECKING:
    from datetime import datetime


class Kind(StrEnum):
    """What a memory is."""

    ANTI_PATTERN = "anti-pattern"
    HEURISTIC = "heuristic"
    KNOWLEDGE = "knowledge"
    PREFERENCE = "preference"
    OUTCOME = "outcome"


LESSONS: Final = frozenset({Kind.ANTI_PATTERN, Kind.HEURISTIC})
TEAM: Final = "team"
"""The reserved owner whose memories every agent reads."""
GENERAL: Final = "general"
"""The domain of what belongs to no domain; a missing one means the same."""


class Origin(StrEnum):
    """Who vouches for a memory; sets the prior of its confidence."""

    PERSON = "person"
    LEARNED = "learned"
    IMPORTED = "imported"


class Result(StrEnum):
    """What became of a finished task, or what a reader said of a lesson."""

    SUCCESS = "success"
    FAILURE = "failure"
    HELPFUL = "helpful"
    HARMFUL = "harmful"


@frozen
class Source:
    """Where a memory came from; every part is optional.

    `ref` is its name with another program. One that writes it again and again leaves `changed`, the
    time it last did, and `edges`, the white space around its text, as `verbs.keep` has it. `digest`
    is of what an import took it to say: what differs from that since was edited, here or there.
    """

    event: str = ""
    by: str = ""
    task: str = ""
    code: str = ""
    ref: str = ""
    changed: str = ""
    edges: str = ""
    digest: str = ""
    forced: str = ""
    allowed_secret: str = ""

    @property
    def name(self) -> str:
        """Returns the name by which the program that keeps a memory asks for it, "" for no such."""
        return self.ref if self.by and self.ref.startswith(f"{self.by}:") else ""


@frozen
class Guard:
    """How `alma guard` recognises an anti-pattern in text."""

    regex: tuple[str, ...] = ()
    literal: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    severity: str = ""


@frozen
class Memory:
    """One memory that advises or informs: a lesson, knowledge or a preference.

    `text` is the free part of the body; `why`, `better` and `when` are its named sections
    (`Why it is bad`/`Why it works`, `Do instead`, `When`) and `code` an example.
    """

    id: str
    kind: Kind
    agent: str
    title: str
    created: datetime
    domain: str = GENERAL
    tags: tuple[str, ...] = ()
    text: str = ""
    why: str = ""
    better: str = ""
    when: str = ""
    code: str = ""
    supersedes: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    origin: Origin = Origin.PERSON
    source: Source = Source()
    guard: Guard | None = None


@frozen
class Outcome:
    """The record of one finished task, or of one reader's verdict; never changed once written.

    `lessons` are the ids it is full evidence for or against, `used` the ids that were recalled and
    applied (a vote of weight 0.3), `duration_ms` milliseconds or None.
    """

    id: str
    agent: str
    title: str
    created: datetime
    result: Result
    domain: str = GENERAL
    tags: tuple[str, ...] = ()
    task: str = ""
    strategy: str = ""
    error: str = ""
    notes: str = ""
    lessons: tuple[str, ...] = ()
    used: tuple[str, ...] = ()
    workflow: str = ""
    duration_ms: int | None = None
    source: Source = Source()

    @property
    def kind(self) -> Kind:
        """Returns `Kind.OUTCOME`, so that every record can be asked."""
        return Kind.OUTCOME


Record: TypeAlias = Memory | Outcome


@frozen
class Attempt:
    """An outcome in short: who tried what on which task, and how that ended.

    `title` is the strategy on one line, `lessons` are the ids that it is full evidence about.
    """

    id: str
    path: str
    agent: str
    domain: str
    result: Result
    task: str
    title: str
    created: datetime
    lessons: tuple[str, ...] = ()


@frozen
class Stored:
    """A record and the file that holds it: `path` is relative to the store, with `/`."""

    record: Record
    path: str
    digest: str


MOST_NAMED: Final = 50
"""Memories that the message of an event lists: an import of thousands is told by its files."""


@frozen
class Put:
    """Write `content` at `path`; `replaces` is the digest of what stands there, if anything."""

    path: str
    content: bytes
    replaces: str | None = None
    kind: Kind | None = None
    id: str = ""


@frozen
class Remove:
    """Delete what stands at `path`, if it still has the digest `replaces`."""

    path: str
    replaces: str
    kind: Kind | None = None
    id: str = ""


Change: TypeAlias = Put | Remove


@frozen
class Plan:
    """All that one command will do: one event, and with git one commit.

    `summary` is the first line of the commit message without the agent in front of it. `synced` is
    the full name of the commit of a remote whose files it brings in; with `joins` the event becomes
    that commit, or a merge with it.
    """

    event: str
    verb: str
    summary: str
    changes: tuple[Change, ...]
    agent: str = ""
    undoes: str = ""
    synced: str = ""
    joins: bool = False


@frozen
class Applied:
    """What `store.write` made true: the event and what became of its commit.

    `commit` is a full object name, or "pending" with the reason in `deferred`, or None where
    commits are switched off.
    """

    plan: Plan
    commit: str | None
    deferred: str = ""
    warnings: tuple[str, ...] = ()


@frozen
class LessonUsed:
    """The lesson that an outcome is evidence for or against, and how it was found.

    `similarity` is in 0..1 and None where the lesson was named or made new.
    """

    id: str
    title: str
    kind: Kind
    new: bool
    similarity: float | None = None


@frozen
class Draft:
    """What a writing verb wants done, with what it says about it.

    `said` are the lines that name what is made, `notes` what was decided on the way, `warnings`
    what the reader should look at.
    """

    plan: Plan
    said: tuple[str, ...]
    lesson: LessonUsed | None = None
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
