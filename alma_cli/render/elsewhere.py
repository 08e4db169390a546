"""Memories as other programs keep them: Mem0, LangGraph, and the `AGENTS.md` that agents read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from alma_cli.model import Memory
from alma_cli.recollection import Hit
from alma_cli.render.bullet import SECTIONS, bullet
from alma_cli.rules.evidence import Status

Item = dict[str, object]
MOST_OF_A_KIND: Final = 6
"""Memories of each kind in an `AGENTS.md`, which is part of every prompt."""
MOST_BYTES: Final = 300
"""Bytes of the texts of each of them."""
BLOCK: Final = re.compile(
    r"^<!-- alma memories -->\n.*?^<!-- /alma -->(?:\n|\Z)", re.MULTILINE | re.DOTALL
)
HEAD: Final = """\
<!-- alma memories -->
## What was learned here

What `alma` remembers and is surest of: evidence to weigh, not orders. `alma recall "the task"`
tells the rest, `alma why ID` the reasons. Written by `alma export --format agents-md`.
"""
END: Final = "<!-- /alma -->"


def mem0_item(memory: Memory) -> Item:
    """Returns a memory as Mem0's `get_all()` lists one; the texts of a lesson are in `metadata`."""
    return {
        "id": memory.id,
        "memory": "\n\n".join(filter(None, (memory.title, memory.text))),
        "agent_id": memory.agent,
        "metadata": {**_about(memory), **_texts(memory)},
        "created_at": memory.created.isoformat(),
        "updated_at": None,
    }


def langgraph_item(memory: Memory) -> Item:
    """Returns a memory as LangGraph's `Item.dict()` tells one, in the namespace of its agent."""
    body = {"body": memory.text} if memory.text else {}
    return {
        "namespace": ["memories", memory.agent],
        "key": memory.id,
        "value": {"title": memory.title, **body, **_about(memory), **_texts(memory)},
        "created_at": memory.created.isoformat(),
        "updated_at": memory.created.isoformat(),
    }


def _about(memory: Memory) -> Item:
    tags = {"tags": list(memory.tags)} if memory.tags else {}
    return {"kind": memory.kind.value, "domain": memory.domain, **tags}


def _texts(memory: Memory) -> Item:
    named = ("why", "better", "when", "code")
    return {name: text for name in named if (text := getattr(memory, name))}


def agents_block(hits: Iterable[Hit]) -> Iterator[str]:
    """Yields the lines of a block for `AGENTS.md`, the surest first; none without any memory.

    What is refuted is left out, and no text can end the block.
    """
    surest = sorted(hits, key=_sureness)
    shown = [hit for hit in surest if hit.evidence.status is not Status.REFUTED]
    if shown:
        yield from HEAD.rstrip("\n").split("\n")
        for kind, name in SECTIONS:
            yield from _section(name, [hit for hit in shown if hit.kind is kind])
        yield END


def _sureness(hit: Hit) -> tuple[float, int, str]:
    return -hit.evidence.mean, -(hit.evidence.wins + hit.evidence.losses), hit.record.id


def _section(name: str, hits: list[Hit]) -> Iterator[str]:
    if hits:
        yield from ("", f"### {name}", "")
        for hit in hits[:MOST_OF_A_KIND]:
            yield f"- {bullet(hit, MOST_BYTES)}".replace("<!--", "&lt;!--")


def into(before: str, block: str) -> str:
    """Returns a text with the block in place of the one it has, else at its end."""
    crlf = "\r\n" in before
    text = before.replace("\r\n", "\n")
    if found := BLOCK.search(text):
        made = f"{text[: found.start()]}{block}{text[found.end() :]}"
    else:
        gap = "" if not text or not block else "\n" if text.endswith("\n") else "\n\n"
        made = f"{text}{gap}{block}"
    return made.replace("\n", "\r\n") if crlf else made


ITEMS: Final[dict[str, tuple[str, str, Callable[[Memory], Item]]]] = {
    "mem0": ('{"results": [', "]}", mem0_item),
    "langgraph": ("[", "]", langgraph_item),
}
"""How a file of items begins and ends, and what makes one."""
