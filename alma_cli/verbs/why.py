"""Everything that made a memory what it is: outcomes, events, readers, and what contradicts it."""

from __future__ import annotations

from collections.abc import Iterator

from alma_cli.errors import GitFailed, Malformed
from alma_cli.git.events import Event
from alma_cli.git.history import opened
from alma_cli.here import Here
from alma_cli.library import Found, Library
from alma_cli.model import LESSONS, Memory, Origin, Outcome, Result
from alma_cli.place import Place
from alma_cli.recollection import Contradiction, Grounds, Hit, Witness
from alma_cli.rules.evidence import DAY, Tally, left, prior, speaks
from alma_cli.rules.matching import compare, conflict
from alma_cli.rules.scope import may_read, owners

CANDIDATES = 50
"""Lessons that are compared with one, to find what contradicts it."""


def why(here: Here, library: Library, prefix: str) -> tuple[Grounds, tuple[Event, ...] | None]:
    """Returns what a memory stands on, and the events that made it, newest first.

    The events are None where there is no history to ask. Raises as `Library.find`.
    """
    found = library.find(prefix)
    stored = library.read(found)
    believed = library.evidence([found])[found.place, found.row.id]
    hit = Hit(stored, believed, 0.0, length=library.length(found))
    origin = stored.record.origin if isinstance(stored.record, Memory) else Origin.LEARNED
    grounds = Grounds(
        hit,
        prior(origin),
        tuple(_witnesses(library, found)),
        _readers(here, found),
        tuple(_contradictions(library, found)),
    )
    return grounds, _events(here, library, found)


def _witnesses(library: Library, found: Found) -> Iterator[Witness]:
    """Yields the outcomes with their weights, which are parts of those that confidence sums."""
    half_life = library.half_life(found)
    told = tuple(_told(library, found))
    newest = {by: one.created for by, one in told}  # the oldest are told first
    for by, outcome in told:
        result, full, agent, _place = by
        weight = left((newest[by] - outcome.created) / DAY, half_life)
        tally = Tally(result, full, 1, weight, newest[by], agent)
        yield Witness(outcome, speaks(found.row.kind, tally, library.day, half_life))


def _told(
    library: Library, found: Found
) -> Iterator[tuple[tuple[Result, bool, str, Place], Outcome]]:
    """Yields the outcomes that count for a memory, each with what puts it into a tally."""
    family = library.family(found)
    for one in library.testimony(found):
        try:
            record = library.read(one).record
        except (FileNotFoundError, Malformed):
            continue  # gone or damaged since the index was brought up to date, which names it
        if isinstance(record, Outcome):
            full = not family.isdisjoint(record.lessons)
            yield (record.result, full, record.agent, one.place), record


def _events(here: Here, library: Library, found: Found) -> tuple[Event, ...] | None:
    paths = library.testified(found)
    try:
        with opened(found.place.root, here.world.environ) as history:
            return tuple(history.events(found.row.path, *paths, id_=found.row.id))
    except GitFailed:
        return None


def _readers(here: Here, found: Found) -> tuple[str, ...]:
    row, agents = found.row, here.config.agents
    return tuple(
        reader.name
        for reader in agents.values()
        if (found.place.personal or row.agent in {one.name for one in owners(reader, agents)})
        and may_read(reader, row.kind, row.domain)
    )


def _contradictions(library: Library, found: Found) -> Iterator[Contradiction]:
    """Yields the lessons that advise what this one warns of, or the opposite of what it advises."""
    row = found.row
    if row.kind not in LESSONS:
        return
    for other in library.search(row.title, lambda b: b.kind in LESSONS, most=CANDIDATES):
        if other.row.id == row.id:
            continue
        because = conflict(row.kind, other.row.kind, compare(row.title, other.row.title))
        if because:
            believed = library.evidence([other])[other.place, other.row.id]
            length = library.length(other)
            yield Contradiction(Hit(library.read(other), believed, 0.0, length=length), because)
