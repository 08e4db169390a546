"""`alma sync`."""

import typer

from alma_cli.cli.options import DryRun, Json, Remote
from alma_cli.cli.output import document, here_for, planned, say, talk
from alma_cli.render.document import written
from alma_cli.verbs.sync import Exchanged
from alma_cli.verbs.sync import sync as sync_verb


def sync(
    context: typer.Context,
    remote: Remote = "",
    json: Json = False,
    dry_run: DryRun = False,
) -> None:
    """Exchange memories with a git remote

    In a code repository through the branch `alma/memories` of the remote; your own branch is not
    pushed, and what comes in is one event on it. A store of its own exchanges its branch.

    Example: `alma sync`
    """
    here = here_for(context)
    told, applied = sync_verb(here, remote, dry_run=dry_run)
    talk(here, told.draft, applied)
    if json:
        document({**written(told.draft, applied), **_sent(told)})
    elif applied:
        say("\n".join(told.draft.said))
    else:
        lines = planned(told.draft) if told.plan.changes else told.draft.said
        out = (
            f"  {'send' if stands else 'retract'} {path}" for path, stands in told.goes_out.items()
        )
        say("\n".join([*lines, *out]))


def _sent(told: Exchanged) -> dict[str, object]:
    return {
        "remote": told.remote,
        "branch": told.branch,
        "sent": [path for path, stands in told.goes_out.items() if stands],
        "retracted": [path for path, stands in told.goes_out.items() if not stands],
        "kept_both": [{"id": one.id, "path": one.path, "of": one.first} for one in told.seconds],
    }
