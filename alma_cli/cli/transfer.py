"""`alma import` and `alma export`."""

from pathlib import Path
from typing import Annotated

import typer

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
from alma_cli.errors import Usage
from alma_cli.gate import Pass
from alma_cli.library import Library
from alma_cli.render.document import written
from alma_cli.verbs import exporting as verb
from alma_cli.verbs.importing import Imported, import_rows, report

MOST_TOLD = 20


def import_memories(
    context: typer.Context,
    source: Annotated[
        str, typer.Argument(metavar="SOURCE", help="A file of JSON Lines; `-` reads standard input")
    ],
    agent: Agent = "",
    apply: Annotated[bool, typer.Option("--apply", help="Write it, as one event")] = False,
    force: Force = False,
    allow_secret: AllowSecret = "",
    json: Json = False,
    dry_run: DryRun = False,
    no_commit: NoCommit = False,
) -> None:
    """Import memories from a file

    Without `--apply` it only reports what would become what.

    A row is a JSON object with `kind` and `title`, and any of `agent`, `domain`, `body`,
    `why_bad`, `better`, `when`, `why`, `code`, `tags`, `ref`. One with `raw`, as `alma export`
    writes it, becomes that very file, and only its `path` and `id` count beside it. Rows that are
    here already are skipped, rows that scope or the scan for secrets refuses are listed.

    Example: `alma import lessons.jsonl --agent qa_tester --apply`
    """
    here = here_for(context)
    text = given(source) if source == "-" else _text(here.world.cwd / source, source)
    name = "" if source == "-" else Path(source).name
    leave = Pass(force, allow_secret)

    def think() -> Imported:
        with (
            Library(here) as library,
            bar("reading", wanted=here.world.stdout_is_terminal()) as progress,
        ):
            return import_rows(
                here, library, text, agent=agent, source=name, leave=leave, progress=progress
            )

    how = Writing(json, dry_run or not apply, no_commit)
    imported, applied = decide(here, think, how)
    talk(here, imported.draft, applied)
    for refusal in imported.refused[:MOST_TOLD]:
        warn([f"{source}:{refusal.line}: left out: {refusal.reason}"])
    if len(imported.refused) > MOST_TOLD:
        warn([f"and {len(imported.refused) - MOST_TOLD} more left out; `--json` lists all"])
    if json:
        refused = [{"line": each.line, "reason": each.reason} for each in imported.refused]
        document({**written(imported.draft, applied), "known": imported.known, "refused": refused})
        return
    say("\n".join(report(imported)))
    if applied is None:
        note(["nothing is written yet; add `--apply`"])
    else:
        say("\n".join(imported.draft.said))


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


def _text(file: Path, name: str) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise Usage(f"cannot read `{name}`: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise Usage(f"cannot read `{name}`: it is not UTF-8 text") from error
