"""`alma resume`."""

from enum import StrEnum
from typing import Annotated

import typer

from alma_cli.cli.checkpoint import Workflow
from alma_cli.cli.options import Json, named
from alma_cli.cli.output import exact_document, here_for, say, warn
from alma_cli.config import LEAST_BUDGET, MOST
from alma_cli.flow.resume import resume as verb
from alma_cli.render import brief
from alma_cli.render.workflow import resumed


class Form(StrEnum):
    """How a workflow is told."""

    PROMPT = "prompt"
    JSON = "json"


def resume(
    context: typer.Context,
    workflow: Workflow,
    at: Annotated[
        str,
        typer.Option(metavar="SEQ", help="An earlier checkpoint, by number or id", callback=named),
    ] = "",
    format_: Annotated[
        Form, typer.Option("--format", help="A brief to read, or all with its state")
    ] = Form.PROMPT,
    budget: Annotated[
        int | None,
        typer.Option(min=LEAST_BUDGET, max=MOST, metavar="TOKENS", help="Tokens at most"),
    ] = None,
    agent: Annotated[
        str,
        typer.Option(
            "--agent", "-a", metavar="NAME", help="Whose lessons; else who saved it", callback=named
        ),
    ] = "",
    json: Json = False,
) -> None:
    """Show where a workflow stands, ready to go on from

    The brief has the goal, what is done, where it failed and why, what is next, which files
    changed since, and the lessons that bear on it. Files named with `--artifact` are compared with
    what they were.

    Example: `alma resume deploy-v2`
    """
    here = here_for(context, strict=False)
    told = verb(here, workflow, at=at, agent=agent, budget=budget or 0)
    warn(told.warnings)
    if json or format_ is Form.JSON:
        exact_document(resumed(told))
    else:
        say(brief.prompt(told))
