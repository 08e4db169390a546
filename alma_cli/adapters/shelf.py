"""What an agent keeps for another program: read by name, written in one event a call."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path

from alma_cli import store as writer
from alma_cli.errors import NotFound
from alma_cli.gate import Pass
from alma_cli.here import Here, stand
from alma_cli.library import Found, Library
from alma_cli.model import Draft, Kind, Stored
from alma_cli.rules.scope import Agent
from alma_cli.value import frozen
from alma_cli.verbs.keep import Page, Terms, keep
from alma_cli.world import World


class View:
    """The names of a program with an agent as they stand while somebody looks.

    Where two machines made one name, the newer memory counts.
    """

    def __init__(self, library: Library, agent: Agent, begins: str) -> None:
        self._library = library
        self._agent = agent
        self._begins = begins

    @cached_property
    def found(self) -> Mapping[str, Found]:
        """What the index says of each name, the oldest first."""
        named = self._library.named(self._begins, self._agent, begins=True)
        return {one.row.ref: one for one in named}

    def has(self, name: str) -> bool:
        """Says whether there is such a name."""
        return bool(self._library.named(name, self._agent))

    def read(self, name: str) -> Stored:
        """Returns the memory of a name; raises `NotFound` where it has gone, `Malformed`."""
        try:
            return self._library.read(self._library.named(name, self._agent)[-1])
        except FileNotFoundError as error:
            raise NotFound(f"`{name}` has gone meanwhile") from error

    def search(
        self, question: str, most: int, only: Callable[[str], bool]
    ) -> Iterator[tuple[str, float]]:
        """Yields the names that answer a question, the best first, each with its relevance."""
        ids = {one.row.id for one in self.found.values()}
        for one in self._library.search(
            question,
            lambda b: b.agent == self._agent.name and b.kind is Kind.KNOWLEDGE,
            most=most,
            only=lambda one: one.row.id in ids and only(one.row.ref),
        ):
            yield one.row.ref, one.relevance


@frozen
class Wish:
    """What a call wants: pages written, names forgotten, and what it says when that is done."""

    pages: tuple[Page, ...] = ()
    drops: tuple[str, ...] = ()
    answer: str = ""


class Shelf:
    """The names of one program with one agent; `begins` is what all of them begin with."""

    def __init__(
        self,
        begins: str,
        store: str | Path,
        agent: str,
        *,
        domain: str = "",
        allow_secret: str = "",
        world: World | None = None,
    ) -> None:
        self._world = world or World()
        here = stand(self._world, str(store))
        self._store = str(here.place.root)
        self._agent = here.agent(agent).name
        self._begins = begins
        leave = Pass(allow_secret=allow_secret)
        self._terms = Terms(begins.partition(":")[0], domain, leave)

    @contextmanager
    def open(self) -> Iterator[View]:
        """Yields the names as they are now."""
        here = self._here
        with Library(here) as library:
            yield View(library, here.agent(self._agent), self._begins)

    def write(self, think: Callable[[View], Wish]) -> str:
        """Makes true what `think` wants of the names it sees, while nobody else writes."""
        here = self._here
        agent = here.agent(self._agent)
        said = ""

        def thought() -> Draft:
            nonlocal said
            with Library(here) as library:
                wish = think(View(library, agent, self._begins))
                said = wish.answer
                return keep(here, library, agent, self._terms, pages=wish.pages, drops=wish.drops)

        writer.write(here.place, here.world, here.git(), thought)
        return said

    @property
    def _here(self) -> Here:
        """Reads the configuration anew, since a long-lived program outlives an edit of it."""
        return stand(self._world, self._store)
