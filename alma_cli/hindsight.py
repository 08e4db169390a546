"""What a recall asks history for: the store as it once was, and which memories a review has passed.

These are the only recalls that run git.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from alma_cli import config
from alma_cli.errors import BadConfig, NotFound
from alma_cli.files.disk import digest
from alma_cli.git.history import History, opened
from alma_cli.git.snapshot import Snapshot
from alma_cli.here import Here
from alma_cli.model import Stored
from alma_cli.place import CONFIG, Place
from alma_cli.recollection import Review
from alma_cli.world import World

MERGED: Final = "refs/remotes/origin/HEAD"
"""What is merged where a team reviews: the default branch of the remote, as last fetched."""


@contextmanager
def asking(
    here: Here, at: str | None = None, *, review: bool = False
) -> Iterator[tuple[Here, Review | None]]:
    """Gives the place to ask, `here` unless a moment is named, and with `review` what tells of it.

    Raises `NotFound` for what names no commit, for one without a store, and where there is no
    revision that is reviewed.
    """
    with ExitStack() as stack:
        history = stack.enter_context(opened(here.place.root, here.world.environ))
        passed = partial(_holds, _reviewed(here, history)) if review else None
        there = here
        if at is not None:  # an empty one is a mistake, and no wish for today
            folder = stack.enter_context(TemporaryDirectory(prefix="alma-"))
            there = _laid(here, history.snapshot(history.resolve(at)), at, Path(folder).resolve())
        yield there, passed


def _laid(here: Here, then: Snapshot, at: str, folder: Path) -> Here:
    """Returns a copy of the store as a commit has it, with the clock at that commit.

    The user's own store is left out: its history is its own.
    """
    if CONFIG not in then.names:
        raise NotFound(f"there was no store here at `{at}`", "see `alma log`")
    for path in (CONFIG, *then.memories):
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(then.read(path))
        # A file that does not say when it was made has been there since that moment, at the latest.
        os.utime(file, (then.at.timestamp(), then.at.timestamp()))
    place = Place(folder)
    world = World(here.world.cwd, here.world.environ, lambda: then.at, here.world.new_id)
    try:
        return Here(world, place, None, config.load(world, place, None, strict=False))
    except BadConfig as error:
        raise BadConfig(error.reason, path=f"{at}:{CONFIG}", line=error.line) from error


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


def _holds(passed: Snapshot, stored: Stored) -> bool:
    return stored.path in passed.names and digest(passed.read(stored.path)) == stored.digest
