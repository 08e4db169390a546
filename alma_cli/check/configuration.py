"""The checks of the configuration: what it says in vain, and what it lets in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from alma_cli.check import codes
from alma_cli.check.facts import Facts
from alma_cli.check.finding import Finding
from alma_cli.config import Config
from alma_cli.errors import BadConfig
from alma_cli.files.toml import line_of
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
        yield Finding(codes.BAD_CONFIG, message, CONFIG, _line(facts, "default_agent"))
    for agent in config.agents.values():
        for clause in one_sided(agent, config.agents):
            yield Finding(codes.ONE_SIDED, clause, CONFIG, _line(facts, "agents", agent.name))


def widened(facts: Facts) -> Iterator[Finding]:
    """Finds what agents may learn and read now, and could not at the base.

    An agent that is new may learn what it likes; what it reads of others was shared with nobody.
    """
    if facts.base is None:
        return
    base, now = facts.base.agents, facts.config.agents
    for name, agent in now.items():
        before = base.get(name, agent)
        for what in (*_learns_more(before, agent), *_reads_more(before, base, agent, now)):
            message = f"`{name}` {what}, unlike at the base"
            yield Finding(codes.WIDENED, message, CONFIG, _line(facts, "agents", name))


def _line(facts: Facts, *key: str) -> int:
    return line_of(facts.config_text, key)


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


def _reads_more(
    before: Agent, base: Mapping[str, Agent], now: Agent, agents: Mapping[str, Agent]
) -> Iterator[str]:
    was = {owner.name for owner in owners(before, base)}
    for owner in owners(now, agents):
        are_new = base.keys().isdisjoint((now.name, owner.name))
        if owner.name not in was and not are_new:
            yield f"reads the memories of `{owner.name}`"


CHECKS = (said_in_vain, widened)
