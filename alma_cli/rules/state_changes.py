"""What differs between two states, part by part."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest
from typing import NamedTuple

from alma_cli import exact
from alma_cli.rules.reducing import Absent, Held


class Change(NamedTuple):
    """A part of a state by its path, and what it was and is; `Absent.NONE` for nothing."""

    path: str
    old: Held
    new: Held


def changes(old: Held, new: Held, where: str = "") -> Iterator[Change]:
    """Yields the smallest parts that differ, in the order of the new state."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key in {**new, **old}:
            pair = old.get(key, Absent.NONE), new.get(key, Absent.NONE)
            yield from changes(*pair, exact.inside(where, key))
    elif isinstance(old, list) and isinstance(new, list):
        for number, pair in enumerate(zip_longest(old, new, fillvalue=Absent.NONE)):
            yield from changes(*pair, f"{where}[{number}]")
    elif old != new:
        yield Change(where or "the state", old, new)
