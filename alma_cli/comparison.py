"""What differs between two snapshots of a store, in memories and not in lines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from alma_cli.errors import Malformed
from alma_cli.files.disk import digest
from alma_cli.files.header import split
from alma_cli.files.memory import parse
from alma_cli.git.events import EPOCH
from alma_cli.git.snapshot import Snapshot
from alma_cli.here import Here
from alma_cli.model import Memory, Outcome, Stored
from alma_cli.place import buried_in, is_memory, is_tombstone
from alma_cli.rules.differences import Difference, Differences, State, What, compare, order
from alma_cli.rules.evidence import Evidence
from alma_cli.search.belief import believed


def differences(here: Here, names: tuple[str, str], old: Snapshot, new: Snapshot) -> Differences:
    """Returns what became of the memories and files; `names` are what the two are called.

    Evidence is weighed at this moment on both sides, so that only outcomes make a difference.
    """
    changed = {
        path for path in {*old.names, *new.names} if old.names.get(path) != new.names.get(path)
    }
    damaged: list[str] = []
    ours = {path for path in changed if is_memory(path)}
    states = _read(old, ours, damaged), _read(new, ours, damaged)
    extra = _elsewhere(*states)
    states = _with(states[0], old, extra, damaged), _with(states[1], new, extra, damaged)
    told = _with_evidence(here, compare(*states), _named(states), old, new)
    files = tuple((_what(path, old, new), path) for path in sorted(changed - ours))
    return Differences(*names, old.commit, new.commit, told, files, tuple(sorted({*damaged})))


def _what(path: str, old: Snapshot, new: Snapshot) -> What:
    if path not in old.names:
        return What.NEW
    return What.CHANGED if path in new.names else What.REMOVED


def _read(snapshot: Snapshot, paths: Iterable[str], damaged: list[str]) -> State:
    """Returns the memories in these files; what cannot be read is named in `damaged`."""
    memories: dict[str, Stored] = {}
    buried: dict[str, str] = {}
    for path in sorted(path for path in paths if path in snapshot.names):
        content = snapshot.read(path)
        try:
            if is_tombstone(path):
                buried[buried_in(path)] = _reason(content)
            else:
                record = parse(content, path, EPOCH)
                memories.setdefault(record.id, Stored(record, path, digest(content)))
        except Malformed as error:
            damaged.append(str(error))
    return State(memories, buried)


def _reason(content: bytes) -> str:
    try:
        return split(content).body.strip()
    except Malformed:
        return ""


def _elsewhere(old: State, new: State) -> set[str]:
    """Returns the ids that something became of although their own files did not change."""
    ids = old.buried.keys() ^ new.buried.keys()
    for state, other in ((old, new), (new, old)):
        for id_, one in state.memories.items():
            twin = other.memories.get(id_)
            ids |= {*_supersedes(one)} - {*(_supersedes(twin) if twin else ())}
    return set(ids)


def _supersedes(one: Stored) -> tuple[str, ...]:
    return one.record.supersedes if isinstance(one.record, Memory) else ()


def _with(state: State, snapshot: Snapshot, ids: set[str], damaged: list[str]) -> State:
    paths = {snapshot.path_of(id_) for id_ in ids - state.memories.keys()} - {""}
    more = _read(snapshot, paths, damaged)
    return replace(state, memories={**more.memories, **state.memories})


def _named(states: tuple[State, State]) -> set[str]:
    """Returns the ids whose evidence may differ."""
    ids: set[str] = set()
    for state in states:
        for id_, one in state.memories.items():
            record = one.record
            ids |= {*record.lessons, *record.used} if isinstance(record, Outcome) else {id_}
            ids |= {*_supersedes(one)}
    return ids


def _with_evidence(
    here: Here,
    told: tuple[Difference, ...],
    ids: set[str],
    old: Snapshot,
    new: Snapshot,
) -> tuple[Difference, ...]:
    """Returns the differences with confidence before and after, where that is another."""
    now, fading = here.world.now(), here.fading
    before = believed(old.memories, old.read, ids, now, fading)
    after = believed(new.memories, new.read, ids, now, fading)
    known = {one.stored.record.id: one for one in told}
    moved = {
        id_
        for id_ in before.keys() | after.keys()
        if before.get(id_) != after.get(id_) and _counts(before.get(id_), after.get(id_))
    }
    rest = _read(new, {new.path_of(id_) for id_ in moved - known.keys()} - {""}, [])
    known |= {id_: Difference(What.EVIDENCE, one) for id_, one in rest.memories.items()}
    both: Mapping[str, tuple[Evidence | None, Evidence | None]] = {
        id_: (before.get(id_), after.get(id_)) for id_ in moved
    }
    weighed = (
        replace(one, before=both[id_][0], after=both[id_][1]) if id_ in both else one
        for id_, one in known.items()
    )
    return tuple(sorted(weighed, key=order))


def _counts(*evidence: Evidence | None) -> bool:
    """Says whether there is any evidence, on one side or the other."""
    return any(one is not None and one.wins + one.losses for one in evidence)
