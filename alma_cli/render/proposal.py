"""What is proposed for a pull request: its title, and its text in Markdown."""

from __future__ import annotations

import re
from collections import Counter
from typing import Final

from alma_cli.model import Kind
from alma_cli.printable import both_ends, clean_line, shorten
from alma_cli.render.changes import lines
from alma_cli.rules.differences import Differences, What

_MOST_TITLE: Final = 72
"""Characters that hosts show of the first line of a commit."""
_MOST_BODY: Final = 60_000
"""Bytes of the text; GitHub takes none of more than 65,536 characters."""
_ABOUT: Final = "What agents remember changes with this, and what they are told before a task."


def title_of(told: Differences) -> str:
    """Returns a title of one line: the one memory that changes, or how many of each."""
    advice = [one for one in told.memories if one.stored.record.kind is not Kind.OUTCOME]
    changed = [one for one in advice if one.what is not What.EVIDENCE]
    if len(changed) == 1:
        record = changed[0].stored.record
        said = f"{record.agent}: {changed[0].what.value} {record.kind.value} {record.title}"
        return shorten(clean_line(said), _MOST_TITLE)
    counts = Counter(one.what.value for one in changed)
    parts = [f"{counts[what.value]} {what.value}" for what in What if counts[what.value]]
    outcomes = len(told.memories) - len(advice)
    parts += [f"{outcomes} outcome{'' if outcomes == 1 else 's'}"] if outcomes else []
    for files, what in ((told.files, "other"), (told.damaged, "damaged")):
        parts += [f"{len(files)} {what} file{'' if len(files) == 1 else 's'}"] if files else []
    return f"Memories: {', '.join(parts) or 'nothing any more'}"


def body_of(told: Differences) -> str:
    """Returns what changes as Markdown, in a fence that nothing in a memory can close."""
    damaged = (f"damaged  {clean_line(complaint)}" for complaint in told.damaged)
    said = both_ends("\n".join(filter(None, [lines(told), *damaged])), _MOST_BODY)
    if not said:
        return "Nothing is proposed any more."
    longest = max((len(run) for run in re.findall(r"~+", said)), default=0)
    fence = "~" * max(3, longest + 1)
    return f"{_ABOUT}\n\n{fence}text\n{said}\n{fence}"
