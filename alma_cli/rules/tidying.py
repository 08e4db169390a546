"""What would make a store tidier: proposals, each with its reason. Nothing is decided here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final, TypeAlias

from alma_cli.model import LESSONS, TEAM, Kind, Memory, Origin
from alma_cli.rules.evidence import ESTABLISHED_AT, Evidence, Status, Tally, speaks, weigh
from alma_cli.rules.matching import Likeness, compare_read, conflict
from alma_cli.rules.pairing import pairs
from alma_cli.rules.strategy import read
from alma_cli.value import frozen

UNUSED: Final = 4.0
"""Half-lives after which nothing is left of what speaks for a lesson: a sixteenth."""
LEARNERS: Final = 2
"""Agents that must have learned a lesson before it is the team's."""

Progress: TypeAlias = Callable[[int, int], None]
"""Told how many of how many memories are done."""


@frozen
class Held:
    """A memory as it stands: what speaks for and against it, and the days in which that halves."""

    memory: Memory
    tallies: tuple[Tally, ...] = ()
    half_life: float = 90.0


@frozen
class Merge:
    """One memory takes the place of others that say the same."""

    keeper: Memory
    others: tuple[Memory, ...]
    reason: str = "they say the same"


@frozen
class Promote:
    """What several agents learned becomes the team's; `others` say the same as the best wording."""

    best: Memory
    others: tuple[Memory, ...]
    reason: str


@frozen
class Forget:
    """A lesson goes, because it is refuted or because nothing came of it."""

    memory: Memory
    reason: str


@frozen
class Complete:
    """An anti-pattern says what to do instead."""

    memory: Memory
    better: str
    reason: str


Proposal: TypeAlias = Merge | Promote | Forget | Complete


@frozen
class Clash:
    """Two lessons that cannot both be right; a person has to say which."""

    one: Memory
    other: Memory
    because: str


@frozen
class Tidying:
    """What is proposed, and what only a person can settle."""

    proposals: tuple[Proposal, ...]
    clashes: tuple[Clash, ...]


def tidy(
    held: Sequence[Held],
    day: datetime,
    together: Callable[[str, str], bool],
    alternative: Callable[[Memory], tuple[str, str] | None],
    progress: Progress = lambda _done, _all: None,
) -> Tidying:
    """Returns what to do about the memories of a store.

    `together` says of two owners whether anybody reads both, `alternative` gives the strategy
    that worked where an anti-pattern failed, and the task. The same memories, in whatever order,
    give the same answer; once it is carried out, the answer is nothing.
    """
    desk = _Desk(sorted(held, key=_rank), day, progress)
    units = desk.units()
    gone = {unit.ids: why for unit in units if (why := desk.refuted(unit) or desk.idle(unit))}
    groups = desk.groups([unit for unit in units if unit.ids not in gone])
    # What is completed is joined afterwards, so that what comes of it is complete too.
    completed = [each for group in groups for each in _completed(group, alternative)]
    joined = [each for group in groups for each in desk.joined(group)]
    forgotten = [
        Forget(one.memory, gone[unit.ids])
        for unit in units
        if unit.ids in gone
        for one in unit.held
    ]
    clashes = desk.clashes({id_ for ids in gone for id_ in ids}, together)
    return Tidying((*completed, *joined, *forgotten), tuple(clashes))


def _completed(
    group: Sequence[_Unit], alternative: Callable[[Memory], tuple[str, str] | None]
) -> Iterator[Complete]:
    """Yields what is to be said instead, where none of what says the same says it."""
    if any(one.memory.better for unit in group for one in unit.held):
        return
    for unit in group:
        keeper = unit.held[0].memory
        if keeper.kind is Kind.ANTI_PATTERN and (found := alternative(keeper)):
            strategy, task = found
            yield Complete(keeper, strategy, f'it worked where this failed: "{task}"')


def _rank(one: Held) -> tuple[object, ...]:
    """Returns what orders memories that say the same, the one to keep first."""
    memory = one.memory
    return (
        memory.agent != TEAM,
        memory.origin is not Origin.PERSON,
        -sum(tally.number for tally in one.tallies),
        memory.created,
        memory.id,
    )


def _apart(memory: Memory) -> tuple[object, ...]:
    """Returns what memories must have alike: behind another one it would be lost."""
    said = memory.text, memory.code, memory.source.name
    return memory.kind, memory.domain, memory.paths, memory.guard, *said


@frozen
class _Unit:
    """Memories that say the same and will have one owner, the one to keep first."""

    held: tuple[Held, ...]

    @property
    def ids(self) -> frozenset[str]:
        return frozenset(one.memory.id for one in self.held)


