"""`alma edit`."""

from typing import Annotated

import typer

from alma_cli.cli import editor
from alma_cli.cli.options import AllowSecret, DryRun, Force, Json, NoCommit, given, several
from alma_cli.cli.output import Writing, carry_out, here_for, note
from alma_cli.errors import AlmaError, Usage
from alma_cli.gate import Pass
from alma_cli.here import Here
from alma_cli.library import Library
from alma_cli.model import Draft
from alma_cli.verbs import edit as verb
from alma_cli.whereabouts import settle


def edit(
    context: typer.Context,
    id_: Annotated[str, typer.Argument(metavar="ID", help="The memory, or the start of its id")],
    wishes: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="FIELD=VALUE", help="Set a field (can be repeated)"),
    ] = None,
    force: Force = False,
    allow_secret: AllowSecret = "",
    json: Json = False,
    dry_run: DryRun = False,
    no_commit: NoCommit = False,
) -> None:
    """Change a memory, field by field or in your editor

    Fields are title, text, why, better, when, code, domain, tags and paths; an empty value takes
    one away, `-` reads standard input. Without `--set`, VISUAL or EDITOR opens the whole file.
    What is not changed stays as it is, byte for byte.

    Example: `alma edit 8ab2 --set why="Fails on slow machines" --set tags=async,ci`
    """
    here = here_for(context)
    leave, how = Pass(force, allow_secret), Writing(json, dry_run, no_commit)
    if wishes:
        _by_field(*settle(here, id_), _parted(wishes), leave, how)
    elif here.world.stdin_is_terminal() and here.world.stdout_is_terminal():
        _by_hand(*settle(here, id_), leave, how)
    else:
        raise Usage(
            "no change is given, and there is no terminal for an editor",
            f"say it: `alma edit {id_} --set field=value`",
            f"fields: {', '.join(verb.FIELDS)}",
        )


def _by_field(
    here: Here, id_: str, wishes: dict[str, tuple[str, ...]], leave: Pass, how: Writing
) -> None:
    def think() -> Draft:
        with Library(here) as library:
            return verb.set_fields(here, library, id_, wishes, leave)

    carry_out(here, think, how)


def _by_hand(here: Here, id_: str, leave: Pass, how: Writing) -> None:
    with Library(here) as library:
        found, before = verb.read(library, id_)
    copy = editor.copy_of(here.world, found.row.path.rpartition("/")[2], before)
    after = before
    try:
        try:
            editor.open_in_editor(here.world, copy)
        finally:
            after = copy.read_bytes()

        def think() -> Draft:
            with Library(here) as library:
                return verb.edit(here, library, id_, verb.Edit(before, after, str(copy)), leave)

        carry_out(here, think, how)
    except AlmaError as error:
        if after != before:
            error.hints += (f"what you wrote is kept in `{copy}`",)
        else:
            editor.discard(copy)
        raise
    if how.dry_run and after != before:
        note([f"what you wrote is kept in `{copy}`"])
    else:
        editor.discard(copy)


def _parted(wishes: list[str]) -> dict[str, tuple[str, ...]]:
    """Returns the values for each field; tags come apart at commas, as those of `--tag` do."""
    parted: dict[str, tuple[str, ...]] = {}
    for wish in wishes:
        name, is_said, value = wish.partition("=")
        if not is_said:
            raise Usage(f"`--set {wish}` has no value", "say `--set field=value`")
        values = (given(value),)
        more = several([*values]) if name == "tags" else values
        parted[name] = (*parted.get(name, ()), *more)
    return parted
