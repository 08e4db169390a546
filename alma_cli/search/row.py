"""What the index says of a memory without its text, and of the evidence for it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Final, NamedTuple, TypeAlias

from alma_cli.model import Kind, Origin, Result

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
SHIFT: Final = 32
"""A row's number is its bucket's number shifted by this, plus its place in the order of arrival."""

Only: TypeAlias = Callable[[tuple[str, ...], tuple[str, ...]], bool]
"""Says of the tags and paths of a memory whether to look for it."""


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


def several(joined: str) -> tuple[str, ...]:
    """Returns the values that a column holds, one a line."""
    return tuple(joined.split("\n")) if joined else ()


def as_number(moment: datetime) -> int:
    """Returns microseconds since 1970."""
    return (moment - EPOCH) // timedelta(microseconds=1)


def as_time(number: int) -> datetime:
    """Returns the time of microseconds since 1970."""
    return EPOCH + timedelta(microseconds=number)


def keys(buckets: Collection[Bucket]) -> str:
    """Returns the numbers of buckets, as a query lists them."""
    return ", ".join(str(bucket.key) for bucket in buckets)


def marks(values: Sequence[object]) -> str:
    """Returns a question mark for each value of a query."""
    return ", ".join("?" * len(values))
