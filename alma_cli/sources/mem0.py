"""Mem0: what `Memory.get_all()` says, as a list or below `results` (checked with mem0ai 2.2.1)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from alma_cli.model import Kind
from alma_cli.sources.jsontext import says, tables, text_of, values
from alma_cli.sources.paper import Given, Paper, each
from alma_cli.sources.piece import LeftOut, Piece, Row, Whence, domain_of, kind_of, names_of, ref_of

TEXTS = ("why", "better", "when", "code")
"""Our own words, where `alma export --format mem0` has put them into the metadata."""


def looks(given: Given) -> bool:
    """Says whether a file holds memories with an id."""
    paper = given.only
    return paper is not None and any("memory" in each and "id" in each for each in tables(paper))


def read(given: Given) -> Iterator[Piece]:
    """Yields a row a memory; `agent_id` is the owner, `user_id` becomes a tag."""
    return each(given, lambda paper: paper.ending in {".json", ".jsonl"}, _read)


def _read(paper: Paper) -> Iterator[Piece]:
    for found in values(paper):
        item = found.table
        memory = item.get("memory")
        if isinstance(memory, str):
            yield _row(paper.path, found.line, memory, item)
        else:
            yield LeftOut(Whence(paper.path, found.line), found.error or "has no `memory`")


def _row(path: str, line: int, memory: str, item: Mapping[str, object]) -> Row:
    held = item.get("metadata")
    metadata = held if isinstance(held, dict) else {}
    categories = item.get("categories")
    words = [metadata.get("kind"), metadata.get("category"), metadata.get("type")]
    words += _listed(categories)
    called = next((word for word in words if isinstance(word, str)), "memory")
    tags = metadata.get("tags")
    told = {"id", "memory", "agent_id", "user_id", "created_at", "metadata", "categories"}
    in_metadata = {"kind", "category", "type", "tags", "domain", *TEXTS}
    unused = [key for key in item if key not in told and says(item[key])]
    unused += [f"metadata.{key}" for key in metadata if key not in in_metadata]
    return Row(
        Whence(path, line, called, ref_of("mem0", text_of(item.get("id"))), tuple(sorted(unused))),
        memory,
        kind_of(*words) or Kind.KNOWLEDGE,
        "",
        text_of(metadata.get("why")),
        text_of(metadata.get("better")),
        text_of(metadata.get("when")),
        text_of(metadata.get("code")),
        tags=names_of([*_listed(tags), *_labels(words), item.get("user_id")]),
        agent=text_of(item.get("agent_id")),
        domain=domain_of(text_of(metadata.get("domain"))),
        created=text_of(item.get("created_at")),
    )


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _labels(words: list[object]) -> list[object]:
    """Returns the categories that say more than the kind."""
    return [word for word in words if not kind_of(word)]
