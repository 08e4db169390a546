"""LangChain: message histories, as `messages_to_dict`, `dumps` or `model_dump` write them.

Checked with langchain-core 1.8.3. What a person said may be worth knowing; what a model or a tool
answered is a transcript, which `alma reflect` turns into lessons.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from alma_cli.model import Kind
from alma_cli.sha import sha256
from alma_cli.sources.jsontext import Found, tables, text_of, values
from alma_cli.sources.paper import Given, Paper, each
from alma_cli.sources.piece import LeftOut, Piece, Row, Whence
from alma_cli.value import frozen

SPEAKERS: Final = {"user": "human", "assistant": "ai", "developer": "system"}
"""What OpenAI calls the speakers that LangChain names otherwise."""
KINDS: Final = {"human": Kind.KNOWLEDGE, "system": Kind.PREFERENCE}
NO_MEMORY: Final = "is an answer, not a memory; `alma reflect` makes lessons of a transcript"


@frozen
class _Message:
    speaker: str
    text: str
    id: str


def looks(given: Given) -> bool:
    """Says whether a file holds messages and nothing else."""
    paper = given.only
    held = tables(paper) if paper else ()
    return bool(held) and all(_message(each) for each in held)


def read(given: Given) -> Iterator[Piece]:
    """Yields a row a message: knowledge from people, preferences from the system."""
    return each(given, lambda paper: paper.ending in {".json", ".jsonl"}, _read)


def _read(paper: Paper) -> Iterator[Piece]:
    for found in values(paper):
        message = _message(found.table)
        if message is None:
            yield LeftOut(Whence(paper.path, found.line), found.error or "is no message")
        elif not message.text.strip():
            yield LeftOut(Whence(paper.path, found.line, message.speaker), "says nothing in words")
        else:
            yield _row(paper.path, found, message)


def _row(path: str, found: Found, message: _Message) -> Row:
    # The same words twice in a history are one memory, whatever number they had.
    mark = message.id or sha256(message.text.encode("utf-8", "replace")).hexdigest()[:16]
    return Row(
        Whence(path, found.line, message.speaker, f"langchain:{mark}"),
        message.text,
        KINDS.get(message.speaker, Kind.KNOWLEDGE),
        skip="" if message.speaker in KINDS else NO_MEMORY,
    )


def _message(held: Mapping[str, object]) -> _Message | None:
    """Returns a message in any of the shapes that it is written in."""
    inner = held.get("data") or held.get("kwargs") or held
    if not isinstance(inner, dict):
        return None
    speaker = inner.get("type") or held.get("type") or inner.get("role")
    if not isinstance(speaker, str) or "content" not in inner:
        return None
    known = SPEAKERS.get(speaker, speaker)
    if known not in {"human", "ai", "system", "tool", "function", "chat"}:
        return None
    return _Message(known, _words(inner["content"]), text_of(inner.get("id")))


def _words(content: object) -> str:
    """Returns what is text in a message, which may be a list of blocks."""
    blocks = content if isinstance(content, list) else [content]
    texts = [each.get("text") if isinstance(each, dict) else each for each in blocks]
    return "\n".join(text for text in texts if isinstance(text, str))
