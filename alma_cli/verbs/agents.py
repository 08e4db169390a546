"""Changes to the configuration: agents, what they may learn and share, and domains."""

from __future__ import annotations

from alma_cli.config_edit import ConfigEdit, Value
from alma_cli.errors import NotFound, Usage
from alma_cli.gate import check_plain
from alma_cli.here import Here
from alma_cli.library import Library
from alma_cli.model import Draft, Kind, Plan
from alma_cli.names import fold_agent, fold_domain
from alma_cli.printable import clean_line
from alma_cli.rules.scope import Agent, one_sided, owners


def add_agent(
    here: Here,
    name: str,
    *,
    about: str = "",
    can_learn: tuple[str, ...] = (),
    cannot_learn: tuple[str, ...] = (),
    share_with: tuple[str, ...] = (),
    inherit_from: tuple[str, ...] = (),
    default: bool = False,
) -> Draft:
    """Returns the plan that adds an agent; raises `Usage` when there is one of that name."""
    agent = fold_agent(name)
    if agent in here.config.agents:
        raise Usage(f"agent `{agent}` is configured already", f"see `alma agent explain {agent}`")
    check_plain(agent, about, *can_learn, *cannot_learn, *share_with, *inherit_from)
    values: dict[str, Value] = {"about": about} if about else {}
    lists = {
        "can_learn": [_entry(domain) for domain in can_learn],
        "cannot_learn": [_entry(domain) for domain in cannot_learn],
        "share_with": [_reader(reader) for reader in share_with],
        "inherit_from": [fold_agent(owner) for owner in inherit_from],
    }
    values |= {key: items for key, items in lists.items() if items}
    edit = ConfigEdit(here.place)
    edit.set("agents", agent, values)
    first = not here.config.agents and not here.config.default_agent
    if default or first:
        edit.top("default_agent", agent)
    said = f"added agent `{agent}`" + (", the default" if default or first else "")
    return _draft(here, "agent", f"add agent {agent}", edit, said)


def share(here: Here, owner: str, readers: tuple[str, ...]) -> Draft:
    """Returns the plan that lets `readers` read what `owner` learned; `*` is every agent."""
    agent = here.config.agent(owner)
    new = [name for name in map(_reader, readers) if name not in agent.share_with]
    edit = ConfigEdit(here.place)
    for name in new:
        edit.add("agents", agent.name, "share_with", name)
    names = ", ".join(f"`{name}`" for name in map(_reader, readers))
    if not new:
        return _draft(here, "share", "", None, f"`{agent.name}` shares with {names} already")
    shared = [_as_shared(here, agent, name) for name in new if name in here.config.agents]
    warnings = [
        f"`{name}` is not a configured agent yet"
        for name in new
        if name not in here.config.agents and name != "*"
    ]
    warnings += [line for line in shared if line]
    summary = f"{agent.name} shares with {', '.join(new)}"
    said = f"`{agent.name}` now shares with {names}"
    return _draft(here, "share", summary, edit, said, warnings=tuple(warnings))


def _as_shared(here: Here, owner: Agent, reader: str) -> str:
    listed = here.config.agents[reader].inherit_from
    if listed is None or owner.name in listed:
        return ""
    return f"`{reader}` has an `inherit_from` list without `{owner.name}`, so it will not read it"


def unshare(here: Here, owner: str, readers: tuple[str, ...]) -> Draft:
    """Returns the plan that ends sharing; raises `NotFound` for one who is not shared with."""
    agent = here.config.agent(owner)
    edit = ConfigEdit(here.place)
    for name in map(_reader, readers):
        if name not in agent.share_with:
            raise NotFound(f"`{agent.name}` does not share with `{name}`", "see `alma agent list`")
        edit.remove("agents", agent.name, "share_with", name)
    names = ", ".join(map(_reader, readers))
    said = f"`{agent.name}` no longer shares with `{names}`"
    return _draft(here, "share", f"{agent.name} stops sharing with {names}", edit, said)


