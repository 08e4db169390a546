"""`alma connect`."""

from typing import Annotated

import typer

from alma_cli.cli.app import Global
from alma_cli.cli.mcp import NEEDED
from alma_cli.cli.options import Json, named
from alma_cli.cli.output import document, note, say, warn
from alma_cli.connect.carrying import Change, carry_out, changes
from alma_cli.connect.clients import ALL, CLIENTS, TOOLS
from alma_cli.connect.state import State
from alma_cli.errors import Usage


def connect(
    context: typer.Context,
    client: Annotated[
        str, typer.Argument(metavar="CLIENT", help=f"One of {', '.join((*CLIENTS, ALL, *TOOLS))}")
    ],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print the changes as a diff and write nothing")
    ] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Say what is missing or stale; exit 1 if anything is")
    ] = False,
    remove: Annotated[bool, typer.Option("--remove", help="Take everything out again")] = False,
    project: Annotated[
        bool, typer.Option("--project", help="The project's files, which is the default")
    ] = False,
    user: Annotated[bool, typer.Option("--user", help="Your own files, for all projects")] = False,
    package: Annotated[
        str,
        typer.Option(
            "--package",
            metavar="SPEC",
            help="What the workflow of `github` installs by pip; else what is installed here",
            callback=named,
        ),
    ] = "",
    json: Json = False,
) -> int:
    """Connect an agent's client: server, hooks and instructions

    Edits the client's own files in place and keeps a copy beside each. What others wrote there
    stays as it is; so does a block of instructions that somebody has edited. `github` is a workflow
    that reviews memories in pull requests, `pre-commit` checks and guards what is committed.

    Examples: `alma connect claude-code --dry-run`, `alma connect all --check`,
    `alma connect github`
    """
    if user and project:
        raise Usage("`--user` and `--project` exclude each other")
    if check and remove:
        raise Usage("`--check` and `--remove` exclude each other")
    known: Global = context.obj
    found = changes(known.world, client, user=user, remove=remove, check=check, package=package)
    if not check and not dry_run:
        for one in found:
            if one.is_needed:
                carry_out(one)
    if json:
        files = [_told(one) for one in found]
        document({"schema": 1, "ok": _is_current(found), "files": files})
    elif dry_run:
        say("\n".join(line for one in found for line in one.diff()))
    else:
        say("\n".join(_said(one, check=check, remove=remove) for one in found))
    if not check:
        warn(_edited(found))
    if not check and not remove:
        _advise([one for one in found if one.is_needed], is_done=not json and not dry_run)
    return 1 if check and not _is_current(found) else 0


def _advise(made: list[Change], *, is_done: bool) -> None:
    """Says what is to be done besides, for it to take effect."""
    from importlib.util import find_spec

    if any(one.serves for one in made) and find_spec("mcp") is None:
        warn([NEEDED])
    if is_done and any(one.client in CLIENTS for one in made):
        note(["start a new session of the client for it to take effect"])


def _is_current(found: list[Change]) -> bool:
    return all(one.state in {State.CURRENT, State.EDITED} for one in found)


def _edited(found: list[Change]) -> list[str]:
    return [
        f"`{one.file}` has an entry that somebody made or edited; it stays as it is"
        for one in found
        if one.state is State.EDITED
    ]


def _told(one: Change) -> dict[str, object]:
    return {
        "client": one.client,
        "path": str(one.file),
        "state": one.state.value,
        "changes": one.is_needed,
    }


def _said(one: Change, *, check: bool, remove: bool) -> str:
    if check:
        return f"{one.state.value:<8} {one.file}"
    if not one.is_needed:
        return f"unchanged {one.file}"
    if remove:
        return f"removed from {one.file}" if one.after else f"removed {one.file}"
    return f"connected {one.file}" if one.before else f"made {one.file}"
