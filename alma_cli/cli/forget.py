"""`alma forget` and `alma restore`."""

from typing import Annotated

import typer

from alma_cli.cli.options import AllowSecret, DryRun, Force, Json, NoCommit, given, named
from alma_cli.cli.output import Writing, carry_out, here_for
from alma_cli.gate import Pass
from alma_cli.library import Library
from alma_cli.model import Draft
from alma_cli.verbs.forget import forget as forget_verb
from alma_cli.verbs.restore import restore as restore_verb
from alma_cli.whereabouts import settle, settle_in_past


def forget(
    context: typer.Context,
    id_: Annotated[str, typer.Argument(metavar="ID", help="The memory, or the start of its id")],
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why; `-` reads standard input")] = "",
    json: Json = False,
    dry_run: DryRun = False,
    no_commit: NoCommit = False,
) -> None:
    """Take a memory out, and keep it out

    Its file goes; a tombstone with the date and the reason stays, so that no merge brings it back.
    `alma restore` takes it back from history.

    Example: `alma forget 8ab2 --reason "The framework waits by itself now"`
    """
    here, whole = settle(here_for(context), id_)
    why = given(reason)

    def think() -> Draft:
        with Library(here) as library:
            return forget_verb(here, library, whole, why)

    carry_out(here, think, Writing(json, dry_run, no_commit))


def restore(
    context: typer.Context,
    id_: Annotated[str, typer.Argument(metavar="ID", help="The memory, or the start of its id")],
    at: Annotated[
        str,
        typer.Option(
            "--at", metavar="REV", help="As this revision, event or date has it", callback=named
        ),
    ] = "",
    force: Force = False,
    allow_secret: AllowSecret = "",
    json: Json = False,
    dry_run: DryRun = False,
    no_commit: NoCommit = False,
) -> None:
    """Take a memory back from history

    The newest version of one that is forgotten or deleted; with `--at` an older one, also of a
    memory that is there.

    Example: `alma restore 8ab2 --at HEAD~3`
    """
    here, whole = settle_in_past(here_for(context), id_)

    def think() -> Draft:
        with Library(here) as library:
            return restore_verb(here, library, whole, at, Pass(force, allow_secret))

    carry_out(here, think, Writing(json, dry_run, no_commit))
