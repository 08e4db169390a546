"""Replaces a memory by a better one, which takes over the evidence for it."""

from __future__ import annotations

from dataclasses import replace

from alma_cli.advice import warned_of
from alma_cli.compose import Wording, compose, origin_of
from alma_cli.errors import Usage
from alma_cli.files.tombstone import forgotten_like
from alma_cli.gate import NO_PASS, Gate, Pass
from alma_cli.here import Here
from alma_cli.library import Library
from alma_cli.model import Draft, Kind, Memory, Plan
from alma_cli.search.row import Hidden
from alma_cli.whereabouts import owner_of


def supersede(
    here: Here, library: Library, prefix: str, wording: Wording, leave: Pass = NO_PASS
) -> Draft:
    """Returns the plan of a memory in the place of another, of its kind, owner and domain.

    Tags, paths and guard go over too; the old file stays, hidden. Raises `Usage` for an outcome
    and for what is hidden already, `Refused` from the gate.
    """
    found = library.find(prefix)
    row = found.row
    if row.hidden is Hidden.SUPERSEDED:
        heir = library.heir(found)
        raise Usage(f"{row.id} is superseded by {heir} already", f"`alma supersede {heir} ...`")
    if row.hidden is Hidden.FORGOTTEN:
        raise Usage(f"{row.id} is forgotten", f"`alma restore {row.id}` takes it back first")
    old = library.read(found).record
    if not isinstance(old, Memory):
        raise Usage(f"{row.id} is an outcome, which nothing replaces")
    event = here.world.new_id()
    owner = owner_of(here, old.agent)
    made = compose(
        here, old.kind, wording, owner, domain=old.domain, origin=origin_of(here), event=event
    )
    made = replace(
        made,
        agent=old.agent,
        tags=old.tags,
        paths=old.paths,
        guard=old.guard,
        supersedes=(old.id,),
    )
    admitted = Gate(owner, here.config.domains, leave).admit(made)
    named = f'{made.kind.value} {made.id} "{made.title}"'
    summary = f'replace {old.kind.value} "{old.title}" by "{made.title}"'
    plan = Plan(event, "supersede", summary, (admitted.put,), old.agent)
    warnings = admitted.warnings
    advised = (made.title if made.kind is Kind.HEURISTIC else "", made.better)
    warnings += warned_of(library, owner, *filter(None, advised))
    warnings += forgotten_like(here.place.root, made.agent, made.kind, made.title)
    return Draft(plan, (f'{named} supersedes {old.id} "{old.title}"',), warnings=warnings)
