"""The numbers of a store, as a page and as a document."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from alma_cli.files.header import format_time
from alma_cli.printable import clean_line
from alma_cli.render.bullet import plural
from alma_cli.rules.counting import Count, Statistics, sparkline

MOST: Final = 10
"""Unused lessons that a page names; `--json` has all of them."""


def page(told: Statistics) -> str:
    """Returns them in paragraphs: tasks, repeated mistakes, unused lessons, scopes."""
    return "\n\n".join("\n".join(block) for block in _blocks(told) if block)


def _blocks(told: Statistics) -> Iterator[list[str]]:
    if not told.total.tasks:
        yield ["no tasks yet"]
    else:
        yield _tasks(told)
        again = told.total.repeated
        of = plural(told.total.failures, "failure")
        yield [f"{plural(again, 'repeated mistake')} in {of}"]
    unused = [
        f"  {row.id}  {row.agent}  {row.kind.value}  {clean_line(row.title)}" for row in told.unused
    ]
    more = [f"  and {len(unused) - MOST} more"] if len(unused) > MOST else []
    if told.lessons:
        head = f"{len(unused)} of {plural(told.lessons, 'lesson')} never used"
        yield [head, *unused[:MOST], *more]
    if told.silenced:
        lines = sum(one.lines for one in told.silenced)
        yield [
            f"{plural(lines, 'line')} silenced with a reason",
            *(
                f"  {one.id}  {one.agent}  {plural(one.lines, 'line')}  {clean_line(one.title)}"
                for one in told.silenced
            ),
        ]
    rows = [
        (one.agent, one.entry, plural(one.memories, "memory"), plural(one.tasks, "task"))
        for one in told.coverage
    ]
    if rows:
        yield ["what they may learn", *(f"  {line}" for line in _table(rows, "<<>>"))]


def _tasks(told: Statistics) -> list[str]:
    head = ("agent", "domain", "tasks", "success", "over time", "repeated")
    rows = [(owner, domain, *_cells(one)) for owner, domain, one in told.by]
    total = [("all", "", *_cells(told.total))] if len(rows) > 1 else []
    days = told.over.length.total_seconds() / 86_400
    since = f"since {told.over.begin:%Y-%m-%d}, a bar is {days:.3g} day{'s' * (days != 1)}"
    return [*_table([head, *rows, *total], "<<>><>"), since]


def _cells(one: Count) -> tuple[str, str, str, str]:
    rate = "" if one.rate is None else f"{100 * one.rate:.0f} %"
    return str(one.tasks), rate, sparkline(one.curve), str(one.repeated)


def _table(rows: Sequence[tuple[str, ...]], sides: str) -> list[str]:
    widths = [max(len(row[column]) for row in rows) for column in range(len(sides))]
    return [
        "  ".join(
            cell.ljust(width) if side == "<" else cell.rjust(width)
            for cell, width, side in zip(row, widths, sides, strict=True)
        ).rstrip()
        for row in rows
    ]


def document(told: Statistics) -> dict[str, object]:
    """Returns them as a document; shares are 0 to 1, None where there was no task."""
    return {
        "schema": 1,
        "since": format_time(told.over.begin),
        "days_a_step": told.over.length.total_seconds() / 86_400,
        **_count(told.total),
        "by": [{"agent": owner, "domain": name, **_count(one)} for owner, name, one in told.by],
        "lessons": told.lessons,
        "unused": [
            {"id": row.id, "agent": row.agent, "kind": row.kind.value, "title": row.title}
            for row in told.unused
        ],
        "coverage": [
            {
                "agent": one.agent,
                "entry": one.entry,
                "memories": one.memories,
                "tasks": one.tasks,
            }
            for one in told.coverage
        ],
        "silenced": [
            {"id": one.id, "agent": one.agent, "title": one.title, "lines": one.lines}
            for one in told.silenced
        ],
    }


def _count(one: Count) -> dict[str, object]:
    return {
        "tasks": one.tasks,
        "successes": one.successes,
        "failures": one.failures,
        "repeated_mistakes": one.repeated,
        "success_over_time": [None if share is None else round(share, 4) for share in one.curve],
    }
