"""The one writer: makes a plan true, as files on disk and as one commit.

The contract: a file is old or new, never between; after a crash the next writer finishes the whole
event or nothing of it was ever seen; a file that changed since it was read is never overwritten;
files that a person edited are never swept into an event.

It holds because of the order. Under the lock: finish what others began, check every version, write
the new files beside the store and wait for the disk, write the intent and wait for the disk: from
here the event is saved. Then move the files into place and wait for the disk, then commit, then
drop the intent. Whatever stops us in between, the intent is found and the rest is done again, and
each of those steps does nothing when it was already done.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, MutableMapping
from pathlib import Path
from typing import Final, Protocol, TypeVar

from alma_cli import intents
from alma_cli.config import GitSettings
from alma_cli.errors import AlmaError, Conflict, Malformed
from alma_cli.files.disk import digest_at, make_folder
from alma_cli.files.lock import locked
from alma_cli.git.commit import Committed, Deferred, commit
from alma_cli.git.head import Standing, compared
from alma_cli.model import MOST_NAMED, Applied, Change, Plan, Put
from alma_cli.place import MOST, Place, shelves
from alma_cli.printable import clean_line
from alma_cli.uncommitted import BACK, check_kept
from alma_cli.value import replace
from alma_cli.world import World

FULL: Final = 512
"""Names in a folder from which on new files go into deeper ones."""


class Thought(Protocol):
    """What a writing verb returns: a plan, with whatever it says of it."""

    @property
    def plan(self) -> Plan:
        """Returns all that the verb wants changed."""
        ...


Found = TypeVar("Found", bound=Thought)


def write(
    place: Place, world: World, settings: GitSettings, think: Callable[[], Found]
) -> tuple[Found, Applied]:
    """Lets a verb read and decide while nobody else writes, and makes its plan true.

    Raises what the verb raises, `Conflict` when a file is not what the plan replaces, and
    `AlmaError` when the disk refuses; in all these cases nothing was changed.
    """
    with locked(place.lock):
        recovered, stuck = _recover(place, world, settings)
        thought = think()
        if not thought.plan.changes and not thought.plan.joins:
            return thought, Applied(thought.plan, None)
        plan = _spread(place, thought.plan)
        state = _apply(plan, place, world, settings, stuck)
    events = f"{recovered} pending event{'' if recovered == 1 else 's'}"
    warnings = (f"committed {events}",) if recovered else ()
    match state:
        case Committed(sha):
            return thought, Applied(plan, sha, warnings=warnings)
        case Deferred(reason):
            return thought, Applied(plan, "pending", reason, warnings)
        case None:
            return thought, Applied(plan, None, warnings=warnings)


def _apply(
    plan: Plan, place: Place, world: World, settings: GitSettings, stuck: Deferred | None
) -> Committed | Deferred | None:
    check(place, world, settings, plan)
    name = f"{world.now():%Y%m%dT%H%M%S%f}-{plan.event}"
    try:
        for change in plan.changes:
            make_folder(place.root, change.path)
        joins = plan.synced if plan.joins else ""
        intent = intents.stage(
            place.pending, name, plan.event, message_of(plan), plan.changes, joins=joins
        )
    except OSError as error:
        raise AlmaError(f"cannot write to `{place.root}`: {error.strerror}") from error
    return _finish(place, intent, world, settings, stuck)


def commit_pending(place: Place, world: World, settings: GitSettings) -> tuple[int, str]:
    """Commits the events that wait; returns how many, and why the rest could not be."""
    with locked(place.lock):
        recovered, stuck = _recover(place, world, GitSettings(commit=True, sign=settings.sign))
    return recovered, stuck.reason if stuck else ""


def _recover(place: Place, world: World, settings: GitSettings) -> tuple[int, Deferred | None]:
    """Finishes what others began; returns how many events it committed, and why one must wait."""
    recovered = 0
    intents.clear(place.pending)
    pending = list(intents.waiting(place.pending))
    for number, intent in enumerate(pending):
        if unplaced := _place(place, intent):
            return recovered, unplaced
        if settings.commit is not True:  # whoever makes no commits leaves them to who does
            intent.keep()
            continue
        later = {step.path for other in pending[number + 1 :] for step in other.steps}
        state = _commit(place, intent, world, settings, later)
        if isinstance(state, Deferred):
            intent.keep()
            return recovered, state
        recovered += state is not None
    return recovered, None


def _finish(
    place: Place,
    intent: intents.Intent,
    world: World,
    settings: GitSettings,
    stuck: Deferred | None,
) -> Committed | Deferred | None:
    """Moves files into place and commits them; an event before it that waits makes it wait too."""
    if unplaced := _place(place, intent):
        return unplaced
    if settings.commit is False:
        intent.discard()
        return None
    batched = Deferred("commits are batched; `alma commit` makes them")
    wait = batched if settings.commit == "batch" else stuck
    state = wait or _commit(place, intent, world, settings, frozenset())
    if isinstance(state, Deferred):
        intent.keep()
    return state


def _place(place: Place, intent: intents.Intent) -> Deferred | None:
    """Moves the files of an event into place, unless they once were there."""
    if intent.placed:
        return None
    try:
        intents.place(place.root, intent)
    except (OSError, Malformed) as error:
        why = error.strerror if isinstance(error, OSError) else str(error)
        return Deferred(f"its files could not be moved into place: {why}")
    return None


def _commit(
    place: Place,
    intent: intents.Intent,
    world: World,
    settings: GitSettings,
    later: Collection[str],
) -> Committed | Deferred | None:
    """Commits an event but for what a person has changed since; `later` are events' own paths."""
    files = {
        step.path: None if step.becomes is None else intent.staged(number)
        for number, step in enumerate(intent.steps)
        if step.path in later or not _overtaken(place, step, world)
    }
    if not files and not intent.joins:  # a person has changed and committed them all
        intent.discard()
        return None
    state = commit(
        place.root,
        files,
        intent.message,
        environ=world.environ,
        sign=settings.sign,
        joins=intent.joins,
    )
    if isinstance(state, Committed):
        intent.discard()
    return state


