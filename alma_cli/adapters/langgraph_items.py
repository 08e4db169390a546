"""An item of a LangGraph store as a page: its name, its value as JSON, and how filters see it."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any, Final
from urllib.parse import quote, unquote

from langgraph.store.base import Item, MatchCondition, SearchItem

from alma_cli import exact
from alma_cli.errors import Malformed, Usage
from alma_cli.files.memory import MOST_TITLE
from alma_cli.model import Memory, Stored
from alma_cli.printable import clean_line, shorten
from alma_cli.verbs.keep import Page

BEGINS: Final = "langgraph:"
_FENCES: Final = ("```json\n", "\n```")
_SAFE: Final = " !$&'()*+,;=:@~"

LEAST_WORDS: Final = 3
"""Words of a text that says something; fewer are a name, or one of some choices."""

Name = tuple[tuple[str, ...], str]
"""A namespace and a key."""


def name_of(namespace: tuple[str, ...], key: str) -> str:
    """Returns the one text that names an item: `langgraph:users/123/likes`."""
    try:
        return BEGINS + "/".join(quote(part, safe=_SAFE) for part in (*namespace, key))
    except UnicodeEncodeError as error:
        raise Usage("a namespace or a key is not Unicode") from error


def parts_of(name: str) -> Name:
    """Returns the namespace and the key of such a name."""
    *namespace, key = map(unquote, name.removeprefix(BEGINS).split("/"))
    return tuple(namespace), key


def page_of(namespace: tuple[str, ...], key: str, value: Mapping[str, Any]) -> Page:
    """Returns the page of an item; raises `Usage` for a value that is no JSON."""
    name = name_of(namespace, key)
    tree = exact.of(dict(value), "value")
    code = exact.write(tree, laid_out=True)
    told = next(_sentences(value), "") or f"{name.removeprefix(BEGINS)}: {exact.write(tree)}"
    title = shorten(clean_line(told), MOST_TITLE)
    return Page(name, title, code=f"{_FENCES[0]}{code}{_FENCES[1]}")


def _sentences(value: object) -> Iterator[str]:
    """Yields the texts in a value that say something: what people know it by."""
    if isinstance(value, str) and len(value.split()) >= LEAST_WORDS:
        yield value
    inner = [*value.values()] if isinstance(value, Mapping) else value
    for each in inner if isinstance(inner, list) else ():
        yield from _sentences(each)


def value_in(code: str) -> dict[str, Any]:
    """Returns the value in the code of a page; raises `Usage` for what is none."""
    begin, end = _FENCES
    if not (code.startswith(begin) and code.endswith(end)):
        raise Usage("there is no value in a block of JSON below `## Code`")
    value = exact.to_python(exact.parse(code[len(begin) : -len(end)], "value"))
    if not isinstance(value, dict):
        raise Usage("the value is not a JSON object")
    return value


def item_of(name: str, stored: Stored) -> Item:
    """Returns the item that a memory keeps; raises `Malformed` where somebody damaged its value."""
    namespace, key = parts_of(name)
    record = stored.record
    try:
        value = value_in(record.code if isinstance(record, Memory) else "")
    except Usage as error:
        raise Malformed(error.message, path=stored.path) from error
    changed = record.source.changed
    return Item(
        value=value,
        key=key,
        namespace=namespace,
        created_at=record.created,
        updated_at=datetime.fromisoformat(changed) if changed else record.created,
    )


def found(item: Item, score: float | None = None) -> SearchItem:
    """Returns an item as the answer to a search."""
    return SearchItem(item.namespace, item.key, item.value, item.created_at, item.updated_at, score)


def passes(value: object, wanted: object) -> bool:
    """Says whether a value is what a filter wants: equal, or by operators such as `$gt`.

    Objects are compared by the keys that are wanted. Raises `Usage` for an unknown operator.
    """
    if isinstance(wanted, Mapping):
        if any(key.startswith("$") for key in wanted):
            return all(_compared(value, how, than) for how, than in wanted.items())
        held = value if isinstance(value, Mapping) else {}
        return held is value and all(passes(held.get(key), each) for key, each in wanted.items())
    return value == ([*wanted] if isinstance(wanted, tuple) else wanted)


_ORDERS: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "$gt": operator.gt,
    "$gte": operator.ge,
    "$lt": operator.lt,
    "$lte": operator.le,
}


def _compared(value: Any, how: str, than: Any) -> bool:  # noqa: ANN401
    if how in {"$eq", "$ne"}:
        return (value == than) is (how == "$eq")
    if how not in _ORDERS:
        raise Usage(f"`{how}` is no operator", f"one of $eq, $ne, {', '.join(_ORDERS)}")
    numbers = isinstance(value, int | float) and isinstance(than, int | float)
    texts = isinstance(value, str) and isinstance(than, str)
    return (numbers or texts) and _ORDERS[how](value, than)


def fits(namespace: tuple[str, ...], condition: MatchCondition) -> bool:
    """Says whether a namespace begins, or ends, with a path, in which `*` is any label."""
    path = condition.path
    end = namespace[: len(path)] if condition.match_type == "prefix" else namespace[-len(path) :]
    pairs = zip(end, path, strict=False)
    return len(namespace) >= len(path) and all(want in {"*", label} for label, want in pairs)
