"""Reads memories as they are: a list of many, or one with the evidence for it."""

from __future__ import annotations

from alma_cli.errors import Malformed
from alma_cli.files.tombstone import tombstones
from alma_cli.library import Found, Library
from alma_cli.model import TEAM, Kind
from alma_cli.names import fold_domain
from alma_cli.recollection import Hit, Shown
from alma_cli.rules.scope import covers
from alma_cli.search.row import Hidden
from alma_cli.value import frozen


@frozen
class Which:
    """Which memories to list; empty parts mean all, but for outcomes."""

    agent: str = ""
    kinds: tuple[Kind, ...] = ()
    domains: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    team: bool = False
    user: bool = False


def listed(library: Library, which: Which) -> tuple[Hit, ...]:
    """Returns the memories asked for, by owner, kind and title."""
    domains = [fold_domain(domain) for domain in which.domains]
    owner = TEAM if which.team or which.user else which.agent
    tags = {tag.lower() for tag in which.tags}
    found = [
        one
        for one in library.all(
            lambda b: (
                (not owner or b.agent == owner)
                and (b.kind in which.kinds if which.kinds else b.kind is not Kind.OUTCOME)
                and (not domains or any(covers(entry, b.domain) for entry in domains))
            )
        )
        if (one.place.personal if which.user else not (which.team and one.place.personal))
        and (not tags or tags & {tag.lower() for tag in one.row.tags})
    ]
    found.sort(key=lambda one: (one.row.agent, one.row.kind, one.row.title.casefold(), one.row.id))
    return _hits(library, found)


def shown(library: Library, prefix: str) -> Shown:
    """Returns one memory with its evidence; raises `NotFound`, `Malformed` for a damaged file."""
    found = library.find(prefix)
    believed = library.evidence([found])[found.place, found.row.id]
    hit = Hit(library.read(found), believed, 0.0)
    outcomes = _hits(library, list(library.testimony(found)))
    match found.row.hidden:
        case Hidden.SUPERSEDED:
            heir = library.heir(found)
            because = f'by {heir} "{library.find(heir).row.title}"'
            return Shown(hit, found.row.hidden.value, outcomes, because, heir)
        case Hidden.FORGOTTEN:
            tombs = tombstones(found.place.root, found.row.id)
            because = next((tomb.said.removeprefix("forgotten").strip() for tomb in tombs), "")
            return Shown(hit, found.row.hidden.value, outcomes, because)
        case _:
            return Shown(hit, found.row.hidden.value, outcomes)


def _hits(library: Library, found: list[Found]) -> tuple[Hit, ...]:
    evidence = library.evidence(found)
    hits = []
    for one in found:
        try:
            believed = evidence[one.place, one.row.id]
            hits.append(Hit(library.read(one), believed, 0.0, length=library.length(one)))
        except (FileNotFoundError, Malformed):
            continue  # gone or damaged since the index was brought up to date, which names it
    return tuple(hits)
