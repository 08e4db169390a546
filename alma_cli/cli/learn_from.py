"""`alma learn --from`: what a program reports, as JSON, JSON Lines or the report of a test run."""

from __future__ import annotations

from dataclasses import replace

import typer

from alma_cli.cli.learn import thinking
from alma_cli.cli.learn_input import check_size, content_of, reports, text_of
from alma_cli.cli.output import (
    Writing,
    carry_out,
    decide,
    document,
    perform,
    planned,
    say,
    talk,
    warn,
)
from alma_cli.errors import AlmaError
from alma_cli.gate import Pass
from alma_cli.here import Here
from alma_cli.library import Library
from alma_cli.render.document import failed, written
from alma_cli.rules.scope import Agent as Learner
from alma_cli.sha import sha256
from alma_cli.sources import junit
from alma_cli.verbs.cases import Learned, Run, learn_run
from alma_cli.verbs.learn import Report

MOST_TOLD = 20
"""Tests that are named one by one where they are left out."""


def record(
    here: Here,
    name: str,
    agent: str,
    domain: str,
    tags: tuple[str, ...],
    leave: Pass,
    how: Writing,
) -> None:
    """Records what a file reports; `domain` and `tags` are for what names none itself."""
    content = content_of(name, here.world.cwd)
    if junit.is_report(content):
        record_tests(here, content, name, agent, leave, how, domain=domain, tags=tags)
        return
    told = [
        (
            here.agent(owner or agent),
            replace(one, domain=one.domain or domain, tags=one.tags or tags),
        )
        for owner, one in reports(text_of(content, name), name)
    ]
    _record_all(here, told, leave, how)


def record_tests(
    here: Here,
    content: bytes,
    name: str,
    agent: str,
    leave: Pass,
    how: Writing,
    *,
    domain: str = "",
    tags: tuple[str, ...] = (),
) -> None:
    """Records the report of a test run as one event; `name` is that of its file."""
    check_size(content, name)
    cases = junit.read(content, name)
    run = Run(cases, sha256(content).hexdigest()[:12], _called(name), domain, tags)
    _record_run(here, here.agent(agent), run, leave, how)


def _called(name: str) -> str:
    return "" if name == "-" else name.replace("\\", "/").rpartition("/")[2]


def _record_all(here: Here, told: list[tuple[Learner, Report]], leave: Pass, how: Writing) -> None:
    """Records each report as an event of its own, up to the first that is refused."""
    thoughts = [thinking(here, learner, report, leave) for learner, report in told]
    if not how.as_json or len(thoughts) == 1:
        for think in thoughts:
            carry_out(here, think, how)
        return
    events: list[object] = []
    status = 0
    for think in thoughts:
        try:
            events.append(written(*perform(here, think, how)))
        except AlmaError as error:
            events.append(failed(error))
            status = error.status
            break
    document({"schema": 1, "events": events})
    raise typer.Exit(status)


def _record_run(here: Here, learner: Learner, run: Run, leave: Pass, how: Writing) -> None:
    """Records a run of tests as one event; tests that are refused are named."""

    def think() -> Learned:
        with Library(here) as library:
            return learn_run(here, library, learner, run, leave)

    learned, applied = decide(here, think, how)
    talk(here, learned.draft, applied)
    warn(f"left out: {one.test}: {one.reason}" for one in learned.left_out[:MOST_TOLD])
    if len(learned.left_out) > MOST_TOLD:
        warn([f"and {len(learned.left_out) - MOST_TOLD} more left out; `--json` lists all"])
    if not how.as_json:
        say("\n".join(planned(learned.draft) if applied is None else learned.draft.said))
        return
    counted = {
        "run": len(run.cases),
        "failed": learned.failed,
        "mended": learned.mended,
        "known": learned.known,
    }
    left_out = [{"test": one.test, "reason": one.reason} for one in learned.left_out]
    document({**written(learned.draft, applied), "tests": counted, "left_out": left_out})
