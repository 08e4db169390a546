"""`alma review`."""

from typing import Annotated

import typer

from alma_cli.cli.options import Json, named
from alma_cli.cli.output import document, here_for, say
from alma_cli.review.compare import review as compare
from alma_cli.review.document import document as told
from alma_cli.review.markdown import comment


def review(
    context: typer.Context,
    revisions: Annotated[
        str,
        typer.Argument(
            metavar="[BASE[..HEAD]]",
            help="Two revisions; else the default branch and HEAD",
            callback=named,
        ),
    ] = "",
    json: Json = False,
) -> None:
    """Show what a branch changes in memory, for a comment

    The memories that are new, changed, superseded and forgotten since HEAD left BASE, confidence
    before and after, the findings of `alma check`, and what becomes of the answer to every probe:
    which memories enter, leave or move. Nothing of a memory becomes markup, a link or a mention.

    Examples: `alma review`, `alma review origin/main..HEAD`
    """
    found = compare(here_for(context, strict=False), revisions)
    text = comment(found)
    if json:
        document(told(found, text))
    else:
        say(text)
