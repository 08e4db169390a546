"""`alma config`."""

from __future__ import annotations

import typer

from alma_cli.cli.options import Json
from alma_cli.cli.output import document, here_for, say
from alma_cli.verbs.settings import settings

app = typer.Typer(
    help="See the configuration and where it comes from",
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.callback()
def group() -> None:
    """See the configuration and where it comes from"""


@app.command("show")
def show(context: typer.Context, json: Json = False) -> None:
    """Show every value with where it came from

    Example: `alma config show`
    """
    told = settings(here_for(context))
    if json:
        values = [{"key": each.key, "value": each.value, "origin": each.origin} for each in told]
        document({"schema": 1, "values": values})
        return
    width = max(len(f"{each.key} = {each.shown}") for each in told)
    for each in told:
        say(f"{f'{each.key} = {each.shown}'.ljust(width)}  # {each.origin}")
