"""What is so, gathered once; every check is a function of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from alma_cli import config as configuration
from alma_cli.config import Config
from alma_cli.errors import AlmaError, GitFailed, Malformed
from alma_cli.files import checkpoint
from alma_cli.files.disk import Reader
from alma_cli.files.header import Parts, split
from alma_cli.files.memory import MOST_FILE, parse
from alma_cli.files.tombstone import tombstones
from alma_cli.git.changed import project_files
from alma_cli.here import Here
from alma_cli.library import fallback_of
from alma_cli.model import Outcome, Record
from alma_cli.place import MOST, WORKFLOWS, Place
from alma_cli.search.index import Index
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

    `items` and `saved` are looked at, `rows` are all memories there are. `files` are the project's
    as the globs of memories name them, None where nobody can tell. `base` is the configuration to
    compare with, None without one.
    """

    config: Config
    items: tuple[Item, ...]
    saved: tuple[Saved, ...]
    rows: tuple[Row, ...]
    broken: tuple[Malformed, ...]
    forgotten: frozenset[str]
    files: tuple[str, ...] | None
    base: Config | None = None


def gather(here: Here, wanted: frozenset[str] | None, base: bytes | None) -> Facts:
    """Returns what is so in the project's store; only `wanted` files are looked at, None all."""
    rows, unreadable = _indexed(here)
    items = _items(here.place, rows, wanted)
    broken = [error for error in unreadable if wanted is None or error.path in wanted]
    saved = tuple(_saved(here.place, wanted, broken))
    has_globs = any(item.globs for item in items)
    return Facts(
        here.config,
        items,
        saved,
        rows,
        tuple(broken),
        frozenset(tomb.id for tomb in tombstones(here.place.root)),
        _files(here) if has_globs else None,
        None if base is None else as_config(here.world, base),
    )


def items_of(here: Here, wanted: frozenset[str] | None) -> tuple[Item, ...]:
    """Returns the memories to look at, all where `wanted` is None, by path."""
    return _items(here.place, _indexed(here)[0], wanted)


def _indexed(here: Here) -> tuple[tuple[Row, ...], tuple[Malformed, ...]]:
    with Index.open(
        here.place,
        now=here.world.now(),
        fading=here.fading,
        fallback=fallback_of(here, here.place),
        fresh=True,
    ) as index:
        return index.find(""), index.broken


def _items(place: Place, rows: tuple[Row, ...], wanted: frozenset[str] | None) -> tuple[Item, ...]:
    found = []
    with Reader(place.root) as reader:
        for row in sorted(rows, key=lambda one: one.path):
            if wanted is not None and row.path not in wanted:
                continue
            try:
                content = reader.read(row.path, MOST_FILE)
                record = parse(content, row.path, row.created)
            except (Malformed, OSError):  # it changed while we looked, and the index names it
                continue
            found.append(Item(record, row.path, content, split(content)))
    return tuple(found)


def _saved(place: Place, wanted: frozenset[str] | None, broken: list[Malformed]) -> Iterator[Saved]:
    """Yields the checkpoints, and adds what is none to `broken`."""
    with Reader(place.root) as reader:
        for file in sorted((place.root / WORKFLOWS).glob("*/*.md")):
            path = file.relative_to(place.root).as_posix()
            if wanted is not None and path not in wanted:
                continue
            try:
                content = reader.read(path, MOST)
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
