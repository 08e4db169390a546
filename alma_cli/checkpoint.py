"""The values of long work: checkpoints, what stands in them, and where a workflow came to."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from alma_cli.value import frozen

if TYPE_CHECKING:
    from datetime import datetime


class Stage(StrEnum):
    """How a workflow stands: a step of it is done, a step failed, or all of it is done."""

    RUNNING = "running"
    FAILED = "failed"
    DONE = "done"


@frozen
class Artifact:
    """A file that a workflow made: `path` from the project's folder, `seq` when it was digested."""

    path: str
    digest: str
    seq: int


@frozen
class Handoff:
    """What whoever goes on has to know, in words."""

    goal: str = ""
    decisions: tuple[str, ...] = ()
    open_files: tuple[str, ...] = ()
    blockers: tuple[str, ...] = ()
    next_steps: tuple[str, ...] = ()
    test_status: str = ""


NO_HANDOFF = Handoff()


@frozen
class Checkpoint:
    """Where a workflow stood once; it never changes after it is written.

    `seq` counts from 1 along a line of work. `parents` are the ids it goes on from, several after a
    merge; `before` those of other ancestors that were still kept when it was made. `state` is JSON
    as `exact.write` lays it out. `used` are the lessons that were applied up to here, `result` how
    the workflow ended, as an outcome says it, "" while nobody finished it.
    """

    id: str
    workflow: str
    seq: int
    created: datetime
    state: str
    parents: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    step: str = ""
    status: Stage = Stage.RUNNING
    result: str = ""
    agent: str = ""
    note: str = ""
    error: str = ""
    handoff: Handoff = NO_HANDOFF
    artifacts: tuple[Artifact, ...] = ()
    used: tuple[str, ...] = ()
    event: str = ""
    allowed_secret: str = ""

    @property
    def is_open(self) -> bool:
        """Says whether there is work left."""
        return self.status is not Stage.DONE and not self.result

    @property
    def name(self) -> str:
        """Returns what to call it in a sentence: its number, and the step if it has one."""
        return f'{self.seq} "{self.step}"' if self.step else str(self.seq)

    @property
    def said(self) -> str:
        """Returns what an event that saved it did."""
        failed = " failed" if self.status is Stage.FAILED else ""
        return f"checkpoint {self.workflow} {self.name}{failed}"


@frozen
class Work:
    """Where a workflow stands: its newest checkpoints, several where it went on in several places.

    `due` are the next steps that its newest handoff names.
    """

    workflow: str
    heads: tuple[Checkpoint, ...]
    due: tuple[str, ...] = ()

    @property
    def is_open(self) -> bool:
        """Says whether there is work left."""
        return any(head.is_open for head in self.heads)

    @property
    def stamp(self) -> str:
        """Returns all that a line about it is made of."""
        told = (f"{one.id} {one.name} {one.status} {one.error}\n" for one in self.heads)
        return "".join([*told, *self.due])


@frozen
class Offer:
    """A step that failed and then worked, with the command that makes a lesson of it."""

    step: str
    failed: int
    worked: int
    command: str
