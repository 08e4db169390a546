"""`alma learn`."""

from collections.abc import Callable
from typing import Annotated

import typer

from alma_cli.cli.options import (
    Agent,
    AllowSecret,
    Domain,
    DryRun,
    Force,
    Json,
    NoCommit,
    Tags,
    given,
    named,
    several,
)
from alma_cli.cli.output import Writing, carry_out, here_for
from alma_cli.errors import Usage
from alma_cli.gate import Pass
from alma_cli.here import Here
from alma_cli.library import Library
from alma_cli.model import Draft, Result
from alma_cli.rules.scope import Agent as Learner
from alma_cli.verbs.learn import Report
from alma_cli.verbs.learn import learn as verb


def learn(
    context: typer.Context,
    success: Annotated[bool, typer.Option("--success", help="The strategy worked")] = False,
    failure: Annotated[bool, typer.Option("--failure", help="The strategy failed")] = False,
    agent: Agent = "",
    task: Annotated[str, typer.Option(metavar="TEXT", help="What was to be done")] = "",
    strategy: Annotated[str, typer.Option(metavar="TEXT", help="How it was tried")] = "",
    why_bad: Annotated[str, typer.Option("--why-bad", metavar="TEXT", help="Why it failed")] = "",
    better: Annotated[str, typer.Option(metavar="TEXT", help="What to do instead")] = "",
    error: Annotated[
        str, typer.Option(metavar="TEXT", help="The error; `-` reads standard input")
    ] = "",
    domain: Domain = "",
    tag: Tags = None,
    lesson: Annotated[
        str,
        typer.Option(
            metavar="ID", help="The lesson this is evidence for or against", callback=named
        ),
    ] = "",
    used: Annotated[
        list[str] | None,
        typer.Option("--used", metavar="ID", help="A recalled memory applied (can be repeated)"),
    ] = None,
    workflow: Annotated[str, typer.Option(metavar="NAME", help="The workflow it is part of")] = "",
    duration_ms: Annotated[
        int | None, typer.Option("--duration-ms", min=0, metavar="N", help="How long it took")
    ] = None,
    note: Annotated[str, typer.Option(metavar="TEXT", help="More; `-` reads standard input")] = "",
    new: Annotated[bool, typer.Option("--new", help="Make a lesson of its own")] = False,
    from_: Annotated[
        str,
        typer.Option(
            "--from",
            metavar="FILE",
            help="Read JSON, JSON Lines or a test report (JUnit XML); `-` for stdin",
            callback=named,
        ),
    ] = "",
    force: Force = False,
    allow_secret: AllowSecret = "",
    json: Json = False,
    dry_run: DryRun = False,
    no_commit: NoCommit = False,
) -> None:
    """Learn from how a task ended

    Success makes or strengthens a heuristic, failure an anti-pattern.

    Examples: `alma learn --success --task "Test the form" --strategy "Fill one field at a time"`,
    `alma learn --failure --task "Test the login form" --strategy "sleep(5000) before clicking"`,
    `pytest --junit-xml report.xml; alma learn --from report.xml`
    """
    here = here_for(context)
    if no_commit:
        here = here.without_commits()
    how, leave = Writing(json, dry_run, no_commit), Pass(force, allow_secret)
    if from_:
        from alma_cli.cli.learn_from import record

        others = (task, strategy, why_bad, better, error, note, lesson, used, workflow)
        if success or failure or new or duration_ms is not None or any(others):
            raise Usage("`--from` brings result, task and strategy", "leave out the other flags")
        record(here, from_, agent, domain, several(tag), leave, how)
        return
    report = Report(
        _result(success, failure),
        given(task),
        given(strategy),
        given(why_bad),
        given(better),
        given(error, is_log=True),
        given(note, is_log=True),
        domain,
        several(tag),
        lesson,
        several(used),
        workflow,
        duration_ms,
        new,
    )
    learner = here.agent(agent)
    if here.world.stdin_is_terminal() and "-" not in {error, note}:
        from alma_cli.cli.learn_input import asked

        report = asked(report)
    carry_out(here, thinking(here, learner, report, leave), how)


def _result(success: bool, failure: bool) -> Result:
    if success == failure:
        raise Usage(
            "say how it ended: either `--success` or `--failure`", "see `alma learn --help`"
        )
    return Result.SUCCESS if success else Result.FAILURE


def thinking(here: Here, learner: Learner, report: Report, leave: Pass) -> Callable[[], Draft]:
    """Returns what decides about a report; raises `Usage` at once for one that cannot be right."""
    report.check()

    def think() -> Draft:
        with Library(here) as library:
            return verb(here, library, learner, report, leave)

    return think
