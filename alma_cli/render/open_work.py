"""The workflows with work left, as the first lines of a brief."""

from __future__ import annotations

from typing import Final

from alma_cli.checkpoint import Stage, Work
from alma_cli.printable import clean_line, shorten, tokens
from alma_cli.recollection import Recollection

NAME: Final = "Open"
"""What the section is called."""
MOST: Final = 5
"""Workflows that are named; the others are counted."""
MOST_TEXT: Final = 120
"""Bytes of one text of a line."""


def lines(recollection: Recollection) -> list[str]:
    """Returns a line for each open workflow, in a third of the answer's budget at most."""
    works = recollection.works
    shown = min(len(works), MOST)
    while shown > 1 and tokens("\n".join(_some(works, shown))) > recollection.budget // 3:
        shown -= 1
    return _some(works, shown)


def _some(works: tuple[Work, ...], number: int) -> list[str]:
    rest = len(works) - number
    more = [f"and {rest} more: alma workflow list --open"] if rest else []
    return [*map(line, works[:number]), *more]


def line(work: Work) -> str:
    """Returns where a workflow stands, what is next, and the command that goes on with it."""
    if len(work.heads) > 1:
        names = _short(", ".join(head.name for head in work.heads))
        said = f"{work.workflow} went on in {len(work.heads)} places at once: {names}"
        return f"{said} [alma workflow merge {work.workflow}]"
    (head,) = work.heads
    failed = head.status is Stage.FAILED
    where = _short(head.name)
    said = f"{work.workflow} {'failed at' if failed else 'came to'} {where}"
    why = f": {_short(head.error)}" if failed and head.error else ""
    due = f". Next: {_short('; '.join(work.due))}" if work.due else ""
    return f"{said}{why}{due} [alma resume {work.workflow}]"


def _short(text: str) -> str:
    return shorten(clean_line(text), MOST_TEXT)
