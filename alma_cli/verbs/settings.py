"""Every value of the configuration with where it came from, and one of them changed."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import fields

from alma_cli.config import NAMED, TABLES, TOP, Check
from alma_cli.config_edit import ConfigEdit, Value
from alma_cli.errors import Usage
from alma_cli.gate import check_plain
from alma_cli.here import Here
from alma_cli.model import Draft, Plan
from alma_cli.place import personal_root
from alma_cli.printable import shorten
from alma_cli.value import frozen

DEFAULT = "default"
MOST_SHOWN = 200
"""Bytes of a value that a message repeats."""


@frozen
class Setting:
    """One value: its dotted key, ready for JSON, and its file, variable or `default`."""

    key: str
    value: object
    origin: str

    @property
    def shown(self) -> str:
        """Returns the value as TOML writes it."""
        return json.dumps(self.value, ensure_ascii=False)


def settings(here: Here) -> tuple[Setting, ...]:
    """Returns the values that count here, and the stores they count for."""
    config, origins = here.config, here.config.origins
    environ = here.world.environ
    values: list[tuple[str, object]] = [("default_agent", config.default_agent)]
    values.append(("output_format", config.output_format))
    for name, table in (("recall", config.recall), ("git", config.git), ("hook", config.hook)):
        values += [(f"{name}.{field.name}", getattr(table, field.name)) for field in fields(table)]
    for name, entries in (("agents", config.agents), ("domains", config.domains)):
        for entry in entries.values():
            for field in fields(entry):
                key = f"{name}.{entry.name}.{field.name}"
                if key in origins:
                    values.append((key, _plain(getattr(entry, field.name))))
            if not any(key.startswith(f"{name}.{entry.name}.") for key in origins):
                values.append((f"{name}.{entry.name}", {}))
    stores = [
        Setting(
            "store", str(here.place.root), "ALMA_STORE" if environ.get("ALMA_STORE") else "found"
        ),
        Setting(
            "user_store",
            str(personal_root(here.world)),
            "ALMA_USER_STORE" if environ.get("ALMA_USER_STORE") else DEFAULT,
        ),
    ]
    told = [Setting(key, value, origins.get(key, DEFAULT)) for key, value in values if value != ""]
    return (*stores, *told)


def change(here: Here, name: str, text: str) -> Draft:
    """Returns the plan that gives one key, e.g. `recall.limit`, the value that a text says.

    Raises `Usage` for what is no key, and for a value that reading it would refuse.
    """
    key, check = _key(here, name)
    value = _value(name, check, text)
    told = value if isinstance(value, list) else [value]
    check_plain(*(item for item in told if isinstance(item, str)))
    if key == ("default_agent",) and not here.place.personal:
        here.config.agent(text)
    edit = ConfigEdit(here.place)
    shown = shorten(json.dumps(value, ensure_ascii=False), MOST_SHOWN)
    changed = edit.assign(key, value)
    plan = Plan(
        here.world.new_id(), "config", f"set {name} to {shown}", (edit.put(),) if changed else ()
    )
    said = f"`{name}` is {'now' if changed else 'already'} {shown}"
    return Draft(plan, (said,), warnings=_warnings(here, key, value))


def _key(here: Here, name: str) -> tuple[tuple[str, ...], Check]:
    """Returns the parts of a dotted key as they are written, and what checks its value."""
    match tuple(part.strip("\"'") for part in name.split(".")):
        case (key,) if key in TOP:
            return (key,), TOP[key]
        case (table, key) if table in TABLES and key in TABLES[table]:
            return (table, key), TABLES[table][key]
        case (table, _, key) if table in NAMED and here.place.personal:
            raise Usage(f"`{name}` belongs to a project, not to your own store", "drop `--user`")
        case (table, entry, key) if table in NAMED and key in NAMED[table][1]:
            fold_entry, checks = NAMED[table]
            folded = fold_entry(entry)
            if table == "agents":
                here.config.agent(folded)
            return (table, folded, key), checks[key]
        case parts:
            raise _unknown(here, name, parts)


def _unknown(here: Here, name: str, parts: tuple[str, ...]) -> Usage:
    """Returns the complaint about what is no key, with the nearest one or those of its table."""
    table = TABLES.get(parts[0]) or (NAMED[parts[0]][1] if parts[0] in NAMED else None)
    if table and len(parts) == (1 if parts[0] in TABLES else 2):
        keys = ", ".join(f"`{name}.{key}`" for key in table)
        return Usage(f"`{name}` is a table", f"set a key in it: {keys}")
    from alma_cli.rules.near import nearest

    candidates = keys_of(here)
    if table and len(parts) == 3:  # noqa: PLR2004 - of an agent or domain that need not exist
        candidates = tuple(f"{parts[0]}.{parts[1]}.{key}" for key in table)
    near = nearest(name, candidates)
    hints = (f"did you mean `{near}`?",) if near else ()
    return Usage(f"`{name}` is not a known key", *hints, "`alma config show` lists what is set")


def keys_of(here: Here) -> tuple[str, ...]:
    """Returns the keys that can be set, those of the agents and domains that there are too."""
    plain = [key for key in TOP if key != "format"]
    plain += [f"{table}.{key}" for table, checks in TABLES.items() for key in checks]
    names = {"agents": here.config.agents, "domains": here.config.domains}
    named = [
        f"{table}.{name}.{key}"
        for table, (_, checks) in NAMED.items()
        for name in names[table]
        for key in checks
    ]
    return (*plain, *named)


def _value(name: str, check: Check, text: str) -> Value:
    """Returns the value that a text says, by what the key takes; raises `Usage` with what that is.

    A list is JSON or separated by commas; anything else is the text itself or JSON.
    """
    readings: list[object] = [text]
    with suppress(ValueError, RecursionError):
        readings.append(json.loads(text))
    if _takes_list(check):
        commas = [part.strip() for part in text.split(",") if part.strip()]
        readings = [readings[-1] if isinstance(readings[-1], list) else commas]
    refusal = Usage("is nothing")
    for reading in readings:
        try:
            checked = check(reading)
        except Usage as error:
            refusal = error
            continue
        if isinstance(checked, tuple):
            return list(checked)
        return checked if isinstance(checked, str) else reading  # type: ignore[return-value]
    said = refusal.message
    message = said if said.startswith("`") else f"`{name}` {said}"
    raise Usage(message, *refusal.hints)


def _takes_list(check: Check) -> bool:
    try:
        check([])
    except Usage:
        return False
    return True


def _warnings(here: Here, key: tuple[str, ...], value: Value) -> tuple[str, ...]:
    """Returns what a reader should know of a value that was set: why it may have no effect."""
    origin = here.config.origins.get(".".join(key), "")
    warnings = [f"`{origin}` is set and wins over it"] if origin.startswith("ALMA_") else []
    if key[-1] in {"share_with", "inherit_from"} and isinstance(value, list):
        warnings += [
            f"`{agent}` is not a configured agent yet"
            for agent in value
            if agent != "*" and agent not in here.config.agents
        ]
    return tuple(warnings)


def _plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value
