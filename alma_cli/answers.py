"""What the Python API returns: the answers of the commands, as values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from alma_cli import exact
from alma_cli.checkpoint import Checkpoint
from alma_cli.model import Applied, Draft
from alma_cli.recollection import Hit, Recollection
from alma_cli.render import brief, document, plain, workflow
from alma_cli.render import guard as guarding
from alma_cli.render.prompt import prompt
from alma_cli.resumed import Resumed as Told
from alma_cli.saving import Move
from alma_cli.sighting import Guarded


@dataclass(frozen=True, slots=True)
class Recalled:
    """The answer to a recall."""

    recollection: Recollection

    @property
    def hits(self) -> tuple[Hit, ...]:
        """Returns the memories, best first."""
        return self.recollection.hits

    def to_prompt(self) -> str:
        """Returns the answer as text to paste into a prompt, "" when there is nothing to say."""
        return prompt(self.recollection)

    def to_markdown(self) -> str:
        """Returns the answer as Markdown."""
        return plain.markdown(self.recollection)

    def to_dict(self) -> document.RecallDocument:
        """Returns the answer as `alma recall --json` prints it."""
        return document.recollection(self.recollection)


@dataclass(frozen=True, slots=True)
class Checked:
    """What a guard found in a text; with `strict`, warnings count as errors."""

    guarded: Guarded
    strict: bool = False

    @property
    def ok(self) -> bool:
        """Says whether the text may pass."""
        return self.guarded.is_ok(strict=self.strict)

    def to_text(self) -> str:
        """Returns what was found in lines, as `alma guard` prints it, and how much that is."""
        found = [line for _, line in guarding.lines(self.guarded)]
        return "\n".join([*found, guarding.summary(self.guarded)])

    def to_dict(self) -> dict[str, object]:
        """Returns it as `alma guard --json` prints it."""
        return guarding.document(self.guarded, strict=self.strict)


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a writing call did."""

    draft: Draft
    applied: Applied

    def __repr__(self) -> str:
        return f"Recorded(id={self.id!r}, commit={self.applied.commit!r})"

    @property
    def id(self) -> str:
        """Returns the id of the lesson or memory it is about."""
        if self.draft.lesson:
            return self.draft.lesson.id
        return next((change.id for change in self.applied.plan.changes if change.id), "")

    def to_dict(self) -> dict[str, object]:
        """Returns it as the command's `--json` prints it."""
        return document.written(self.draft, self.applied)


class _OfCheckpoint:
    """What answers about one checkpoint have in common."""

    __slots__ = ()

    def __repr__(self) -> str:
        of = self.checkpoint.workflow
        return f"{type(self).__name__}(workflow={of!r}, seq={self.seq}, id={self.id!r})"

    @property
    def checkpoint(self) -> Checkpoint:
        """Returns the checkpoint itself."""
        raise NotImplementedError

    @property
    def id(self) -> str:
        """Returns its id, for `expect`."""
        return self.checkpoint.id

    @property
    def seq(self) -> int:
        """Returns its number."""
        return self.checkpoint.seq


@dataclass(frozen=True, slots=True, repr=False)
class Saved(_OfCheckpoint):
    """What a save did: the newest checkpoint of the workflow, made now unless nothing is new."""

    move: Move
    applied: Applied

    @property
    def checkpoint(self) -> Checkpoint:
        """Returns the checkpoint itself."""
        return self.move.checkpoint

    @property
    def is_new(self) -> bool:
        """Says whether there was anything to save."""
        return bool(self.move.plan.changes)

    def to_dict(self) -> dict[str, object]:
        """Returns it as `alma checkpoint --json` prints it."""
        return document.written(self.move.draft, self.applied) | workflow.moved(self.checkpoint)


@dataclass(frozen=True, slots=True, repr=False)
class Resumed(_OfCheckpoint):
    """A workflow to go on with: its newest checkpoint, or the one that was asked for."""

    told: Told

    @property
    def checkpoint(self) -> Checkpoint:
        """Returns the checkpoint itself, whose `state` is text."""
        return self.told.checkpoint

    @property
    def state(self) -> Any:  # noqa: ANN401 - whatever was saved
        """Returns the state as it was saved, a value of its own each time."""
        return exact.to_python(self.told.state)

    @property
    def step(self) -> str:
        """Returns the step that it was saved after."""
        return self.checkpoint.step

    @property
    def status(self) -> str:
        """Returns `running`, `failed` or `done`."""
        return self.checkpoint.status.value

    @property
    def changed(self) -> tuple[str, ...]:
        """Returns the files of the workflow that are not what they were."""
        return tuple(each.path for each in self.told.altered)

    def to_prompt(self) -> str:
        """Returns where the work stands as text to paste into a prompt."""
        return brief.prompt(self.told)

    def to_dict(self) -> dict[str, Any]:
        """Returns it as `alma resume --format json` prints it."""
        told: dict[str, Any] = exact.to_python(workflow.resumed(self.told))
        return told
