"""JSON that comes back as it went in: each number as it was written, each key where it stood.

Python reads `1.10` as 1.1 and `0.1234567890123456789` with two digits less, takes the last of two
equal keys, and writes NaN, which is no JSON. Here a number stays the text it was, and what would
not come back is refused by its name.
"""

from __future__ import annotations

import json
import math
from typing import Any, Final, TypeAlias

from alma_cli.errors import Usage
from alma_cli.value import frozen

DEEPEST: Final = 100
"""Lists and objects inside one another."""
_AROUND: Final = 3
"""Lists and objects that a document has around a state at most; they do not count as its own."""
MOST_DIGITS: Final = 4300
"""Digits of a whole number; Python reads no longer ones (`sys.set_int_max_str_digits`)."""
INDENT: Final = 2


@frozen
class Number:
    """A number by the text it was written as."""

    text: str


@frozen
class _Constant:
    """What some programs write for a number that JSON does not have."""

    name: str


Tree: TypeAlias = "dict[str, Tree] | list[Tree] | str | Number | bool | None"


def parse(text: str, what: str = "state") -> Tree:
    """Returns the value of a JSON document; `what` begins the names of its parts in complaints.

    Raises `Usage` for what is no JSON, is nested deeper than 100, or would not come back as it is.
    """
    if not _encodes(text):  # a byte that is no text came with it; JSON itself names half a pair
        raise Usage(f"the {what} is not UTF-8")
    try:
        tree = json.loads(
            text.removeprefix("\ufeff"),
            parse_float=Number,
            parse_int=Number,
            parse_constant=_Constant,
            object_pairs_hook=_Pairs,
        )
    except RecursionError:
        raise _too_deep(what) from None
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        reason = f"{error.msg[:1].lower()}{error.msg[1:]} at {where}"
        raise Usage(f"the {what} is not JSON: {reason}") from None
    return _checked(tree, what)


class _Pairs(list[tuple[str, Any]]):
    """An object as it was written, with all of its keys."""


def of(value: object, what: str = "state") -> Tree:
    """Returns the same for a value of Python; raises `Usage` for what JSON does not have."""
    return _checked(value, what)


def around(document: object) -> Tree:
    """Returns the same for a document of this program's own that has whole states in it."""
    return _checked(document, "document", -_AROUND)


def write(tree: Tree, *, laid_out: bool = False) -> str:
    """Returns the JSON document of a value, on one line or with a line for each part."""
    return _written(tree, "\n" if laid_out else "")


def _written(tree: Tree, line: str) -> str:
    """Returns a value as text; `line` is what begins a line at its depth, "" for one line."""
    match tree:
        case Number(text):
            return text
        case dict() if tree:
            inner = line and line + " " * INDENT
            parts = (
                f"{inner}{_quoted(key)}: {_written(held, inner)}" for key, held in tree.items()
            )
            return f"{{{_joined(parts, line)}{line}}}"
        case list() if tree:
            inner = line and line + " " * INDENT
            return f"[{_joined((inner + _written(held, inner) for held in tree), line)}{line}]"
        case str():
            return _quoted(tree)
        case _:
            return json.dumps(tree)


def _joined(parts: Any, line: str) -> str:  # noqa: ANN401 - texts, as they are made
    return ("," if line else ", ").join(parts)


def _quoted(text: str) -> str:
    quoted = json.dumps(text, ensure_ascii=False)
    # Half of a surrogate pair is a part of no text file; JSON can name it.
    return quoted if quoted.isascii() or _encodes(quoted) else json.dumps(text)


def _encodes(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def to_python(tree: Tree) -> Any:  # noqa: ANN401 - whatever was given
    """Returns the value as Python has it: numbers as `int` and `float`."""
    return json.loads(write(tree))


def _checked(value: object, where: str, depth: int = 0) -> Tree:
    """Returns a value as a tree; `where` is what to call it."""
    if not isinstance(value, (_Pairs, dict, list)):
        return _leaf(value, where)
    if depth == DEEPEST:
        raise _too_deep(where.partition(".")[0].partition("[")[0])
    if isinstance(value, list) and not isinstance(value, _Pairs):
        return [_checked(each, f"{where}[{n}]", depth + 1) for n, each in enumerate(value)]
    made: dict[str, Tree] = {}
    for key, each in value if isinstance(value, _Pairs) else value.items():
        if not isinstance(key, str):
            raise _no_json(f"`{where}` has the key `{key!r}`, which is no text")
        within = inside(where, key)
        if key in made:
            raise Usage(f"`{within}` stands twice", "give each key once")
        made[str(key)] = _checked(each, within, depth + 1)
    return made


def inside(where: str, key: str) -> str:
    """Returns what to call a part of an object: `jobs.build`, `jobs["unit tests"]`."""
    if key.isidentifier():
        return f"{where}.{key}" if where else key
    return f"{where}[{json.dumps(key, ensure_ascii=False)}]"


def _leaf(value: object, where: str) -> Tree:
    match value:
        case None | bool():
            return value
        case str():
            return str(value)
        case Number() | int() | float():
            return _number(value, where)
        case _Constant(name):
            raise _no_json(f"`{where}` is {name}, which JSON does not have")
        case _:
            kind = type(value).__name__
            article = "an" if kind[:1].lower() in "aeiou" else "a"
            raise _no_json(f"`{where}` is {article} {kind}, which JSON does not have")


def _number(value: Number | float, where: str) -> Number:
    try:
        text = value.text if isinstance(value, Number) else _plain(value)
    except ValueError:
        text = "0" * (MOST_DIGITS + 1)  # Python says no more of a whole number than that
    if text.lstrip("-").isdigit():
        if len(text) - text.startswith("-") > MOST_DIGITS:
            raise _no_json(f"`{where}` has more than {MOST_DIGITS} digits")
    elif not math.isfinite(float(text)):
        name = "NaN" if text == "nan" else text.replace("inf", "Infinity")
        what = "which JSON does not have" if name != text else "which is larger than any number"
        raise _no_json(f"`{where}` is {name}, {what}")
    return Number(text)


def _plain(value: float) -> str:
    """Returns a number as Python would write it, whatever its type calls itself."""
    return int.__repr__(value) if isinstance(value, int) else float.__repr__(value)


def _too_deep(what: str) -> Usage:
    return Usage(f"the {what} is nested deeper than {DEEPEST}", "keep what is deep in a file")


def _no_json(message: str) -> Usage:
    return Usage(message, "a state is what JSON has: objects, lists, texts, numbers, true, null")
