"""Goes on with a workflow: where it stands, what changed since, and what is known of it."""

from __future__ import annotations

from collections.abc import Iterator

from alma_cli.checkpoint import NO_HANDOFF, Checkpoint, Stage
from alma_cli.config import LEAST_BUDGET
from alma_cli.errors import Usage
from alma_cli.files.disk import digest_of
from alma_cli.here import Here, projects
from alma_cli.model import Kind
from alma_cli.names import fold
from alma_cli.recollection import Match, Recollection
from alma_cli.resumed import Altered, Resumed
from alma_cli.verbs.recall import Ask, recall
from alma_cli.workflows import read

LESSONS = 4
"""Memories that a brief has at most."""
MOST_ASKED = 400
"""Characters of a step and its error that memories are looked for by."""
KINDS = (Kind.ANTI_PATTERN, Kind.HEURISTIC, Kind.KNOWLEDGE)


def resume(here: Here, name: str, *, at: str = "", agent: str = "", budget: int = 0) -> Resumed:
    """Returns the newest checkpoint of a workflow, or the one of a number or id.

    The lessons are those of the agent named, else of the one who saved it, else of the default one.
    Raises `NotFound` for no such workflow or checkpoint, `Forked` where several are the newest.
    """
    budget = budget or here.config.recall.budget
    if budget < LEAST_BUDGET:
        raise Usage(f"a budget of {budget} tokens is too small", f"give {LEAST_BUDGET} or more")
    workflow = read(here.place, fold(name, "a workflow"))
    found = workflow.find(at) if at and workflow.checkpoints else workflow.head
    line = workflow.run(found)
    lessons = _lessons(here, agent, line, budget)
    warnings = [f"left out: {error}" for error in workflow.damaged]
    warnings += lessons.warnings if lessons else ()
    altered = tuple(_altered(here, found))
    return Resumed(
        line,
        workflow.state(found),
        workflow.file(found).digest,
        workflow.earlier(found),
        found in workflow.heads,
        altered,
        lessons,
        budget,
        tuple(dict.fromkeys(warnings)),
    )


def _altered(here: Here, one: Checkpoint) -> Iterator[Altered]:
    """Yields the files of a checkpoint that are not what they were."""
    for artifact in one.artifacts:
        try:
            standing = [digest_of(folder / artifact.path) for folder in projects(here)]
        except OSError:
            yield Altered(artifact.path, artifact.seq, "unreadable")
            continue
        if artifact.digest not in standing:
            yield Altered(artifact.path, artifact.seq, "changed" if any(standing) else "gone")


def _lessons(
    here: Here, agent: str, line: tuple[Checkpoint, ...], budget: int
) -> Recollection | None:
    """Returns what is known of the step that failed, else of the one that is next."""
    one = line[-1]
    if agent:
        here.agent(agent)
    known = (name for name in (one.agent, here.config.default_agent) if name in here.config.agents)
    named = agent or next(known, "")
    asked = _asked(line)
    if not asked or not named:
        return None
    ask = Ask(asked, KINDS, limit=LESSONS, budget=max(LEAST_BUDGET, budget // 2))
    found = recall(here, named, ask)
    # What is next may be anything; on what failed even a faint hint is worth its place.
    return found if one.status is Stage.FAILED or found.match is Match.STRONG else None


def _asked(line: tuple[Checkpoint, ...]) -> str:
    """Returns what memories are looked for by, "" where the work is done or nothing is due."""
    one = line[-1]
    if one.status is Stage.FAILED:
        return f"{one.step}\n{one.error[-MOST_ASKED:]}".strip()
    told = [each.handoff.next_steps for each in line if each.handoff != NO_HANDOFF]
    due = told[-1] if told and one.is_open else ()
    return next(iter(due), "")[:MOST_ASKED]
