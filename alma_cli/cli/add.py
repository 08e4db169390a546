"""`alma add`."""

from typing import Annotated

import typer

from alma_cli.cli.app import Global
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
    several,
)
from alma_cli.cli.output import Writing, carry_out, here_for
from alma_cli.compose import Wording
from alma_cli.errors import Usage
from alma_cli.gate import Pass
from alma_cli.here import stand_at_home
from alma_cli.library import Library
from alma_cli.model import Draft, Kind
from alma_cli.verbs.add import add as verb
from alma_cli.verbs.init import make_personal


def add(
    context: typer.Context,
    kind: Annotated[
        Kind,
        typer.Argument(help="anti-pattern, heuristic, knowledge or preference", metavar="KIND"),
    ],
    title: Annotated[str, typer.Argument(help="What it says, in a line", metavar="TITLE")],
    agent: Agent = "",
    team: Annotated[bool, typer.Option("--team", help="For every agent of the project")] = False,
    user: Annotated[bool, typer.Option("--user", help="For you, in all your projects")] = False,
    domain: Domain = "",
    tag: Tags = None,
    why_bad: Annotated[
        str, typer.Option("--why-bad", metavar="TEXT", help="Why an anti-pattern is bad")
    ] = "",
    better: Annotated[str, typer.Option(metavar="TEXT", help="What to do instead")] = "",
    when: Annotated[str, typer.Option(metavar="TEXT", help="When a heuristic applies")] = "",
    why: Annotated[str, typer.Option(metavar="TEXT", help="Why a heuristic works")] = "",
    body: Annotated[str, typer.Option(metavar="TEXT", help="More; `-` reads standard input")] = "",
    path: Annotated[
        list[str] | None,
        typer.Option("--path", metavar="GLOB", help="The code it is about (can be repeated)"),
    ] = None,
    force: Force = False,
    allow_secret: AllowSecret = "",
    json: Json = False,
    dry_run: DryRun = False,
    no_commit: NoCommit = False,
) -> None:
    """Add a lesson, knowledge or a preference by hand

    Examples: `alma add preference --user "Prefer verbose output"`,
    `alma add anti-pattern "Using sleep() for async waits" --why-bad "Flaky" --better "Wait for it"`
    """
    if (why_bad and kind is not Kind.ANTI_PATTERN) or (why and kind is Kind.ANTI_PATTERN):
        raise Usage("`--why-bad` is for an anti-pattern, `--why` for a heuristic")
    if team + user + bool(agent) > 1:
        raise Usage("`--agent`, `--team` and `--user` exclude one another")
    texts = (given(title), given(body), given(why_bad or why), given(better), given(when))
    wording = Wording(*texts, tags=several(tag), paths=tuple(path or ()))
    known: Global = context.obj
    here = stand_at_home(known.world) if user else here_for(context)
    owner = None if team or user else here.agent(agent)

    def think() -> Draft:
        with Library(here) as library:
            leave = Pass(force, allow_secret)
            return verb(here, library, kind, wording, owner, domain=domain, leave=leave)

    if user and not dry_run and not here.place.config.is_file():
        think()  # what is refused does not make the store
        make_personal(known.world)
    carry_out(here, think, Writing(json, dry_run, no_commit))
