"""Which domain a new memory belongs to, when nobody said."""

from __future__ import annotations

from alma_cli.gate import about
from alma_cli.here import Here
from alma_cli.library import Library
from alma_cli.model import GENERAL, Kind
from alma_cli.names import fold_domain
from alma_cli.rules import domains
from alma_cli.rules.scope import Agent, may_learn

NEIGHBOURS = 8
"""Memories that have a say in it."""


def choose(
    here: Here, library: Library, agent: Agent | None, text: str, declared: str
) -> tuple[str, tuple[str, ...]]:
    """Returns the domain declared, else the one the text is nearest to, and a note on it."""
    if declared:
        return fold_domain(declared), ()
    near = [
        (found.row.domain, found.relevance)
        for found in library.near(text, agent, NEIGHBOURS)
        if found.row.kind is not Kind.PREFERENCE and found.row.domain != GENERAL
    ]
    inferred = domains.infer(
        text,
        about(agent, here.config.domains),
        near,
        lambda domain: agent is None or may_learn(agent, domain),
        (agent.can_learn if agent else None) or (),
    )
    return inferred.domain, (f"domain: {inferred.domain} ({_why(inferred)})",)


def _why(inferred: domains.Inferred) -> str:
    match inferred.how:
        case "words":
            return f"for {', '.join(inferred.words)}"
        case "near":
            return "as the nearest memories"
        case "only":
            return "the only one this agent learns"
        case "first":
            return "nothing is near; the first one this agent learns"
        case "general":
            return "nothing is near"
