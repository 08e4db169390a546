"""Saves where a workflow stands, unless that is what was saved last."""

from __future__ import annotations

from enum import Enum
from typing import TypeAlias

from alma_cli import exact
from alma_cli.checkpoint import NO_HANDOFF, Artifact, Checkpoint, Handoff, Stage
from alma_cli.errors import Usage
from alma_cli.files.checkpoint import is_inside, laid_out
from alma_cli.files.disk import digest_of
from alma_cli.files.header import to_millisecond
from alma_cli.files.memory import MOST_TEXT, MOST_TITLE, tidy
from alma_cli.gate import NO_PASS, Pass
from alma_cli.here import Here, in_project, projects
from alma_cli.library import Library
from alma_cli.model import Draft, Plan
from alma_cli.names import fold
from alma_cli.rules.handoff import over
from alma_cli.rules.scope import Agent
from alma_cli.saving import Move, base_of, save
from alma_cli.testimony import applied
from alma_cli.value import frozen, replace
from alma_cli.workflows import Workflow, read


class Keep(Enum):
    """Stands for the state that a workflow has already."""

    STATE = "the state before"


State: TypeAlias = "exact.Tree | Keep"


@frozen
class Progress:
    """Where a workflow stands, as it is told.

    `expect` is the checkpoint that it is meant to go on from, `artifacts` are files as one would
    type them, `used` ids of lessons or the starts of them. Without a `status` it failed where there
    is an `error`, else it is running.
    """

    state: State = Keep.STATE
    step: str = ""
    status: Stage | None = None
    error: str = ""
    note: str = ""
    handoff: Handoff | None = None
    expect: str = ""
    artifacts: tuple[str, ...] = ()
    used: tuple[str, ...] = ()

    @property
    def stage(self) -> Stage:
        """Returns how the workflow stands; raises `Usage` for an error where nothing failed."""
        stage = self.status or (Stage.FAILED if self.error else Stage.RUNNING)
        if self.error and stage is not Stage.FAILED:
            raise Usage(
                "`--error` tells of a step that failed", "`--status failed`, or use `--note`"
            )
        return stage


def checkpoint(
    here: Here, name: str, told: Progress, agent: Agent | None = None, leave: Pass = NO_PASS
) -> Move:
    """Returns the plan that saves where a workflow stands, an empty one where nothing is new.

    Raises `Conflict` where somebody came first, `Refused` from the gate, `Usage` for a state that
    is too large and for what is no file of the project.
    """
    workflow = read(here.place, fold(name, "a workflow"))
    base = base_of(workflow, told.expect)
    carried = base if base and base.is_open else None  # what is done hands nothing on
    line = workflow.run(carried) if carried else ()
    earlier = next((one.handoff for one in reversed(line) if one.handoff != NO_HANDOFF), NO_HANDOFF)
    handoff = over(told.handoff, earlier) if told.handoff else NO_HANDOFF
    used, warnings = _used(here, agent, told.used)
    error, cut = _end_of(tidy(told.error))
    new = Checkpoint(
        id=here.world.new_id(),
        workflow=workflow.name,
        seq=base.seq + 1 if base else 1,
        created=to_millisecond(here.world.now()),
        state=_state(told.state, workflow, base),
        parents=(base.id,) if base else (),
        step=_step(told.step),
        status=told.stage,
        agent=agent.name if agent else "",
        note=tidy(told.note),
        error=error,
        handoff=NO_HANDOFF if handoff == earlier else handoff,
        used=tuple(dict.fromkeys([*(carried.used if carried else ()), *used])),
        event=here.world.new_id(),
        allowed_secret=base.allowed_secret if base and told.state is Keep.STATE else "",
    )
    before = carried.artifacts if carried else ()
    new = replace(new, artifacts=_artifacts(here, told.artifacts, before, new.seq))
    saved = save(here, workflow, new, leave)
    new = saved.checkpoint
    if base and _says_the_same(new, base):
        nothing = Plan(new.event, "checkpoint", "", ())
        return Move(Draft(nothing, (_nothing_new(base),), warnings=warnings), base)
    said = f"saved {new.said.removeprefix('checkpoint ')} as {new.id}"
    warnings += cut + saved.warnings
    return Move(Draft(saved.plan("checkpoint", new.said), (said,), warnings=warnings), new)


def _says_the_same(new: Checkpoint, base: Checkpoint) -> bool:
    return new.handoff == NO_HANDOFF and all(
        getattr(new, part) == getattr(base, part)
        for part in ("state", "step", "status", "note", "error", "artifacts", "used")
    )


def _nothing_new(base: Checkpoint) -> str:
    return f"nothing new: {base.workflow} is as it was saved at {base.name} ({base.id})"


def _state(state: State, workflow: Workflow, base: Checkpoint | None) -> str:
    """Returns the state as it will be kept; one before that somebody damaged is not handed on."""
    if not isinstance(state, Keep):
        return laid_out(state)
    return laid_out(workflow.state(base)) if base else laid_out({})


def _step(text: str) -> str:
    """Returns a step on one line; raises `Usage` for one that is longer than a title."""
    step = " ".join(tidy(text).split())
    if len(step) > MOST_TITLE:
        raise Usage(f"a step has at most {MOST_TITLE} characters", "say the rest with `--note`")
    return step


def _end_of(error: str) -> tuple[str, tuple[str, ...]]:
    """Returns an error, of a long one the end: that a step failed is not lost for its log."""
    content = error.encode()
    if len(content) <= MOST_TEXT:
        return error, ()
    end = content[-MOST_TEXT:].decode(errors="ignore").partition("\n")
    kept = f"[...]\n{end[2] or end[0]}"
    return kept, (f"of the error the last {MOST_TEXT // 1024} KiB are kept",)


def _artifacts(
    here: Here, names: tuple[str, ...], before: tuple[Artifact, ...], seq: int
) -> tuple[Artifact, ...]:
    """Returns the files of a workflow with those named as they are now; by path."""
    known = {one.path: one for one in before}
    for name in names:
        path = in_project(here, name)
        digest = next(filter(None, (digest_of(root / path) for root in projects(here))), None)
        if digest is None:
            raise Usage(f"`{name}` is no file", "an artifact is a file of the project")
        if not is_inside(path):
            raise Usage(f"`{name}` cannot be named in a file")
        if path not in known or known[path].digest != digest:
            known[path] = Artifact(path, digest, seq)
    return tuple(known[path] for path in sorted(known))


def _used(
    here: Here, agent: Agent | None, prefixes: tuple[str, ...]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    if not prefixes:
        return (), ()  # looking up an id opens the index, which nothing else here needs
    with Library(here) as library:
        return applied(library, agent, prefixes)
