"""A memory as a file: Markdown with a TOML header, to and from `Memory` and `Outcome`."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from alma_cli.errors import Malformed, Usage
from alma_cli.files.header import (
    Parts,
    Value,
    end_of_line,
    format_header,
    split,
    to_millisecond,
)
from alma_cli.files.keys import Keys
from alma_cli.model import GENERAL, Guard, Kind, Memory, Origin, Outcome, Record, Result, Source
from alma_cli.names import ALPHABET
from alma_cli.place import kind_in, owner_in
from alma_cli.sha import sha256
from alma_cli.value import parts_of

MOST_FILE: Final = 256 * 1024
"""Bytes of a memory file."""
MOST_TEXT: Final = 32 * 1024
"""Bytes of the text below a header."""
MOST_TITLE: Final = 200
"""Characters of a title; what is longer goes on in the body."""

SECTIONS: Final = {
    "why it is bad": "why",
    "why it works": "why",
    "do instead": "better",
    "when": "when",
    "code": "code",
    "task": "task",
    "strategy": "strategy",
    "error": "error",
    "notes": "notes",
}
HEADINGS: Final = {
    Kind.ANTI_PATTERN: ("when", "why", "better", "code"),
    Kind.HEURISTIC: ("when", "why", "better", "code"),
    Kind.KNOWLEDGE: ("code",),
    Kind.PREFERENCE: ("code",),
    Kind.OUTCOME: ("task", "strategy", "error", "notes"),
}


def parse(content: bytes, path: str, modified: datetime) -> Record:
    """Returns the record in a file; `path` is relative to the store, `modified` the file's time.

    The folder decides agent and kind; a missing id is a hash of the path, a missing time is
    `modified`. Raises `Malformed` with the line for anything else that does not fit.
    """
    try:
        return _parse(content, path, modified)
    except Malformed as error:
        raise error.at(path) from error


def _parse(content: bytes, path: str, modified: datetime) -> Record:
    if len(content) > MOST_FILE:
        raise Malformed(f"is larger than {MOST_FILE // 1024} KiB")
    parts = split(content)
    if len(content) > MOST_TEXT and len(parts.body.encode()) > MOST_TEXT:
        raise Malformed(f"has a text larger than {MOST_TEXT // 1024} KiB", line=parts.body_line)
    read = Keys(parts.header)
    title, sections = _sections(parts)
    kind = kind_in(path) or read.choice("kind", Kind)
    if kind is None:
        raise Malformed("has no `kind`", line=1)
    common = {
        "id": read.id() or id_of_path(path),
        "agent": owner_in(path) or read.text("agent"),
        "title": title,
        "created": read.time("created") or to_millisecond(modified),
        "domain": read.domain(),
        "tags": read.texts("tags"),
        "source": read.source(),
    }
    if kind is Kind.OUTCOME:
        return _outcome(common, read, sections)
    names = HEADINGS[kind]
    return Memory(
        **common,  # type: ignore[arg-type]
        kind=kind,
        text=sections.get("text", ""),
        **{name: sections[name] for name in names if name in sections},  # type: ignore[arg-type]
        supersedes=read.texts("supersedes"),
        paths=read.texts("paths"),
        origin=read.choice("origin", Origin) or Origin.PERSON,
        guard=read.guard(),
    )


def _outcome(common: dict[str, object], read: Keys, sections: dict[str, str]) -> Outcome:
    result = read.choice("result", Result)
    if result is None:
        raise Malformed("is an outcome without a `result`", 'add `result = "success"`', line=1)
    return Outcome(
        **common,  # type: ignore[arg-type]
        result=result,
        task=sections.get("task", ""),
        strategy=sections.get("strategy", "") or str(common["title"]),
        error=sections.get("error", ""),
        notes=sections.get("notes", "") or sections.get("text", ""),
        lessons=read.texts("lessons"),
        used=read.texts("used"),
        workflow=read.text("workflow"),
        duration_ms=read.number("duration_ms"),
    )


def id_of_path(path: str) -> str:
    """Returns the id of a hand-written file that has none: 50 bits of its path's SHA-256."""
    number = int.from_bytes(sha256(path.encode("utf-8", "surrogateescape")).digest()[:8])
    return "".join(ALPHABET[number >> 5 * place & 31] for place in range(10))


