"""The memories of a project and of its user as one agent sees them: found, read, weighed."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING, Self

from alma_cli.errors import Malformed, NotFound, Usage
from alma_cli.files.disk import digest, read
from alma_cli.files.memory import MOST_FILE, parse
from alma_cli.here import Here
from alma_cli.model import LESSONS, TEAM, Attempt, Guard, Origin, Stored
from alma_cli.place import Place, fallback_of, id_in
from alma_cli.rules.evidence import Evidence, Fading, Tally, weigh
from alma_cli.rules.scope import Agent, may_read, owners
from alma_cli.search.index import Index
from alma_cli.search.rank import Score
from alma_cli.search.row import Bucket, Row, Table
from alma_cli.value import frozen

if TYPE_CHECKING:
    from alma_cli.search.kept import Kept

MOST_TESTIFIED = 1000
"""Outcomes whose events are told of a memory: as many as surely fit on a command line."""
LEAST_PREFIX = 4
"""Characters of an id that people type at least."""


@frozen
class Found:
    """A memory in one of the stores; `score` is None unless a question found it."""

    place: Place
    row: Row
    score: Score | None = None

    @property
    def relevance(self) -> float:
        """Returns how well it answers the question, 0..1."""
        return self.score.relevance if self.score else 0.0


@frozen
class Held:
    """A store that is asked several times, on the disk or not: its index, and what reads a path."""

    index: Index
    read: Callable[[str], bytes]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.index.close()


Wanted = Callable[[Bucket], bool]
Only = Callable[[Found], bool]
"""Says of a memory whether to look for it."""
Weighed = dict[tuple[Place, str], Evidence]
"""Evidence by store and id."""


class Library:
    """The indexes of the stores, brought in step with the files when it is opened.

    `held` stands in for all stores of `here`. With `most_reads`, a store in which more files than
    that have changed is left as it was, and they are counted in `behind`.
    `kept` has indexes that stay open after it.
    """

    def __init__(
        self,
        here: Here,
        *,
        fresh: bool = False,
        held: Held | None = None,
        most_reads: int | None = None,
        kept: Kept | None = None,
    ) -> None:
        self._here = here
        self._held = held
        self._kept = kept
        now = here.world.now()
        # Evidence weighs the same all day, so that the same question gives the same bytes.
        self.day = now.replace(hour=0, minute=0, second=0, microsecond=0)
        self._fading = here.fading
        if held is not None:
            self._indexes = {here.place: held.index}
            return
        opened = kept.open if kept else Index.open
        self._indexes = {
            place: opened(
                place,
                now=now,
                fading=self._fading_in(place),
                fallback=fallback_of(here.world, place),
                fresh=fresh,
                most_reads=most_reads,
            )
            for place in here.stores
        }

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._held is not None:  # whoever holds it may ask again
            return
        for index in self._indexes.values():
            if self._kept:
                index.rest()
            else:
                index.close()

    @property
    def broken(self) -> tuple[Malformed, ...]:
        """Returns the files that could not be read, each with its complaint."""
        return tuple(error for index in self._indexes.values() for error in index.broken)

    @property
    def behind(self) -> int:
        """Returns how many changed files were left alone."""
        return sum(index.behind for index in self._indexes.values())

    @property
    def trouble(self) -> tuple[str, ...]:
        """Returns what keeps the indexes from being kept, and what to do about it."""
        return tuple(index.trouble for index in self._indexes.values() if index.trouble)

    def search(
        self,
        text: str,
        wanted: Wanted,
        *,
        table: Table = Table.ADVICE,
        most: int = 100,
        only: Only | None = None,
    ) -> tuple[Found, ...]:
        """Returns the memories in the wanted buckets that answer a question, best first.

        At most `most` of each store; what `only` refuses takes the place of none.
        """

        def those(place: Place) -> Callable[[Row], bool] | None:
            return only and (lambda row: only(Found(place, row)))

        found = [
            Found(place, one.row, one.score)
            for place, index in self._indexes.items()
            for one in index.search(text, self._buckets(index, wanted), most, table, those(place))
        ]
        return tuple(sorted(found, key=lambda one: (-one.relevance, one.row.id)))

    def all(self, wanted: Wanted, *, hidden: bool = False) -> tuple[Found, ...]:
        """Returns all memories in the wanted buckets, by path, the project's first."""
        return tuple(
            Found(place, row)
            for place, index in self._indexes.items()
            for row in index.rows(self._buckets(index, wanted), hidden=hidden)
        )

    def named(self, ref: str, agent: Agent, *, begins: bool = False) -> tuple[Found, ...]:
        """Returns an agent's own memories of a `ref`, or of all that begin so, oldest first."""
        place = self._here.place
        rows = self._indexes[place].named(ref, begins=begins)
        return tuple(Found(place, row) for row in rows if row.agent == agent.name)

    def guarded(self, wanted: Wanted) -> tuple[tuple[Found, Guard | None], ...]:
        """Returns the visible memories in the wanted buckets, each with its `[guard]` if any."""
        found: list[tuple[Found, Guard | None]] = []
        for place, index in self._indexes.items():
            buckets = self._buckets(index, wanted)
            guards = index.guards(buckets)
            found += [(Found(place, row), guards.get(row.key)) for row in index.rows(buckets)]
        return tuple(found)

    def count(self, wanted: Wanted) -> int:
        """Returns how many memories there are in the wanted buckets."""
        return sum(
            bucket.number
            for index in self._indexes.values()
            for bucket in self._buckets(index, wanted)
        )

    def near(self, text: str, agent: Agent | None, most: int) -> tuple[Found, ...]:
        """Returns the advice nearest to a text among what an agent reads; None is the team."""
        return self.search(text, self.readable(agent), most=most)

    def lessons(self, text: str, agent: Agent, most: int) -> tuple[Found, ...]:
        """Returns the lessons nearest to a text among what an agent reads."""
        readable = self.readable(agent)
        return self.search(text, lambda b: b.kind in LESSONS and readable(b), most=most)

    def readable(self, agent: Agent | None) -> Wanted:
        """Returns what an agent reads, by sharing and scope; None reads the team's."""
        if agent is None:
            return lambda bucket: bucket.agent == TEAM
        names = {owner.name for owner in owners(agent, self._here.config.agents)}
        return lambda b: b.agent in names and may_read(agent, b.kind, b.domain)

    def find(self, prefix: str, agent: Agent | None = None) -> Found:
        """Returns the one memory whose id begins so, among what an agent reads if one is given.

        Raises `NotFound` for none, `Malformed` for one whose file is damaged, `Usage` for several
        or for fewer than 4 characters.
        """
        folded = prefix.lower()
        if len(folded) < LEAST_PREFIX:
            raise Usage(f"`{prefix}` is too short for an id", "give 4 characters or more")
        found = [
            Found(place, row)
            for place, index in self._indexes.items()
            for row in index.find(folded)
            if agent is None or self._reads(agent, row)
        ]
        if not found:
            raise self._missing(folded)
        distinct = {one.row.id for one in found}
        if len(distinct) > 1:
            named = ", ".join(f'{one.row.id} "{one.row.title}"' for one in found[:5])
            raise Usage(f"`{prefix}` begins the ids of {len(distinct)} memories: {named}")
        return found[0]

    def _missing(self, prefix: str) -> NotFound | Malformed:
        for place, index in self._indexes.items():
            for error in index.broken:
                if id_in(error.path).startswith(prefix):
                    import shlex

                    file = os.path.relpath(place.root / error.path, self._here.world.cwd)
                    return Malformed(
                        error.reason,
                        f"mend it; `git checkout HEAD -- {shlex.quote(file)}` takes back what is"
                        f" committed, `alma restore {id_in(error.path)}` what could be read last",
                        path=file,
                        line=error.line,
                    )
        from alma_cli.files.tombstone import tombstones

        places = self._here.stores
        tombs = {tomb.id: tomb for place in places for tomb in tombstones(place.root, prefix)}
        if not tombs:
            from alma_cli.files.checkpoint import taken_for_memory

            nothing = f"no memory has an id that begins with `{prefix}`"
            mistaken = taken_for_memory(self._here.place.root, prefix)
            return mistaken or NotFound(nothing, "see `alma list`")
        said = "; ".join(f"{tomb.id} was {tomb.said}" for tomb in list(tombs.values())[:5])
        return NotFound(said, f"`alma restore {next(iter(tombs))}` takes it back")

    def _reads(self, agent: Agent, row: Row) -> bool:
        return self.readable(agent)(Bucket(0, row.agent, row.kind, row.domain, 1))

    def evidence(self, found: Iterable[Found], by: str = "") -> Weighed:
        """Returns the evidence for each of these memories; with `by`, of that agent's outcomes."""
        found = tuple(found)
        tallies = self.tallies(found)
        return {
            (one.place, one.row.id): weigh(
                one.row.kind,
                one.row.origin or Origin.LEARNED,
                (tally for tally in tallies[one.row.id] if by in {"", tally.agent}),
                self.day,
                self.half_life(one),
            )
            for one in found
        }

    def tallies(self, found: Iterable[Found]) -> dict[str, tuple[Tally, ...]]:
        """Returns the outcomes that name each of these memories, by id."""
        ids = {one.row.id for one in found}
        # What happened in a project counts for the user's own memories too, while one is in it.
        some = [index.tallies(ids) for index in self._indexes.values()]
        return {id_: tuple(tally for each in some for tally in each.get(id_, ())) for id_ in ids}

    def half_life(self, found: Found) -> float:
        """Returns the days until evidence for a memory weighs half."""
        return self._fading_in(found.place).half_life(found.row.domain)

    def _fading_in(self, place: Place) -> Fading:
        # Domains are a project's words: what a person takes along fades alike everywhere.
        return Fading(self._fading.days) if place.personal else self._fading

    def heir(self, found: Found) -> str:
        """Returns the id of the memory that counts in place of one: its own if none does."""
        return self._indexes[found.place].heir(found.row.id)

    def are_forgotten(self, found: Found, ids: tuple[str, ...]) -> bool:
        """Says whether all of the ids, at least one, are forgotten in the store of a memory."""
        return bool(ids) and self._indexes[found.place].forgotten(ids) >= {*ids}

    def family(self, found: Found) -> frozenset[str]:
        """Returns the id of a memory, and those in whose place it counts."""
        return self._indexes[found.place].replaced(found.row.id) | {found.row.id}

    def length(self, found: Found) -> int:
        """Returns how many characters of an id name it, in both stores."""
        return max(index.distinct(found.row.id, LEAST_PREFIX) for index in self._indexes.values())

    def testimony(self, found: Found) -> tuple[Found, ...]:
        """Returns the outcomes that count for a memory, oldest first."""
        rows = [
            Found(place, row)
            for place, index in self._indexes.items()
            for row in index.testimony(found.row.id)
        ]
        return tuple(sorted(rows, key=lambda one: (one.row.created, one.row.id)))

    def attempts(self) -> tuple[Attempt, ...]:
        """Returns all outcomes of the project that count, oldest first."""
        return self._indexes[self._here.place].attempts()

    def failed_on(self, found: Found) -> tuple[str, ...]:
        """Returns the tasks on which a lesson's strategy failed, the newest first."""
        return self._indexes[found.place].failed_on(found.row.id)

    def testified(self, found: Found) -> tuple[str, ...]:
        """Returns the files of the newest outcomes that count for a memory, in its own store."""
        paths = [one.row.path for one in self.testimony(found) if one.place == found.place]
        return tuple(paths[-MOST_TESTIFIED:])

    def content(self, found: Found) -> bytes:
        """Returns the bytes of a memory's file as they are now.

        Raises `FileNotFoundError`, and `Malformed` for what cannot be read.
        """
        if self._held is not None:
            return self._held.read(found.row.path)
        return _read(found.place, found.row.path)

    def read(self, found: Found) -> Stored:
        """Returns a memory from its file as it is now; raises `Malformed`, `FileNotFoundError`."""
        content = self.content(found)
        return Stored(
            parse(content, found.row.path, found.row.created), found.row.path, digest(content)
        )

    @staticmethod
    def _buckets(index: Index, wanted: Wanted) -> tuple[Bucket, ...]:
        return tuple(bucket for bucket in index.buckets() if wanted(bucket))


def hold(here: Here) -> Held:
    """Returns the project's store as it stands on the disk, every file of it looked at."""
    index = Index.open(
        here.place,
        now=here.world.now(),
        fading=here.fading,
        fallback=fallback_of(here.world, here.place),
        fresh=True,
    )
    return Held(index, partial(_read, here.place))


def _read(place: Place, path: str) -> bytes:
    try:
        return read(place.root, path, MOST_FILE)
    except PermissionError as error:
        raise Malformed(f"cannot be read: {error.strerror}", path=path) from error


__all__ = ["Found", "Library", "Only", "Table", "Wanted", "Weighed", "hold"]
