"""What a client may read by its address: the agents, the brief of each, single memories."""

from __future__ import annotations

import json
from typing import Final

from alma_cli.api import Alma
from alma_cli.errors import NotFound
from alma_cli.here import Here
from alma_cli.library import Library
from alma_cli.render import listing
from alma_cli.value import frozen
from alma_cli.verbs.agents import every
from alma_cli.verbs.memories import shown


@frozen
class Address:
    """An address or a pattern of addresses, and what there is to read."""

    uri: str
    name: str
    about: str
    mime: str = "text/plain"


AGENTS: Final = Address(
    "alma://agents", "agents", "What each agent may learn and reads", "application/json"
)
BRIEF: Final = Address("alma://agents/{agent}/brief", "brief", "What an agent wakes up with")
MEMORY: Final = Address("alma://memories/{id}", "memory", "A memory with the evidence for it")


def addresses(here: Here) -> tuple[Address, ...]:
    """Returns what there is to read but for single memories, which are found by `recall`."""
    briefs = (
        Address(BRIEF.uri.format(agent=name), f"brief of {name}", BRIEF.about)
        for name in sorted(here.config.agents)
    )
    return AGENTS, *briefs


def read(here: Here, uri: str) -> tuple[str, str]:
    """Returns the text at an address and its type; raises `NotFound`, and as the verbs do."""
    match uri.removeprefix("alma://").split("/"):
        case ["agents"]:
            return json.dumps(every(here), ensure_ascii=False), AGENTS.mime
        case ["agents", name, "brief"]:
            return Alma(here).recall(agent=name).to_prompt(), BRIEF.mime
        case ["memories", id_]:
            with Library(here) as library:
                return listing.page(shown(library, id_)), MEMORY.mime
        case _:
            known = ", ".join(f"`{one.uri}`" for one in (AGENTS, BRIEF, MEMORY))
            raise NotFound(f"there is nothing at `{uri}`", f"there are {known}")
