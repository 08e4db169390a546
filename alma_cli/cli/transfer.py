"""`alma import` and `alma export`."""

from pathlib import Path
from typing import Annotated

import typer

from alma_cli.cli.learn_from import record_tests
from alma_cli.cli.options import (
    Agent,
    AllowSecret,
    Domains,
    DryRun,
    Force,
    Json,
    Kinds,
    NoCommit,
    given,
    named,
    several,
)
from alma_cli.cli.output import Writing, decide, document, here_for, note, say, talk, warn
from alma_cli.cli.progress import bar
from alma_cli.errors import Malformed, Usage
from alma_cli.gate import Pass
from alma_cli.here import Here
from alma_cli.library import Library
from alma_cli.render.document import written
from alma_cli.sources import junit
from alma_cli.sources.gather import gather
from alma_cli.sources.mapping import Map, parse
from alma_cli.sources.paper import Given, unreadable
from alma_cli.sources.piece import Piece
from alma_cli.sources.telling import REPORT, source_of
from alma_cli.value import frozen
from alma_cli.verbs import exporting as verb
from alma_cli.verbs import importing as verb_import
from alma_cli.verbs.importing import Imported

MOST_TOLD = 20
"""Rows that are left out one by one, and what could be done about them."""
MOST_HINTS = 5
NOT_YET = ("nothing is written yet; add `--apply`",)


def import_memories(
    context: typer.Context,
    source: Annotated[
        str, typer.Argument(metavar="SOURCE", help="A file or a folder; `-` reads standard input")
    ],
    agent: Agent = "",
    as_: Annotated[
        str,
        typer.Option("--as", metavar="FORMAT", help="What it is, where that cannot be told"),
    ] = "",
    map_: Annotated[
        str, typer.Option("--map", metavar="FILE", help="What its words mean here, in TOML")
    ] = "",
    apply: Annotated[bool, typer.Option("--apply", help="Write it, as one event")] = False,
    force: Force = False,
    allow_secret: AllowSecret = "",
    json: Json = False,
    dry_run: DryRun = False,
    no_commit: NoCommit = False,
) -> None:
    """Import memories of other programs

    Without `--apply` it only reports what would become what.

    Formats: `mem0`, `langgraph`, `langchain`, `alma-memory`, `claude-code`, `agents-md`,
    `cursor`, `markdown`, `csv`, `alma` for rows that `alma export` wrote, and `junit`, the report
    of a test run, which is learned from as by `alma learn --from`. What is here already is
    skipped, what changed there since is edited, what scope or the scan for secrets refuses is
    listed. See docs/import.md.

    Example: `alma import mem0.json --agent qa_tester --apply`
    """
    here = here_for(context)
    how, leave = Writing(json, dry_run or not apply, no_commit), Pass(force, allow_secret)
    rules = _rules(here.world.cwd, map_)
    there = gather(here.world.cwd, source, rules.fields, given(source) if source == "-" else None)
    if _is_report(there, source, as_):
        if map_:
            raise Usage("`--map` means nothing for the report of a test run", "leave it out")
        record_tests(here, there.papers[0].content, source, agent, leave, how)
        note(NOT_YET if how.dry_run and not json else ())
        return
    name = "" if source == "-" else (here.world.cwd / source).resolve().name
    _bring(here, source, _read(there, name, as_, rules), agent, leave, how)


@frozen
class _Read:
    """What a source was read into, and how it is called."""

    pieces: tuple[Piece, ...]
    rules: Map
    format: str
    name: str
    is_folder: bool


