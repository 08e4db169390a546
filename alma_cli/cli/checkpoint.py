"""`alma checkpoint`."""

from pathlib import Path
from typing import Annotated

import typer

from alma_cli import exact
from alma_cli.checkpoint import Handoff, Stage
from alma_cli.cli.options import AllowSecret, DryRun, Json, NoCommit, given, named
from alma_cli.cli.output import Writing, here_for, move_on
from alma_cli.errors import Usage
from alma_cli.flow.checkpoint import Keep, Progress, State
from alma_cli.flow.checkpoint import checkpoint as verb
from alma_cli.gate import Pass
from alma_cli.rules.handoff import handoff_of

Workflow = Annotated[
    str, typer.Argument(metavar="WORKFLOW", help="The name of the work", callback=named)
]


def checkpoint(
    context: typer.Context,
    workflow: Workflow,
    state: Annotated[
        str | None,
        typer.Option(
            metavar="JSON",
            help="Its state; `@FILE` reads a file, `-` standard input; else the one before",
        ),
    ] = None,
    step: Annotated[str, typer.Option(metavar="TEXT", help="The step that this is after")] = "",
    status: Annotated[
        Stage | None, typer.Option(help="How it stands; failed where there is an error")
    ] = None,
    error: Annotated[
        str, typer.Option(metavar="TEXT", help="Why the step failed; `-` reads standard input")
    ] = "",
    note: Annotated[str, typer.Option(metavar="TEXT", help="More; `-` reads standard input")] = "",
    handoff: Annotated[
        str,
        typer.Option(
            metavar="FILE",
            help="JSON for who goes on: goal, decisions, open_files, blockers, next_steps,"
            " test_status; `-` reads standard input",
            callback=named,
        ),
    ] = "",
    artifact: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FILE", help="A file that the work made (can be repeated)", callback=named
        ),
    ] = None,
    used: Annotated[
        list[str] | None,
        typer.Option(metavar="ID", help="A recalled memory applied (can be repeated)"),
    ] = None,
    expect: Annotated[
        str,
        typer.Option(
            metavar="SEQ",
            help="Only if this is the newest checkpoint, by number or id; 0 for none",
            callback=named,
        ),
    ] = "",
    agent: Annotated[
        str, typer.Option("--agent", "-a", metavar="NAME", help="Who works", callback=named)
    ] = "",
    allow_secret: AllowSecret = "",
    json: Json = False,
    dry_run: DryRun = False,
    no_commit: NoCommit = False,
) -> None:
    """Save where a workflow stands, to go on from there

    The state comes back exactly as it was given, with `alma resume`. Saving the same again adds
    nothing.

    Examples: `alma checkpoint deploy-v2 --step "migrate db" --state '{"tables": 3}'`,
    `alma checkpoint deploy-v2 --step "migrate db" --error "lock timeout"`
    """
    here = here_for(context)
    here = here.without_commits() if no_commit else here
    if [state, error, note, handoff].count("-") > 1:
        raise Usage("standard input can be read once", "give `-` to one option")
    told = Progress(
        _state(state, here.world.cwd),
        step,
        status,
        given(error, is_log=True),
        given(note, is_log=True),
        _handoff(handoff, here.world.cwd),
        expect,
        tuple(artifact or ()),
        tuple(used or ()),
    )
    who, leave = here.at_work(agent), Pass(allow_secret=allow_secret)
    move_on(here, lambda: verb(here, workflow, told, who, leave), Writing(json, dry_run, no_commit))


def _state(asked: str | None, cwd: Path) -> State:
    if asked is None:
        return Keep.STATE
    return exact.parse(_text(cwd, asked[1:]) if asked.startswith("@") else given(asked))


def _handoff(asked: str, cwd: Path) -> Handoff | None:
    if not asked:
        return None
    text = given(asked) if asked == "-" else _text(cwd, asked.removeprefix("@"))
    return handoff_of(exact.parse(text, "handoff"))


def _text(cwd: Path, name: str) -> str:
    try:
        return (cwd / name).read_text(encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "not UTF-8"
        raise Usage(f"cannot read `{name}`: {why}") from error
