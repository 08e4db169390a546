"""Which store a command works on, and where each thing in it lies."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

from alma_cli.errors import NoStore, Refused
from alma_cli.model import Kind, Record
from alma_cli.names import ID, slug
from alma_cli.value import frozen
from alma_cli.world import World

CONFIG = "config.toml"
PROBES = "probes.toml"
MOST = 2 * 1024 * 1024
"""Bytes of the largest file of a store, a checkpoint, with room."""
FOLDERS = {
    Kind.ANTI_PATTERN: "anti-patterns",
    Kind.HEURISTIC: "heuristics",
    Kind.KNOWLEDGE: "knowledge",
    Kind.PREFERENCE: "preferences",
    Kind.OUTCOME: "outcomes",
}
WORKFLOWS = "workflows"
"""The folder that holds one for each workflow."""
KINDS = {folder: kind for kind, folder in FOLDERS.items()}


@frozen
class Place:
    """A store that exists; `personal` when it is the user's own and not a project's."""

    root: Path
    personal: bool = False

    @property
    def config(self) -> Path:
        """Returns where agents, scopes and sharing are written down."""
        return self.root / CONFIG

    @property
    def lock(self) -> Path:
        """Returns the lock file: never unlinked, ignored by git."""
        return self.root / ".lock"

    @property
    def pending(self) -> Path:
        """Returns the folder of events under way."""
        return self.root / ".pending"

    @property
    def cache(self) -> Path:
        """Returns the folder of what can be rebuilt at any moment."""
        return self.root / ".cache"


def path_of(record: Record) -> str:
    """Returns where a new record is written, relative to the store, with `/`."""
    folder = f"agents/{record.agent}/{FOLDERS[record.kind]}"
    if record.kind is Kind.OUTCOME:
        folder = f"{folder}/{record.created:%Y-%m}"
    return f"{folder}/{slug(record.title)}--{record.id}.md"


def shelves(path: str, id_: str) -> Iterator[str]:
    """Yields where a new file may lie, as folders fill: each a character of its id deeper.

    A flat folder of 10,000 files costs 290 KiB of git objects a commit, and every folder 3
    microseconds of every recall (docs/decisions/0021-one-character-a-folder.md).
    """
    folder, _, name = path.rpartition("/")
    yield path
    for character in id_:
        folder = f"{folder}/{character}"
        yield f"{folder}/{name}"


def find(world: World, store: str = "") -> Place:
    """Returns the store named by `--store` or `ALMA_STORE`, else the nearest `.alma` above.

    Raises `NoStore` when there is none, `Refused` when the nearest is a link: a repository may
    bring one, and only who names a store by its path says that it may lead elsewhere.
    """
    named = store or world.environ.get("ALMA_STORE", "")
    if named:
        root = (world.cwd / named).expanduser().absolute()
        for candidate in (root, root / ".alma"):
            if (candidate / CONFIG).is_file():
                return Place(candidate)
        raise NoStore(f"`{named}` is not a store", "a store holds a `config.toml`; see `alma init`")
    for folder in (world.cwd, *world.cwd.parents):
        if (folder / ".alma" / CONFIG).is_file():
            return Place(unlinked(folder / ".alma"))
    raise NoStore(
        f"no `.alma` in `{world.cwd}` or above", "`alma init` makes one", "`--store PATH` names one"
    )


def unlinked(root: Path) -> Path:
    """Returns a folder that was found and not named; raises `Refused` where it is a link."""
    if root.is_symlink():
        raise Refused(f"`{root}` is a link", "name the store it leads to with `--store PATH`")
    return root


def find_personal(world: World) -> Place | None:
    """Returns the user's own store, or None before the first `--user` write."""
    root = personal_root(world)
    return Place(root, personal=True) if (root / CONFIG).is_file() else None


def personal_root(world: World) -> Path:
    """Returns where the user's own store is, or will be."""
    named = world.environ.get("ALMA_USER_STORE", "")
    if named:
        return (world.cwd / named).expanduser().absolute()
    home = world.environ.get("XDG_DATA_HOME", "")
    if home:
        return Path(home) / "alma"
    if sys.platform == "linux":  # what platformdirs says too; importing it costs more than a search
        return Path("~/.local/share/alma").expanduser()
    import platformdirs

    return Path(platformdirs.user_data_dir("alma", appauthor=False))


def fallback_of(world: World, place: Place) -> Path | None:
    """Returns the folder for an index where the store cannot be written to, e.g. in a sandbox."""
    if os.access(place.cache if place.cache.exists() else place.root, os.W_OK):
        return None
    if home := world.environ.get("XDG_CACHE_HOME"):
        return Path(home) / "alma"
    import platformdirs

    return Path(platformdirs.user_cache_dir("alma", appauthor=False))


def id_in(path: str) -> str:
    """Returns the id that a file name ends with, "" when it has none."""
    stem = path.rpartition("/")[2].removesuffix(".md")
    id_ = stem.rpartition("--")[2]
    return id_ if ID.match(id_) else ""


def is_memory(path: str) -> bool:
    """Says whether a file of a store that is not hidden is a memory, or the tombstone of one."""
    parts = path.split("/")
    return parts[0] == "agents" and len(parts) > 2 and path.endswith(".md")  # noqa: PLR2004


def is_tombstone(path: str) -> bool:
    """Says whether a file below `agents/` says of a memory that it is forgotten."""
    return path.split("/")[2] == "forgotten"


def buried_in(path: str) -> str:
    """Returns the id of the memory that a tombstone is about: its name up to the first dot."""
    return path.rpartition("/")[2].partition(".")[0]


def owner_in(path: str) -> str:
    """Returns the agent or `team` whose folder a path lies in, "" when in none."""
    parts = path.split("/")
    return parts[1] if len(parts) > 2 and parts[0] == "agents" else ""  # noqa: PLR2004


def kind_in(path: str) -> Kind | None:
    """Returns the kind whose folder a path lies in, None when in none."""
    parts = path.split("/")
    return KINDS.get(parts[2]) if len(parts) > 3 else None  # noqa: PLR2004


def workflow_in(path: str) -> str:
    """Returns the workflow whose folder a path lies in, "" for what is no checkpoint."""
    parts = path.split("/")
    is_one = len(parts) == 3 and parts[0] == WORKFLOWS and path.endswith(".md")  # noqa: PLR2004
    return parts[1] if is_one else ""
