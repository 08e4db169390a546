"""Adds questions whose answer is watched to `probes.toml`."""

from __future__ import annotations

from collections.abc import Sequence

from alma_cli.errors import Usage
from alma_cli.gate import check_plain
from alma_cli.here import Here
from alma_cli.library import Library
from alma_cli.model import Draft, Plan
from alma_cli.place import PROBES
from alma_cli.printable import clean_line, shorten
from alma_cli.probes import added, query_of
from alma_cli.rules.expecting import Probe

MOST_SAID = 60
"""Bytes of a question that the message of an event repeats."""


def add(
    here: Here,
    library: Library,
    name: str,
    query: str,
    *,
    must: Sequence[str] = (),
    must_not: Sequence[str] = (),
) -> Draft:
    """Returns the plan that adds one probe; ids may be the start of one.

    Raises `NotFound` for what begins no id, `Usage` for a question that is asked already, or
    that no answer can keep.
    """
    agent = here.agent(name)

    def whole(prefixes: Sequence[str]) -> tuple[str, ...]:
        return tuple(library.find(prefix).row.id for prefix in prefixes)

    try:
        question = query_of(query)
    except Usage as error:
        raise Usage(f"the question {error.message}", *error.hints) from error
    probe = Probe(agent.name, question, whole(must), whole(must_not))
    if probe.torn:
        raise Usage(f"the answer cannot both have `{probe.torn}` and not have it")
    asked = shorten(clean_line(probe.query), MOST_SAID)
    return _draft(here, [probe], f'ask {probe.agent} "{asked}"', probe.agent)


def add_all(here: Here, probes: Sequence[Probe]) -> Draft:
    """Returns the plan that adds several probes, as one event; none change nothing."""
    return _draft(here, probes, f"add {len(probes)} probe{'' if len(probes) == 1 else 's'}")


def _draft(here: Here, probes: Sequence[Probe], summary: str, agent: str = "") -> Draft:
    check_plain(*(probe.query for probe in probes))
    changes = (added(here.place, probes),) if probes else ()
    plan = Plan(here.world.new_id(), "probe", summary, changes, agent)
    return Draft(plan, tuple(f"added to `{PROBES}`: {line(probe)}" for probe in probes))


def line(probe: Probe) -> str:
    """Returns a probe on one line."""
    parts = [f'{probe.agent} "{clean_line(probe.query)}"']
    parts += [f"must have {', '.join(probe.must)}"] if probe.must else []
    parts += [f"must not have {', '.join(probe.must_not)}"] if probe.must_not else []
    return "; ".join(parts)
