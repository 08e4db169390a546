"""The checks of the configuration, which all stores have in common."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

from alma_cli import config as configuration
from alma_cli.config import UPGRADE, Config
from alma_cli.doctor.finding import Finding
from alma_cli.errors import BadConfig, Usage
from alma_cli.here import Here
from alma_cli.place import find, find_personal
from alma_cli.rules.scope import one_sided
from alma_cli.value import replace
from alma_cli.world import World

_PLACE = re.compile(r"(.*?config\.toml)(?::(\d+))?: (.*)", re.DOTALL)


def read(world: World, store: str) -> tuple[Here, tuple[Finding, ...]]:
    """Returns where the doctor stands, and what is wrong with the configuration.

    One that cannot be used leaves the defaults. Raises `NoStore` and `Refused` as `find` does.
    """
    place, personal = find(world, store), find_personal(world)
    try:
        found = configuration.load(world, place, personal, strict=False)
    except BadConfig as error:
        broken = _complaint(world, "config-damaged", error.message, *error.hints)
        if UPGRADE in error.hints:  # nothing is wrong with the file
            broken = replace(broken, mend=UPGRADE)
        return Here(world, place, personal, Config()), (broken,)
    except Usage as error:  # a variable of the environment
        broken = Finding("config-damaged", error.message, "; ".join(error.hints) or "unset it")
        return Here(world, place, personal, Config()), (broken,)
    unknown = [_complaint(world, "config-unknown", warning) for warning in found.warnings]
    return Here(world, place, personal, found), (*unknown, *complaints(found))


def complaints(config: Config) -> Iterator[Finding]:
    """Finds what the configuration says in vain."""
    default = config.default_agent
    if default and default not in config.agents:
        message = f"the default agent `{default}` is not in the configuration"
        yield Finding("config-default", message, f"`alma agent add {default}`")
    for agent in config.agents.values():
        for clause in one_sided(agent, config.agents):
            mend = f"`alma agent explain {agent.name}` says who reads whom; share, or take it out"
            yield Finding("config-one-sided", clause, mend)


def _complaint(world: World, code: str, message: str, *hints: str) -> Finding:
    """Returns the finding of a complaint that begins with its file and line."""
    path, line, reason = _PLACE.fullmatch(message).groups()  # type: ignore[union-attr]
    shown = os.path.relpath(path, world.cwd)
    mend = "; ".join((*hints, "edit the file, or `alma config set KEY VALUE`"))
    return Finding(code, reason, mend, shown, int(line or 0))
