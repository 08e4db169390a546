"""Claude Code: `CLAUDE.md`, rules below `.claude/rules`, and the folder of its own memory.

Of that folder, `MEMORY.md` is an index of the other files, which have a YAML header, or has notes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from alma_cli.model import Kind
from alma_cli.sources import headed, instructions
from alma_cli.sources.markdown import note
from alma_cli.sources.paper import Given, Paper, each
from alma_cli.sources.piece import LeftOut, Piece, Row
from alma_cli.value import replace

WRITTEN: Final = frozenset({"CLAUDE.md", "CLAUDE.local.md"})
INDEX: Final = "MEMORY.md"
POINTER: Final = re.compile(r"\[[^\]]*\]\(([^)/]+\.md)\)")
"""How the index points to a note beside it."""
KINDS: Final = {"user": Kind.PREFERENCE, "feedback": Kind.PREFERENCE, "project": Kind.KNOWLEDGE}
"""What the types of its own notes are here; a `reference` is knowledge, as everywhere."""


def looks(given: Given) -> bool:
    """Says whether a file has one of the names that Claude Code reads."""
    return any(paper.name in {*WRITTEN, INDEX} for paper in given.papers)


def read(given: Given) -> Iterator[Piece]:
    """Yields a row a point of instructions, and one a note of its own memory."""
    folders = {_folder(paper) for paper in given.papers if paper.name == INDEX}

    def wanted(paper: Paper) -> bool:
        in_memory = _folder(paper) in folders and paper.ending == ".md"
        return in_memory or paper.name in WRITTEN or _is_rule(paper)

    paths = {paper.path for paper in given.papers}
    return each(given, wanted, lambda paper: _read(paper, paths, _folder(paper) in folders))


def _read(paper: Paper, beside: set[str], in_memory: bool) -> Iterator[Piece]:
    if in_memory and paper.name not in {*WRITTEN, INDEX}:
        for row in note(paper):
            whence = replace(row.whence, ref=f"claude-code:{paper.place}")
            yield replace(row, kind=KINDS.get(whence.called, row.kind), whence=whence)
        return
    parts = headed.split(paper)
    paths = headed.texts_of(headed.loose_fields(parts).get("paths"))
    found = instructions.rows(paper, parts.body, "claude-code", line=parts.line, paths=paths)
    for piece in found:
        to = POINTER.search(piece.title) if isinstance(piece, Row) and in_memory else None
        if to is None:
            yield piece
        elif paper.path.removesuffix(INDEX) + to[1] not in beside:
            yield LeftOut(piece.whence, f"points to `{to[1]}`, which is not there")


def _folder(paper: Paper) -> str:
    return paper.path.rpartition("/")[0]


def _is_rule(paper: Paper) -> bool:
    return "/.claude/rules/" in f"/{paper.path}" and paper.ending == ".md"
