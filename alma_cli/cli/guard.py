"""`alma guard`."""

from pathlib import Path
from typing import Annotated

import typer

from alma_cli.cli.options import MOST_INPUT, Agent, Json, given, named
from alma_cli.cli.output import document, here_for, note, say, warn
from alma_cli.errors import Usage
from alma_cli.here import Here
from alma_cli.library import Library
from alma_cli.render import guard as told
from alma_cli.rules.passage import Passage
from alma_cli.sighting import Guarded
from alma_cli.verbs.guard import guard as verb
from alma_cli.verbs.guard import look

BINARY = 8000
"""Bytes at the start of a file in which a NUL means that it is no text, as for git."""


def guard(
    context: typer.Context,
    files: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[FILE]...", help="Files to check; standard input without any, or for `-`"
        ),
    ] = None,
    agent: Agent = "",
    path: Annotated[
        str,
        typer.Option(
            "--path", metavar="FILE", help="What standard input is the text of", callback=named
        ),
    ] = "",
    strict: Annotated[bool, typer.Option("--strict", help="Let warnings count as errors")] = False,
    json: Json = False,
) -> int:
    """Check a change against what failed before

    Standard input is a diff, of which the added lines are checked, the JSON of an agent's tool
    call, or any text. Exits 1 when an anti-pattern with a `[guard]` matches; what only its title
    tells is a warning. A comment `alma: allow 8ab2 -- reason` lets a line pass.

    Examples: `alma guard tests/login.spec.ts`, `git diff | alma guard --agent qa_tester`
    """
    here = here_for(context, strict=False)
    here.agent(agent)  # before anything is read
    passages = [each for file in files or ["-"] for each in _passages(here, file, path)]
    with Library(here) as library:
        answer = verb(here, library, agent, passages)
    warn(answer.warnings)
    if json:
        document(told.document(answer, strict=strict))
    else:
        _show(here, answer)
    return 0 if answer.is_ok(strict=strict) else 1


def _passages(here: Here, file: str, path: str) -> tuple[Passage, ...]:
    if file != "-":
        return _of_file(here, file)
    if here.world.stdin_is_terminal():
        raise Usage("there is nothing to check", "name files, or `git diff | alma guard`")
    return look(here, given("-"), path)


def _of_file(here: Here, file: str) -> tuple[Passage, ...]:
    try:
        with (here.world.cwd / Path(file).expanduser()).open("rb") as opened:
            content = opened.read(MOST_INPUT + 1)
    except OSError as error:
        hints = ("name files, not folders",) if isinstance(error, IsADirectoryError) else ()
        raise Usage(f"cannot read `{file}`: {error.strerror}", *hints) from error
    if b"\0" in content[:BINARY]:
        note([f"`{file}` is binary, left out"])
        return ()
    if len(content) > MOST_INPUT:
        raise Usage(f"`{file}` is larger than {MOST_INPUT // 1024 // 1024} MiB")
    return look(here, content.decode("utf-8-sig", "replace"), file)


def _show(here: Here, answer: Guarded) -> None:
    if here.world.stdout_is_terminal():
        from alma_cli.cli.rich_guard import show

        show(told.lines(answer))
    else:
        say("\n".join(line for _, line in told.lines(answer)))
    if answer.unplaced:
        what = (
            "1 anti-pattern is" if answer.unplaced == 1 else f"{answer.unplaced} anti-patterns are"
        )
        note([f"{what} only about certain files: say with `--path FILE` which this is"])
    note([told.summary(answer)])
