"""`alma workflow`."""

from typing import Annotated

import typer

from alma_cli.cli.checkpoint import Workflow
from alma_cli.cli.options import (
    AllowSecret,
    Domain,
    DryRun,
    Force,
    Json,
    NoCommit,
    given,
    named,
    several,
)
from alma_cli.cli.output import (
    Writing,
    document,
    exact_document,
    here_for,
    move_on,
    note,
    say,
    warn,
)
from alma_cli.errors import Usage
from alma_cli.flow import look
from alma_cli.flow.finish import Closing
from alma_cli.flow.finish import finish as finish_verb
from alma_cli.flow.merge import merge as merge_verb
from alma_cli.gate import Pass
from alma_cli.model import Result
from alma_cli.render import workflow as render
from alma_cli.rules.reducing import Reducer

app = typer.Typer(
    help="Look at workflows, merge and finish them",
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
)

Agent = Annotated[
    str,
    typer.Option(
        "--agent", "-a", metavar="NAME", help="Whose work it is; else who saved it", callback=named
    ),
]


@app.command("list")
def list_workflows(
    context: typer.Context,
    open_: Annotated[bool, typer.Option("--open", help="Only those with work left")] = False,
    json: Json = False,
) -> None:
    """List workflows, those with work left first

    Example: `alma workflow list --open`
    """
    here = here_for(context)
    found = [one for one in look.every(here) if one.work.is_open or not open_]
    warn(str(error) for one in found for error in one.damaged)
    if json:
        document({"schema": 1, "workflows": [render.workflow(one.work) for one in found]})
    else:
        say("\n".join(render.overview(one.work for one in found)))
        none = "no workflow is open" if open_ else "no workflows yet"
        note([] if found else [f"{none}: `alma checkpoint NAME` begins one"])


@app.command("show")
def show(context: typer.Context, workflow: Workflow, json: Json = False) -> None:
    """Show the checkpoints of a workflow, oldest first

    Those that are no longer kept are in git. Where work went on in several places at once, a star
    is at the newest of each.

    Example: `alma workflow show deploy-v2`
    """
    found = look.one(here_for(context), workflow)
    warn(str(error) for error in found.damaged)
    if json:
        told = [render.checkpoint(one) for one in found.checkpoints]
        document({"schema": 1, **render.workflow(found.work), "checkpoints": told})
    else:
        say("\n".join(render.lines(found.checkpoints, found.heads)))


@app.command("diff")
def diff(
    context: typer.Context,
    workflow: Workflow,
    checkpoints: Annotated[
        str,
        typer.Argument(
            metavar="[SEQ[..SEQ]]",
            help="Which two, by number or id; else the newest",
            callback=named,
        ),
    ] = "",
    json: Json = False,
) -> None:
    """Show what differs between the states of two checkpoints

    Of one checkpoint, what is new since then. Where work went on in two places at once, how these
    differ.

    Example: `alma workflow diff deploy-v2 2..4`
    """
    told = look.diff(here_for(context), workflow, checkpoints)
    if json:
        exact_document(render.difference(told.workflow, told.old, told.new, told.changes))
    elif told.changes:
        say("\n".join(map(render.change, told.changes)))
    else:
        note([f"the states of {told.old.name} and {told.new.name} are the same"])


@app.command("merge")
def merge(
    context: typer.Context,
    workflow: Workflow,
    reduce: Annotated[
        list[str] | None,
        typer.Option(
            metavar="KEY=HOW",
            help="How a key is joined that several changed: last_value, append or union; HOW alone"
            " is for all others (can be repeated)",
            callback=named,
        ),
    ] = None,
    agent: Agent = "",
    json: Json = False,
    dry_run: DryRun = False,
    no_commit: NoCommit = False,
) -> None:
    """Join a workflow that went on in several places at once

    What only one side changed is as that side has it. Of a key that several changed, the value
    that was saved last is taken, unless it is told otherwise.

    Example: `alma workflow merge deploy-v2 --reduce log=append`
    """
    here = here_for(context)
    here = here.without_commits() if no_commit else here
    how = dict(map(_reducer, several(reduce)))
    who = here.at_work(agent)
    move_on(here, lambda: merge_verb(here, workflow, how, who), Writing(json, dry_run, no_commit))


def _reducer(asked: str) -> tuple[str, Reducer]:
    key, _, how = asked.rpartition("=")
    if how not in list(Reducer):
        raise Usage(f"`{how}` does not join values", f"one of {', '.join(Reducer)}")
    return key, Reducer(how)


@app.command("finish")
def finish(
    context: typer.Context,
    workflow: Workflow,
    success: Annotated[bool, typer.Option("--success", help="It reached its goal")] = False,
    failure: Annotated[bool, typer.Option("--failure", help="It did not")] = False,
    agent: Agent = "",
    used: Annotated[
        list[str] | None,
        typer.Option("--used", metavar="ID", help="A recalled memory applied (can be repeated)"),
    ] = None,
    note_: Annotated[
        str, typer.Option("--note", metavar="TEXT", help="More; `-` reads standard input")
    ] = "",
    domain: Domain = "",
    force: Force = False,
    allow_secret: AllowSecret = "",
    json: Json = False,
    dry_run: DryRun = False,
    no_commit: NoCommit = False,
) -> None:
    """End a workflow, and count how it ended for the memories it used

    What failed and then worked is offered as a lesson.

    Example: `alma workflow finish deploy-v2`
    """
    if success and failure:
        raise Usage("say either `--success` or `--failure`")
    here = here_for(context)
    here = here.without_commits() if no_commit else here
    result = Result.SUCCESS if success else Result.FAILURE if failure else None
    closing = Closing(result, several(used), given(note_, is_log=True), domain)
    who, leave = here.at_work(agent), Pass(force, allow_secret)
    move_on(
        here,
        lambda: finish_verb(here, workflow, closing, who, leave),
        Writing(json, dry_run, no_commit),
    )
