"""Cursor: rules in `.mdc` files, and the older `.cursorrules`."""

from __future__ import annotations

from collections.abc import Iterator

from alma_cli.model import Kind
from alma_cli.sources import headed, instructions
from alma_cli.sources.paper import Given, Paper, each
from alma_cli.sources.piece import Piece, Row
from alma_cli.value import replace


def looks(given: Given) -> bool:
    """Says whether there is a rule."""
    return any(map(_is_rule, given.papers))


def read(given: Given) -> Iterator[Piece]:
    """Yields a row a point; the globs of a rule become the paths of its points."""
    return each(given, _is_rule, _read)


def _read(paper: Paper) -> Iterator[Piece]:
    parts = headed.split(paper)
    keys = headed.loose_fields(parts)
    unused = tuple(key for key, value in keys.items() if value and key != "globs")
    for piece in instructions.rows(
        paper,
        parts.body,
        "cursor",
        line=parts.line,
        paths=headed.texts_of(keys.get("globs")),
        kind=Kind.PREFERENCE,
    ):
        if isinstance(piece, Row):
            yield replace(piece, whence=replace(piece.whence, unused=unused))
        else:
            yield piece


def _is_rule(paper: Paper) -> bool:
    return paper.ending == ".mdc" or paper.name == ".cursorrules"
