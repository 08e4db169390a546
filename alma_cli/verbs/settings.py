"""Every value of the configuration with where it came from."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields

from alma_cli.here import Here
from alma_cli.place import personal_root

DEFAULT = "default"


@dataclass(frozen=True, slots=True)
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
    for name, table in (("recall", config.recall), ("git", config.git)):
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


def _plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value
