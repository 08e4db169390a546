"""TOML as people and programs write it: most of it is plain, and read without the parser's help."""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from alma_cli.errors import BadConfig

_TEXT: Final = r'"[^"\\\x00-\x1f\x7f]*"'
_LINE: Final = re.compile(
    rf"""(?:
    \[(?P<table>[a-z0-9_-]+(?:\.[a-z0-9_-]+)*)\]
    |(?P<key>[a-z0-9_-]+)\ *=\ *(?:
      (?P<text>{_TEXT})
      |(?P<time>[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}T(?:[01][0-9]|2[0-3])(?::[0-5][0-9]){{2}}(?:\.[0-9]{{3}})?Z)
      |(?P<number>(?:0|[1-9][0-9]{{0,14}})(?:\.[0-9]{{1,15}})?)
      |(?P<truth>true|false)
      |(?P<texts>\[(?:{_TEXT}(?:,\ {_TEXT})*)?\]))
    )?\ *(?:\#[^\x00-\x1f\x7f]*)?""",
    re.VERBOSE,
)
"""A line as it is written where nothing is escaped and no value goes on in the next one."""
MOST_LINES: Final = 1024
"""Lines that are remembered, since most of a header is also in another one."""


def loads(text: str) -> dict[str, Any]:
    """Returns the table that a text is; raises `ValueError` or `RecursionError` for what is none.

    Reading headers is a quarter of making an index, and importing TOML's parser a twentieth of what
    a command takes to start: what `plain` cannot read goes to `tomllib`.
    """
    found = plain(text)
    if found is not None:
        return found
    import tomllib

    return tomllib.loads(text)


def plain(text: str) -> dict[str, Any] | None:
    """Returns what TOML's parser would, in a tenth of its time; None for what only that reads."""
    whole: dict[str, Any] = {}
    table = whole
    for line in text.split("\n"):
        read = _read(line)
        if read is None:
            return None
        name, key, value = read
        if name:
            *above, last = name.split(".")
            table = whole
            for each in above:
                table = table.setdefault(each, {})
                if not isinstance(table, dict):
                    return None
            if last in table:  # the parser knows whether it may be
                return None
            table[last] = table = {}
        elif key:
            if key in table:
                return None
            # What is remembered is shared, so that a list is made anew for whoever may change it.
            table[key] = list(value) if isinstance(value, tuple) else value
    return whole


@lru_cache(maxsize=MOST_LINES)
def _read(line: str) -> tuple[str, str, object] | None:
    """Returns the table that a line begins, or its key and value; None where it is not plain."""
    found = _LINE.fullmatch(line)
    if found is None:
        return None
    name, key, *value = found.groups("")
    try:
        return name, key, _value(*value) if key else None
    except ValueError:  # no such day
        return None


def _value(text: str, moment: str, number: str, truth: str, texts: str) -> object:
    if text:
        return text[1:-1]
    if texts:
        return tuple(texts[2:-2].split('", "')) if len(texts) > len("[]") else ()
    if moment:
        return datetime.fromisoformat(moment)
    if truth:
        return truth == "true"
    return float(number) if "." in number else int(number)


def toml_of(content: bytes, path: str) -> tuple[str, dict[str, Any]]:
    """Returns the text of a file that people write, with plain line ends, and what it says.

    Raises `BadConfig` with the line for what is not UTF-8 or not TOML.
    """
    content = content.removeprefix(BOM_UTF8)
    try:
        text = content.decode().replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise BadConfig("is not UTF-8 text", path=path, line=line) from error
    try:
        return text, loads(text)
    except (RecursionError, ValueError) as error:
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
