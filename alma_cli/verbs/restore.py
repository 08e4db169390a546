"""Takes a memory back from history: one that is forgotten or deleted, or an older version."""

from __future__ import annotations

from collections.abc import Iterator

from alma_cli.errors import Malformed, NotFound, Usage
from alma_cli.files.disk import digest, digest_at
from alma_cli.files.header import split
from alma_cli.files.memory import parse
from alma_cli.files.tombstone import tombstones
from alma_cli.gate import NO_PASS, Gate, Pass
from alma_cli.git import history
from alma_cli.git.past import Version, opened
from alma_cli.here import Here
from alma_cli.intents import waiting
from alma_cli.library import Library
from alma_cli.model import Change, Draft, Plan, Put, Record, Remove, Stored
from alma_cli.place import MOST, id_in
from alma_cli.whereabouts import owner_of


def restore(
    here: Here, library: Library, id_: str, revision: str = "", leave: Pass = NO_PASS
) -> Draft:
    """Returns the plan that puts a memory back, its newest version or that of a revision.

    Raises `NotFound` where history does not have it, `Usage` for one that is there when no
    revision is given, `Refused` from the gate.
    """
    standing = _standing(library, id_)
    tombs = tuple(tombstones(here.place.root, id_))
    if standing and not tombs and not revision:
        raise Usage(
            f"{id_} is not forgotten", f"`alma restore {id_} --at REV` takes an older version back"
        )
    change: Put | None = None
    warnings: tuple[str, ...] = ()
    if standing and not revision:  # a merge brought it back beside its tombstone
        what, whence = standing.record, "as it stands"
    else:
        version = _version(here, id_, revision, standing.path if standing else "")
        what, whence = _parsed(here, version, id_), f"from {version.shown}"
        change, warnings = _change(here, version, what, standing, leave)
    named = f'{what.kind.value} {id_} "{what.title}"'
    event = here.world.new_id()
    changes: list[Change] = [change] if change else []
    changes += [Remove(tomb.path, tomb.digest, what.kind, id_) for tomb in tombs]
    if not changes:
        return Draft(Plan(event, "restore", "", ()), (f"{named} is that already",))
    summary = f'restore {what.kind.value} "{what.title}"'
    plan = Plan(event, "restore", summary, tuple(changes), what.agent)
    return Draft(plan, (f"restored {named} {whence}",), warnings=warnings)


def _standing(library: Library, id_: str) -> Stored | None:
    try:
        return library.read(library.find(id_))
    except (NotFound, Malformed):
        return None


def _version(here: Here, id_: str, revision: str, path: str) -> Version:
    root, environ = here.place.root, here.world.environ
    if revision:
        with history.opened(root, environ) as events:
            commit = events.resolve(revision)
        with opened(root, environ) as past:
            return past.version_at(id_, commit, path)
    for version in _versions(here, id_):
        try:
            _parsed(here, version, id_)
        except Malformed:
            continue  # it was damaged for a while, or another memory's
        return version
    raise NotFound(f"history has no version of {id_}", "see `alma log`")


def _versions(here: Here, id_: str) -> Iterator[Version]:
    """Yields the versions of a memory, newest first: of events that wait, then of commits."""
    for intent in reversed([*waiting(here.place.pending)]):
        for number, step in enumerate(intent.steps):
            if id_in(step.path) == id_ and step.becomes:
                yield Version(step.path, intent.staged(number).read_bytes(), event=intent.event)
    with opened(here.place.root, here.world.environ) as past:
        yield from past.versions(id_)


def _parsed(here: Here, version: Version, id_: str) -> Record:
    record = parse(version.content, version.path, here.world.now())
    if record.id != id_:
        raise Malformed(f"is {record.id} in `{version.shown}`, not {id_}", path=version.path)
    return record


def _change(
    here: Here, version: Version, record: Record, standing: Stored | None, leave: Pass
) -> tuple[Put | None, tuple[str, ...]]:
    """Returns what writes the version's file, None where it stands; what passed once passes."""
    passing = Pass(leave.force or bool(record.source.forced), leave.allow_secret)
    gate = Gate(owner_of(here, record.agent), here.config.domains, passing)
    content, warnings = gate.admit_file(record, version.content)
    if standing is None:
        damaged = digest_at(here.place.root, version.path, MOST)
        # Without an id of its own a file has that of its path, so it must not move to a shard.
        name = record.id if "id" in split(content).header else ""
        return Put(version.path, content, damaged, record.kind, name), warnings
    if digest(content) == standing.digest:
        return None, warnings
    return Put(standing.path, content, standing.digest, record.kind, record.id), warnings
