"""`alma hook`: what `alma-hook` does, for people to look at."""

import json as json_
from typing import Annotated

import typer

from alma_cli.cli.app import Global
from alma_cli.cli.options import Json, given
from alma_cli.cli.output import document, note
from alma_cli.errors import Usage
from alma_cli.hook import clients
from alma_cli.hook.run import respond


def hook(
    context: typer.Context,
    client: Annotated[
        str, typer.Argument(metavar="CLIENT", help=f"One of {', '.join(clients.CLIENTS)}")
    ],
    json: Json = False,
) -> None:
    """Show what the hook answers to an event of a client

    Reads the event as JSON on standard input and prints the answer in the client's format. Errors
    are told, and nothing is noted: to the session it did not happen. Clients run `alma-hook`,
    which says nothing when anything is wrong; see `.alma/.cache/hook.log`.

    Example: `alma hook claude-code < event.json`
    """
    known: Global = context.obj
    found = clients.named(client)
    if known.world.stdin_is_terminal():
        raise Usage("there is no event on standard input", f"`alma hook {client} < event.json`")
    try:
        sent = json_.loads(given("-"))
    except (ValueError, RecursionError) as error:
        raise Usage(f"the event is not JSON: {error}") from error
    event = clients.event(found, sent, known.world.environ)
    answer = event and respond(found, event, known.world, known.store, keeps=False)
    if json:
        name = event.name if event else None
        document({"schema": 1, "client": client, "event": name, "answer": answer or None})
    elif answer:
        document(answer)
    else:
        note(["no answer" if event else "an event that is not answered"])
