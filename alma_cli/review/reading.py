"""One memory for whoever reviews it, readable without opening a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from textwrap import wrap
from typing import Final

from alma_cli.model import Guard, Memory, Origin
from alma_cli.printable import clean_line, shorten
from alma_cli.render.changes import details
from alma_cli.render.plain import labelled
from alma_cli.rules.differences import Difference, What
from alma_cli.rules.secrets import redact

WIDTH: Final = 92
"""Characters of a line, so that nothing has to be scrolled."""
MOST_TEXT: Final = 700
"""Bytes of one text."""
_TOLD: Final = frozenset({What.NEW, What.RESTORED, What.SUPERSEDED, What.FORGOTTEN, What.REMOVED})


def paragraph(one: Difference) -> str:
    """Returns what became of a memory: its whole text, or what of it changed."""
    record = one.stored.record
    lines = [f"{one.what.value} {record.id}  {clean_line(record.title)}"]
    if one.what in _TOLD and isinstance(record, Memory):
        lines += _wrapped(_texts(record))
    lines += _wrapped(details(one, MOST_TEXT))
    return "\n".join(lines)


def _texts(record: Memory) -> Iterator[str]:
    for label, text in labelled(record):
        if text:
            yield f"{label}: {clean_line(text)}"
    about = [f"domain: {record.domain}"] if record.domain else []
    about += [f"tags: {', '.join(record.tags)}"] if record.tags else []
    about += [f"paths: {', '.join(record.paths)}"] if record.paths else []
    about += [f"origin: {record.origin.value}"] if record.origin is not Origin.LEARNED else []
    yield " · ".join(about)
    yield from _guard(record.guard)
    if record.supersedes:
        yield f"replaces: {', '.join(record.supersedes)}"
    if record.source.forced:
        yield f"forced: {record.source.forced}"


def _guard(guard: Guard | None) -> Iterator[str]:
    if guard is not None:
        for name in ("regex", "literal", "paths"):
            if patterns := getattr(guard, name):
                yield f"guard {name}: {'  '.join(patterns)}"


def _wrapped(lines: Iterable[str]) -> list[str]:
    return [
        part
        for line in lines
        for part in wrap(
            shorten(clean_line(redact(line)[0]), MOST_TEXT),  # a line that is broken hides one
            WIDTH,
            initial_indent="    ",
            subsequent_indent="      ",
            break_on_hyphens=False,
        )
    ]