def _sections(parts: Parts) -> tuple[str, dict[str, str]]:
    body = parts.body
    blank = body[: len(body) - len(body.lstrip())]
    begin = blank.rfind("\n") + 1
    end = end_of_line(body, begin)
    title = _title(body[begin:end])
    if not title:
        number = parts.body_line + (blank.count("\n") if blank != body else 0)
        raise Malformed("has no `# title` below its header", line=number)
    title, rest = _cut(_trimmed(title))
    sections: dict[str, list[str]] = {"text": [rest]}
    current = sections["text"]
    begin = end
    while (at := body.find("\n##", end)) >= 0:
        end = end_of_line(body, at + 1)
        if name := begins(body[at + 1 : end]):
            current.append(_unescaped(body[begin:at]))
            current = sections.setdefault(name, [])
            begin = end
    current.append(_unescaped(body[begin:]))
    return title, {name: _trimmed("".join(texts)) for name, texts in sections.items()}


def _unescaped(text: str) -> str:
    if "\n\\" not in text:
        return text
    lines = text.split("\n")
    return "\n".join(
        line[1:] if line.startswith("\\") and _is_escaped(line) else line for line in lines
    )


def begins(line: str) -> str:
    """Returns the name of the section that a line of a body is the heading of, "" for none."""
    if not line.startswith(("## ", "##\t")):
        return ""
    return SECTIONS.get(line[2:].strip(" \t").lower(), "")


def _is_escaped(line: str) -> bool:
    """Says whether a file escapes a line: it would read as a heading, or as a merge conflict."""
    bare = line.lstrip("\\")
    return bare.startswith("<<<<<<< ") or bool(begins(bare))


def _title(line: str) -> str:
    return line[2:].strip() if line.startswith("# ") else ""


def heading_of_why(kind: Kind) -> str:
    """Returns what the reason for a lesson stands below."""
    return "Why it is bad" if kind is Kind.ANTI_PATTERN else "Why it works"


def tidy(text: str) -> str:
    """Returns text as a file holds it: line feeds only, no blank lines or spaces around it.

    Raises `Usage` for what no text file can hold: a NUL, half a surrogate pair.
    """
    if "\0" in text or not _encodes(text):
        raise Usage("a text holds a NUL byte or is not Unicode")
    return _trimmed(text)


def _trimmed(text: str) -> str:
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text.strip()


def _encodes(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def title_and_rest(text: str) -> tuple[str, str]:
    """Returns a title of one line and at most 200 characters, and what did not fit.

    Raises `Usage` when there is nothing to make a title of.
    """
    return _cut(tidy(text))


def _cut(text: str) -> tuple[str, str]:
    line, _, rest = text.partition("\n")
    title = " ".join(line.split())
    if len(title) > MOST_TITLE:
        cut = title.rfind(" ", MOST_TITLE // 2, MOST_TITLE) + 1 or MOST_TITLE
        title, rest = title[:cut].rstrip(), f"{title[cut:]}\n{rest}"
    if not title:
        raise Usage("a title is empty")
    return title, rest.strip()


def format_record(record: Record) -> bytes:
    """Returns the file of a new record; `parse` of it gives the record back."""
    header, sections = _halves(record)
    blocks = [f"# {record.title}"]
    for heading, text in sections:
        if text:
            blocks.append(section(heading, text))
    return (header + "\n\n".join(blocks) + "\n").encode()


def section(heading: str, text: str) -> str:
    """Returns a section of a body; lines of its text that look like a heading are escaped."""
    lines = (f"\\{line}" if _is_escaped(line) else line for line in text.split("\n"))
    escaped = "\n".join(lines)
    return f"## {heading}\n{escaped}" if heading else escaped


def _halves(record: Record) -> tuple[str, list[tuple[str, str]]]:
    source = {key: getattr(record.source, key) for key in parts_of(Source)}
    named = {"id": record.id, "kind": record.kind.value, "agent": record.agent}
    domain = "" if record.domain == GENERAL else record.domain
    common: dict[str, Value] = {
        **named,
        "domain": domain,
        "tags": record.tags,
        "created": record.created,
    }
    if isinstance(record, Outcome):
        about: dict[str, Value] = {
            "result": record.result.value,
            "duration_ms": "" if record.duration_ms is None else record.duration_ms,
            "lessons": record.lessons,
            "used": record.used,
            "workflow": record.workflow,
        }
        strategy = "" if record.strategy == record.title else record.strategy
        sections = [("Task", record.task), ("Strategy", strategy), ("Error", record.error)]
        return format_header({**common, **about, "source": source}), [
            *sections,
            ("Notes", record.notes),
        ]
    why = heading_of_why(record.kind)
    about = {"supersedes": record.supersedes, "paths": record.paths, "origin": record.origin.value}
    guard = record.guard or Guard()
    tables = {
        "source": source,
        "guard": {key: getattr(guard, key) for key in ("regex", "literal", "paths", "severity")},
    }
    sections = [("", record.text), ("When", record.when), (why, record.why)]
    sections += [("Do instead", record.better), ("Code", record.code)]
    return format_header({**common, **about, **tables}), sections
