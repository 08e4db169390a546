"""The title of a pull request that proposes memories."""

from __future__ import annotations

from collections import Counter
from typing import Final

from alma_cli.model import Kind
from alma_cli.printable import clean_line, shorten
from alma_cli.rules.differences import Differences, What

_MOST_TITLE: Final = 72
"""Characters that hosts show of the first line of a commit."""


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
