"""`alma log`, `alma undo` and `alma commit`."""

from __future__ import annotations

from typing import Annotated

import typer

from alma_cli import store
from alma_cli.cli.options import DryRun, Json, NoCommit
from alma_cli.cli.output import Writing, carry_out, document, here_for, note, say
from alma_cli.errors import Conflict
from alma_cli.files.header import format_time
from alma_cli.git.history import Event
from alma_cli.printable import clean_line
from alma_cli.verbs.log import log as log_verb
from alma_cli.verbs.undo import undo as undo_verb

OfAgent = Annotated[
    str, typer.Option("--agent", "-a", metavar="NAME", help="Only events of this agent")
]


def log(
    context: typer.Context,
    id_: Annotated[str, typer.Argument(metavar="[ID]", help="Only what touched this memory")] = "",
    agent: OfAgent = "",
    number: Annotated[
        int | None, typer.Option("-n", "--limit", min=1, metavar="N", help="Only the newest N")
    ] = None,
    json: Json = False,
) -> None:
    """Show the events, newest first

    Example: `alma log --agent qa_tester -n 5`
    """
    here = here_for(context)
    told = log_verb(here, id_, agent, number)
    note([f"{told.pending} pending: saved, not committed yet"] if told.pending else [])
    if json:
        document(
            {"schema": 1, "pending": told.pending, "events": list(map(_document, told.events))}
        )
    else:
        say("\n".join(map(_line, told.events)))


def undo(
    context: typer.Context,
    event: Annotated[
        str, typer.Argument(metavar="[EVENT]", help="The event or commit; else the newest")
    ] = "",
    agent: OfAgent = "",
    json: Json = False,
    dry_run: DryRun = False,
    no_commit: NoCommit = False,
) -> None:
    """Take one event back, by a new event

    Without EVENT the newest one that is not undone yet, so that `alma undo` again goes on back.

    Example: `alma undo`
    """
    here = here_for(context)
    carry_out(here, lambda: undo_verb(here, event, agent), Writing(json, dry_run, no_commit))


def commit(context: typer.Context, json: Json = False) -> None:
    """Commit what is pending

    Example: `alma commit`
    """
    here = here_for(context)
    done, stuck = store.commit_pending(here.place, here.world, here.config.git)
    if stuck:
        raise Conflict(f"events are still pending: {stuck}", "mend that and run `alma commit`")
    if json:
        document({"schema": 1, "committed": done})
    else:
        say(f"committed {done} pending event{'' if done == 1 else 's'}")


def _line(event: Event) -> str:
    who = f"{event.agent}: " if event.agent else ""
    said = clean_line(f"{who}{event.summary}")
    return f"{event.event}  {event.commit[:7]}  {event.at:%Y-%m-%d %H:%M}  {said}"


def _document(event: Event) -> dict[str, object]:
    return {
        "event": event.event,
        "commit": event.commit,
        "agent": event.agent,
        "verb": event.verb,
        "summary": event.summary,
        "by": event.by,
        "at": format_time(event.at),
        "memories": list(event.memories),
        "undoes": event.undoes or None,
    }
