"""`alma log`, `diff`, `undo`, `rollback` and `commit`."""

from typing import Annotated

import typer

from alma_cli import store
from alma_cli.cli.options import DryRun, Json, NoCommit, named
from alma_cli.cli.output import Writing, carry_out, document, here_for, note, say, warn
from alma_cli.errors import Conflict
from alma_cli.intents import waiting
from alma_cli.model import Kind
from alma_cli.render import changes
from alma_cli.verbs.diff import diff as diff_verb
from alma_cli.verbs.log import Which
from alma_cli.verbs.log import log as log_verb
from alma_cli.verbs.rollback import rollback as rollback_verb
from alma_cli.verbs.undo import undo as undo_verb

OfAgent = Annotated[
    str,
    typer.Option("--agent", "-a", metavar="NAME", help="Only events of this agent", callback=named),
]


def log(
    context: typer.Context,
    id_: Annotated[
        str,
        typer.Argument(
            metavar="[ID]", help="Only what touched this memory, gone or not", callback=named
        ),
    ] = "",
    agent: OfAgent = "",
    kind: Annotated[
        list[Kind] | None,
        typer.Option("--kind", help="Only what touched this kind (can be repeated)"),
    ] = None,
    since: Annotated[
        str,
        typer.Option(
            "--since",
            metavar="DATE|REV",
            help="Only since then; a day begins at 00:00 UTC",
            callback=named,
        ),
    ] = "",
    number: Annotated[
        int | None, typer.Option("-n", "--limit", min=1, metavar="N", help="Only the newest N")
    ] = None,
    json: Json = False,
) -> None:
    """Show the events, newest first

    With ID also the evidence for that memory, after each event and now. Times are UTC.

    Examples: `alma log --agent qa_tester -n 5`, `alma log --since 2026-11-15`
    """
    here = here_for(context)
    told = log_verb(here, Which(id_, agent, tuple(kind or ()), since, number))
    note([f"{told.pending} pending: saved, not committed yet"] if told.pending else [])
    if json:
        document(changes.log_document(told.events, told.pending, told.memory, told.then, told.now))
    else:
        lines = [changes.event_line(one, told.then.get(one.event)) for one in told.events]
        if told.memory:
            lines.insert(0, changes.memory_line(told.memory, told.now, damaged=told.damaged))
        say("\n".join(lines))


def diff(
    context: typer.Context,
    revisions: Annotated[
        str,
        typer.Argument(
            metavar="[REV[..REV]]", help="A revision, event or date; else HEAD", callback=named
        ),
    ] = "",
    json: Json = False,
) -> None:
    """Show what changed, in memories and not in lines

    Compares two moments, or REV with the files here. Confidence is as it weighs now, before and
    after, so that only outcomes change it.

    Examples: `alma diff`, `alma diff HEAD~3..HEAD`, `alma diff 2026-11-15`
    """
    told = diff_verb(here_for(context), revisions)
    warn(told.damaged)
    if json:
        document(changes.diff_document(told))
    elif told.memories or told.files:
        say(changes.lines(told))
    else:
        note([f"nothing differs between {told.old} and {told.new}"])


def undo(
    context: typer.Context,
    event: Annotated[
        str,
        typer.Argument(
            metavar="[EVENT]", help="The event or revision; else the newest", callback=named
        ),
    ] = "",
    agent: OfAgent = "",
    json: Json = False,
    dry_run: DryRun = False,
    no_commit: NoCommit = False,
) -> None:
    """Take one event back, by a new event

    Without EVENT the newest one that is not undone yet, so that `alma undo` again goes on back.
    Undoing an undo does the event again.

    Example: `alma undo`
    """
    here = here_for(context)
    carry_out(here, lambda: undo_verb(here, event, agent), Writing(json, dry_run, no_commit))


def rollback(
    context: typer.Context,
    to: Annotated[
        str,
        typer.Option(
            "--to",
            metavar="REV|EVENT|DATE",
            help="The moment; a day begins at 00:00 UTC",
            callback=named,
        ),
    ],
    agent: Annotated[
        str,
        typer.Option(
            "--agent", "-a", metavar="NAME", help="Only this agent's memories", callback=named
        ),
    ] = "",
    config: Annotated[
        bool, typer.Option("--config", help="Put back `config.toml` as well")
    ] = False,
    json: Json = False,
    dry_run: DryRun = False,
    no_commit: NoCommit = False,
) -> None:
    """Put memories back as they were at some moment, by a new event

    History keeps what is taken away, and `alma undo` takes the rollback back.

    Examples: `alma rollback --to 2026-11-15 --agent qa_tester`, `alma rollback --to HEAD~3`
    """
    here = here_for(context)
    carry_out(
        here,
        lambda: rollback_verb(here, to, agent, config=config),
        Writing(json, dry_run, no_commit),
    )


def commit(context: typer.Context, json: Json = False, dry_run: DryRun = False) -> None:
    """Commit what is pending

    Example: `alma commit`
    """
    here = here_for(context)
    if dry_run:
        pending = [(one.event, one.subject) for one in waiting(here.place.pending)]
        if json:
            document({"schema": 1, "pending": [{"event": e, "summary": s} for e, s in pending]})
        else:
            say("\n".join(f"would commit {event}: {subject}" for event, subject in pending))
        return
    done, stuck = store.commit_pending(here.place, here.world, here.config.git)
    if stuck:
        raise Conflict(f"events are still pending: {stuck}", "mend that and run `alma commit`")
    if json:
        document({"schema": 1, "committed": done})
    else:
        say(f"committed {done} pending event{'' if done == 1 else 's'}")
