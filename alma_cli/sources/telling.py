"""Tells sources apart: by how they look, or by the name that somebody gave."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from alma_cli.errors import Malformed, Usage
from alma_cli.rules.near import nearest
from alma_cli.sources import (
    agents_md,
    alma_memory,
    claude_code,
    cursor,
    langchain,
    langgraph,
    markdown,
    mem0,
    own,
    table,
)
from alma_cli.sources.jsontext import is_json, values
from alma_cli.sources.paper import Given, unreadable
from alma_cli.sources.piece import Piece
from alma_cli.value import frozen


@frozen
class Source:
    """One format: its name, whether a source looks like it, and what reads it.

    A general one is taken only where nothing more particular looks alike. One that `has_fields` has
    names of its own for them, which a map may explain.
    """

    name: str
    looks: Callable[[Given], bool]
    read: Callable[[Given], Iterator[Piece]]
    is_general: bool = False
    has_fields: bool = False


REPORT: Final = "junit"
"""The report of a test run: it has no memories, but outcomes (`sources.junit`)."""
SOURCES: Final = (
    Source("mem0", mem0.looks, mem0.read),
    Source("langgraph", langgraph.looks, langgraph.read, has_fields=True),
    Source("langchain", langchain.looks, langchain.read),
    Source("alma-memory", alma_memory.looks, alma_memory.read),
    Source("claude-code", claude_code.looks, claude_code.read),
    Source("agents-md", agents_md.looks, agents_md.read),
    Source("cursor", cursor.looks, cursor.read),
    Source("alma", own.looks, own.read, is_general=True),
    Source("csv", table.looks, table.read, is_general=True, has_fields=True),
    Source("markdown", markdown.looks, markdown.read, is_general=True),
)


def source_of(given: Given, name: str = "") -> Source:
    """Returns the source of that name, else the one that what is given looks like.

    Raises `Usage` for a name that is not known, and for what looks like none or several.
    """
    known = {source.name: source for source in SOURCES}
    if name:
        if name not in known:
            near = nearest(name, (*known, REPORT))
            hints = (f"did you mean `{near}`?",) if near else ()
            told = ", ".join((*known, REPORT))
            raise Usage(f"`{name}` is not a known format", *hints, f"known are {told}")
        return known[name]
    try:
        found = [source for source in SOURCES if source.looks(given)]
        if not found and given.only and not given.only.content.strip():
            raise Usage(f"`{given.only.path}` is empty", "look at what should have written it")
        if not found and given.only and is_json(given.only):
            values(given.only)  # which says what is wrong with it
    except Malformed as error:
        raise unreadable(error) from error
    found = [source for source in found if not source.is_general] or found
    if len(found) == 1:
        return found[0]
    likely = [source.name for source in found] or [*known, REPORT]
    names = ", ".join(f"`{each}`" for each in likely)
    if found:
        raise Usage(f"this may be one of {names}", "say which with `--as FORMAT`")
    raise Usage("this looks like nothing that is known", f"say what it is with `--as`: {names}")
