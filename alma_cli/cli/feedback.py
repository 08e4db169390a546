"""`alma feedback`."""

from typing import Annotated

import typer

from alma_cli.cli.options import Agent, DryRun, Force, Json, NoCommit, given
from alma_cli.cli.output import Writing, carry_out, here_for
from alma_cli.errors import Usage
from alma_cli.gate import Pass
from alma_cli.library import Library
from alma_cli.model import Draft, Result
from alma_cli.verbs.feedback import feedback as verb


def feedback(
    context: typer.Context,
    id_: Annotated[str, typer.Argument(metavar="ID", help="The memory, or the start of its id")],
    helpful: Annotated[bool, typer.Option("--helpful", help="It helped")] = False,
    harmful: Annotated[bool, typer.Option("--harmful", help="It did harm")] = False,
    agent: Agent = "",
    note: Annotated[str, typer.Option(metavar="TEXT", help="More; `-` reads standard input")] = "",
    force: Force = False,
    json: Json = False,
    dry_run: DryRun = False,
    no_commit: NoCommit = False,
) -> None:
    """Say that a memory helped, or did harm

    That is evidence for or against it, as an outcome is.

    Example: `alma feedback 8ab2 --helpful`
    """
    if helpful == harmful:
        raise Usage("say either `--helpful` or `--harmful`")
    here = here_for(context)
    verdict = Result.HELPFUL if helpful else Result.HARMFUL
    reader = here.agent(agent) if agent else None

    said = given(note, is_log=True)

    def think() -> Draft:
        with Library(here) as library:
            leave = Pass(force)
            return verb(here, library, id_, verdict, reader, note=said, leave=leave)

    carry_out(here, think, Writing(json, dry_run, no_commit))
