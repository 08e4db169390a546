"""What a store ought to hold, as dictionaries of values by key.

The model knows three: what is on the disk, what the commits hold (the pending ones too), and what
history had last. An event is what one command changed in them, so that undo is its inverse.
"""

import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

from support.alma import Alma

from alma_cli.files.memory import parse
from alma_cli.model import Outcome

OWNER, READER = "writer", "reader"
SHARED = "shared"


@dataclass(frozen=True)
class Memory:
    """A memory as the model knows it; `lines` are those that a person added by hand."""

    owner: str
    title: str
    tags: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()


@dataclass
class Model:
    """What ought to be so. Keys are ids; a tombstone's is `forgotten ID`."""

    disk: dict[str, object] = field(default_factory=lambda: {SHARED: False})
    head: dict[str, object] = field(default_factory=lambda: {SHARED: False})
    last: dict[str, object] = field(default_factory=dict)
    events: int = 1
    undoable: list[dict[str, tuple[object, object]]] = field(default_factory=list)

    @property
    def edited(self) -> set[str]:
        """Returns the keys of what a person has changed and not committed."""
        return {key for key in self.disk if self.disk[key] != self.head.get(key)}

    @property
    def unedited(self) -> list[str]:
        return [id_ for id_ in self.here() if id_ not in self.edited]

    def here(self) -> list[str]:
        return sorted(key for key, value in self.disk.items() if isinstance(value, Memory))

    def forgotten(self) -> list[str]:
        return sorted(key.split()[1] for key in self.disk if key.startswith("forgotten "))

    def event(self, changes: dict[str, object], *, undoable: bool = True) -> None:
        """Lets one event happen: each key to its new value, None for gone."""
        if undoable:
            self.undoable.append(
                {key: (self.disk.get(key), after) for key, after in changes.items()}
            )
        self.events += 1
        for key, after in changes.items():
            _set(self.disk, key, after)
            _set(self.head, key, after)
        self._remember()

    def commit(self) -> None:
        """Lets a person commit all of the store."""
        self.head = dict(self.disk)
        self._remember()

    def _remember(self) -> None:
        self.last |= self.head


def _set(values: dict[str, object], key: str, value: object) -> None:
    if value is None:
        values.pop(key, None)
    else:
        values[key] = value


def found(alma: Alma) -> dict[str, object]:
    """Returns what a store holds as the model would; fails for a file that holds a key again."""
    agents = tomllib.loads((alma.store / "config.toml").read_text())["agents"]
    values: dict[str, object] = {SHARED: READER in agents[OWNER].get("share_with", [])}
    for path in alma.memories():
        if "/forgotten/" in path:  # of one memory there may be two, from two machines
            values[f"forgotten {Path(path).name.partition('.')[0]}"] = True
        else:
            content = (alma.store / path).read_bytes()
            record = parse(content, path, alma.time)
            lines = tuple(re.findall(r"^Line \d+ by hand$", content.decode(), re.MULTILINE))
            key, value = record.id, Memory(record.agent, record.title, record.tags, lines)
            if isinstance(record, Outcome):
                value = record.lessons
            assert key not in values, path
            values[key] = value
    return values


def kept(values: dict[str, object]) -> set[tuple[object, ...]]:
    """Returns what the memories say that nobody has forgotten, under whichever id."""
    return {
        (one.owner, one.title, one.tags, one.lines)
        for one in values.values()
        if isinstance(one, Memory)
    }
