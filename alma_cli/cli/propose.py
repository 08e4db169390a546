"""`alma propose`."""

from typing import Annotated

import typer

from alma_cli.cli.options import DryRun, Json, Remote, named
from alma_cli.cli.output import document, here_for, note, say, warn
from alma_cli.render.changes import diff_document
from alma_cli.review.propose import Proposal
from alma_cli.review.propose import propose as propose_verb


def propose(
    context: typer.Context,
    remote: Remote = "",
    branch: Annotated[
        str,
        typer.Option(
            "--branch",
            metavar="NAME",
            help="The branch to propose on; else `alma/propose/` and your name",
            callback=named,
        ),
    ] = "",
    json: Json = False,
    dry_run: DryRun = False,
) -> None:
    """Send a branch with only memory changes, for a pull request

    What your HEAD has in the store and the remote's default branch does not, as one commit on top
    of that branch, whose message is the title and the text for the pull request. Proposing again
    moves the branch forward. Your own branch and files stay as they are.

    Examples: `alma propose --dry-run`, `alma propose`
    """
    here = here_for(context)
    made = propose_verb(here, remote, branch, dry_run=dry_run)
    warn(made.warnings)
    if json:
        document({**_told(made), **({"dry_run": True} if dry_run else {})})
    elif not made.files:
        say(f"nothing to propose: `{made.base}` of `{made.remote}` has the same")
    else:
        say(f"{made.title}\n\n{made.body}")
    note(_sent(made))


def _sent(made: Proposal) -> list[str]:
    where = f"`{made.branch}` of `{made.remote}`"
    if not made.files:
        took = "took" if made.commit else "would take"
        return [f"{took} back what was proposed on {where}"] if made.withdrawn else []
    counted = f"{len(made.files)} file{'' if len(made.files) == 1 else 's'}"
    if not made.commit:
        return [f"would send {counted} on {where}, for `{made.base}`"]
    told = f"sent {counted} on {where}"
    opens = made.url or f"a pull request from it to `{made.base}`"
    return [told, f"open {opens}"]


def _told(made: Proposal) -> dict[str, object]:
    return {
        "schema": 1,
        "remote": made.remote,
        "base": made.base,
        "branch": made.branch,
        "commit": made.commit or None,
        "title": made.title if made.files else None,
        "body": made.body if made.files else None,
        "url": made.url or None,
        "files": list(made.files),
        "withdrawn": list(made.withdrawn),
        "kept_both": [{"id": one.id, "path": one.path, "of": one.first} for one in made.seconds],
        "memories": diff_document(made.review.told)["memories"],
    }
