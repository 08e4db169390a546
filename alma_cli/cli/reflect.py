"""`alma reflect`."""

import re
from pathlib import Path
from typing import Annotated

import typer

from alma_cli.cli.learn_input import confirmed, reports
from alma_cli.cli.options import MOST_INPUT, Agent, Json, NoCommit, given
from alma_cli.cli.output import Writing, document, here_for, note, perform, say, warn
from alma_cli.config import LEAST_BUDGET, MOST
from alma_cli.errors import AlmaError, Usage
from alma_cli.here import Here
from alma_cli.library import Library
from alma_cli.model import Draft
from alma_cli.printable import clean_line, shorten
from alma_cli.render import reflection as told
from alma_cli.render.document import failed, written
from alma_cli.rules.scope import Agent as Learner
from alma_cli.rules.secrets import redact
from alma_cli.verbs import reflect as verb
from alma_cli.verbs.learn import Report, learn

MOST_SHOWN = 160
"""Bytes of a strategy that a warning names."""


def reflect(
    context: typer.Context,
    source: Annotated[
        str,
        typer.Argument(metavar="[FILE]", help="What happened: a transcript, a test log, a diff"),
    ] = "-",
    agent: Agent = "",
    budget: Annotated[
        int,
        typer.Option(
            "--budget", min=LEAST_BUDGET, max=MOST, metavar="TOKENS", help="Of what happened"
        ),
    ] = 6000,
    from_: Annotated[
        str, typer.Option("--from", metavar="FILE", help="Read the answer; `-` for stdin")
    ] = "",
    yes: Annotated[bool, typer.Option("--yes", help="With `--from`, record it unasked")] = False,
    json: Json = False,
    no_commit: NoCommit = False,
) -> None:
    """Turn what just happened into lessons, with any model

    Prints a prompt for any model: what is read from FILE or standard input, fenced and without its
    secrets, the agent's scope, and the lessons that are near with their ids. No model is called.

    `--from` takes what the model answers: every attempt is checked, what was told before is left
    out, and all is shown before it is recorded.

    Examples: `alma reflect session.txt`,
    `pytest | alma reflect | claude -p | alma reflect --from - --yes`
    """
    here = here_for(context)
    learner = here.agent(agent)
    if from_:
        text = _unfenced(_text(here, from_))
        raise typer.Exit(_sift(here, learner, text, from_, Writing(json, not yes, no_commit)))
    if yes:
        raise Usage("`--yes` is about `--from`", "a prompt writes nothing")
    text = _text(here, source)
    if not text.strip():
        raise Usage("nothing happened: the input is empty", "pipe a transcript, a log or a diff")
    with Library(here) as library:
        reflection, redacted = verb.reflect(library, learner, text, budget)
    if redacted:
        warn([f"secrets were cut out: {', '.join(redacted)}"])
    if json:
        document(told.document(reflection, redacted))
    else:
        say(told.prompt(reflection))


def _text(here: Here, name: str) -> str:
    if name == "-":
        return given("-", is_log=True)
    try:
        with Path(here.world.cwd / name).open(encoding="utf-8", errors="replace") as file:
            text = file.read(MOST_INPUT + 1)
    except OSError as error:
        raise Usage(f"cannot read `{name}`: {error.strerror}") from error
    if len(text) > MOST_INPUT:
        raise Usage(f"`{name}` is longer than {MOST_INPUT // 1024 // 1024} MiB", "give its end")
    return text


def _unfenced(text: str) -> str:
    """Returns what stands in the code fence that models like to put around their answer."""
    fenced = re.search(r"^```\w*\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    return fenced[1] if fenced else text


def _sift(here: Here, learner: Learner, text: str, name: str, how: Writing) -> int:
    """Shows what an answer would record, and records it unless it is only to be shown."""
    reports = _reports(here, learner, text, name)
    with Library(here) as library:
        why = verb.known(
            here, library, learner, [(one.result, one.task, one.strategy) for one in reports]
        )
    fresh = [one for one, known in zip(reports, why, strict=True) if not known]
    known = [f"{_named(one)}: {known}" for one, known in zip(reports, why, strict=True) if known]
    note(f"left out: {line}" for line in known)
    if how.dry_run and fresh and not how.as_json and here.world.stdin_is_terminal():
        _all(here, learner, fresh, how)
        how = Writing(how.as_json, not confirmed("Record this"), how.no_commit)
        if how.dry_run:
            return 0
    events, status = _all(here, learner, fresh, how)
    if how.as_json:
        document({"schema": 1, "events": events, "known": known})
    elif how.dry_run and fresh:
        note(["nothing is written yet; add `--yes`"])
    return status


def _reports(here: Here, learner: Learner, text: str, name: str) -> list[Report]:
    if not text.strip():
        return []
    found = []
    for owner, report in reports(text, name):
        # What happened may have been written by anybody: it does not choose whose memory it is.
        if owner and here.agent(owner) != learner:
            raise Usage(f"the answer names another agent, `{owner}`", f"it is for {learner.name}")
        report.check()
        found.append(report)
    return found


def _named(report: Report) -> str:
    """Returns a strategy in short; what it was refused for may be a secret in it."""
    return f'"{shorten(clean_line(redact(report.strategy)[0]), MOST_SHOWN)}"'


def _all(
    here: Here, learner: Learner, fresh: list[Report], how: Writing
) -> tuple[list[object], int]:
    """Records each report as an event of its own, or shows it; one that is refused stops none."""
    events: list[object] = []
    status = 0
    for report in fresh:

        def think(report: Report = report) -> Draft:
            with Library(here) as library:
                return learn(here, library, learner, report)

        try:
            draft, applied = perform(here, think, how)
        except AlmaError as error:
            status = status or error.status
            events.append(failed(error))
            warn([f"left out: {_named(report)}: {error.message}"])
            continue
        events.append(written(draft, applied))
        if not how.as_json:
            said = "would have: " * (applied is None)
            say("\n".join(f"{said}{line}" for line in draft.said))
    if not how.as_json and not fresh:
        say("nothing to learn")
    return events, status
