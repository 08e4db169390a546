"""Memories in a list, and one memory on a page."""

from __future__ import annotations

from collections.abc import Iterable

from alma_cli.files.header import format_time
from alma_cli.model import Memory, Outcome
from alma_cli.printable import clean_line
from alma_cli.recollection import Hit, Shown
from alma_cli.render.bullet import counted
from alma_cli.render.plain import details
from alma_cli.value import parts_of


def lines(hits: tuple[Hit, ...]) -> str:
    """Returns one line a memory: id, owner, kind, title, evidence."""
    rows = [
        (
            hit.short,
            hit.record.agent,
            hit.kind.value,
            clean_line(hit.record.title),
            " · ".join(counted(hit)),
        )
        for hit in hits
    ]
    widths = [max((len(row[column]) for row in rows), default=0) for column in range(3)]
    return "\n".join(
        "  ".join((*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[3]))
        + (f"  [{row[4]}]" if row[4] else "")
        for row in rows
    )


def page(shown: Shown) -> str:
    """Returns one memory with what its file says, how far it is believed, and its outcomes."""
    hit = shown.hit
    record = hit.record
    head = f"{record.kind.value} {record.id}: {clean_line(record.title)}"
    body = [f"  {line}".rstrip() for line in details(hit)]
    facts = [f"{name:<11} {value}" for name, value in _facts(shown) if value]
    outcomes = [f"  {_outcome(each.record)}" for each in shown.outcomes]
    blocks = [[head], body, facts, ["outcomes", *outcomes] if outcomes else []]
    return "\n\n".join("\n".join(block) for block in blocks if block)


def _facts(shown: Shown) -> Iterable[tuple[str, str]]:
    hit = shown.hit
    record, evidence = hit.record, hit.evidence
    yield "agent", record.agent
    yield "domain", record.domain
    yield "tags", ", ".join(map(clean_line, record.tags))
    yield "created", format_time(record.created)
    if isinstance(record, Memory):
        yield "origin", record.origin.value
        yield "evidence", f"{evidence.wins} for, {evidence.losses} against"
        yield "confidence", f"{evidence.mean:.2f}"
        yield "confirmed", f"{evidence.confirmed:%Y-%m-%d}" if evidence.confirmed else ""
        yield "status", evidence.status.value if evidence.status else ""
        yield "supersedes", ", ".join(map(clean_line, record.supersedes))
        yield "paths", ", ".join(map(clean_line, record.paths))
    else:
        yield "result", record.result.value
        yield "lessons", ", ".join(map(clean_line, record.lessons))
        yield "used", ", ".join(map(clean_line, record.used))
    yield "hidden", f"{shown.hidden} {clean_line(shown.because)}".rstrip()
    for key in parts_of(record.source):
        yield key, clean_line(getattr(record.source, key))
    yield "file", clean_line(hit.stored.path)


def _outcome(record: Memory | Outcome) -> str:
    task = clean_line(record.task) if isinstance(record, Outcome) else ""
    result = record.result.value if isinstance(record, Outcome) else ""
    said = f" on {task}" if task else ""
    return f"{record.id[:4]}  {record.created:%Y-%m-%d}  {result:<8} {record.agent}{said}"
