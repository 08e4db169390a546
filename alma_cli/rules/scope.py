"""What an agent may learn, and whose memories it reads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase

from alma_cli.errors import Refused
from alma_cli.model import GENERAL, TEAM, Kind
from alma_cli.value import frozen


@frozen
class Agent:
    """One agent as the configuration describes it.

    `can_learn` is None where all is allowed, `inherit_from` None where every owner that shares
    is read.
    """

    name: str
    about: str = ""
    can_learn: tuple[str, ...] | None = None
    cannot_learn: tuple[str, ...] = ()
    share_with: tuple[str, ...] = ()
    inherit_from: tuple[str, ...] | None = None


def covers(entry: str, domain: str) -> bool:
    """Says whether an entry of a scope covers a domain: itself, its children, `*` for any text."""
    parts = domain.split("/")
    return any(fnmatchcase("/".join(parts[:n]), entry) for n in range(1, len(parts) + 1))


def covering(entries: Iterable[str], domain: str) -> str:
    """Returns the first entry that covers a domain, "" when none does."""
    return next((entry for entry in entries if covers(entry, domain)), "")


def may_learn(agent: Agent, domain: str) -> bool:
    """Says whether an agent may learn about a domain; `cannot_learn` wins over `can_learn`."""
    if covering(agent.cannot_learn, domain):
        return False
    return agent.can_learn is None or bool(covering(agent.can_learn, domain))


def may_read(agent: Agent, kind: Kind, domain: str) -> bool:
    """Says whether a memory lies in a reader's scope.

    Preferences and the domain `general` need no entry in `can_learn`; `cannot_learn` always holds.
    """
    if covering(agent.cannot_learn, domain):
        return False
    return kind is Kind.PREFERENCE or domain == GENERAL or may_learn(agent, domain)


def check_learn(agent: Agent, domain: str) -> None:
    """Raises `Refused`, naming the rule, when an agent may not learn about a domain."""
    see = f"see `alma agent explain {agent.name}`"
    if entry := covering(agent.cannot_learn, domain):
        raise Refused(
            f'agent `{agent.name}` may not learn about `{domain}`: `cannot_learn` holds "{entry}"',
            f"{see}, or give it to another agent with `--agent`",
        )
    if agent.can_learn is not None and not covering(agent.can_learn, domain):
        allowed = ", ".join(f"`{entry}`" for entry in agent.can_learn) or "nothing"
        raise Refused(
            f"agent `{agent.name}` may not learn about `{domain}`",
            f"its scope allows {allowed}; {see}",
        )


@frozen
class Owner:
    """An owner whose memories a reader sees, and why."""

    name: str
    why: str


def owners(reader: Agent, agents: Mapping[str, Agent]) -> tuple[Owner, ...]:
    """Returns whose memories an agent reads, its own first; sharing is not passed on."""
    found = [Owner(reader.name, "its own"), Owner(TEAM, "every agent reads the team's")]
    for owner in agents.values():
        if owner.name == reader.name or not _shares(owner, reader):
            continue
        if reader.inherit_from is None:
            found.append(Owner(owner.name, f"`{owner.name}` shares with it"))
        elif owner.name in reader.inherit_from:
            found.append(Owner(owner.name, f"inherited: `{owner.name}` shares with it"))
    return tuple(found)


def _shares(owner: Agent, reader: Agent) -> bool:
    return reader.name in owner.share_with or "*" in owner.share_with


def one_sided(reader: Agent, agents: Mapping[str, Agent]) -> tuple[str, ...]:
    """Returns what is said about sharing that cannot come true, a clause each."""
    complaints = []
    for name in reader.inherit_from or ():
        owner = agents.get(name)
        if owner is None:
            complaints.append(f"`{reader.name}` inherits from `{name}`, which is not defined")
        elif not _shares(owner, reader):
            complaints.append(
                f"`{reader.name}` inherits from `{name}`, which does not share with it"
            )
    complaints += [
        f"`{reader.name}` shares with `{name}`, which is not defined"
        for name in reader.share_with
        if name != "*" and name not in agents
    ]
    return tuple(complaints)
