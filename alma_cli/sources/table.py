"""CSV: a table with a heading, a memory a line."""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Iterator, Mapping
from typing import Final

from alma_cli.errors import Malformed
from alma_cli.model import Kind
from alma_cli.sources.paper import Given, Paper, each
from alma_cli.sources.piece import LeftOut, Piece, Row, Whence, domain_of, kind_of, names_of

COLUMNS: Final[Mapping[str, str]] = {
    **{name: name for name in "title body why better when code kind agent domain tags ref".split()},
    **dict.fromkeys(("text", "memory", "content", "lesson", "fact", "note", "pattern"), "title"),
    **dict.fromkeys(("type", "category"), "kind"),
    **dict.fromkeys(("why_bad", "reason"), "why"),
    **dict.fromkeys(("better_alternative", "instead", "do_instead"), "better"),
    **dict.fromkeys(("details", "description"), "body"),
    **dict.fromkeys(("created", "created_at", "date"), "created"),
    "id": "ref",
}
"""What the columns of tables are called, theirs to ours."""
ENDINGS: Final = frozenset({".csv", ".tsv"})


def looks(given: Given) -> bool:
    """Says whether a file is called a table."""
    return given.only is not None and given.only.ending in ENDINGS


def read(given: Given) -> Iterator[Piece]:
    """Yields a row a line; a heading names what is what, in any order and case."""
    return each(
        given, lambda paper: paper.ending in ENDINGS, lambda paper: _read(paper, given.fields)
    )


def _read(paper: Paper, fields: Mapping[str, str]) -> Iterator[Piece]:
    csv.field_size_limit(sys.maxsize)  # what is too long for a memory is said row by row
    heading, _, _ = paper.text.partition("\n")
    delimiter = max(",;\t", key=heading.count)
    rows = csv.reader(io.StringIO(paper.text), delimiter=delimiter, strict=True)
    columns: list[str] = []
    line = 1
    try:
        for cells in rows:
            if not columns:
                columns = _columns(cells, fields)
                _check(columns, heading, paper)
            elif any(cell.strip() for cell in cells):
                yield _row(paper, line, columns, cells)
            line = rows.line_num + 1
    except csv.Error as error:
        raise Malformed(f"is not CSV: {error}", path=paper.path, line=line) from error


def _columns(cells: list[str], fields: Mapping[str, str]) -> list[str]:
    """Returns our name of each column, its own one where it has no place in a memory."""
    given = {theirs.lower(): ours for theirs, ours in fields.items()}
    names = [cell.strip() for cell in cells]
    found = [
        given.get(name.lower(), COLUMNS.get(name.lower().replace(" ", "_"), "")) for name in names
    ]
    return [
        ours if ours and ours not in found[:at] else f"?{name}"
        for at, (ours, name) in enumerate(zip(found, names, strict=True))
    ]


def _check(columns: list[str], heading: str, paper: Paper) -> None:
    if "title" not in columns:
        raise Malformed(
            f"has no column `title`, or another that is known for a text: {heading.strip()[:200]}",
            path=paper.path,
            line=1,
        )


def _row(paper: Paper, line: int, columns: list[str], cells: list[str]) -> Row | LeftOut:
    if len(cells) != len(columns):
        reason = f"has {len(cells)} cells, and the heading {len(columns)}"
        return LeftOut(Whence(paper.path, line), reason)
    held = {name: cell.strip() for name, cell in zip(columns, cells, strict=True) if cell.strip()}
    unused = tuple(name[1:] for name in held if name.startswith("?"))
    kind = held.get("kind", "")
    # Every table may begin with 1, so that a row is known by its table too.
    ref = f"csv:{paper.place}#{held['ref']}" if "ref" in held else ""
    return Row(
        Whence(paper.path, line, kind or "row", ref, unused),
        held.get("title", ""),
        kind_of(kind) or kind or Kind.KNOWLEDGE,
        held.get("body", ""),
        held.get("why", ""),
        held.get("better", ""),
        held.get("when", ""),
        held.get("code", ""),
        tags=names_of(held.get("tags", "").replace(";", ",").split(",")),
        agent=held.get("agent", ""),
        domain=domain_of(held.get("domain", "")),
        created=held.get("created", ""),
    )
