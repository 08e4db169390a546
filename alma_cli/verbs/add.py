"""Writes a memory directly: a lesson, knowledge or a preference."""

from __future__ import annotations

from alma_cli.advice import NEIGHBOURS, warned_of
from alma_cli.compose import Wording, compose, origin_of
from alma_cli.domain_choice import choose
from alma_cli.files.tombstone import forgotten_like
from alma_cli.gate import NO_PASS, Gate, Pass
from alma_cli.here import Here
from alma_cli.library import Library
from alma_cli.model import Draft, Kind, Memory, Origin, Plan
from alma_cli.rules.matching import compare
from alma_cli.rules.scope import Agent


def add(
    here: Here,
    library: Library,
    kind: Kind,
    wording: Wording,
    agent: Agent | None,
    *,
    domain: str = "",
    leave: Pass = NO_PASS,
    origin: Origin | None = None,
) -> Draft:
    """Returns the plan of one memory; `agent` is None for the team's and the user's own.

    Without an `origin` it is a person's word, unless it looks as if an agent wrote it. Raises
    `Usage` for texts that the kind does not have, `Refused` from the gate.
    """
    chosen, notes = choose(here, library, agent, wording.text, domain)
    event = here.world.new_id()
    origin = origin or origin_of(here)
    memory = compose(here, kind, wording, agent, domain=chosen, origin=origin, event=event)
    admitted = Gate(agent, here.config.domains, leave, notes).admit(memory)
    summary = f'add {kind.value} "{memory.title}"'
    plan = Plan(event, "add", summary, (admitted.put,), memory.agent)
    said = f'added {kind.value} {memory.id} "{memory.title}"'
    warnings = admitted.warnings + _repeated(library, memory, agent)
    warnings += forgotten_like(here.place.root, memory.agent, kind, memory.title)
    return Draft(plan, (said,), notes=notes, warnings=warnings)


def _repeated(library: Library, memory: Memory, agent: Agent | None) -> tuple[str, ...]:
    """Returns a warning for each memory that says the same, or that this advice runs into."""
    advised = (memory.title if memory.kind is Kind.HEURISTIC else "", memory.better)
    return tuple(
        f'{found.row.id[:4]} "{found.row.title}" says the same already'
        for found in library.near(memory.title, agent, NEIGHBOURS)
        if found.row.kind is memory.kind and compare(memory.title, found.row.title).same
    ) + warned_of(library, agent, *filter(None, advised))
