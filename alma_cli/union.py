"""Two copies of a store that went different ways, brought together: pure, path by path.

A side is what a commit holds, as names of contents by path. Every memory and every event has a
file of its own, so nearly all that two machines did is on different paths, and a path that only
one side changed is as that side has it. What is left:

- *forgotten*: a tombstone on either side takes the memory out, edited meanwhile or not;
- *changed here, deleted there* without a tombstone, or the other way round: the change stays;
- *one memory, two edits*: the edit that the others have already keeps the path, and the one from
  here stays beside it as a memory of its own;
- *one outcome, tombstone or checkpoint, two texts*, which only hands can do: the one that the
  others have;
- *the configuration, changed on both sides*: ours, since it says who may learn what.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, TypeAlias

from alma_cli.files.memory import id_of_path
from alma_cli.model import Kind
from alma_cli.place import CONFIG, PROBES, buried_in, id_in, is_memory, is_tombstone, kind_in
from alma_cli.value import frozen

Side: TypeAlias = Mapping[str, str]
"""Git's names of contents by path, relative to the store."""
_OURS: Final = frozenset({CONFIG, PROBES, ".gitattributes", ".gitignore"})


@frozen
class Union:
    """What both sides are to have.

    `apart` are edits of ours that lost their path to another, by that path: they are to be kept
    under `second_path`. `kept` are paths where ours stays although the others changed it too.
    """

    merged: Side
    apart: Side
    kept: tuple[str, ...]

    def comes_in(self, ours: Side) -> dict[str, str | None]:
        """Returns what changes here, None for what goes."""
        return _difference(ours, self.merged)

    def goes_out(self, theirs: Side) -> dict[str, str | None]:
        """Returns what changes there, without what is kept apart."""
        return _difference(theirs, self.merged)


def union(base: Side, ours: Side, theirs: Side) -> Union:
    """Returns what two sides come to; `base` is what both once had, empty where that is unknown.

    Without a base nothing counts as deleted, and nothing of either side is lost.
    """
    merged: dict[str, str] = {}
    apart: dict[str, str] = {}
    kept: list[str] = []
    for path in {**theirs, **ours}:
        before, mine, other = base.get(path), ours.get(path), theirs.get(path)
        chosen = _one_sided(before, mine, other)
        if mine is not None and other is not None and mine != other and before not in {mine, other}:
            chosen = mine if path in _OURS else other
            if path in _OURS:
                kept.append(path)
            elif _may_stand_twice(path):
                apart[path] = mine
        if chosen is not None:
            merged[path] = chosen
    buried = {buried_in(path) for path in merged if _is_tomb(path)}
    for side in (merged, apart):
        for path in [path for path in side if _is_buried(path, buried)]:
            del side[path]
    return Union(merged, apart, tuple(sorted(kept)))


def second_path(path: str, name: str) -> tuple[str, str]:
    """Returns the path and the id under which an edit is kept that lost its path.

    They follow from what it says, so that whoever settles the same conflict makes the same file.
    """
    id_ = id_of_path(f"{path}@{name}")
    folder, _, file = path.rpartition("/")
    stem = file.removesuffix(".md")
    known = id_in(path)
    return f"{folder}/{stem.removesuffix(f'--{known}') if known else stem}--{id_}.md", id_


def _one_sided(before: str | None, mine: str | None, other: str | None) -> str | None:
    """Returns what one path comes to, where at most one side changed it to something else."""
    if mine == before:
        return other
    if other == before:
        return mine
    return other if mine is None else mine


def _may_stand_twice(path: str) -> bool:
    return is_memory(path) and not is_tombstone(path) and kind_in(path) is not Kind.OUTCOME


def _is_tomb(path: str) -> bool:
    return is_memory(path) and is_tombstone(path)


def _is_buried(path: str, buried: set[str]) -> bool:
    if not buried or not is_memory(path) or is_tombstone(path):
        return False
    return (id_in(path) or id_of_path(path)) in buried


def _difference(before: Side, after: Side) -> dict[str, str | None]:
    return dict(_differing(before, after))


def _differing(before: Side, after: Side) -> Iterator[tuple[str, str | None]]:
    for path in sorted({**before, **after}):
        if before.get(path) != after.get(path):
            yield path, after.get(path)
