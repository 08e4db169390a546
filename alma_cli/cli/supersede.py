"""`alma supersede`."""

from typing import Annotated

import typer

from alma_cli.cli.options import AllowSecret, DryRun, Force, Json, NoCommit, given
from alma_cli.cli.output import Writing, carry_out, here_for
from alma_cli.compose import Wording
from alma_cli.gate import Pass
from alma_cli.library import Library
from alma_cli.model import Draft
from alma_cli.verbs.supersede import supersede as verb
from alma_cli.whereabouts import settle


def supersede(
    context: typer.Context,
    id_: Annotated[str, typer.Argument(metavar="ID", help="The memory, or the start of its id")],
    title: Annotated[str, typer.Argument(help="What holds instead, in a line", metavar="TITLE")],
    why: Annotated[str, typer.Option(metavar="TEXT", help="Why it is bad, or why it works")] = "",
    better: Annotated[str, typer.Option(metavar="TEXT", help="What to do instead")] = "",
    when: Annotated[str, typer.Option(metavar="TEXT", help="When it applies")] = "",
    body: Annotated[str, typer.Option(metavar="TEXT", help="More; `-` reads standard input")] = "",
    force: Force = False,
    allow_secret: AllowSecret = "",
    json: Json = False,
    dry_run: DryRun = False,
    no_commit: NoCommit = False,
) -> None:
    """Replace a memory by a better one

    The new one has its kind, owner, domain, tags, paths and guard, and the evidence for it counts
    on. The old one stays in its file, hidden.

    Example: `alma supersede 8ab2 "Using sleep() in end-to-end tests" --better "Wait for the event"`
    """
    here, whole = settle(here_for(context), id_)
    wording = Wording(given(title), given(body), given(why), given(better), given(when))

    def think() -> Draft:
        with Library(here) as library:
            return verb(here, library, whole, wording, Pass(force, allow_secret))

    carry_out(here, think, Writing(json, dry_run, no_commit))