def _bring(here: Here, source: str, read: _Read, agent: str, leave: Pass, how: Writing) -> None:
    """Imports what was read, or says what that would do."""

    def think() -> Imported:
        with (
            Library(here) as library,
            bar("reading", wanted=here.world.stdout_is_terminal()) as progress,
        ):
            return verb_import.import_pieces(
                here,
                library,
                read.pieces,
                agent=agent,
                source=read.name,
                leave=leave,
                rules=read.rules,
                progress=progress,
            )

    imported, applied = decide(here, think, how)
    talk(here, imported.draft, applied)
    _tell_left_out(imported, source, is_folder=read.is_folder)
    if how.as_json:
        told = verb_import.document(imported)
        document({**written(imported.draft, applied), "format": read.format, **told})
        return
    say("\n".join(verb_import.report(imported)))
    if applied is None and imported.plan.changes:
        note(NOT_YET)
    elif applied:
        say("\n".join(imported.draft.said))


def _is_report(there: Given, source: str, format_: str) -> bool:
    """Says whether a source is the report of a test run, which becomes outcomes and no memories."""
    if there.only is None:
        if format_ == REPORT:
            said = f"`{source}` is a folder, and the report of a test run is a file"
            raise Usage(said, "name the file")
        return False
    try:
        return format_ == REPORT or (not format_ and junit.looks(there.only.content))
    except Malformed as error:
        raise unreadable(error) from error


def _read(there: Given, name: str, format_: str, rules: Map) -> _Read:
    found = source_of(there, format_)
    if rules.fields and not found.has_fields:
        raise Usage(f"`[fields]` of the map means nothing for `{found.name}`", "take it out")
    return _Read(
        (*there.passed, *found.read(there)), rules, found.name, name, is_folder=there.is_folder
    )


def _rules(cwd: Path, name: str) -> Map:
    """Returns the map in a file; raises `Usage` for one that cannot be read."""
    if not name:
        return Map()
    try:
        return parse((cwd / name).read_bytes(), name)
    except OSError as error:
        raise Usage(f"cannot read `{name}`: {error.strerror}") from error


def _tell_left_out(imported: Imported, source: str, *, is_folder: bool) -> None:
    for one in imported.left_out[:MOST_TOLD]:
        path = f"{source.rstrip('/')}/{one.whence.path}" if is_folder else source
        line = f":{one.whence.line}" if one.whence.line else ""
        warn([f"{path}{line}: left out: {one.reason}"])
    if len(imported.left_out) > MOST_TOLD:
        warn([f"and {len(imported.left_out) - MOST_TOLD} more left out; `--json` lists all"])
    hints = dict.fromkeys(hint for one in imported.left_out for hint in one.hints)
    note(f"hint: {hint}" for hint in [*hints][:MOST_HINTS])


def export(
    context: typer.Context,
    format_: Annotated[
        verb.Format, typer.Option("--format", help="How to write them")
    ] = verb.Format.JSONL,
    agent: Annotated[
        str,
        typer.Option(
            *("--agent", "-a"),
            metavar="NAME",
            help="Only of this agent, or of `team`",
            callback=named,
        ),
    ] = "",
    kind: Kinds = None,
    domain: Domains = None,
    output: Annotated[
        str, typer.Option("--output", "-o", metavar="FILE", help="Write to FILE, whole or not")
    ] = "-",
    json: Json = False,
) -> None:
    """Export memories, for `alma import` or elsewhere

    JSON Lines and JSON hold every file of the store, outcomes too; a page in Markdown holds
    outcomes only when asked for by kind. What is forgotten is in none.

    `mem0` and `langgraph` are the items of those programs, `agents-md` is a block of what is most
    trusted, which `--output AGENTS.md` puts into that file in place of the last one.

    Examples: `alma export --output memories.jsonl`,
    `alma export --format agents-md --output AGENTS.md`
    """
    if json and format_ not in {verb.Format.JSONL, verb.Format.JSON}:
        raise Usage(f"`--json` and `--format {format_}` exclude each other")
    form = verb.Format.JSON if json else format_
    here = here_for(context)
    which = verb.Which(agent, tuple(kind or ()), several(domain))
    with Library(here) as library:
        warn(f"left out: {error}" for error in library.broken)
        lines = verb.export(here, library, which, form)
        if output != "-":
            verb.save(here, output, lines, form)
            note([f"exported to `{output}`"])
            return
        for line in lines:
            typer.echo(line)
