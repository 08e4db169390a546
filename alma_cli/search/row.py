"""What the index says of a memory without its text, and of the evidence for it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Final, NamedTuple, TypeAlias

from alma_cli.model import Guard, Kind, Origin, Result
from alma_cli.value import parts_of

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND: Final = timedelta(microseconds=1)
SHIFT: Final = 32
"""A row's number is its bucket's number shifted by this, plus its place in the order of arrival."""


class Table(StrEnum):
    """Where to look; outcomes are kept apart, since their number would distort what is rare."""

    ADVICE = "advice"
    OUTCOMES = "outcomes"


class Hidden(StrEnum):
    """Why a memory is in the index and yet never found by a search."""

    NOT = ""
    SUPERSEDED = "superseded"
    FORGOTTEN = "forgotten"
    DUPLICATE = "duplicate"


class Bucket(NamedTuple):
    """The visible memories of one agent, kind and domain: what scope and sharing decide about."""

    key: int
    agent: str
    kind: Kind
    domain: str
    number: int


class Row(NamedTuple):
    """A memory as the index knows it; `path` is relative to the store, with `/`.

    `ref` is the `[source] ref`, `paths` the code it is about, `result` is only an outcome's.
    """

    key: int
    id: str
    path: str
    digest: str
    agent: str
    kind: Kind
    domain: str
    tags: tuple[str, ...]
    title: str
    created: datetime
    origin: Origin | None
    hidden: Hidden
    ref: str
    paths: tuple[str, ...]
    result: Result | None


Only: TypeAlias = Callable[[Row], bool]
"""Says of a memory whether to look for it."""

COLUMNS: Final = (
    "m.key, m.id, m.path, m.digest, b.agent, b.kind, b.domain, m.tags, m.title, m.created,"
    " m.origin, m.hidden, m.ref, m.paths, m.result"
)
"""What a query selects of `memories m` and `buckets b` to make a `Row`."""


def as_row(values: tuple[Any, ...]) -> Row:
    """Returns the row of a query for `COLUMNS`."""
    key, id_, path, digest, agent, kind, domain, tags, title, created, *rest = values
    origin, hidden, ref, paths, result = rest
    return Row(
        key,
        id_,
        path,
        digest,
        agent,
        Kind(kind),
        domain,
        several(tags),
        title,
        as_time(created),
        Origin(origin) if origin else None,
        Hidden(hidden),
        ref,
        several(paths),
        Result(result) if result else None,
    )


def as_text(guard: Guard | None) -> str:
    """Returns what a column holds of a guard, "" for none."""
    if guard is None:
        return ""
    import json  # few memories have one

    return json.dumps([getattr(guard, part) for part in parts_of(Guard)])


def as_guard(text: str) -> Guard:
    """Returns the guard of such a column."""
    import json

    regex, literal, paths, severity = json.loads(text)
    return Guard(tuple(regex), tuple(literal), tuple(paths), severity)


def several(joined: str) -> tuple[str, ...]:
    """Returns the values that a column holds, one a line."""
    return tuple(joined.split("\n")) if joined else ()


def as_number(moment: datetime) -> int:
    """Returns microseconds since 1970."""
    return (moment - EPOCH) // MICROSECOND


def as_time(number: int) -> datetime:
    """Returns the time of microseconds since 1970."""
    return EPOCH + timedelta(microseconds=number)
