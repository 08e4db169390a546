"""What a command prints: lines for people, one document for programs, talk on standard error."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, TypeVar

import typer

from alma_cli.cli.app import Global
from alma_cli.here import Here, stand
from alma_cli.model import Applied, Change, Draft, Remove
from alma_cli.printable import clean, clean_json, clean_line
from alma_cli.value import frozen

if TYPE_CHECKING:
    from alma_cli import exact
    from alma_cli.saving import Move
    from alma_cli.store import Thought

Thinking = TypeVar("Thinking", bound="Thought")


@frozen
class Writing:
    """How a writing command was asked to write and to speak."""

    as_json: bool = False
    dry_run: bool = False
    no_commit: bool = False


def here_for(context: typer.Context, *, strict: bool = True) -> Here:
    """Returns where the command stands; warns of what the configuration says in vain."""
    known: Global = context.obj
    here = stand(known.world, known.store, strict=strict)
    warn(here.config.warnings)
    return here


def say(text: str) -> None:
    """Prints data: text made safe to show, ending in one line feed."""
    if text:
        typer.echo(clean(text).rstrip("\n"))


def document(value: object) -> None:
    """Prints a JSON document."""
    import json

    typer.echo(clean_json(json.dumps(value, ensure_ascii=False, indent=None if _piped() else 2)))


def exact_document(tree: exact.Tree) -> None:
    """Prints a JSON document whose numbers are as somebody wrote them."""
    from alma_cli import exact

    typer.echo(clean_json(exact.write(tree, laid_out=not _piped())))


def _piped() -> bool:
    import sys

    return not sys.stdout.isatty()


def note(lines: Iterable[str]) -> None:
    """Says something on standard error that needs no action; a line stays one, whatever it names.

    What reads a log line by line, such as a CI runner, would obey one that a file name begins.
    """
    for line in lines:
        typer.echo(clean(line).replace("\n", " "), err=True)


def warn(lines: Iterable[str]) -> None:
    """Says something on standard error that a person should look at."""
    note(f"warning: {line}" for line in lines)


def carry_out(here: Here, think: Callable[[], Draft], how: Writing) -> None:
    """Lets a verb decide, makes its plan true unless it is a dry run, and says what happened."""
    draft, applied = perform(here, think, how)
    if how.as_json:
        from alma_cli.render.document import written

        document(written(draft, applied))
    else:
        say("\n".join(planned(draft) if applied is None else draft.said))


def perform(here: Here, think: Callable[[], Draft], how: Writing) -> tuple[Draft, Applied | None]:
    """Does the same with talk on standard error only; there is nothing applied in a dry run."""
    draft, applied = decide(here, think, how)
    talk(here, draft, applied)
    return draft, applied


def decide(
    here: Here, think: Callable[[], Thinking], how: Writing
) -> tuple[Thinking, Applied | None]:
    """Lets a verb decide and makes its plan true unless it is a dry run, without a word."""
    from alma_cli import store  # with all of the commit engine, which readers do not need

    settings = here.git(no_commit=how.no_commit)
    if how.dry_run:
        thought = think()
        store.check(here.place, here.world, settings, thought.plan)
        return thought, None
    return store.write(here.place, here.world, settings, think)


def move_on(here: Here, think: Callable[[], Move], how: Writing) -> None:
    """Does what `carry_out` does for a command that moves a workflow on."""
    move, applied = decide(here, think, how)
    talk(here, move.draft, applied)
    if how.as_json:
        from alma_cli.render.document import written
        from alma_cli.render.workflow import moved

        document(written(move.draft, applied) | moved(move.checkpoint, move.offers))
    else:
        say("\n".join(planned(move.draft) if applied is None else move.draft.said))


def talk(here: Here, draft: Draft, applied: Applied | None) -> None:
    """Says on standard error what was decided on the way and what became of the commit."""
    note(draft.notes)
    warn(draft.warnings)
    if applied is None:
        return
    note(applied.warnings)
    if applied.deferred:
        pending = f"saved, but the commit is pending: {applied.deferred}"
        (note if here.config.git.commit == "batch" else warn)([pending])


def planned(draft: Draft) -> list[str]:
    """Returns a plan in lines: what it would say, and each file it would touch."""
    if not draft.plan.changes:
        return list(draft.said)
    lines = [f"would have: {line}" for line in draft.said]
    changes = draft.plan.changes
    return [*lines, *(f"  {_effect(change):<6} {clean_line(change.path)}" for change in changes)]


def _effect(change: Change) -> str:
    if isinstance(change, Remove):
        return "remove"
    return "edit" if change.replaces else "new"
