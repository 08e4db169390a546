"""This program's own rows, as `alma export` writes them: JSON Lines, or a list below `memories`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from alma_cli.errors import Usage
from alma_cli.model import Kind
from alma_cli.sources.jsontext import Found, is_json, lines, tables, values
from alma_cli.sources.paper import Given, Paper, each
from alma_cli.sources.piece import LeftOut, Piece, Row, Whence, Whole

FIELDS: Final = frozenset(
    "kind agent domain title body why_bad better better_alternative when why code tags ref"
    " id created path raw".split()
)


def looks(given: Given) -> bool:
    """Says whether a file is JSON Lines, or holds rows with a kind and a title."""
    paper = given.only
    if paper is None:
        return False
    if paper.path == "-" or paper.ending in {".jsonl", ".ndjson"}:
        return True
    return any({"kind", "title"} <= each.keys() or "raw" in each for each in tables(paper))


def read(given: Given) -> Iterator[Piece]:
    """Yields a piece a row; one that is none is left out with its line."""
    return each(given, lambda paper: paper.ending in {".jsonl", ".ndjson", ".json"}, _read)


def _read(paper: Paper) -> Iterator[Piece]:
    whole = paper.ending == ".json" and is_json(paper)
    for found in values(paper) if whole else lines(paper.text):
        try:
            yield _piece(paper.path, found)
        except Usage as error:
            yield LeftOut(Whence(paper.path, found.line), error.message)


def _piece(path: str, found: Found) -> Row | Whole:
    if found.error:
        raise Usage(found.error)
    value = found.value
    if not isinstance(value, dict):
        raise Usage("is not a JSON object")
    if unknown := sorted(value.keys() - FIELDS):
        raise Usage(f"has fields that memories do not have: {', '.join(unknown)}")
    fields = {key: held for key, held in value.items() if held is not None}
    texts = _texts(fields)
    whence = Whence(path, found.line, texts.get("kind", ""), texts.get("ref", ""))
    if "raw" in texts:
        names = ("raw", "path", "id", "agent")
        return Whole(whence, *(texts.get(name, "") for name in names))
    kind = texts.get("kind", "")
    if kind == Kind.OUTCOME:
        raise Usage("has the kind `outcome`, which is imported only with its `raw`")
    return _row(whence, kind, texts, _tags(fields))


def _texts(fields: dict[str, object]) -> dict[str, str]:
    texts = {key: held for key, held in fields.items() if key != "tags"}
    if wrong := sorted(key for key, held in texts.items() if not isinstance(held, str)):
        raise Usage(f"has fields that are not texts: {', '.join(wrong)}")
    return {key: str(held) for key, held in texts.items()}


def _tags(fields: dict[str, object]) -> tuple[str, ...]:
    tags = fields.get("tags") or []
    if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
        raise Usage("has `tags` that are not a list of texts")
    return tuple(tags)


def _row(whence: Whence, kind: str, texts: dict[str, str], tags: tuple[str, ...]) -> Row:
    body = texts.get("body", "")
    why = texts.get("why_bad", "") or texts.get("why", "")
    better = texts.get("better", "") or texts.get("better_alternative", "")
    return Row(
        whence,
        texts.get("title", ""),
        kind,
        body,
        why,
        better,
        texts.get("when", ""),
        texts.get("code", ""),
        tags,
        agent=texts.get("agent", ""),
        domain=texts.get("domain", ""),
        created=texts.get("created", ""),
        named=bool(whence.ref),
    )
