"""What a workflow is resumed from: where it stands, what changed since, and what bears on it."""

from __future__ import annotations

from alma_cli import exact
from alma_cli.checkpoint import NO_HANDOFF, Checkpoint, Handoff
from alma_cli.recollection import Recollection
from alma_cli.sha import sha256
from alma_cli.value import frozen


@frozen
class Altered:
    """A file of a workflow that is not what it was; `how` is `changed`, `gone` or `unreadable`."""

    path: str
    seq: int
    how: str

    @property
    def said(self) -> str:
        """Returns a sentence: `report.html changed since step 3`."""
        verb = {"changed": "changed", "gone": "is gone", "unreadable": "cannot be read"}[self.how]
        return f"{self.path} {verb} since step {self.seq}"


@frozen
class Resumed:
    """A checkpoint with the line of work that led to it, oldest first, itself last.

    `state` is its state, `digest` that of its file, `earlier` how many of the line are no longer
    kept, `lessons` what was recalled on the step that is due, None where nobody could be asked.
    """

    line: tuple[Checkpoint, ...]
    state: exact.Tree
    digest: str
    earlier: int
    is_newest: bool
    altered: tuple[Altered, ...]
    lessons: Recollection | None
    budget: int
    warnings: tuple[str, ...] = ()

    @property
    def checkpoint(self) -> Checkpoint:
        """Returns where the work stands."""
        return self.line[-1]

    @property
    def handoff(self) -> tuple[Handoff, int]:
        """Returns the newest handoff on the line, and the number of its checkpoint; 0 for none."""
        told = [(one.handoff, one.seq) for one in self.line if one.handoff != NO_HANDOFF]
        return told[-1] if told else (NO_HANDOFF, 0)

    @property
    def stamp(self) -> str:
        """Returns the digest of what is told: the checkpoint, what changed, and the lessons."""
        parts = [self.digest, *(one.said for one in self.altered)]
        parts += [self.lessons.digest] if self.lessons else []
        return sha256("\n".join(parts).encode()).hexdigest()
