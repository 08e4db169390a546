"""Two states that went different ways, brought together key by key.

What only one side changed is as that side has it. Where several changed the same key to different
values, a reducer decides; they are those of LangGraph's channels.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import Enum, StrEnum
from itertools import takewhile
from typing import TypeAlias

from alma_cli import exact
from alma_cli.errors import Usage
from alma_cli.value import frozen


class Reducer(StrEnum):
    """What becomes of a key that several sides changed."""

    LAST_VALUE = "last_value"
    APPEND = "append"
    UNION = "union"


class Absent(Enum):
    """Stands for the value of a key that is not there, or of which nobody knows what it was."""

    NONE = "none"
    UNKNOWN = "unknown"


Held: TypeAlias = "exact.Tree | Absent"


@frozen
class Joined:
    """A key that several sides changed, how it was joined, and the values they had, oldest first.

    `key` is "" for a state that is no object, which is joined as a whole.
    """

    key: str
    how: Reducer
    values: tuple[Held, ...]


def join(
    base: exact.Tree, sides: Sequence[exact.Tree], how: Mapping[str, Reducer]
) -> tuple[exact.Tree, tuple[Joined, ...]]:
    """Returns what the sides come to, oldest first, and the keys where a reducer decided.

    `base` is what all went on from, None where that is not known; `how` holds a reducer by key,
    that of all others under "", else it is `last_value`. Raises `Usage` for a reducer that does
    not fit a value, and for a key that no side has.
    """
    if not all(isinstance(side, dict) for side in sides):
        if unfit := sorted(key for key in how if key):
            raise Usage(f"the state is no object, so it has no key `{unfit[0]}`")
        was: Held = Absent.UNKNOWN if base is None else base
        value, told = _reduced("", was, sides, how.get("", Reducer.LAST_VALUE))
        return (None if isinstance(value, Absent) else value), told
    objects = [side for side in sides if isinstance(side, dict)]
    known = base if isinstance(base, dict) else {}
    keys = dict.fromkeys(key for each in (*reversed(objects), known) for key in each)
    if unknown := sorted(key for key in how if key and key not in keys):
        raise Usage(f"no state has a key `{unknown[0]}`", f"they have {', '.join(keys)}")
    made: dict[str, exact.Tree] = {}
    joined: tuple[Joined, ...] = ()
    for key in keys:
        chosen = how.get(key) or how.get("") or Reducer.LAST_VALUE
        was = Absent.UNKNOWN if base is None else known.get(key, Absent.NONE)
        values = [each.get(key, Absent.NONE) for each in objects]
        value, told = _reduced(key, was, values, chosen)
        joined += told
        if not isinstance(value, Absent):
            made[key] = value
    return made, joined


def _reduced(
    key: str, was: Held, values: Sequence[Held], how: Reducer
) -> tuple[Held, tuple[Joined, ...]]:
    changed = [value for value in values if value != was]
    if was is Absent.UNKNOWN:  # then nothing counts as taken out
        changed = [value for value in changed if not isinstance(value, Absent)]
    told = tuple(value for n, value in enumerate(changed) if value not in changed[:n])
    if len(told) < 2:  # noqa: PLR2004 - one side's alone
        return (told[0] if told else was), ()
    value: Held
    match how:
        case Reducer.LAST_VALUE:
            value = changed[-1]
        case Reducer.APPEND:
            value = _appended(was, [_list(key, each, how) for each in told])
        case Reducer.UNION if any(isinstance(each, dict) for each in told):
            value = _united(key, told)
        case Reducer.UNION:
            value = _once(item for each in told for item in _list(key, each, how))
    return value, (Joined(key, how, told),)


def _list(key: str, value: Held, how: Reducer) -> list[exact.Tree]:
    if isinstance(value, Absent):
        return []
    if not isinstance(value, list):
        what = "no list or object" if how is Reducer.UNION else "no list"
        raise Usage(f"`{key or 'the state'}` cannot be joined by `{how.value}`: it is {what}")
    return value


def _appended(was: Held, lists: Sequence[list[exact.Tree]]) -> list[exact.Tree]:
    """Returns what all begin with, and then what each has after that."""
    bound = lists if was is Absent.UNKNOWN else (was if isinstance(was, list) else [], *lists)
    alike = takewhile(lambda row: all(item == row[0] for item in row), zip(*bound, strict=False))
    begin = [row[0] for row in alike]
    return [*begin, *(item for each in lists for item in each[len(begin) :])]


def _united(key: str, values: Sequence[Held]) -> dict[str, exact.Tree]:
    made: dict[str, exact.Tree] = {}
    for value in values:
        if not isinstance(value, (dict, Absent)):
            raise Usage(f"`{key or 'the state'}` cannot be joined by `union`: it is no object")
        made |= {} if isinstance(value, Absent) else value
    return made


def _once(items: Iterable[exact.Tree]) -> list[exact.Tree]:
    seen: dict[str, exact.Tree] = {}
    for item in items:
        seen.setdefault(exact.write(item), item)
    return [*seen.values()]
