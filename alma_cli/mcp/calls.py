"""What a tool does: one call of the API, and how its answer is told."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from alma_cli.answers import Checked, Recalled, Recorded, Resumed, Saved
from alma_cli.api import Alma
from alma_cli.errors import AlmaError
from alma_cli.mcp.arguments import checked
from alma_cli.mcp.tools import Tool
from alma_cli.model import Applied, Draft
from alma_cli.printable import clean, clean_line
from alma_cli.render.document import failed
from alma_cli.render.prompt import remarks
from alma_cli.value import frozen


@frozen
class Answer:
    """What a call gives: the document that `--json` prints too, and text for a model."""

    document: dict[str, Any]
    text: str
    is_error: bool = False


FIRST: Final = {
    "remember": ("kind", "title"),
    "feedback": ("id",),
    "forget": ("id",),
    "guard": ("text",),
    "checkpoint": ("workflow",),
    "resume": ("workflow",),
}
"""Arguments that the API takes by their place."""


def call(alma: Alma, tool: Tool, given: dict[str, object]) -> Answer:
    """Returns what a tool answers; raises `AlmaError` as the API does, `Usage` for arguments."""
    named: dict[str, Any] = checked(tool, given)
    placed = [named.pop(name) for name in FIRST.get(tool.name, ())]
    found: Recalled | Checked | Recorded | Saved | Resumed
    found = getattr(alma, tool.name)(*placed, **named)
    text = _told(found, named.get("min_confidence"))
    return Answer(dict(found.to_dict()), clean(text).rstrip("\n"))


def refused(error: AlmaError) -> Answer:
    """Returns an error as a tool reports it: the message, and what to do about it."""
    lines = [f"error: {error.message}", *(f"hint: {hint}" for hint in error.hints)]
    return Answer(failed(error), "\n".join(map(clean_line, lines)), is_error=True)


def _told(found: Recalled | Checked | Recorded | Saved | Resumed, least: float | None) -> str:
    """Returns an answer as text; `least` is the confidence that a recall asked for."""
    match found:
        case Recalled(answer):
            notes = remarks(answer, least)
            return _lines([found.to_prompt(), *_warned(answer.warnings), *notes])
        case Checked(guarded):
            return _lines([found.to_text(), *_warned(guarded.warnings)])
        case Recorded(draft, applied):
            return _lines(_done(draft, applied))
        case Saved(stand, applied):
            return _lines(_done(stand.draft, applied))
        case Resumed(told):
            return _lines([found.to_prompt(), *_warned(told.warnings)])


def _done(draft: Draft, applied: Applied) -> list[str]:
    """Returns what a writing call did, as the command says it on both of its streams."""
    lines = [*draft.said, *draft.notes, *_warned(draft.warnings), *applied.warnings]
    if applied.deferred:
        lines.append(f"saved, but the commit is pending: {applied.deferred}")
    return lines


def _warned(lines: Iterable[str]) -> list[str]:
    return [f"warning: {line}" for line in lines]


def _lines(lines: Iterable[str]) -> str:
    return "\n".join(line.rstrip("\n") for line in lines if line)
