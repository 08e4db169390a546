"""`alma list` and `alma show`."""

from typing import Annotated

import typer

from alma_cli.cli.options import Agent, Domains, Json, Kinds, WithTags, several
from alma_cli.cli.output import document, here_for, say, warn
from alma_cli.here import stand_at_home
from alma_cli.library import Library
from alma_cli.render import document as documents
from alma_cli.render import listing
from alma_cli.verbs import memories as verb


def list_memories(
    context: typer.Context,
    agent: Agent = "",
    kind: Kinds = None,
    domain: Domains = None,
    tag: WithTags = None,
    team: Annotated[bool, typer.Option("--team", help="Only the team's")] = False,
    user: Annotated[bool, typer.Option("--user", help="Only your own, of all projects")] = False,
    json: Json = False,
) -> None:
    """List memories, of one agent or of all

    Outcomes are listed only when asked for by kind.

    Example: `alma list --agent qa_tester --kind anti-pattern`
    """
    here = stand_at_home(context.obj.world) if user else here_for(context)
    owner = verb.Which(
        here.config.agent(agent).name if agent else "",
        tuple(kind or ()),
        several(domain),
        several(tag),
        team,
        user,
    )
    with Library(here) as library:
        hits = verb.listed(library, owner)
        broken = library.broken
    warn(str(error) for error in broken)
    if json:
        document({"schema": 1, "memories": [documents.memory(hit) for hit in hits]})
    else:
        say(listing.lines(hits))


def show(
    context: typer.Context,
    id_: Annotated[str, typer.Argument(metavar="ID", help="The memory, or the start of its id")],
    json: Json = False,
) -> None:
    """Show one memory with the evidence for it

    Example: `alma show 8ab2`
    """
    here = here_for(context)
    with Library(here) as library:
        shown = verb.shown(library, id_)
    if json:
        document(
            {
                "schema": 1,
                **documents.memory(shown.hit),
                "hidden": shown.hidden or None,
                "hidden_because": shown.because or None,
                "superseded_by": shown.heir or None,
                "outcomes": [documents.memory(hit) for hit in shown.outcomes],
            }
        )
    else:
        say(listing.page(shown))
