"""`alma why`."""

from typing import Annotated

import typer

from alma_cli.cli.options import Json
from alma_cli.cli.output import document, here_for, say
from alma_cli.library import Library
from alma_cli.render import grounds
from alma_cli.verbs.why import why as verb


def why(
    context: typer.Context,
    id_: Annotated[str, typer.Argument(metavar="ID", help="The memory, or the start of its id")],
    json: Json = False,
) -> None:
    """Show what made a memory what it is

    Its outcomes with their weight today, what contradicts it, who reads it, and the events with
    their commits and authors.

    Example: `alma why 8ab2`
    """
    here = here_for(context)
    with Library(here) as library:
        found, events = verb(here, library, id_)
    if json:
        document(grounds.document(found, events))
    else:
        say(grounds.page(found, events))
