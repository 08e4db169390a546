"""A JSON file edited where it changes: every other byte stays as somebody wrote it."""

from __future__ import annotations

import json
import re
from typing import Any, Final

from alma_cli.errors import Malformed
from alma_cli.value import frozen

Path = tuple[str | int, ...]
_SPACE: Final = re.compile(r"[ \t\r\n]*")
_DECODER: Final = json.JSONDecoder()


@frozen
class _Node:
    """Where a value stands; `begins` is where its key does, if it has one."""

    begins: int
    start: int
    end: int
    items: tuple[tuple[str | int, _Node], ...] = ()


class JsonText:
    """The text of a JSON object; an empty text is an empty object."""

    def __init__(self, text: str) -> None:
        self.text = text if text.strip("\ufeff \t\r\n") else "{}\n"
        if not isinstance(self.value, dict):
            raise Malformed("is not a JSON object")

    @property
    def value(self) -> Any:  # noqa: ANN401 - whatever stands there
        """Returns what the text says; raises `Malformed` with the line for what is no JSON."""
        try:
            return json.loads(self.text.removeprefix("\ufeff"))
        except json.JSONDecodeError as error:
            raise Malformed(f"is not JSON: {error.msg}", line=error.lineno) from error
        except RecursionError as error:
            raise Malformed("is nested too deeply") from error

    def get(self, *path: str | int) -> Any:  # noqa: ANN401
        """Returns the value at a path, None where there is none."""
        found = self.value
        for key in path:
            if isinstance(found, list) and isinstance(key, int):
                found = found[key]
            else:
                found = found.get(key) if isinstance(found, dict) else None
        return found

    def put(self, value: object, *path: str | int) -> None:
        """Sets the value at a path, in objects that are made where they are missing.

        Raises `Malformed` where something else stands in the way.
        """
        *outer, key = path
        if outer and self.get(*outer) is None:
            self.put({}, *outer)
        container = self._node(tuple(outer))
        if not isinstance(self.get(*outer), dict):
            raise Malformed(f"`{'.'.join(map(str, outer))}` is not an object")
        known = dict(container.items)
        if key in known:
            node = known[key]
            self._splice(node.start, node.end, self._written(value, len(path)))
        else:
            self._insert(container, f"{json.dumps(key, ensure_ascii=False)}: ", value, len(path))

    def append(self, value: object, *path: str | int) -> None:
        """Adds an item to the list at a path, which is made where it is missing."""
        if self.get(*path) is None:
            self.put([], *path)
        if not isinstance(self.get(*path), list):
            raise Malformed(f"`{'.'.join(map(str, path))}` is not a list")
        self._insert(self._node(path), "", value, len(path) + 1)

    def remove(self, *path: str | int) -> None:
        """Takes out the value at a path, with its key."""
        *outer, key = path
        container = self._node(tuple(outer))
        nodes = [node for _, node in container.items]
        at = [each for each, _ in container.items].index(key)
        if len(nodes) == 1:
            self._splice(container.start + 1, container.end - 1, "")
        elif at:
            self._splice(nodes[at - 1].end, nodes[at].end, "")
        else:
            self._splice(nodes[0].begins, nodes[1].begins, "")

    def _node(self, path: Path) -> _Node:
        node = _scan(self.text, 1 if self.text.startswith("\ufeff") else 0)
        for key in path:
            node = dict(node.items)[key]
        return node

    def _splice(self, start: int, end: int, text: str) -> None:
        self.text = f"{self.text[:start]}{text}{self.text[end:]}"

    def _insert(self, container: _Node, name: str, value: object, depth: int) -> None:
        """Adds an item behind the last one, laid out as the others are."""
        if not container.items:
            written = f"{self._line(depth)}{name}{self._written(value, depth)}"
            self._splice(container.start + 1, container.end - 1, written + self._line(depth - 1))
            return
        last = container.items[-1][1].end
        if "\n" in self.text[container.start : container.items[0][1].begins]:
            added = f",{self._line(depth)}{name}{self._written(value, depth)}"
        else:
            added = f", {name}{json.dumps(value, ensure_ascii=False)}"
        self._splice(last, last, added)

    def _written(self, value: object, depth: int) -> str:
        lines = json.dumps(value, indent=self._unit, ensure_ascii=False).split("\n")
        return self._line(depth).join(lines)

    def _line(self, depth: int) -> str:
        line = "\r\n" if "\r\n" in self.text else "\n"
        return f"{line}{self._unit * depth}"

    @property
    def _unit(self) -> str:
        found = re.search(r'\n([ \t]+)"', self.text)
        return found[1] if found else "  "


def _scan(text: str, at: int) -> _Node:
    """Returns where the value that starts at or after a place stands, with all in it."""
    start = _skip(text, at)
    opener = text[start]
    if opener not in "{[":
        return _Node(start, start, _DECODER.raw_decode(text, start)[1])
    items: list[tuple[str | int, _Node]] = []
    at = _skip(text, start + 1)
    while text[at] not in "}]":
        begins, key = at, len(items)  # type: tuple[int, str | int]
        if opener == "{":
            key, at = _DECODER.raw_decode(text, at)
            at = _skip(text, at) + 1
        inner = _scan(text, at)
        items.append((key, _Node(begins, inner.start, inner.end, inner.items)))
        at = _skip(text, inner.end)
        if text[at] == ",":
            at = _skip(text, at + 1)
    return _Node(start, start, at + 1, tuple(items))


def _skip(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at
