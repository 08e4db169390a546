"""Markdown: a folder of notes with headers, a memory a file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from alma_cli.errors import Malformed
from alma_cli.files.memory import MOST_FILE, begins
from alma_cli.model import Kind
from alma_cli.sources import headed
from alma_cli.sources.jsontext import says, text_of
from alma_cli.sources.paper import Given, Paper, each
from alma_cli.sources.piece import Piece, Row, Whence, domain_of, kind_of, names_of

ENDINGS: Final = frozenset({".md", ".markdown"})
USED: Final = frozenset(
    "title name description kind type category domain agent tags paths created date ref id".split()
)


def is_markdown(paper: Paper) -> bool:
    """Says whether a paper is called Markdown."""
    return paper.ending in ENDINGS


def looks(given: Given) -> bool:
    """Says whether there is Markdown in a folder, or a file is Markdown."""
    return any(map(is_markdown, given.papers))


def read(given: Given) -> Iterator[Piece]:
    """Yields a row a file: the title of its header, else its first heading, else its name."""
    return each(given, is_markdown, note)


def note(paper: Paper) -> Iterator[Row]:
    """Yields the one row that a note becomes."""
    if len(paper.content) > MOST_FILE:
        raise Malformed(f"is larger than {MOST_FILE // 1024} KiB", path=paper.path)
    if not paper.text.strip():
        raise Malformed("holds no text", path=paper.path)
    parts = headed.split(paper)
    held = headed.fields(parts, paper)
    heading, sections = _sections(parts.body)
    inner = held.get("metadata")
    types = [held.get("kind"), held.get("type")]
    types += [inner.get("type")] if isinstance(inner, dict) else []
    title, about = text_of(held.get("title")) or heading, text_of(held.get("description"))
    title, about = (title, about) if title else (about or text_of(held.get("name")), "")
    created = held.get("created") or held.get("date")
    unused = [key for key, value in held.items() if key not in USED and says(value)]
    yield Row(
        Whence(
            paper.path,
            1,
            next((text_of(each) for each in types if text_of(each)), "note"),
            text_of(held.get("ref")) or f"markdown:{paper.place}",
            tuple(sorted(unused)),
        ),
        title or paper.name.rpartition(".")[0],
        kind_of(*types) or Kind.KNOWLEDGE,
        "\n\n".join(part for part in (about, sections["text"]) if part),
        sections.get("why", ""),
        sections.get("better", ""),
        sections.get("when", ""),
        sections.get("code", ""),
        tags=names_of(headed.texts_of(held.get("tags"))),
        paths=headed.texts_of(held.get("paths")),
        agent=text_of(held.get("agent")),
        domain=domain_of(text_of(held.get("domain"))),
        created=str(created) if created else "",
    )


def _sections(body: str) -> tuple[str, dict[str, str]]:
    """Returns the first heading of a body, and its text by the sections that memories have."""
    title = ""
    found: dict[str, list[str]] = {"text": []}
    current = found["text"]
    for line in body.split("\n"):
        if line.startswith("# ") and not title and not any(found["text"]):
            title = line[2:].strip()
        elif (name := begins(line)) in {"why", "better", "when", "code"}:
            current = found.setdefault(name, [])
        else:
            current.append(line)
    return title, {name: "\n".join(lines).strip() for name, lines in found.items()}