def add_domain(here: Here, name: str, *, about: str, keywords: tuple[str, ...]) -> Draft:
    """Returns the plan that describes a domain; raises `Usage` when it is described already."""
    domain = fold_domain(name)
    if domain in here.config.domains:
        raise Usage(f"domain `{domain}` is described already", "edit it in `config.toml`")
    check_plain(domain, about, *keywords)
    values: dict[str, Value] = {"about": about} if about else {}
    if keywords:
        values["keywords"] = list(keywords)
    edit = ConfigEdit(here.place)
    edit.set("domains", domain, values)
    return _draft(here, "domain", f"describe domain {domain}", edit, f"added domain `{domain}`")


def every(here: Here) -> dict[str, object]:
    """Returns what there is to say of each agent, and which is the default one."""
    told = [explain(here, name) for name in sorted(here.config.agents)]
    return {"schema": 1, "default": here.config.default_agent or None, "agents": told}


def explain(here: Here, name: str) -> dict[str, object]:
    """Returns whose memories an agent reads and why, and what it may learn, ready for JSON."""
    agent = here.config.agent(name)
    return {
        "agent": agent.name,
        "about": agent.about,
        "can_learn": None if agent.can_learn is None else list(agent.can_learn),
        "cannot_learn": list(agent.cannot_learn),
        "reads": [
            {"owner": owner.name, "why": owner.why} for owner in owners(agent, here.config.agents)
        ],
        "shares_with": list(agent.share_with),
        "problems": list(one_sided(agent, here.config.agents)),
    }


def explained(told: dict[str, object]) -> list[str]:
    """Returns an explanation in lines for a person."""

    def named(key: str) -> str:
        return ", ".join(str(each) for each in told[key]) if told[key] else ""  # type: ignore[attr-defined]

    about = f": {clean_line(str(told['about']))}" if told["about"] else ""
    lines = [f"{told['agent']}{about}"]
    allowed = "everything" if told["can_learn"] is None else named("can_learn") or "nothing"
    lines.append(f"may learn: {allowed}")
    if forbidden := named("cannot_learn"):
        lines.append(f"may not learn: {forbidden}")
    lines.append("reads:")
    lines += [f"  {each['owner']} ({each['why']})" for each in told["reads"]]  # type: ignore[attr-defined]
    lines.append(f"shares with: {named('shares_with') or 'nobody'}")
    lines += [f"problem: {each}" for each in told["problems"]]  # type: ignore[attr-defined]
    return lines


def domains(here: Here, library: Library) -> list[dict[str, object]]:
    """Returns the domains described, named in a scope or used, each with its memories."""
    counts: dict[str, int] = {}
    for found in library.all(lambda bucket: bucket.kind is not Kind.OUTCOME):
        counts[found.row.domain] = counts.get(found.row.domain, 0) + 1
    scopes = (*(agent.can_learn or () for agent in here.config.agents.values()),)
    scopes += (*(agent.cannot_learn for agent in here.config.agents.values()),)
    named = {entry for entries in scopes for entry in entries if "*" not in entry}
    described = here.config.domains
    return [
        {
            "domain": name,
            "about": described[name].about if name in described else "",
            "keywords": list(described[name].keywords) if name in described else [],
            "memories": counts.get(name, 0),
        }
        for name in sorted({*counts, *named, *described})
    ]


def _entry(domain: str) -> str:
    fold_domain(domain.replace("*", "x"))
    return domain.lower()


def _reader(name: str) -> str:
    return name if name == "*" else fold_agent(name)


def _draft(
    here: Here,
    verb: str,
    summary: str,
    edit: ConfigEdit | None,
    said: str,
    *,
    warnings: tuple[str, ...] = (),
) -> Draft:
    changes = (edit.put(),) if edit else ()
    plan = Plan(here.world.new_id(), verb, summary, changes)
    return Draft(plan, (said,), warnings=warnings)
