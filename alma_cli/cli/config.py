"""`alma config`."""

from typing import Annotated

import typer

from alma_cli.cli.app import Global
from alma_cli.cli.options import DryRun, Json, NoCommit, given
from alma_cli.cli.output import Writing, carry_out, document, here_for, say
from alma_cli.here import stand_at_home
from alma_cli.verbs.init import make_personal
from alma_cli.verbs.settings import change, settings

app = typer.Typer(
    help="See the configuration and change it",
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
)


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


@app.command("set")
def set_value(
    context: typer.Context,
    key: Annotated[
        str, typer.Argument(metavar="KEY", help="Such as `recall.limit` or `agents.NAME.about`")
    ],
    value: Annotated[
        str,
        typer.Argument(
            metavar="VALUE",
            help="A list is JSON or separated by commas; `-` reads standard input",
        ),
    ],
    user: Annotated[
        bool, typer.Option("--user", help="For you, in all your projects; agents are a project's")
    ] = False,
    json: Json = False,
    dry_run: DryRun = False,
    no_commit: NoCommit = False,
) -> None:
    """Set one value, and keep comments and layout

    Examples: `alma config set recall.limit 5`,
    `alma config set agents.qa_tester.can_learn testing,selectors`
    """
    text = given(value).strip() if value == "-" else value
    known: Global = context.obj
    here = stand_at_home(known.world) if user else here_for(context)
    if user and not dry_run and not here.place.config.is_file():
        change(here, key, text)  # what is refused does not make the store
        make_personal(known.world)
    carry_out(here, lambda: change(here, key, text), Writing(json, dry_run, no_commit))
