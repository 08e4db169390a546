"""`alma stats`."""

from typing import Annotated

import typer

from alma_cli.cli.options import Json, named
from alma_cli.cli.output import document, here_for, say
from alma_cli.library import Library
from alma_cli.render import statistics
from alma_cli.verbs.stats import stats as verb


def stats(
    context: typer.Context,
    agent: Annotated[
        str,
        typer.Option("--agent", "-a", metavar="NAME", help="Only of this agent", callback=named),
    ] = "",
    json: Json = False,
) -> None:
    """Show success over time, and mistakes made again

    A mistake is made again when a strategy fails that an anti-pattern already named at that time.
    Then come the lessons that were never used, and what of each agent's scope it knows.

    Examples: `alma stats`, `alma stats --agent qa_tester --json`
    """
    here = here_for(context)
    one = here.config.agent(agent) if agent else None
    with Library(here) as library:
        told = verb(here, library, one)
    if json:
        document(statistics.document(told))
    else:
        say(statistics.page(told))