def _overtaken(place: Place, step: intents.Step, world: World) -> bool:
    """Says whether a person has changed a file since and committed that: then theirs is newer."""
    if digest_at(place.root, step.path, MOST) == step.becomes:
        return False
    return compared(place.root, [step.path], world.environ)[step.path] is Standing.SAME


def _spread(place: Place, plan: Plan) -> Plan:
    """Returns the plan with new files in deeper folders, where theirs are full."""
    if plan.verb in BACK:
        return plan
    sizes = _Sizes(place.root)
    changes: list[Change] = []
    for change in plan.changes:
        if isinstance(change, Put) and change.replaces is None and change.id:
            changes.append(replace(change, path=shelve(change.path, change.id, sizes)))
        else:
            changes.append(change)
    return replace(plan, changes=tuple(changes))


def shelve(path: str, id_: str, sizes: MutableMapping[str, int]) -> str:
    """Returns where a new file lies, and counts it; `sizes` says what folders hold already."""
    for shelf in shelves(path, id_):
        folder = shelf.rpartition("/")[0]
        if sizes[folder] < FULL:
            break
    sizes[folder] += 1
    return shelf


class _Sizes(dict[str, int]):
    """How many names each folder holds, looked up when it is asked for."""

    def __init__(self, root: Path) -> None:
        super().__init__()
        self._root = root

    def __missing__(self, folder: str) -> int:
        self[folder] = size = _size(self._root / folder)
        return size


def _size(folder: Path) -> int:
    try:
        return sum(1 for _ in folder.iterdir())
    except (FileNotFoundError, NotADirectoryError):
        return 0


def check(place: Place, world: World, settings: GitSettings, plan: Plan) -> None:
    """Raises what keeps a plan from being made true: `Conflict`, `Malformed` for a path."""
    for change in plan.changes:
        intents.check_path(change.path)
        found = digest_at(place.root, change.path, MOST)
        if found != change.replaces:
            happened = "is gone" if found is None else "changed" if change.replaces else "exists"
            raise Conflict(f"`{change.path}` {happened} since it was read", "run the command again")
    check_kept(place, plan, world.environ, committing=settings.commit is not False)


def message_of(plan: Plan) -> str:
    """Returns the commit message: a sentence and trailers, so that the git log is the event log."""
    subject = clean_line(f"{plan.agent}: {plan.summary}" if plan.agent else plan.summary)
    trailers = [("Alma-Event", plan.event), ("Alma-Verb", plan.verb)]
    trailers += [("Alma-Agent", plan.agent)] if plan.agent else []
    trailers += [("Alma-Undoes", plan.undoes)] if plan.undoes else []
    trailers += [("Alma-Synced", plan.synced)] if plan.synced else []
    named = list(dict.fromkeys(change.id for change in plan.changes if change.id))
    trailers += [("Alma-Memory", name) for name in named[:MOST_NAMED]]
    return f"{subject}\n\n" + "".join(f"{key}: {value}\n" for key, value in trailers)