class _Desk:
    """The memories laid out in order of rank, with how alike those are that are near."""

    def __init__(self, held: Sequence[Held], day: datetime, progress: Progress) -> None:
        self._held = held
        self._day = day
        self._place = {one.memory.id: place for place, one in enumerate(held)}
        self._near: dict[int, dict[int, Likeness]] = defaultdict(dict)
        spoken = [read(one.memory.title) for one in held]
        for place, others in pairs(spoken):
            progress(place + 1, len(held))
            for other in others:
                likeness = compare_read(spoken[place], spoken[other])
                if likeness.same or likeness.near:
                    self._near[place][other] = self._near[other][place] = likeness

    def units(self) -> tuple[_Unit, ...]:
        """Returns the memories, those of an owner together that say the same.

        The team's take in those of its agents.
        """
        taken: set[int] = set()
        return tuple(
            _Unit(tuple(self._held[one] for one in some))
            for some in self._gathered(range(len(self._held)), taken, same_owner=True)
        )

    def groups(self, units: Iterable[_Unit]) -> tuple[tuple[_Unit, ...], ...]:
        """Returns the units, those of several owners together that say the same."""
        by_place = {self._place[unit.held[0].memory.id]: unit for unit in units}
        taken = set(range(len(self._held))) - by_place.keys()
        return tuple(
            tuple(by_place[place] for place in some)
            for some in self._gathered(sorted(by_place), taken, same_owner=False)
        )

    def _gathered(
        self, places: Iterable[int], taken: set[int], *, same_owner: bool
    ) -> Iterator[list[int]]:
        for place in places:
            if place in taken:
                continue
            keeper = self._held[place].memory
            some = [place]
            for other, likeness in sorted(self._near[place].items()):
                memory = self._held[other].memory
                if (
                    other not in taken
                    and likeness.same
                    and same_owner == (keeper.agent in {TEAM, memory.agent})
                    and _apart(memory) == _apart(keeper)
                ):
                    some.append(other)
            taken.update(some)
            yield some

    def joined(self, group: Sequence[_Unit]) -> Iterator[Merge | Promote]:
        """Yields what joins memories that say the same: the team's, or each owner's own."""
        everything = [one for unit in group for one in unit.held]
        best, *others = (one.memory for one in everything)
        if best.agent == TEAM:
            if others:
                yield Merge(best, tuple(others))
            return
        learners = self._learners(everything)
        if best.kind in LESSONS and len(learners) >= LEARNERS:
            evidence = self._evidence(everything)
            if evidence.mean >= ESTABLISHED_AT:
                yield Promote(best, tuple(others), f"learned by {', '.join(learners)}")
                return
        for unit in group:
            keeper, *rest = (one.memory for one in unit.held)
            if rest:
                yield Merge(keeper, tuple(rest))

    def refuted(self, unit: _Unit) -> str:
        """Returns why a lesson is refuted, "" where it is not."""
        evidence = self._evidence(unit.held)
        if evidence.status is not Status.REFUTED:
            return ""
        return f"refuted: {evidence.losses} outcomes against it, {evidence.wins} for it"

    def idle(self, unit: _Unit) -> str:
        """Returns for how long nothing has come of what nobody vouches for, "" if not too long."""
        first = unit.held[0].memory
        if first.kind not in LESSONS or first.origin is Origin.PERSON:
            return ""
        outcomes = (tally.newest for one in unit.held for tally in one.tallies)
        newest = max((first.created, *outcomes))
        days = UNUSED * unit.held[0].half_life
        if self._day - newest <= timedelta(days=days):
            return ""
        return f"nothing has come of it since {newest:%Y-%m-%d}"

    def clashes(self, gone: set[str], together: Callable[[str, str], bool]) -> Iterator[Clash]:
        """Yields the lessons that stand against each other, each pair once."""
        for place, near in sorted(self._near.items()):
            for other, likeness in sorted(near.items()):
                one, another = self._held[place].memory, self._held[other].memory
                if other < place or not gone.isdisjoint((one.id, another.id)):
                    continue
                if not {one.kind, another.kind} <= LESSONS:
                    continue
                because = conflict(one.kind, another.kind, likeness)
                if because and together(one.agent, another.agent):
                    yield Clash(one, another, because)

    def _evidence(self, held: Iterable[Held]) -> Evidence:
        """Returns the evidence for memories as one of them will have it."""
        held = tuple(held)
        memory = held[0].memory
        tallies = (tally for one in held for tally in one.tallies)
        return weigh(memory.kind, memory.origin, tallies, self._day, held[0].half_life)

    def _learners(self, held: Iterable[Held]) -> tuple[str, ...]:
        """Returns the agents whose own outcomes speak for these memories."""
        sums: dict[str, float] = defaultdict(float)
        for one in held:
            for tally in one.tallies:
                sums[tally.agent] += speaks(one.memory.kind, tally, self._day, one.half_life)
        return tuple(sorted(agent for agent, total in sums.items() if total > 0))
