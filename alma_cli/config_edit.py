"""Changes to `config.toml` that keep comments, order and layout."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alma_cli.config import MOST_CONFIG
from alma_cli.files.disk import digest, read
from alma_cli.model import Put
from alma_cli.place import Place

if TYPE_CHECKING:
    from tomlkit import TOMLDocument
    from tomlkit.items import Table

Value = str | list[str]


class ConfigEdit:
    """A configuration being edited; `put` is the change that a plan carries."""

    def __init__(self, place: Place) -> None:
        import tomlkit

        content = read(place.root, "config.toml", MOST_CONFIG)
        self._replaces = digest(content)
        self._mark = "\ufeff" if content.startswith(b"\xef\xbb\xbf") else ""
        self._document: TOMLDocument = tomlkit.parse(content.decode("utf-8-sig"))

    def set(self, table: str, name: str, values: dict[str, Value]) -> None:
        """Sets keys of `[table.name]`, making the table at the end when there is none."""
        entry = self._entry(table, name)
        for key, value in values.items():
            entry[key] = value

    def add(self, table: str, name: str, key: str, item: str) -> None:
        """Adds an item to a list of `[table.name]`, once."""
        entry = self._entry(table, name)
        held = entry.get(key)
        if held is None:
            entry[key] = [item]
        elif item not in held:
            held.append(item)

    def remove(self, table: str, name: str, key: str, item: str) -> None:
        """Takes an item out of a list of `[table.name]`."""
        held = self._entry(table, name)[key]
        held.remove(item)

    def top(self, key: str, value: str) -> None:
        """Sets a key above all tables."""
        self._document[key] = value

    def put(self) -> Put:
        """Returns the change that writes the edited file in place of the one that was read."""
        content = (self._mark + _spaced(self._document.as_string())).encode()
        return Put("config.toml", content, self._replaces)

    def _entry(self, table: str, name: str) -> Table:
        import tomlkit

        if table not in self._document:
            self._document[table] = tomlkit.table(is_super_table=True)
        outer: Table = self._document[table]
        if name not in outer:
            outer.add(name, tomlkit.table())
        entry: Table = outer[name]
        return entry


def _spaced(text: str) -> str:
    """Returns the text with a blank line above each table; tomlkit leaves it out for new ones."""
    lines: list[str] = []
    for line in text.splitlines(keepends=True):
        if line.startswith("[") and lines and lines[-1].strip() and not lines[-1].startswith("#"):
            lines.append("\r\n" if lines[-1].endswith("\r\n") else "\n")
        lines.append(line)
    return "".join(lines)
