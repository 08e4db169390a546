"""The values in JSON as other programs export it: a list, a list in an object, or JSON Lines."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Final

from alma_cli.errors import Malformed
from alma_cli.sources.paper import Paper
from alma_cli.value import frozen

LISTS: Final = ("results", "items", "memories", "messages")
"""The keys below which an object holds the list that matters."""
_BLANK: Final = re.compile(r"[ \t\n]*")
_DECODER: Final = json.JSONDecoder()


@frozen
class Found:
    """A value and its line; `error` says why there is none, of JSON Lines that are none."""

    line: int
    value: object = None
    error: str = ""

    @property
    def table(self) -> Mapping[str, object]:
        """Returns the fields of an object, none for any other value."""
        return self.value if isinstance(self.value, dict) else {}


@lru_cache(maxsize=2)  # every source looks at it
def values(paper: Paper) -> tuple[Found, ...]:
    """Returns the values that a paper holds, in their order.

    Raises `Malformed` with the line for what is neither JSON nor JSON Lines.
    """
    text = paper.text
    begin = _after_blank(text, 0)
    if text.startswith("[", begin):
        return tuple(_items(paper, begin))
    first, end = _decoded(paper, begin)
    if _after_blank(text, end) < len(text):
        return tuple(lines(text))
    for key in LISTS:
        if isinstance(first, dict) and isinstance(first.get(key), list):
            return _inside(paper, key, first[key])
    return (Found(text.count("\n", 0, begin) + 1, first),)


def lines(text: str) -> Iterator[Found]:
    """Yields the values in JSON Lines; a line that is none costs only itself."""
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            try:
                yield Found(number, json.loads(line))
            except (ValueError, RecursionError) as error:
                yield Found(number, error=f"is not JSON: {error}")


def is_json(paper: Paper) -> bool:
    """Says whether a paper may hold JSON, by how it begins."""
    return paper.content[:64].lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in {b"{", b"["}


def tables(paper: Paper) -> tuple[Mapping[str, object], ...]:
    """Returns the objects in a paper, none for one that holds no JSON; nothing is raised."""
    try:
        return tuple(found.table for found in values(paper)) if is_json(paper) else ()
    except Malformed:
        return ()


def says(value: object) -> bool:
    """Says whether a field says anything."""
    return value not in (None, "", [], {}, 0)


def text_of(value: object) -> str:
    """Returns what a field says in words: a text, a number, a list of texts."""
    if isinstance(value, str):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return "\n".join(value)
    return ""


def _inside(paper: Paper, key: str, wanted: list[object]) -> tuple[Found, ...]:
    """Returns the items of a list in an object, without lines where it cannot be seen."""
    if begins := re.search(rf'"{key}"[ \t\n]*:[ \t\n]*(?=\[)', paper.text):
        found = tuple(_items(paper, begins.end()))
        if [each.value for each in found] == wanted:
            return found
    return tuple(Found(0, value) for value in wanted)


def _items(paper: Paper, begin: int) -> Iterator[Found]:
    """Yields the items of the list that begins at a place in the text."""
    text = paper.text
    line, seen = 1, 0
    at = _after_blank(text, begin + 1)
    while not text.startswith("]", at):
        line, seen = line + text.count("\n", seen, at), at
        value, end = _decoded(paper, at)
        yield Found(line, value)
        at = _after_blank(text, end)
        if text.startswith(",", at):
            at = _after_blank(text, at + 1)
        elif not text.startswith("]", at):
            line += text.count("\n", seen, at)
            reason = "is not JSON: a list goes on without a comma"
            raise Malformed(reason, path=paper.path, line=line)


def _decoded(paper: Paper, at: int) -> tuple[object, int]:
    text = paper.text
    try:
        return _DECODER.raw_decode(text, at)
    except json.JSONDecodeError as error:
        message = f"is not JSON: {error.msg}"
        raise Malformed(message, path=paper.path, line=error.lineno) from error
    except RecursionError as error:
        line = text.count("\n", 0, at) + 1
        raise Malformed("is nested too deeply", path=paper.path, line=line) from error
    except ValueError as error:  # a number of thousands of digits
        line = text.count("\n", 0, at) + 1
        raise Malformed(f"is not JSON: {error}", path=paper.path, line=line) from error


def _after_blank(text: str, at: int) -> int:
    blank = _BLANK.match(text, at)
    return blank.end() if blank else at
