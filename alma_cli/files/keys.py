"""The values of a header by their names; one of another type than it should be is `Malformed`."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Final, TypeVar

from alma_cli.errors import Malformed, Usage
from alma_cli.files.header import as_time
from alma_cli.model import GENERAL, Guard, Source
from alma_cli.names import ID, fold_domain
from alma_cli.value import parts_of

_NO_SOURCE: Final = Source()
_Choice = TypeVar("_Choice", bound=StrEnum)


class Keys:
    """Reads values of a header by name; a value of another type is `Malformed`."""

    def __init__(self, header: dict[str, object]) -> None:
        self._header = header

    def text(self, key: str) -> str:
        """Returns a string, "" for none."""
        value = self._header.get(key, "")
        if not isinstance(value, str):
            raise Malformed(f"has a `{key}` that is not a string", line=1)
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """Returns a list of strings, empty for none."""
        value = self._header.get(key)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise Malformed(f"has a `{key}` that is not a list of strings", line=1)
        return tuple(value)

    def number(self, key: str) -> int | None:
        """Returns a whole number."""
        value = self._header.get(key)
        if value is not None and (not isinstance(value, int) or isinstance(value, bool)):
            raise Malformed(f"has a `{key}` that is not a whole number", line=1)
        return value

    def time(self, key: str) -> datetime | None:
        """Returns a moment in UTC, to the millisecond."""
        value = self._header.get(key)
        moment = as_time(value)
        if value is not None and moment is None:
            raise Malformed(f"has a `{key}` that is not a date and time", line=1)
        return moment

    def choice(self, key: str, choices: type[_Choice]) -> _Choice | None:
        """Returns one of some words."""
        value = self.text(key)
        if not value:
            return None
        try:
            return choices(value)
        except ValueError as error:
            reason = f'has `{key} = "{value}"`, not one of {_quoted(choices)}'
            raise Malformed(reason, line=1) from error

    def domain(self) -> str:
        """Returns the domain; `general` for none."""
        value = self.text("domain")
        try:
            return fold_domain(value) if value else GENERAL
        except Usage as error:
            raise Malformed(f"has the domain `{value}`, which is not a name", line=1) from error

    def id(self) -> str:
        """Returns the id, "" for none."""
        value = self.text("id")
        if value and not ID.match(value):
            raise Malformed(f"has the id `{value}`, which is not 10 characters of base32", line=1)
        return value

    def table(self, key: str) -> Keys | None:
        """Returns a table to be read the same way."""
        value = self._header.get(key)
        if value is not None and not isinstance(value, dict):
            raise Malformed(f"has a `{key}` that is not a table", line=1)
        return None if value is None else Keys(value)

    def source(self) -> Source:
        """Returns where a memory came from."""
        table = self.table("source")
        if table is None:
            return _NO_SOURCE
        return Source(**{key: table.text(key) for key in parts_of(Source)})

    def guard(self) -> Guard | None:
        """Returns how an anti-pattern is recognised."""
        table = self.table("guard")
        if table is None:
            return None
        lists = {key: table.texts(key) for key in ("regex", "literal", "paths")}
        return Guard(**lists, severity=table.text("severity"))


def _quoted(choices: type[StrEnum]) -> str:
    return ", ".join(f"`{choice}`" for choice in choices)
