"""Proposes what would make a store tidier, and carries a proposal out as one event."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from alma_cli.advice import likeness
from alma_cli.burying import burial
from alma_cli.errors import Conflict, Malformed, NotFound
from alma_cli.files.disk import digest
from alma_cli.files.edit import fill_sections, set_section, set_value
from alma_cli.files.header import to_millisecond
from alma_cli.files.memory import heading_of_why, parse
from alma_cli.gate import Gate, Pass
from alma_cli.here import Here
from alma_cli.library import Found, Library
from alma_cli.model import TEAM, Attempt, Change, Draft, Kind, Memory, Plan, Put, Result, Source
from alma_cli.rules.evidence import Status
from alma_cli.rules.scope import owners
from alma_cli.rules.strategy import read
from alma_cli.rules.tidying import (
    Complete,
    Forget,
    Held,
    Merge,
    Progress,
    Promote,
    Proposal,
    Tidying,
    tidy,
)
from alma_cli.text import stem
from alma_cli.value import replace
from alma_cli.whereabouts import owner_of

_HEADINGS: Final = {"when": "When", "better": "Do instead"}


def proposals(
    here: Here, library: Library, progress: Progress = lambda _done, _all: None
) -> Tidying:
    """Returns what to do about the project's memories, and what a person has to settle."""
    found = [
        one
        for one in library.all(lambda bucket: bucket.kind is not Kind.OUTCOME)
        if not one.place.personal
    ]
    tallies = library.tallies(found)
    held = [
        Held(memory, tallies[memory.id], library.half_life(one))
        for one in found
        if (memory := _read(library, one))
    ]
    alternatives = _Alternatives(library, {one.row.id: one for one in found})
    return tidy(held, library.day, _together(here), alternatives.of, progress)


def _read(library: Library, found: Found) -> Memory | None:
    try:
        record = library.read(found).record
    except (FileNotFoundError, Malformed):
        return None  # gone or damaged since the index was brought up to date, which names it
    return record if isinstance(record, Memory) else None


def _together(here: Here) -> Callable[[str, str], bool]:
    """Returns what says of two owners whether anybody reads the memories of both."""
    agents = here.config.agents
    read_by = [{owner.name for owner in owners(reader, agents)} for reader in agents.values()]
    return lambda one, other: one == other or any({one, other} <= names for names in read_by)


class _Alternatives:
    """What worked on the tasks on which something else failed."""

    def __init__(self, library: Library, found: Mapping[str, Found]) -> None:
        self._library = library
        self._found = found
        self._worked: dict[tuple[str, tuple[str, ...]], list[Attempt]] = defaultdict(list)
        for attempt in library.attempts():
            if attempt.result is Result.SUCCESS and attempt.task:
                self._worked[attempt.agent, _words(attempt.task)].append(attempt)

    def of(self, memory: Memory) -> tuple[str, str] | None:
        """Returns the best believed strategy of its agent's later successes there, and the task."""
        lesson = self._found[memory.id]
        later = {
            attempt.id: attempt
            for task in self._library.failed_on(lesson)
            for attempt in self._worked[memory.agent, _words(task)]
            if attempt.created > memory.created
        }
        rated = [
            (sure, attempt.created, attempt.id)
            for attempt in later.values()
            if (sure := self._sure(attempt))
            and not likeness(self._library, lesson, attempt.title).same
        ]
        if not rated:
            return None
        best = later[max(rated)[2]]
        return best.title, best.task

    def _sure(self, attempt: Attempt) -> float:
        """Returns how far the heuristic is believed that a success speaks for, 0 for none."""
        for id_ in attempt.lessons:
            found = self._found.get(id_)
            if found and found.row.kind is Kind.HEURISTIC:
                evidence = self._library.evidence([found])[found.place, id_]
                return 0.0 if evidence.status is Status.REFUTED else evidence.mean
        return 0.0


def _words(task: str) -> tuple[str, ...]:
    return tuple(sorted(map(stem, read(task).telling)))


def carry_out(here: Here, library: Library, proposal: Proposal) -> Draft:
    """Returns the plan of one proposal, on the files as they are now.

    Raises `NotFound` for a memory that has gone since, `Refused` from the gate.
    """
    event = here.world.new_id()
    match proposal:
        case Merge(keeper, others):
            owner, summary = keeper.agent, f"merge what says the same as {_titled(keeper)}"
            changes, said = _merged(here, library, _now(library, keeper), _all(library, others))
        case Promote(best, others):
            owner, summary = TEAM, f"promote {_titled(best)}"
            changes, said = _promoted(here, event, _now(library, best), _all(library, others))
        case Forget(memory):
            owner, summary = memory.agent, f"forget {_titled(memory)}"
            changes, said = _forgotten(here, library, memory, event, proposal.reason)
        case Complete(memory, better):
            owner, summary = memory.agent, f"complete {_titled(memory)}"
            changes, said = _completed(here, library, memory, better)
    plan = Plan(event, "tidy", f"{summary}: {proposal.reason}", tuple(changes), owner)
    return Draft(plan, (f"{said}: {proposal.reason}",))


