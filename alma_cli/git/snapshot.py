"""The files of a store at one moment: as a commit holds them, or as they stand on the disk."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path

from alma_cli.errors import Malformed
from alma_cli.files.disk import read
from alma_cli.git.head import name_of
from alma_cli.place import MOST, id_in, is_memory, is_tombstone
from alma_cli.value import frozen


@frozen
class Snapshot:
    """The files of a store by path, with git's names of what they hold, and how to read one.

    Hidden files are left out: they are not of the memory.
    `commit` is "" for the files as they stand on the disk.
    """

    commit: str
    at: datetime
    names: Mapping[str, str]
    read: Callable[[str], bytes]

    @property
    def memories(self) -> tuple[str, ...]:
        """Returns the paths of memories and tombstones, in order."""
        return tuple(sorted(filter(is_memory, self.names)))

    def path_of(self, id_: str) -> str:
        """Returns the first path whose name ends with an id, tombstones left out; "" for none."""
        return next(
            (path for path in self.memories if id_in(path) == id_ and not is_tombstone(path)), ""
        )


def listed(listing: Iterable[bytes], prefix: str = "") -> dict[str, str]:
    """Returns git's names of the regular files in what `ls-tree -r -z` lists, by path.

    `prefix` stands before each path and is taken off.
    """
    files = {}
    for line in listing:
        about, _, path = line.partition(b"\t")
        mode, _, name = about.decode().split(" ")
        if mode.startswith("100"):
            files[os.fsdecode(path)[len(prefix) :]] = name
    return files


def is_hidden(path: str) -> bool:
    """Says whether a file, or a folder that it lies in, has a name that begins with a dot."""
    return any(part.startswith(".") for part in path.split("/"))


def on_disk(root: Path, at: datetime, *, long: bool) -> Snapshot:
    """Returns the files of a store as they stand, with the names that git would give them.

    `long` for a repository whose names are SHA-256. No link is followed and no filter is run.
    """
    names = {}
    for path in _files(root):
        try:
            content = read(root, path, MOST)
        except (Malformed, FileNotFoundError):
            continue
        names[path] = name_of(content, long=long)
    return Snapshot("", at, names, lambda path: read(root, path, MOST))


def _files(root: Path) -> Iterator[str]:
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        inside = Path(folder).relative_to(root).as_posix()
        for name in sorted(files):
            if not name.startswith("."):
                yield name if inside == "." else f"{inside}/{name}"
