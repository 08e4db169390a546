"""What differs between two moments, in memories and not in lines."""

from __future__ import annotations

from typing import Final

from alma_cli.comparison import differences
from alma_cli.errors import NotFound, Usage
from alma_cli.git.events import EPOCH
from alma_cli.git.history import History, opened
from alma_cli.git.snapshot import Snapshot
from alma_cli.here import Here
from alma_cli.rules.differences import Differences

HERE: Final = "the files here"
"""What the working tree is called."""


def diff(here: Here, asked: str = "") -> Differences:
    """Returns what differs between `REV..REV`, or between `REV` (HEAD) and the files here.

    Raises `NotFound` for what names no commit, `GitFailed` where there is no history.
    """
    first, dots, last = asked.partition("..")
    if last.startswith("."):
        raise Usage(f"`{asked}` has three dots", "give two: `alma diff REV..REV`")
    with opened(here.place.root, here.world.environ) as history:
        try:
            old = _snapshot(history, first)
            new = _snapshot(history, last) if dots else history.standing(here.world.now())
        except NotFound as error:
            if not dots:
                raise
            raise NotFound(f"in `{asked}`: {error.message}", *error.hints) from error
        names = first or "HEAD", (last or "HEAD") if dots else HERE
        return differences(here, names, old, new)


def _snapshot(history: History, asked: str) -> Snapshot:
    if not asked and not history.head:
        return Snapshot("", EPOCH, {}, lambda _: b"")
    return history.snapshot(history.resolve(asked or "HEAD"))
