"""LangGraph: the items of a `BaseStore` as `Item.dict()` gives them (checked with 1.2.24)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from alma_cli.model import Kind
from alma_cli.sources.jsontext import says, tables, text_of, values
from alma_cli.sources.paper import Given, Paper, each
from alma_cli.sources.piece import LeftOut, Piece, Row, Whence, domain_of, kind_of, names_of

ITEM: Final = frozenset({"namespace", "key", "value"})
OURS: Final = ("title", "body", "why", "better", "when", "code")
TEXTS: Final = ("text", "content", "memory", "data", "fact")
"""Where programs keep what a memory says, the likeliest first; LangMem wraps it in `content`."""


def looks(given: Given) -> bool:
    """Says whether a file holds items with a namespace."""
    paper = given.only
    return paper is not None and any(each.keys() >= ITEM for each in tables(paper))


def read(given: Given) -> Iterator[Piece]:
    """Yields a row an item; a part of the namespace that names an agent makes it the owner."""

    def items(paper: Paper) -> Iterator[Piece]:
        for found in values(paper):
            if found.error or not found.table.keys() >= ITEM:
                reason = found.error or "is no item with `namespace`, `key` and `value`"
                yield LeftOut(Whence(paper.path, found.line), reason)
            else:
                yield _row(paper.path, found.line, found.table, given.fields)

    return each(given, lambda paper: paper.ending in {".json", ".jsonl"}, items)


def _row(
    path: str, line: int, item: Mapping[str, object], fields: Mapping[str, str]
) -> Row | LeftOut:
    held, inner = item["namespace"], item["value"]
    namespace = [str(part) for part in held] if isinstance(held, list) else [str(held)]
    value = dict(inner) if isinstance(inner, dict) else {"text": inner}
    if isinstance(content := value.get("content"), dict):
        value = {**value, **content}
    for theirs, ours in fields.items():
        if theirs in value:
            value[ours] = value.pop(theirs)
    name = "/".join(namespace)
    key = next((key for key in ("title", *TEXTS) if text_of(value.get(key))), "")
    whence = Whence(path, line, name, f"langgraph-item:{name}/{text_of(item['key'])}")
    if not key:
        known = ", ".join(f"`{each}`" for each in value)
        return LeftOut(whence, f"no field of its `value` is known for a text; it has {known}")
    tags = value.get("tags")
    used = {key, "kind", "type", "domain", "tags", *OURS}
    unused = sorted(f"value.{each}" for each in value.keys() - used if says(value[each]))
    return Row(
        Whence(path, line, name, whence.ref, tuple(unused)),
        text_of(value[key]),
        kind_of(value.get("kind"), value.get("type"), *reversed(namespace)) or Kind.KNOWLEDGE,
        text_of(value.get("body")),
        text_of(value.get("why")),
        text_of(value.get("better")),
        text_of(value.get("when")),
        text_of(value.get("code")),
        tags=names_of(tags if isinstance(tags, list) else []),
        owners=tuple(namespace),
        domain=domain_of(text_of(value.get("domain"))),
        created=text_of(item.get("created_at")),
    )
