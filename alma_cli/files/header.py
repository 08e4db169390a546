"""The header of a memory file: TOML between `+++` lines, written plainly."""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Mapping
from datetime import UTC, date, datetime, time

from alma_cli.errors import Malformed
from alma_cli.files.toml import loads, locate
from alma_cli.value import frozen

FENCE = "+++"
MOST_HEADER = 16 * 1024
"""Bytes of a header; checked before TOML is parsed, since nesting bombs need room."""

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
    content = content.removeprefix(BOM_UTF8)
    try:
        text = content.decode()
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
        return loads(header)
    except (RecursionError, ValueError) as error:
        message, line = locate(error, header)
        raise Malformed(f"has a header that is not TOML: {message}", line=line + 1) from error


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


def to_millisecond(moment: datetime) -> datetime:
    """Returns the moment cut to the millisecond, as headers hold it."""
    finer = moment.microsecond % 1000
    return moment.replace(microsecond=moment.microsecond - finer) if finer else moment


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
