"""The header of a memory file: TOML between `+++` lines, read by `tomllib`, written plainly."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Any

from alma_cli.errors import BadConfig, Malformed
from alma_cli.value import frozen

FENCE = "+++"
MOST_HEADER = 16 * 1024
"""Bytes of a header; checked before TOML is parsed, since nesting bombs need room."""

_TEXT = r'"[^"\\\x00-\x1f\x7f]*"'
_LINE = re.compile(
    rf"""^(?:\[(?P<table>[a-z]+)\]|(?P<key>[a-z_]+)\ =\ (?:
    (?P<text>{_TEXT})
    |(?P<time>[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}T(?:[01][0-9]|2[0-3])(?::[0-5][0-9]){{2}}(?:\.[0-9]{{3}})?Z)
    |(?P<number>0|[1-9][0-9]{{0,17}})
    |\[(?P<texts>{_TEXT}(?:,\ {_TEXT})*)\]))$""",
    re.VERBOSE | re.MULTILINE,
)
"""A line of a header as it is written here, if nothing in it is escaped."""

Value = str | int | datetime | tuple[str, ...]


@frozen
class Parts:
    """A file in two: its header as a table, and the body with the line it starts on."""

    header: dict[str, object]
    body: str
    body_line: int


def split(content: bytes) -> Parts:
    """Returns header and body; CRLF and a byte order mark are accepted.

    Raises `Malformed` with the line for anything that is not a header followed by text.
    """
    text = _decode(content)
    first = end_of_line(text, 0)
    if text[:first].rstrip() != FENCE:
        raise Malformed("does not start with a `+++` line", line=1)
    ends, begins = _second_fence(text, first)
    header = text[first + 1 : ends]
    if len(header.encode()) > MOST_HEADER:
        raise Malformed(f"has a header larger than {MOST_HEADER // 1024} KiB", line=1)
    body_line = text.count("\n", 0, begins) + 2
    return Parts(_table(header), text[begins + 1 :], body_line)


def _second_fence(text: str, begin: int) -> tuple[int, int]:
    """Returns the places of the line feeds before and after the fence that ends a header."""
    while (at := text.find(f"\n{FENCE}", begin)) >= 0:
        begin = end_of_line(text, at + 1)
        if text[at + 1 : begin].rstrip() == FENCE:
            return at, begin
    raise Malformed("has no second `+++` line to end its header", line=1)


def end_of_line(text: str, at: int) -> int:
    """Returns where the line ends that a place in a text lies in."""
    end = text.find("\n", at)
    return len(text) if end < 0 else end


def _decode(content: bytes) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise Malformed("is not UTF-8 text", line=line) from error
    if "\0" in text:
        raise Malformed("holds a NUL byte", line=text.count("\n", 0, text.index("\0")) + 1)
    text = text.replace("\r\n", "\n")
    if "<<<<<<< " in text:
        for number, each in enumerate(text.split("\n"), 1):
            if each.startswith("<<<<<<< "):
                raise Malformed("holds the markers of a merge conflict", line=number)
    return text


def _table(header: str) -> dict[str, object]:
    try:
        plain = _plain(header)
        return tomllib.loads(header) if plain is None else plain
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        message, line = locate(error, header)
        raise Malformed(f"has a header that is not TOML: {message}", line=line + 1) from error


def _plain(header: str) -> dict[str, object] | None:
    """Returns what TOML's parser would, in a tenth of its time; None for what only that reads.

    Most headers are as they were written here, and reading them is a quarter of making an index.
    """
    lines: list[tuple[str, ...]] = _LINE.findall(header)
    if len(lines) <= header.count("\n"):
        return None
    whole: dict[str, object] = {}
    table = whole
    for name, key, text, moment, number, texts in lines:
        if (name or key) in (whole if name else table):
            return None
        if name:
            whole[name] = table = {}
        elif moment:
            try:
                table[key] = datetime.fromisoformat(moment)
            except ValueError:
                return None
        elif number:
            table[key] = int(number)
        else:
            table[key] = text[1:-1] if text else texts[1:-1].split('", "')
    return whole


def toml_of(content: bytes, path: str) -> tuple[str, dict[str, Any]]:
    """Returns the text of a file that people write, with plain line ends, and what it says.

    Raises `BadConfig` with the line for what is not UTF-8 or not TOML.
    """
    try:
        text = content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise BadConfig("is not UTF-8 text", path=path, line=line) from error
    try:
        return text, tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        message, line = locate(error, text)
        raise BadConfig(message, path=path, line=line) from error


def locate(error: Exception, text: str) -> tuple[str, int]:
    """Returns what TOML's parser complains of and the line in `text`, which it hides in words."""
    if isinstance(error, RecursionError):
        return "nested too deeply", 1
    message, _, where = str(error).partition(" (at ")
    if where.startswith("line "):
        return message[:1].lower() + message[1:], int(where[5:].partition(",")[0])
    at_end = where.startswith("end of document")
    return message[:1].lower() + message[1:], text.count("\n") + 1 if at_end else 1


