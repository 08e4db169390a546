"""What a guard found, in lines as a compiler prints them, and as a document."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from alma_cli.printable import clean_line, shorten
from alma_cli.sighting import Guarded, Sighting

MOST: Final = 300
"""Bytes of a reason that a line shows; `--json` has all of it."""
WIDTH: Final = 120
"""Characters of a line that are shown, most of them from the match on."""


def lines(answer: Guarded) -> Iterator[tuple[str, str]]:
    """Yields the lines, each with what it is: `error`, `warning`, `excerpt` or `advice`.

    Why and what instead are said at the first match of each anti-pattern.
    """
    told: set[str] = set()
    for one in answer.found:
        severity = one.match.severity.value
        where = f"{clean_line(one.match.passage.name)}:{one.line}:{one.column}"
        yield severity, f"{where}: {severity}[{one.short}]: {clean_line(one.memory.title)}"
        yield "excerpt", f"  | {clean_line(excerpt(one))}"
        if one.memory.id not in told:
            told.add(one.memory.id)
            yield from (("advice", f"  {line}") for line in _advice(one))
        if one.allowed == "":
            yield "advice", "  not silenced: the comment that allows it gives no reason"
    for name in answer.late:
        yield "error", clean_line(f"error: there was no time to look for {name}")


def _advice(one: Sighting) -> Iterator[str]:
    for label, text in (("why", one.memory.why), ("instead", one.memory.better)):
        if text:
            yield f"{label}: {shorten(clean_line(text), MOST)}"
    yield f"silence: `{silence(one)}` in a comment on that line, or alone on the line above"


def silence(one: Sighting) -> str:
    """Returns the comment that lets a match pass."""
    return f"alma: allow {one.short} -- reason"


def excerpt(one: Sighting) -> str:
    """Returns the line a match is in, of a long one the part around the match."""
    text = one.text
    if len(text.strip()) <= WIDTH:
        return text.strip()
    start = max(min(one.match.start - WIDTH // 4, len(text) - WIDTH), 0)
    before, after = "... " if start else "", " ..." if start + WIDTH < len(text) else ""
    return f"{before}{text[start : start + WIDTH].strip()}{after}"


def summary(answer: Guarded) -> str:
    """Returns in one line how much was looked at, and how much was found."""
    warnings = len(answer.found) - answer.errors
    counts = (
        (answer.errors + len(answer.late), "error"),
        (warnings, "warning"),
    )
    found = [f"{number} {what}{'' if number == 1 else 's'}" for number, what in counts if number]
    found += [f"{len(answer.silenced)} silenced"] if answer.silenced else []
    looked = "1 line" if answer.lines == 1 else f"{answer.lines:,} lines"
    return f"{', '.join(found) or 'nothing found'} in {looked}"


def document(answer: Guarded, *, strict: bool) -> dict[str, object]:
    """Returns the answer as a document; lines and columns count from 1, columns in characters."""
    return {
        "schema": 1,
        "agent": answer.agent,
        "ok": answer.is_ok(strict=strict),
        "errors": answer.errors + len(answer.late),
        "warnings": len(answer.found) - answer.errors,
        "matches": [{**_place(one), **_lesson(one)} for one in answer.found],
        "silenced": [{**_place(one), "reason": one.allowed} for one in answer.silenced],
        "late": list(answer.late),
        "lines": answer.lines,
    }


def _place(one: Sighting) -> dict[str, object]:
    return {
        "id": one.memory.id,
        "path": one.match.passage.path or None,
        "line": one.line,
        "column": one.column,
        "end_column": one.column + one.match.end - one.match.start,
        "text": excerpt(one),
    }


def _lesson(one: Sighting) -> dict[str, object]:
    return {
        "severity": one.match.severity.value,
        "by": one.match.by.value,
        "agent": one.memory.agent,
        "title": one.memory.title,
        "why": one.memory.why,
        "better": one.memory.better,
        "silence": silence(one),
    }
