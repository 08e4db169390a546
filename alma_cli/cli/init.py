"""`alma init`."""

from dataclasses import replace
from typing import Annotated

import typer

from alma_cli.cli.app import Global
from alma_cli.cli.options import DryRun, Json, NoCommit, several
from alma_cli.cli.output import Writing, carry_out
from alma_cli.config import Config
from alma_cli.here import Here
from alma_cli.model import Draft
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
    world = known.world
    place = verb.place_for(world, known.store or world.environ.get("ALMA_STORE", ""))
    wish = verb.Wish(several(agent), example, separate)
    here = Here(world, place, None, Config())
    warnings: tuple[str, ...] = ()
    if not dry_run:
        verb.init(world, place, wish)  # refuses what cannot be before anything is made
        warnings = verb.prepare(world, place, wish)

    def think() -> Draft:
        draft = verb.init(world, place, wish)
        return replace(draft, warnings=draft.warnings + warnings)

    carry_out(here, think, Writing(json, dry_run, no_commit))