def as_time(value: object) -> datetime | None:
    """Returns a TOML date or time as an aware UTC one to the millisecond, None when it is neither.

    A time without an offset is taken as UTC.
    """
    if isinstance(value, date) and not isinstance(value, datetime):
        value = datetime.combine(value, time())
    if not isinstance(value, datetime):
        return None
    try:
        if value.tzinfo is not UTC:
            value = value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
    except OverflowError:
        return None
    return to_millisecond(value)


def line_of(text: str, at: tuple[str, ...]) -> int:
    """Returns the line of a key in TOML text, that of its table where it cannot be seen."""
    table: tuple[str, ...] = ()
    best = 1
    inside = ""
    for number, line in enumerate(text.split("\n"), 1):
        was_inside, inside = inside, string_after(line, inside)
        if was_inside:
            continue
        if head := re.match(r"\s*\[+\s*([^\]]+?)\s*\]", line):
            table = tuple(part.strip(" \"'") for part in head[1].split("."))
            if table[: len(at)] == at:
                return number
            if table == at[: len(table)]:
                best = number
        elif key := re.match(r"\s*([^=#]+?)\s*=", line):
            parts = tuple(part.strip(" \"'") for part in key[1].split("."))
            if (*table, *parts) == at[: len(table) + len(parts)]:
                return number
    return best


def string_after(line: str, inside: str) -> str:
    """Returns the quotes of the multi-line string that goes on after a line, "" for none."""
    for quotes in re.findall(r"\"\"\"|'''", line):
        inside = "" if inside == quotes else inside or quotes
    return inside


def to_millisecond(moment: datetime) -> datetime:
    """Returns the moment cut to the millisecond, as headers hold it."""
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def format_time(moment: datetime) -> str:
    """Returns the moment as TOML writes it: `2026-11-22T06:00:00Z`, with milliseconds if any."""
    moment = moment.astimezone(UTC)
    milliseconds = f".{moment.microsecond // 1000:03}" if moment.microsecond >= 1000 else ""  # noqa: PLR2004
    return f"{moment.replace(tzinfo=None, microsecond=0).isoformat()}{milliseconds}Z"


def format_header(values: Mapping[str, Value | Mapping[str, Value]]) -> str:
    """Returns the header with its fences; empty values are left out, tables come last."""
    plain = {key: value for key, value in values.items() if not isinstance(value, Mapping)}
    lines = [FENCE, *_pairs(plain)]
    for key, value in values.items():
        if isinstance(value, Mapping) and (pairs := _pairs(value)):
            lines += [f"[{key}]", *pairs]
    return "\n".join([*lines, FENCE, ""])


def _pairs(values: Mapping[str, Value]) -> list[str]:
    return [f"{key} = {_value(value)}" for key, value in values.items() if value not in ("", ())]


def _value(value: Value) -> str:
    match value:
        case str():
            import json

            # A JSON string is a TOML basic string but for DEL, which TOML wants escaped.
            return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
        case datetime():
            return format_time(value)
        case int():
            return str(value)
        case tuple():
            return f"[{', '.join(_value(item) for item in value)}]"
