"""The checks of the configuration: what it says in vain, and what it lets in."""

from __future__ import annotations

import re
from collections.abc import Iterator

from alma_cli.check import codes
from alma_cli.check.facts import Facts
from alma_cli.check.finding import Finding
from alma_cli.config import Config
from alma_cli.errors import BadConfig
from alma_cli.place import CONFIG
from alma_cli.rules.scope import Agent, covering, one_sided, owners

NONE = Config()
"""Stands for a configuration that cannot be used."""
_PLACE = re.compile(r"(?:.*?config\.toml)(?::(\d+))?: (.*)", re.DOTALL)


def unusable(error: BadConfig) -> Finding:
    """Returns the finding of a configuration that stops every command."""
    return Finding(codes.BAD_CONFIG, error.reason, CONFIG, error.line)


def said_in_vain(facts: Facts) -> Iterator[Finding]:
    """Finds unknown keys, a default agent that is none, and sharing that only one side wants."""
    config = facts.config
    for warning in config.warnings:
        if found := _PLACE.fullmatch(warning):
            yield Finding(codes.BAD_CONFIG, found[2], CONFIG, int(found[1] or 0))
    if config.default_agent and config.default_agent not in config.agents:
        message = f"the default agent `{config.default_agent}` is not in the configuration"
        yield Finding(codes.BAD_CONFIG, message, CONFIG)
    for agent in config.agents.values():
        for clause in one_sided(agent, config.agents):
            yield Finding(codes.ONE_SIDED, clause, CONFIG)


def widened(facts: Facts) -> Iterator[Finding]:
    """Finds what agents may learn and read now, and could not at the base."""
    if facts.base is None:
        return
    for name, agent in facts.config.agents.items():
        before = facts.base.agents.get(name)
        if before is None:
            continue
        for what in (*_learns_more(before, agent), *_reads_more(facts.base, facts.config, name)):
            yield Finding(codes.WIDENED, f"`{name}` {what}, unlike at the base", CONFIG)


def _learns_more(before: Agent, now: Agent) -> Iterator[str]:
    for entry in before.cannot_learn:
        if not covering(now.cannot_learn, entry):
            yield f"is no longer kept from learning about `{entry}`"
    if before.can_learn is None:
        return
    if now.can_learn is None:
        yield "may learn about everything"
        return
    for entry in now.can_learn:
        if not covering(before.can_learn, entry):
            yield f"may learn about `{entry}`"


def _reads_more(base: Config, config: Config, name: str) -> Iterator[str]:
    was = {one.name for one in owners(base.agents[name], base.agents)}
    for owner in owners(config.agents[name], config.agents):
        if owner.name not in was:
            yield f"reads the memories of `{owner.name}`"


CHECKS = (said_in_vain, widened)
