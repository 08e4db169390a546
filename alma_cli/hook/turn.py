"""One event with what it takes to answer it, each thing found when it is first asked for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

from alma_cli.errors import AlmaError, NoStore
from alma_cli.hook.event import Event
from alma_cli.hook.session import Session
from alma_cli.place import Place, fallback_of, find
from alma_cli.sha import sha256
from alma_cli.world import World

if TYPE_CHECKING:
    from alma_cli.here import Here
    from alma_cli.library import Library
    from alma_cli.rules.scope import Agent

MOST_READS: Final = 4_000
"""Changed files that are indexed on the way, what takes some two seconds (`search.cache.COST`)."""
FOLDER: Final = "hook"


class Turn:
    """The answer to one event in the making; raises `NoStore` where the session has no store.

    With `keeps` False nothing is noted of it, and all counts as not told yet.
    """

    def __init__(self, world: World, event: Event, *, store: str = "", keeps: bool = True) -> None:
        self.event = event
        self._store = store
        self.world, self.place = _found(world, event, store)
        folder = cache_of(self.world, self.place) if keeps else None
        self.session = Session(folder and folder / FOLDER, event.session)

    @cached_property
    def here(self) -> Here:
        """Returns where the session stands; a key that is not known is no obstacle."""
        from alma_cli.here import stand

        return stand(self.world, self._store, strict=False)

    @cached_property
    def named(self) -> Agent | None:
        """Returns the agent that the client names, however it joins the words; None for no agent.

        `qa-tester` and `QA tester` are `qa_tester`.
        """
        wanted = _plain(self.event.agent)
        agents = self.here.config.agents.values()
        return next((one for one in agents if wanted and _plain(one.name) == wanted), None)

    @property
    def agent(self) -> Agent:
        """Returns the agent that the client names, else the default one; raises `Usage`."""
        return self.named or self.here.agent()

    @contextmanager
    def library(self) -> Iterator[Library]:
        """Gives the memories; raises `AlmaError` where bringing the index in step takes long."""
        from alma_cli.library import Library

        with Library(self.here, most_reads=MOST_READS) as library:
            if library.behind:
                raise AlmaError(
                    f"{library.behind:,} files are not in the index, which takes more than 2 s;"
                    " `alma recall` brings it up to date"
                )
            yield library

    def where(self, what: str) -> str:
        """Returns the name of a kind of event within this session, or within one subagent of it."""
        thread = self.event.thread
        return (
            f"{what}@{sha256(thread.encode('utf-8', 'replace')).hexdigest()[:8]}"
            if thread
            else what
        )


def cache_of(world: World, place: Place) -> Path | None:
    """Returns the folder for what may be lost; None where there is none."""
    fallback = fallback_of(world, place)
    if fallback is None:
        return place.cache
    store = str(place.root.resolve()).encode("utf-8", "surrogateescape")
    return fallback / sha256(store).hexdigest()[:16]


def _found(world: World, event: Event, store: str) -> tuple[World, Place]:
    """Returns the first folder of the event that lies in a project with a store, and that store."""
    folders = [Path(folder) for folder in event.folders if Path(folder).is_dir()]
    missing: NoStore | None = None
    for folder in folders or [world.cwd]:
        there = World(folder, world.environ, world.now, world.new_id)
        try:
            return there, find(there, store)
        except NoStore as error:
            missing = missing or error
    raise missing or NoStore("the event names no folder")


def _plain(name: str) -> str:
    return "".join(letter for letter in name.lower() if letter.isalnum())
