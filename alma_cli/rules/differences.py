"""What differs between two states of the memories: what came, changed, and went."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from typing import Final

from alma_cli.model import TEAM, Guard, Memory, Outcome, Record, Source, Stored
from alma_cli.rules.evidence import Evidence
from alma_cli.value import frozen, parts_of


class What(StrEnum):
    """What became of a memory; `EVIDENCE` when only what speaks for it did."""

    NEW = "new"
    RESTORED = "restored"
    CHANGED = "changed"
    SUPERSEDED = "superseded"
    FORGOTTEN = "forgotten"
    REMOVED = "removed"
    EVIDENCE = "evidence"


@frozen
class Field:
    """A part of a memory and its two values; parts of a table are named as in `source.task`."""

    name: str
    old: object
    new: object


@frozen
class Difference:
    """What became of one memory; `stored` is how it is now, or was before it went.

    `heir` is the id that replaces it, `reason` why it was forgotten; `before` and `after` are the
    evidence for it, both None unless that changed or the memory came.
    """

    what: What
    stored: Stored
    fields: tuple[Field, ...] = ()
    reason: str = ""
    heir: str = ""
    before: Evidence | None = None
    after: Evidence | None = None


@frozen
class Differences:
    """All that differs between two states of a store.

    `old` and `new` are what they are called, `old_commit` and `new_commit` full names, "" for no
    commit; `files` are paths that hold no memory, with `new`, `changed` or `removed`; `damaged`
    are the complaints about files that cannot be compared.
    """

    old: str
    new: str
    old_commit: str
    new_commit: str
    memories: tuple[Difference, ...]
    files: tuple[tuple[What, str], ...]
    damaged: tuple[str, ...]


@frozen
class State:
    """The memories of one state that may not be the same in the other, by id.

    `buried` has the reasons of its tombstones, by id.
    """

    memories: Mapping[str, Stored]
    buried: Mapping[str, str]


def compare(old: State, new: State) -> tuple[Difference, ...]:
    """Returns what became of each memory, but for their evidence; by owner, kind, title and id."""
    found = []
    heirs = _heirs(new.memories.values())
    had = _heirs(old.memories.values())
    for id_ in old.memories.keys() | new.memories.keys():
        before, after = old.memories.get(id_), new.memories.get(id_)
        buried = id_ in new.buried and id_ not in old.buried
        if after and not buried:
            found.append(_stands(before, after, restored=id_ in old.buried.keys() - new.buried))
        elif before and buried:
            found.append(Difference(What.FORGOTTEN, before, reason=new.buried[id_]))
        elif before:
            found.append(Difference(What.REMOVED, before))
    by_id = {one.stored.record.id: number for number, one in enumerate(found)}
    for id_, (heir, owner) in heirs.items():
        number = by_id.get(id_)
        if number is None or (id_ in had and had[id_] == (heir, owner)):
            continue
        one = found[number]
        if owner in {TEAM, one.stored.record.agent} and id_ in new.memories:
            found[number] = Difference(What.SUPERSEDED, one.stored, one.fields, heir=heir)
    return tuple(sorted((one for one in found if _tells(one)), key=order))


def _stands(before: Stored | None, after: Stored, *, restored: bool) -> Difference:
    if before is None or restored:
        return Difference(What.RESTORED if restored else What.NEW, after)
    return Difference(What.CHANGED, after, tuple(fields(before, after)))


def _tells(one: Difference) -> bool:
    """Says whether anything became of a memory: some are looked at for their evidence alone."""
    return one.what is not What.CHANGED or bool(one.fields)


def _heirs(stored: Iterable[Stored]) -> dict[str, tuple[str, str]]:
    """Returns the ids that memories replace, each with the one that does and its owner."""
    return {
        old: (one.record.id, one.record.agent)
        for one in stored
        if isinstance(one.record, Memory)
        for old in one.record.supersedes
    }


def order(one: Difference) -> tuple[str, ...]:
    """Returns what differences are sorted by."""
    record = one.stored.record
    return record.agent, record.kind.value, record.title.casefold(), record.id


def fields(old: Stored, new: Stored) -> Iterator[Field]:
    """Yields the parts that differ, `path` among them; `file` when only what none of them says."""
    before, after = _flat(old), _flat(new)
    found = False
    for name in {**before, **after}:
        was, now = before.get(name, ""), after.get(name, "")
        if was != now:
            found = True
            yield Field(name, was, now)
    if not found and old.digest != new.digest:
        yield Field("file", old.digest, new.digest)


_TABLES: Final = (Source, Guard)


def _flat(stored: Stored) -> dict[str, object]:
    record: Record = stored.record
    flat: dict[str, object] = {"path": stored.path}
    for name in _names(record):
        value = getattr(record, name)
        if isinstance(value, _TABLES):
            flat |= {f"{name}.{key}": getattr(value, key) for key in parts_of(value)}
        elif value is not None:
            flat[name] = value
    return flat


def _names(record: Memory | Outcome) -> Iterable[str]:
    return (name for name in parts_of(record) if name != "id")
