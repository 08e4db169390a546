"""What a recall asks history for: the store as it once was, and which memories a review has passed.

These are the only recalls that run git.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from alma_cli import config
from alma_cli.errors import BadConfig, Malformed, NotFound
from alma_cli.files.disk import digest
from alma_cli.files.memory import parse
from alma_cli.git.history import History, opened
from alma_cli.git.snapshot import Snapshot
from alma_cli.here import Here
from alma_cli.library import Held
from alma_cli.model import Stored
from alma_cli.place import CONFIG, Place, is_tombstone
from alma_cli.recollection import Review
from alma_cli.rules.evidence import Fading
from alma_cli.search.index import Index
from alma_cli.world import World

MERGED: Final = "refs/remotes/origin/HEAD"
"""What is merged where a team reviews: the default branch of the remote, as last fetched."""
MAIN: Final = (
    MERGED,
    *(
        f"{where}/{name}"
        for where in ("refs/remotes/origin", "refs/heads")
        for name in ("main", "master")
    ),
)
"""What a branch is merged into, the first of them that there is."""


@contextmanager
def asking(
    here: Here, at: str | None = None, *, review: bool = False
) -> Iterator[tuple[Here, Held | None, Review | None]]:
    """Gives the place to ask, `here` unless a moment is named, and the store as it was then.

    With `review` also what tells of it. Raises `NotFound` for what names no commit, for one
    without a store, and where there is no revision that is reviewed.
    """
    with opened(here.place.root, here.world.environ) as history:
        passed = partial(_holds, _reviewed(here, history)) if review else None
        if at is None:  # an empty one is a mistake, and no wish for today
            yield here, None, passed
            return
        then = history.snapshot(history.resolve(at))
        world = World(here.world.cwd, here.world.environ, lambda: then.at, here.world.new_id)
        there = standing(then, at, world)
        with held(then, there.fading) as store:
            yield there, store, passed


def standing(then: Snapshot, at: str, world: World) -> Here:
    """Returns a place with the configuration that a snapshot, called `at`, holds.

    The user's own store is left out: its history is its own. Raises `NotFound` for a snapshot
    without a store, `BadConfig` for a configuration that cannot be used.
    """
    if CONFIG not in then.names:
        raise NotFound(f"there was no store here at `{at}`", "see `alma log`")
    with TemporaryDirectory(prefix="alma-") as folder:
        place = Place(Path(folder).resolve())
        try:
            place.config.write_bytes(then.read(CONFIG))
            return Here(world, place, None, config.load(world, place, None, strict=False))
        except (BadConfig, Malformed) as error:
            raise BadConfig(error.reason, path=f"{at}:{CONFIG}", line=error.line) from error


def held(then: Snapshot, fading: Fading) -> Held:
    """Returns the memories of a commit; what is no memory, or too large, is left to be named."""
    broken: list[Malformed] = []
    buried = filter(is_tombstone, then.memories)
    stored = _stored(then, broken)
    return Held(Index.of(stored, fading, tombstones=buried, broken=broken), then.read)


def _stored(then: Snapshot, broken: list[Malformed]) -> Iterator[Stored]:
    """Yields the memories of a commit, and adds what is none to `broken`."""
    for path in then.memories:
        if is_tombstone(path):
            continue
        try:
            content = then.read(path)
            # A file that does not say when it was made has been there since then, at the latest.
            yield Stored(parse(content, path, then.at), path, digest(content))
        except Malformed as error:
            broken.append(Malformed(error.reason, path=path, line=error.line))


def _reviewed(here: Here, history: History) -> Snapshot:
    named = here.config.git.reviewed_ref
    try:
        return history.snapshot(history.resolve(named or MERGED))
    except NotFound as error:
        raise NotFound(
            f"`{named}`, which `git.reviewed_ref` names, is no revision"
            if named
            else "there is no `origin/HEAD`, so nothing says what is reviewed",
            "`git remote set-head origin --auto` sets it",
            "`alma config set git.reviewed_ref main` names a branch",
        ) from error


def _holds(passed: Snapshot, path: str, version: str) -> bool:
    try:
        return path in passed.names and digest(passed.read(path)) == version
    except Malformed:  # larger than any memory
        return False
