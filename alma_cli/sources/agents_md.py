"""`AGENTS.md`: what people write for any agent, a memory a point."""

from __future__ import annotations

from collections.abc import Iterator

from alma_cli.sources import instructions
from alma_cli.sources.paper import Given, Paper, each
from alma_cli.sources.piece import Piece


def looks(given: Given) -> bool:
    """Says whether a file has that name."""
    return any(map(_is_it, given.papers))


def read(given: Given) -> Iterator[Piece]:
    """Yields a row a point."""
    return each(given, _is_it, lambda paper: instructions.rows(paper, paper.text, "agents-md"))


def _is_it(paper: Paper) -> bool:
    return paper.name == "AGENTS.md"
