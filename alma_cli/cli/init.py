"""`alma init`."""

from __future__ import annotations

from typing import Annotated

import typer

from alma_cli.cli.app import Global
from alma_cli.cli.options import DryRun, Json, NoCommit, several
from alma_cli.cli.output import Writing, carry_out, warn
from alma_cli.config import Config
from alma_cli.here import Here
from alma_cli.place import Place
from alma_cli.verbs import init as verb


def init(
    context: typer.Context,
    agent: Annotated[
        list[str] | None,
        typer.Option("--agent", "-a", metavar="NAME", help="An agent to add (can be repeated)"),
    ] = None,
    example: Annotated[bool, typer.Option("--example", help="Write the example store")] = False,
    separate: Annotated[
        bool, typer.Option("--separate", help="Give the store a git repository of its own")
    ] = False,
    json: Json = False,
    dry_run: DryRun = False,
    no_commit: NoCommit = False,
) -> None:
    """Make a store in `.alma/` here

    Memories ride in the repository around it, and so in its pull requests. With `--separate` they
    do not follow its branches.

    Examples: `alma init --agent qa_tester`, `alma init --example`
    """
    known: Global = context.obj
    named = known.store or known.world.environ.get("ALMA_STORE", "")
    place = Place((known.world.cwd / (named or ".alma")).expanduser())
    wish = verb.Wish(several(agent), example, separate)
    here = Here(known.world, place, None, Config())
    if not dry_run:
        verb.init(known.world, place, wish)  # refuses bad names before anything is made
        warn(verb.prepare(known.world, place, wish))
    how = Writing(json, dry_run, no_commit)
    carry_out(here, lambda: verb.init(known.world, place, wish), how)
