"""The options that several commands share, each said once."""

import sys
from typing import Annotated, TypeVar

import typer

from alma_cli.errors import Usage
from alma_cli.model import Kind

MOST_INPUT = 16 * 1024 * 1024
"""Characters read from standard input."""


Given = TypeVar("Given", str, list[str] | None)


def named(context: typer.Context, param: typer.CallbackParam, value: Given) -> Given:
    """Returns what was given; raises `Usage` where that is empty, as an unset variable is.

    `alma undo "$EVENT"` is not meant to undo whatever is the newest.
    """
    source = context.get_parameter_source(str(param.name))
    is_empty = value == "" or (isinstance(value, list | tuple) and "" in value)
    if is_empty and source is not None and source.name == "COMMANDLINE":
        name = param.opts[0] if param.opts[0].startswith("-") else param.human_readable_name
        raise Usage(f"`{name}` is empty", "leave it out, or give it a value")
    return value


Agent = Annotated[
    str,
    typer.Option(
        *("--agent", "-a"),
        metavar="NAME",
        help="The agent; else ALMA_AGENT, else the default one",
        callback=named,
    ),
]
Domain = Annotated[
    str,
    typer.Option(
        "--domain",
        metavar="NAME",
        help="What it is about; inferred when left out",
        callback=named,
    ),
]
Tags = Annotated[
    list[str] | None, typer.Option("--tag", metavar="TAG", help="A tag (can be repeated)")
]
Kinds = Annotated[
    list[Kind] | None, typer.Option("--kind", help="Only this kind (can be repeated)")
]
Domains = Annotated[
    list[str] | None,
    typer.Option(
        "--domain", metavar="NAME", help="Only this domain (can be repeated)", callback=named
    ),
]
WithTags = Annotated[
    list[str] | None,
    typer.Option(
        "--tag", metavar="TAG", help="Only with this tag (can be repeated)", callback=named
    ),
]
Remote = Annotated[
    str,
    typer.Option("--remote", metavar="NAME", help="The git remote; else `origin`", callback=named),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Print the plan and write nothing")]
NoCommit = Annotated[bool, typer.Option("--no-commit", help="Write the files without a commit")]
Force = Annotated[
    bool, typer.Option("--force", help="Record it although scope forbids it, with a note")
]
AllowSecret = Annotated[
    str,
    typer.Option(
        "--allow-secret", metavar="REASON", help="Say why what looks like a secret is none"
    ),
]


def given(value: str, *, is_log: bool = False) -> str:
    """Returns an option's text, read from standard input when it is `-`.

    What a program printed (`is_log`) may hold any bytes; those that are no text are replaced.
    """
    if value == "-":
        value = _stdin()
    if is_log:
        value = value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
        return value.replace("\0", "\ufffd")
    return value


def _stdin() -> str:
    if sys.stdin is None:
        raise Usage("standard input is closed", "give the text instead of `-`")
    raw = getattr(sys.stdin, "buffer", None)
    if raw is None:
        text = sys.stdin.read(MOST_INPUT + 1)
    else:
        text = raw.read(MOST_INPUT + 1).decode("utf-8", "surrogateescape")
    if len(text) > MOST_INPUT:
        raise Usage(f"standard input is longer than {MOST_INPUT // 1024 // 1024} MiB")
    return text


def several(values: list[str] | None) -> tuple[str, ...]:
    """Returns a repeated option as a tuple, items that hold commas taken apart."""
    return tuple(
        part.strip() for value in values or () for part in value.split(",") if part.strip()
    )
