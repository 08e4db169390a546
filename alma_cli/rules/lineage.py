"""How the checkpoints of a workflow follow from one another: heads, ancestors, what is kept.

A checkpoint names those it goes on from. Old ones leave the tree and stay in git, so a chain of
names may lead out of what is here; whatever old ones are kept are therefore also named by those
that were made after them (`Checkpoint.before`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from alma_cli.checkpoint import NO_HANDOFF, Checkpoint, Stage
from alma_cli.value import replace

KEPT: Final = 20
"""Checkpoints of a workflow that stay in the tree, besides those that are still needed."""


def in_order(checkpoints: Iterable[Checkpoint]) -> tuple[Checkpoint, ...]:
    """Returns checkpoints in the order they were made in, as far as their lines tell."""
    return tuple(sorted(checkpoints, key=lambda one: (one.seq, one.created, one.id)))


def heads(checkpoints: Iterable[Checkpoint]) -> tuple[Checkpoint, ...]:
    """Returns those that no other goes on from, one unless work went on in two places at once."""
    every = tuple(checkpoints)
    passed = {id_ for one in every for id_ in (*one.parents, *one.before)}
    return in_order(one for one in every if one.id not in passed)


def ancestors(checkpoints: Iterable[Checkpoint], ids: Iterable[str]) -> set[str]:
    """Returns the ids that these go on from, themselves included, also of those not here."""
    known = {one.id: one for one in checkpoints}
    found: set[str] = set()
    due = list(ids)
    while due:
        id_ = due.pop()
        if id_ not in found:
            found.add(id_)
            due += (*known[id_].parents, *known[id_].before) if id_ in known else ()
    return found


def common(checkpoints: Iterable[Checkpoint], some: Iterable[Checkpoint]) -> Checkpoint | None:
    """Returns the newest checkpoint here that all of some go on from, None where none is left."""
    every = tuple(checkpoints)
    lines = [ancestors(every, [one.id]) for one in some]
    shared = set.intersection(*lines) if lines else set()
    return max(
        (one for one in every if one.id in shared), key=lambda one: (one.seq, one.id), default=None
    )


def run(checkpoints: Iterable[Checkpoint], head: Checkpoint) -> tuple[Checkpoint, ...]:
    """Returns the line of work that led to a head, oldest first.

    A workflow that was done and begins again begins a line of its own; what is done once more, with
    its result say, does not, nor one that was done here while it went on there, and was merged.
    """
    every = tuple(checkpoints)
    line = ancestors(every, [head.id])
    merged = {id_ for one in every if len(one.parents) > 1 for id_ in one.parents}
    ended = {one.id for one in every if not one.is_open} - _still_done(every, head)
    passed = ancestors(every, ended & line - merged)
    return in_order(one for one in every if one.id in line and one.id not in passed)


def _still_done(every: tuple[Checkpoint, ...], head: Checkpoint) -> set[str]:
    """Returns the ids of a head, and of those right before it where it and they are done."""
    known = {one.id: one for one in every}
    found = {head.id}
    while not head.is_open and len(head.parents) == 1 and head.parents[0] in known:
        head = known[head.parents[0]]
        if not head.is_open:
            found.add(head.id)
    return found


def kept(checkpoints: Iterable[Checkpoint], most: int = KEPT) -> frozenset[str]:
    """Returns the ids of those that stay in the tree: the newest, and those still needed.

    Needed are the heads and what they have in common, the newest that failed, and the newest
    handoff of each line.
    """
    every = in_order(checkpoints)
    return frozenset({*(one.id for one in every[-most:]), *_needed(every)})


def _needed(every: tuple[Checkpoint, ...]) -> Iterator[str]:
    tops = heads(every)
    yield from (one.id for one in tops)
    if base := common(every, tops):
        yield base.id
    yield from [one.id for one in every if one.status is Stage.FAILED][-1:]
    for top in tops:
        yield from [one.id for one in run(every, top) if one.handoff != NO_HANDOFF][-1:]


def added(
    checkpoints: Iterable[Checkpoint], new: Checkpoint, pinned: Iterable[str] = ()
) -> tuple[Checkpoint, tuple[Checkpoint, ...]]:
    """Returns a new checkpoint that names all it has to, and the old ones that go.

    `pinned` are ids of some that stay for another reason. Besides its parents it names all of its
    ancestors that stay, so that no head appears where a file between is lost or damaged; of those
    that are pinned, which may be any number, only the ones that no chain of parents leads to.
    """
    every = tuple(checkpoints)
    line = ancestors(every, new.parents)
    usual = kept([*every, replace(new, before=tuple(line))])
    stay = usual | {*pinned}
    known = {one.id: one for one in every}
    linked: set[str] = set()
    due = list(new.parents)
    while due:
        id_ = due.pop()
        if id_ in stay and id_ not in linked:
            linked.add(id_)
            due += known[id_].parents
    named = line & (usual | (stay - linked)) - {*new.parents}
    before = (one.id for one in in_order(every) if one.id in named)
    return replace(new, before=tuple(before)), tuple(one for one in every if one.id not in stay)
