"""`alma check`."""

from typing import Annotated

import typer

from alma_cli.check import configuration
from alma_cli.check import finding as told
from alma_cli.check.examine import Scope, examine, from_top, limit, shown_path
from alma_cli.check.mending import mend
from alma_cli.cli.app import Global
from alma_cli.cli.options import Json, named
from alma_cli.cli.output import Writing, decide, document, note, say
from alma_cli.errors import BadConfig, Usage
from alma_cli.here import Here, stand
from alma_cli.place import CONFIG, find
from alma_cli.value import replace

FORMATS = ("text", "json", "github")


def check(
    context: typer.Context,
    paths: Annotated[
        list[str] | None,
        typer.Argument(metavar="[PATH]...", help="Files and folders of the store; all without any"),
    ] = None,
    base: Annotated[
        str | None,
        typer.Option(
            "--base", metavar="REV", help="Only what changed since this revision", callback=named
        ),
    ] = None,
    fix: Annotated[bool, typer.Option("--fix", help="Write ids and times into headers")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Let warnings count as errors")] = False,
    format_: Annotated[
        str,
        typer.Option("--format", metavar="FORMAT", help="text, json or github", callback=named),
    ] = "text",
    json: Json = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="With `--fix`, say what it would do and do nothing")
    ] = False,
) -> int:
    """Look at memories as a linter looks at code

    Format, ids, scope and sharing, secrets, orders to a model, hidden characters, duplicates,
    contradictions, lessons that are not whole, and patterns of no use, each under a code that
    `docs/checks.md` explains. Exits 1 while there is an error.

    Examples: `alma check`, `alma check --base origin/main --strict`
    """
    chosen = "json" if json else format_
    if chosen not in FORMATS:
        raise Usage(f"`{chosen}` is not a format", f"one of {', '.join(FORMATS)}")
    if dry_run and not fix:
        raise Usage("`--dry-run` is about `--fix`", "without it nothing is changed anyway")
    known: Global = context.obj
    try:
        here = stand(known.world, known.store, strict=False)
    except BadConfig as error:
        place = find(known.world, known.store)
        here = Here(known.world, place, None, configuration.NONE)
        return _tell(here, _unusable(here, error), (), chosen, strict=strict)
    scope = limit(here, paths or (), base)
    mended = _mend(here, scope, dry_run=dry_run) if fix else ()
    return _tell(here, examine(here, scope), mended, chosen, strict=strict)


def _unusable(here: Here, error: BadConfig) -> told.Checked:
    """Returns what there is to say where no memory can be looked at."""
    found = replace(configuration.unusable(error), shown=shown_path(here, CONFIG))
    return told.Checked((found,), 1)


def _mend(here: Here, scope: Scope, *, dry_run: bool) -> tuple[str, ...]:
    """Completes headers without a commit: the files are somebody's own work."""
    how = Writing(dry_run=dry_run, no_commit=True)
    draft, _ = decide(here, lambda: mend(here, scope.wanted), how)
    return tuple(shown_path(here, change.path) for change in draft.plan.changes)


def _tell(
    here: Here, checked: told.Checked, mended: tuple[str, ...], chosen: str, *, strict: bool
) -> int:
    if chosen == "json":
        document(told.document(checked, mended, strict=strict))
    else:
        note(f"completed the header of `{path}`" for path in mended)
        if chosen == "github":
            say("\n".join(told.github(from_top(here, checked.findings))))
        else:
            say("\n".join(told.lines(checked.findings)))
        note([told.summary(checked)])
    return 0 if checked.is_ok(strict=strict) else 1