def _now(library: Library, memory: Memory) -> Memory:
    """Returns a memory as its file is now; raises `NotFound` where it counts no longer."""
    found = library.find(memory.id)
    now = _read(library, found)
    if now is None or found.row.hidden:
        raise NotFound(f"{memory.id} has gone meanwhile", "run `alma tidy` again")
    return now


def _all(library: Library, memories: Iterable[Memory]) -> tuple[Memory, ...]:
    return tuple(_now(library, memory) for memory in memories)


def _named(memory: Memory) -> str:
    return f'{memory.kind.value} {memory.id} "{memory.title}"'


def _titled(memory: Memory) -> str:
    return f'{memory.kind.value} "{memory.title}"'


_Edit = Callable[[bytes], bytes]


def _edited(here: Here, library: Library, memory: Memory, edits: Iterable[_Edit]) -> Put:
    """Returns the change of a memory's file by edits; raises what the gate raises."""
    found = library.find(_now(library, memory).id)
    before = after = library.content(found)
    for edit in edits:
        after = edit(after)
    record = parse(after, found.row.path, found.row.created)
    again = Pass(force=bool(memory.source.forced))  # what scope let pass by force was said then
    gate = Gate(owner_of(here, memory.agent), here.config.domains, again)
    content, _ = gate.admit_file(record, after)
    return Put(found.row.path, content, digest(before), memory.kind, memory.id)


def _completed(
    here: Here, library: Library, memory: Memory, better: str
) -> tuple[list[Change], str]:
    if _now(library, memory).better:
        raise Conflict(f"{memory.id} names an alternative by now", "run `alma tidy` again")
    edits = (lambda content: set_section(content, "Do instead", better),)
    return [_edited(here, library, memory, edits)], f"completed {_named(memory)}"


def _merged(
    here: Here, library: Library, keeper: Memory, others: tuple[Memory, ...]
) -> tuple[list[Change], str]:
    ids, tags, sections = _taken_over(keeper, others)
    edits: list[_Edit] = [lambda content: set_value(content, ("supersedes",), ids)]
    if tags != keeper.tags:
        edits.append(lambda content: set_value(content, ("tags",), tags))
    why = heading_of_why(keeper.kind)
    headings = {_HEADINGS.get(name, why): text for name, text in sections.items()}
    edits.append(lambda content: fill_sections(content, headings) if headings else content)
    names = ", ".join(other.id for other in others)
    return [_edited(here, library, keeper, edits)], f"merged {names} into {_named(keeper)}"


def _promoted(
    here: Here, event: str, best: Memory, others: tuple[Memory, ...]
) -> tuple[list[Change], str]:
    ids, tags, sections = _taken_over(replace(best, supersedes=(best.id,)), others)
    made = replace(
        best,
        id=here.world.new_id(),
        agent=TEAM,
        created=to_millisecond(here.world.now()),
        tags=tags,
        supersedes=ids,
        source=Source(event=event, task=best.source.task),
        **sections,
    )
    admitted = Gate(None, here.config.domains).admit(made)
    return [admitted.put], f"promoted {', '.join(ids)} to {_named(made)} of the team"


def _taken_over(
    keeper: Memory, others: tuple[Memory, ...]
) -> tuple[tuple[str, ...], tuple[str, ...], dict[str, str]]:
    """Returns what a memory supersedes, its tags, and the sections that only others have."""
    ids = tuple(dict.fromkeys((*keeper.supersedes, *(other.id for other in others))))
    tags = tuple(dict.fromkeys((*keeper.tags, *(tag for other in others for tag in other.tags))))
    sections = {
        name: next(filter(None, (getattr(other, name) for other in others)), "")
        for name in ("when", "why", "better")
        if not getattr(keeper, name)
    }
    return ids, tags, {name: text for name, text in sections.items() if text}


def _forgotten(
    here: Here, library: Library, memory: Memory, event: str, reason: str
) -> tuple[list[Change], str]:
    """Forgets a memory with all that it replaced, which would come back otherwise."""
    family = library.family(library.find(_now(library, memory).id))
    gone = [
        library.find(id_) for id_ in sorted(family) if id_ == memory.id or _stands(library, id_)
    ]
    changes = [change for one in gone for change in burial(here, library, one, event, reason)]
    return changes, f"forgot {_named(memory)}"


def _stands(library: Library, id_: str) -> bool:
    try:
        return not library.find(id_).place.personal
    except (NotFound, Malformed):
        return False
