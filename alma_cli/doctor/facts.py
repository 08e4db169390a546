"""What is so, gathered once for each store; every check is a function of it."""

from __future__ import annotations

import os
from pathlib import Path

from alma_cli.between import unsynced
from alma_cli.config import Config
from alma_cli.errors import AlmaError, Conflict, Malformed
from alma_cli.files.disk import Reader
from alma_cli.files.header import split
from alma_cli.files.lock import locked
from alma_cli.files.memory import MOST_FILE
from alma_cli.git.checkup import Checkup, check_up
from alma_cli.git.locks import Lock, locks
from alma_cli.here import Here
from alma_cli.intents import INTENT, Intent, waiting
from alma_cli.place import Place, fallback_of
from alma_cli.search.health import Health, look
from alma_cli.search.index import Index
from alma_cli.search.row import Row
from alma_cli.value import frozen, replace
from alma_cli.workflows import names, read
from alma_cli.world import World


@frozen
class Header:
    """A memory as the index has it, and what its own header says of three things; "" is nothing."""

    row: Row
    id: str
    agent: str
    kind: str


@frozen
class Facts:
    """All that is known of one store.

    `is_writable` says whether files can be made in the store, `files` are those that lie in it
    itself, `forked` the workflows with several newest checkpoints, `unusable` the names of folders
    in `.pending/` that no writer will ever finish, `unsynced` the number of files that a sync would
    send, `barred` why no writer gets the lock of the store, None where one does or will, and
    `pending_is_taken` whether something else stands in the place of `.pending/`.
    """

    world: World
    place: Place
    config: Config
    is_writable: bool
    files: tuple[str, ...]
    headers: tuple[Header, ...]
    broken: tuple[Malformed, ...]
    forked: tuple[str, ...]
    pending: tuple[Intent, ...]
    unusable: tuple[str, ...]
    unsynced: int
    barred: AlmaError | None
    pending_is_taken: bool
    git: Checkup
    locks: tuple[Lock, ...]
    index: Health

    def shown(self, path: str | Path = "") -> str:
        """Returns a path, of the store or whole, as a person would type it."""
        file = self.place.root / path
        return str(file) if self.place.personal else os.path.relpath(file, self.world.cwd)


def gather(here: Here, place: Place) -> Facts:
    """Returns what is so in a store; nothing of it is changed."""
    world = here.world
    health = look(place, fallback_of(here.world, place))  # before anything opens it, which mends it
    with Index.aside(place, now=world.now()) as index:
        rows, broken = index.find(""), index.broken
    workflows = [read(place, name) for name in names(place)]
    pending, unusable = _pending(place)
    git = check_up(place.root, world.environ)
    return Facts(
        world,
        place,
        here.config,
        os.access(place.root, os.W_OK),
        tuple(sorted(file.name for file in place.root.iterdir() if file.is_file())),
        _headers(place, rows),
        broken + tuple(error for one in workflows for error in one.damage()),
        tuple(one.name for one in workflows if len(one.heads) > 1),
        pending,
        unusable,
        _unsynced(replace(here, place=place)),
        _barred(place),
        os.path.lexists(place.pending) and not _is_folder(place.pending),
        git,
        locks(git.folders, place.root, world.now()),
        health,
    )


def _unsynced(here: Here) -> int:
    try:
        return unsynced(here)
    except AlmaError:  # there is no remote, or none that can be asked about now
        return 0


def _barred(place: Place) -> AlmaError | None:
    if not os.path.lexists(place.lock):
        return None
    try:
        with locked(place.lock, patience=0):
            return None
    except Conflict:  # a writer is at work
        return None
    except AlmaError as error:
        return error


def _headers(place: Place, rows: tuple[Row, ...]) -> tuple[Header, ...]:
    found = []
    with Reader(place.root) as reader:
        for row in sorted(rows, key=lambda one: one.path):
            try:
                said = split(reader.read(row.path, MOST_FILE)).header
            except (Malformed, OSError):  # it changed while we looked
                continue
            id_, agent, kind = (str(said.get(key, "")) for key in ("id", "agent", "kind"))
            found.append(Header(row, id_, agent, kind))
    return tuple(found)


def _pending(place: Place) -> tuple[tuple[Intent, ...], tuple[str, ...]]:
    """Returns the events that wait, and what only looks like one."""
    if not _is_folder(place.pending):
        return (), ()
    if not any(place.pending.iterdir()):
        return (), ()
    try:
        with locked(place.lock):  # what a writer is in the middle of does not wait
            return _standing(place)
    except AlmaError:
        return _standing(place)


def _is_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()


def _standing(place: Place) -> tuple[tuple[Intent, ...], tuple[str, ...]]:
    pending = tuple(waiting(place.pending))
    known = {intent.folder.name for intent in pending}
    begun = {folder.name for folder in place.pending.iterdir() if (folder / INTENT).exists()}
    return pending, tuple(sorted(begun - known))
