"""What is so, gathered once; every check is a function of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeAlias

from alma_cli import config as configuration
from alma_cli.config import Config
from alma_cli.errors import AlmaError, BadConfig, GitFailed, Malformed
from alma_cli.files import checkpoint
from alma_cli.files.disk import Reader
from alma_cli.files.header import Parts, split
from alma_cli.files.memory import MOST_FILE, parse
from alma_cli.files.tombstone import tombstones
from alma_cli.flow.probing import Asked, as_everybody, ask
from alma_cli.git.changed import Changed, project_files
from alma_cli.here import Here
from alma_cli.library import Held, hold
from alma_cli.model import Outcome, Record
from alma_cli.place import MOST, PROBES, WORKFLOWS, Place
from alma_cli.probes import load, parsed
from alma_cli.rules.expecting import Probe
from alma_cli.search.row import Row
from alma_cli.value import frozen
from alma_cli.world import World


@frozen
class Item:
    """A memory to look at: what it says, its file, and that in its parts as they stand."""

    record: Record
    path: str
    content: bytes
    parts: Parts

    @property
    def header(self) -> Mapping[str, object]:
        """Returns the header as a table."""
        return self.parts.header

    @property
    def text(self) -> str:
        """Returns the file as text."""
        return self.content.decode("utf-8-sig")

    @property
    def globs(self) -> tuple[str, ...]:
        """Returns the globs of the files that it is about."""
        record = self.record
        if isinstance(record, Outcome):
            return ()
        return (*record.paths, *(record.guard.paths if record.guard else ()))

    def line_of(self, start: str) -> int:
        """Returns the first line that starts so, else that of the title, else 0."""
        lines = self.text.split("\n")
        for wanted in (start, "# "):
            for number, line in enumerate(lines, 1):
                if line.startswith(wanted):
                    return number
        return 0


@frozen
class Saved:
    """The file of a checkpoint to look at, and the reason for which it may hold a secret."""

    path: str
    content: bytes
    parts: Parts
    allowed_secret: str


@frozen
class Facts:
    """All that is known of one store.

    `items` and `saved` are looked at, `rows` are all memories there are, `titles` the stems of what
    advises among them, by the row's key. `files` are the project's
    as the globs of memories name them, None where nobody can tell. `base` is the configuration to
    compare with, None without one. `asked` are the probes with their answers, `bad_probes` is why
    there are none, `base_probes` are those to compare with. `config_text` is that of `config`.
    """

    config: Config
    items: tuple[Item, ...]
    saved: tuple[Saved, ...]
    rows: tuple[Row, ...]
    titles: Mapping[int, str]
    broken: tuple[Malformed, ...]
    forgotten: frozenset[str]
    files: tuple[str, ...] | None
    base: Config | None = None
    asked: tuple[Asked, ...] = ()
    bad_probes: BadConfig | None = None
    base_probes: tuple[Probe, ...] = ()
    config_text: str = ""


Read: TypeAlias = Callable[[str, int], bytes]
"""Gives the bytes at a path of a store; a file of more than so many is `Malformed`."""


def gather(here: Here, wanted: frozenset[str] | None, base: Changed | None) -> Facts:
    """Returns what is so in the project's store; only `wanted` files are looked at, None all."""
    there = as_everybody(here)
    with hold(there) as held:
        rows, unreadable = held.index.find(""), held.index.broken
        titles = held.index.titles()
        asked, bad_probes = ((), None) if wanted == frozenset() else _asked(there, held)
    broken = [error for error in unreadable if wanted is None or error.path in wanted]
    with Reader(here.place.root) as reader:
        items = items_in(rows, wanted, reader.read)
        saved = tuple(saved_in(_checkpoints(here.place), wanted, reader.read, broken))
    has_globs = any(item.globs for item in items)
    return Facts(
        here.config,
        items,
        saved,
        rows,
        titles,
        tuple(broken),
        frozenset(tomb.id for tomb in tombstones(here.place.root)),
        _files(here) if has_globs else None,
        as_config(here.world, base.config) if base and base.config is not None else None,
        asked,
        bad_probes,
        as_probes(base.probes) if base and base.probes is not None else (),
        here.place.config.read_text("utf-8", "replace"),
    )


def _asked(there: Here, held: Held) -> tuple[tuple[Asked, ...], BadConfig | None]:
    """Returns the probes with their answers, or why they cannot be asked."""
    try:
        return ask(there, held, load(there.place)), None
    except BadConfig as error:
        return (), error


def as_probes(content: bytes) -> tuple[Probe, ...]:
    """Returns the probes as they were, none where they could not be used."""
    try:
        return parsed(content, PROBES)
    except BadConfig:
        return ()


def items_of(here: Here, wanted: frozenset[str] | None) -> tuple[Item, ...]:
    """Returns the memories to look at, all where `wanted` is None, by path."""
    with hold(here) as held, Reader(here.place.root) as reader:
        return items_in(held.index.find(""), wanted, reader.read)


def items_in(rows: Iterable[Row], wanted: frozenset[str] | None, read: Read) -> tuple[Item, ...]:
    """Returns the memories to look at of those that there are, all where `wanted` is None."""
    found = []
    for row in sorted(rows, key=lambda one: one.path):
        if wanted is not None and row.path not in wanted:
            continue
        try:
            content = read(row.path, MOST_FILE)
            record = parse(content, row.path, row.created)
        except (Malformed, OSError):  # it changed while we looked, and the index names it
            continue
        found.append(Item(record, row.path, content, split(content)))
    return tuple(found)


def _checkpoints(place: Place) -> list[str]:
    files = (place.root / WORKFLOWS).glob("*/*.md")
    return sorted(file.relative_to(place.root).as_posix() for file in files)


def saved_in(
    paths: Iterable[str], wanted: frozenset[str] | None, read: Read, broken: list[Malformed]
) -> Iterator[Saved]:
    """Yields the checkpoints to look at, and adds what is none to `broken`."""
    for path in paths:
        if wanted is not None and path not in wanted:
            continue
        try:
            content = read(path, MOST)
            one = checkpoint.parse(content, path)
            checkpoint.state_of(one, path)
            yield Saved(path, content, split(content), one.allowed_secret)
        except Malformed as error:
            broken.append(Malformed(error.reason, path=path, line=error.line))
        except OSError:
            continue  # somebody removed it just now


def _files(here: Here) -> tuple[str, ...] | None:
    try:
        return project_files(here.place.root.parent, here.world.environ)
    except GitFailed:
        return None


def as_config(world: World, content: bytes) -> Config | None:
    """Returns a configuration as it was, None for one that could not be used."""
    with TemporaryDirectory(prefix="alma-") as folder:
        place = Place(Path(folder).resolve())
        place.config.write_bytes(content)
        try:
            return configuration.load(world, place, None, strict=False)
        except AlmaError:
            return None
