"""Changes to `config.toml` that keep comments, order and layout."""

from __future__ import annotations

import tomllib
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from alma_cli.config import MOST_CONFIG
from alma_cli.errors import Usage
from alma_cli.files.disk import digest, read
from alma_cli.model import Put
from alma_cli.place import Place

if TYPE_CHECKING:
    from tomlkit import TOMLDocument
    from tomlkit.items import Table

Value = bool | int | float | str | list[str]


class ConfigEdit:
    """A configuration being edited; `put` is the change that a plan carries."""

    def __init__(self, place: Place) -> None:
        self._replaces = None
        content = b""
        with suppress(FileNotFoundError):  # a dry run before the user's own store is made
            content = read(place.root, "config.toml", MOST_CONFIG)
            self._replaces = digest(content)
        self._mark = "\ufeff" if content.startswith(b"\xef\xbb\xbf") else ""
        text = content.decode("utf-8-sig")
        self._newline = "\r\n" if "\r\n" in text and "\n" not in text.replace("\r\n", "") else "\n"
        self._text = text.replace("\r\n", "\n") if self._newline == "\r\n" else text

    def set(self, table: str, name: str, values: dict[str, Value]) -> None:
        """Adds `[table.name]` with these keys, behind the other tables of its kind."""
        self._add_table((table, name), values)

    def assign(self, key: tuple[str, ...], value: Value) -> bool:
        """Sets one key, in the table it stands in or a new one; says whether it was another."""
        import tomlkit

        document = tomlkit.parse(self._text)
        entry, written = _entered(document, key[:-1])
        if entry is None:
            self._add_table(key[:-1], {key[-1]: value})
            return True
        if key[-1] in entry and entry[key[-1]] == value:
            return False
        if len(key) == 1:
            self.top(key[0], value)
            return True
        added = key[-1] not in entry
        entry[key[-1]] = value
        text = document.as_string()
        self._become(_lifted(self._text, text) if added else text, (*written, key[-1]), value)
        return True

    def _add_table(self, path: tuple[str, ...], values: dict[str, Value]) -> None:
        import tomlkit

        block = [
            f"[{tomlkit.key(list(path)).as_string()}]",
            *(f"{k} = {tomlkit.item(v).as_string()}" for k, v in values.items()),
        ]
        lines = self._text.split("\n")
        headers = [at for at, line in enumerate(lines) if line.startswith("[")]
        kin = [at for at in headers if lines[at].startswith(f"[{path[0]}.")]
        end = next((at for at in headers if kin and at > kin[-1]), len(lines))
        text = _above(lines, end, "\n".join(["", *block]))
        self._become(text.lstrip("\n") if not self._text.strip() else text, path, values)

    def add(self, table: str, name: str, key: str, item: str) -> None:
        """Adds an item to a list of `[table.name]`, once."""
        document, entry = self._entry(table, name)
        if key not in entry:
            entry[key] = [item]
            self._become(_lifted(self._text, document.as_string()))
        elif item not in map(str.lower, entry[key]):
            entry[key].append(item)
            self._become(document.as_string())

    def remove(self, table: str, name: str, key: str, item: str) -> None:
        """Takes an item out of a list of `[table.name]`, however it is written there."""
        document, entry = self._entry(table, name)
        held = entry[key]
        for each in [each for each in held if str(each).lower() == item]:
            held.remove(each)
        self._become(document.as_string())

    def top(self, key: str, value: Value) -> None:
        """Sets a key above all tables."""
        import tomlkit

        document = tomlkit.parse(self._text)
        if key in document:
            document[key] = value
            self._become(document.as_string())
            return
        lines = self._text.split("\n")  # tomlkit would part it from the first table by a blank
        first = next((at for at, line in enumerate(lines) if line.startswith("[")), len(lines))
        line = f"{key} = {tomlkit.item(value).as_string()}"
        self._become(_above(lines, first, line if first and self._text else f"{line}\n"))

    def put(self) -> Put:
        """Returns the change that writes the edited file in place of the one that was read."""
        text = self._text.replace("\n", self._newline)
        return Put("config.toml", (self._mark + text).encode(), self._replaces)

    def _entry(self, table: str, name: str) -> tuple[TOMLDocument, Table]:
        """Returns the document and `[table.name]` in it, however its name is written."""
        import tomlkit

        document = tomlkit.parse(self._text)
        try:
            found = {str(written).lower(): written for written in document[table]}
            return document, document[table][found[name]]
        except (KeyError, TypeError, AttributeError) as error:
            raise self._refusal() from error

    def _become(self, text: str, path: tuple[str, ...] = (), value: object = None) -> None:
        """Takes the edited text; raises `Usage` where its layout did not let it be edited so.

        With a `path`, the only thing that may have become another is the value there.
        """
        try:
            after = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise self._refusal() from error
        if path:
            before = tomllib.loads(self._text)
            table = before
            for part in path[:-1]:
                table = table.setdefault(part, {})
            table[path[-1]] = value
            if after != before:
                raise self._refusal()
        self._text = text

    @staticmethod
    def _refusal() -> Usage:
        return Usage(
            "the layout of `config.toml` does not let a command edit it", "edit it in an editor"
        )


def _entered(document: Any, path: tuple[str, ...]) -> tuple[Any, tuple[str, ...]]:  # noqa: ANN401
    """Returns the table at a path and how its names are written there; None where there is none."""
    table, written = document, []
    for part in path:
        names = {str(name).lower(): str(name) for name in table} if hasattr(table, "keys") else {}
        if part not in names:
            return None, path
        written.append(names[part])
        table = table[names[part]]
    return table, tuple(written)


def _lifted(before: str, after: str) -> str:
    """Returns the text with a new line of a table above the comments of the next table."""
    old, new = before.split("\n"), after.split("\n")
    at = next((n for n, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), len(old))
    if len(new) != len(old) + 1:  # it became part of a line that was there
        return after
    line = new.pop(min(at, len(new) - 1))
    return _above(new, at, line)


def _above(lines: list[str], at: int, line: str) -> str:
    """Returns the text with a line put in before place `at` and the comments that stand there."""
    while at > 0 and (not lines[at - 1].strip() or lines[at - 1].lstrip().startswith("#")):
        at -= 1
    return "\n".join([*lines[:at], line, *lines[at:]])
