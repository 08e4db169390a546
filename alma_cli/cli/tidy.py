"""`alma tidy`."""

from functools import partial
from typing import Annotated

import typer

from alma_cli.cli.options import DryRun, Json, NoCommit
from alma_cli.cli.output import Writing, document, here_for, note, perform, planned, say, warn
from alma_cli.cli.progress import bar
from alma_cli.errors import AlmaError
from alma_cli.git.maintenance import MOST_LOOSE, collect, loose_objects
from alma_cli.here import Here
from alma_cli.library import Library
from alma_cli.model import Draft
from alma_cli.render import tidying as told
from alma_cli.render.document import failed, written
from alma_cli.rules.tidying import Proposal, Tidying
from alma_cli.verbs import tidy as verb


def tidy(
    context: typer.Context,
    apply: Annotated[
        bool, typer.Option("--apply", help="Carry them out, an event for each proposal")
    ] = False,
    json: Json = False,
    dry_run: DryRun = False,
    no_commit: NoCommit = False,
) -> None:
    """Propose what would make the memories tidier

    To merge what says the same, to give the team what several agents learned, to forget what is
    refuted or what nothing came of, and to name what worked as the alternative of what failed.
    Without `--apply` it only proposes. Each event can be taken back with `alma undo`.

    Lessons that contradict each other are shown and left to you. With `--apply` git also packs its
    loose objects, when they have piled up.

    Examples: `alma tidy`, `alma tidy --apply`
    """
    here = here_for(context)
    look = here.world.stdout_is_terminal() and not json
    with Library(here) as library:
        warn(str(error) for error in library.broken)
        with bar("comparing", wanted=look) as progress:
            tidying = verb.proposals(here, library, progress)
    if apply:
        how = Writing(json, dry_run, no_commit)
        done, status = _carried_out(here, tidying, how, look=look)
    loose = loose_objects(here.place.root, here.world.environ)
    if apply:
        packs = loose > MOST_LOOSE and not dry_run
        if packs:
            collect(here.place.root, here.world.environ)
        if json:
            document({**told.document(tidying, loose), "events": done, "packed": packs})
        else:
            say("\n".join(told.clashes(tidying)))
            note([f"packed {loose:,} loose objects of git"] if packs else [])
        raise typer.Exit(status)
    if json:
        document(told.document(tidying, loose))
    else:
        say("\n".join(told.lines(tidying, loose if loose > MOST_LOOSE else 0)))
        note(["nothing is written yet; add `--apply`"] if tidying.proposals else [])


def _think(here: Here, proposal: Proposal) -> Draft:
    with Library(here) as library:
        return verb.carry_out(here, library, proposal)


def _carried_out(
    here: Here, tidying: Tidying, how: Writing, *, look: bool
) -> tuple[list[object], int]:
    """Makes an event of each proposal; one that is refused is told and stops no other."""
    done: list[object] = []
    status = 0
    said: list[str] = []
    with bar("tidying", wanted=look) as progress:
        for number, proposal in enumerate(tidying.proposals, 1):
            try:
                draft, applied = perform(here, partial(_think, here, proposal), how)
            except AlmaError as error:
                status = status or error.status
                done.append(failed(error))
                warn([f"left alone: {told.subject(proposal)}: {error.message}"])
            else:
                done.append(written(draft, applied))
                said += draft.said if applied else planned(draft)
            progress(number, len(tidying.proposals))
    if not how.as_json:
        say("\n".join(said or ["nothing to tidy"]))
    return done, status
