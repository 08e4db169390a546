"""`alma recall`."""

from typing import Annotated

import typer

from alma_cli.cli.options import Agent, Domains, Json, Kinds, WithTags, given, named, several
from alma_cli.cli.output import document, here_for, note, say, warn
from alma_cli.config import FORMATS, LEAST_BUDGET, MOST
from alma_cli.errors import Usage
from alma_cli.recollection import Recollection
from alma_cli.render.prompt import prompt, remarks
from alma_cli.verbs.recall import Ask
from alma_cli.verbs.recall import recall as verb
from alma_cli.world import World


def recall(
    context: typer.Context,
    query: Annotated[
        str, typer.Argument(metavar="[QUERY]", help="The task at hand; `-` reads standard input")
    ] = "",
    agent: Agent = "",
    limit: Annotated[
        int | None,
        typer.Option("--limit", "-k", min=1, max=MOST, metavar="N", help="Memories at most"),
    ] = None,
    budget: Annotated[
        int | None,
        typer.Option(
            "--budget", min=LEAST_BUDGET, max=MOST, metavar="TOKENS", help="Tokens at most"
        ),
    ] = None,
    kind: Kinds = None,
    domain: Domains = None,
    tag: WithTags = None,
    format_: Annotated[
        str,
        typer.Option(
            "--format",
            metavar="FORMAT",
            help="prompt, md, json, xml, text or rich",
            callback=named,
        ),
    ] = "",
    explain: Annotated[bool, typer.Option("--explain", help="Show how scores come about")] = False,
    min_confidence: Annotated[
        float | None,
        typer.Option(min=0, max=1, help="Only believed so far, refuted ones included if they are"),
    ] = None,
    own: Annotated[bool, typer.Option("--own", help="Leave out what others share")] = False,
    path: Annotated[
        list[str] | None,
        typer.Option(
            "--path",
            metavar="FILE",
            help="Prefer what is about this file (can be repeated)",
            callback=named,
        ),
    ] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Look at every file for changes")] = False,
    at: Annotated[
        str | None,
        typer.Option(
            "--at",
            metavar="REV",
            help="As it was at this revision, event or date",
            callback=named,
        ),
    ] = None,
    reviewed: Annotated[
        bool, typer.Option("--reviewed", help="Only what is merged in `origin`, unchanged")
    ] = False,
    mark_unreviewed: Annotated[
        bool, typer.Option("--mark-unreviewed", help="Say of each memory if it is not")
    ] = False,
    json: Json = False,
) -> None:
    """Recall what bears on a task, ready to paste into a prompt

    Without QUERY: the brief to wake up with, preferences and the strongest lessons.

    Examples: `alma recall --agent qa_tester "forms"`, `git diff | alma recall -`
    """
    here = here_for(context, strict=False)
    chosen = "json" if json else format_ or here.config.output_format or _default(here.world)
    if chosen not in FORMATS:
        raise Usage(f"`{chosen}` is not a format", f"one of {', '.join(FORMATS)}")
    wish = Ask(
        given(query).strip(),
        tuple(kind or ()),
        several(domain),
        several(tag),
        limit or 0,
        budget or 0,
        min_confidence,
        own,
        tuple(path or ()),
        fresh,
        at,
        reviewed,
        mark_unreviewed,
    )
    answer = verb(here, agent, wish)
    warn(answer.warnings)
    _show(answer, chosen, explain)
    note(remarks(answer, min_confidence))


def _default(world: World) -> str:
    return "rich" if world.stdout_is_terminal() else "prompt"


def _show(answer: Recollection, chosen: str, explain: bool) -> None:
    if chosen == "json":
        from alma_cli.render.document import recollection

        document(recollection(answer))
    elif chosen == "rich":
        from alma_cli.cli.rich_view import show

        show(answer, explain=explain)
    elif chosen == "prompt" and not explain:
        say(prompt(answer))
    else:
        from alma_cli.render import plain

        if explain or chosen == "text":
            say(plain.text(answer, explain=explain))
        else:
            say(plain.markdown(answer) if chosen == "md" else plain.xml(answer))
