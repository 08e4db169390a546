"""Bytes on disk: read without following a link, written so that a file is old or new."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import Self

from alma_cli.errors import Malformed
from alma_cli.sha import sha256

NO_LINK = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
"""O_NONBLOCK so that opening a FIFO that a pull request left behind does not hang."""

FOLDER = NO_LINK | os.O_DIRECTORY | getattr(os, "O_PATH", 0)
"""O_PATH, where there is one, asks for the right to enter a folder, not for that to list it."""


def digest(content: bytes) -> str:
    """Returns the name of a file's content: SHA-256 in hex."""
    return sha256(content).hexdigest()


def read(root: Path, path: str, most: int) -> bytes:
    """Returns the bytes of one file as `Reader` reads it."""
    with Reader(root) as reader:
        return reader.read(path, most)


class Reader:
    """Reads files below a folder; those that follow one another in a folder share its opening.

    Every component is opened relative to the one before and no link is followed, so a store
    that came with a pull request cannot show a file from outside.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._held: list[tuple[str, int]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._leave(0)

    def read(self, path: str, most: int) -> bytes:
        """Returns the bytes of a regular file, at most `most` of them.

        Raises `FileNotFoundError`, and `Malformed` for a link, a device, a FIFO, or a file that is
        larger than `most`.
        """
        folder, _, name = path.rpartition("/")
        try:
            file = os.open(name, NO_LINK, dir_fd=self._enter(folder))
        except OSError as error:
            if error.errno in {errno.ELOOP, errno.ENOTDIR, errno.ENXIO, errno.EMLINK}:
                raise Malformed("is or lies behind a link", path=path) from error
            raise
        try:
            return _content(file, path, most)
        finally:
            os.close(file)

    def _enter(self, folder: str) -> int:
        """Returns the folder opened, from the nearest one above it that is still held."""
        if self._held and self._held[-1][0] == folder:
            return self._held[-1][1]
        if not self._held:
            root = os.open(self._root, FOLDER & ~os.O_NOFOLLOW)
            self._held.append(("", root))
        while len(self._held) > 1 and not f"{folder}/".startswith(f"{self._held[-1][0]}/"):
            self._leave(len(self._held) - 1)
        above, inner = self._held[-1]
        for part in folder[len(above) :].split("/"):
            if part:
                inner = os.open(part, FOLDER, dir_fd=inner)
                above = f"{above}/{part}" if above else part
                self._held.append((above, inner))
        return inner

    def _leave(self, depth: int) -> None:
        while len(self._held) > depth:
            os.close(self._held.pop()[1])


def _content(file: int, path: str, most: int) -> bytes:
    seen = os.fstat(file)
    if not stat.S_ISREG(seen.st_mode):
        raise Malformed("is not a regular file", path=path)
    content = os.read(file, min(seen.st_size, most) + 1)
    if len(content) != seen.st_size:  # else that is all, and another call need not say so
        while len(content) <= most and (more := os.read(file, most + 1 - len(content))):
            content += more
    if len(content) > most:
        raise Malformed(f"is larger than {most // 1024} KiB", path=path)
    return content


def digest_at(root: Path, path: str, most: int) -> str | None:
    """Returns the digest of the file below `root`, None when there is none."""
    try:
        return digest(read(root, path, most))
    except (FileNotFoundError, NotADirectoryError):
        return None


def write(path: Path, content: bytes, *, sync: bool = True) -> None:
    """Writes a new file and, with `sync`, waits for the disk; raises `FileExistsError`."""
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o666)
    try:
        rest = memoryview(content)
        while rest:
            rest = rest[os.write(file, rest) :]
        if sync:
            os.fsync(file)
    finally:
        os.close(file)


def sync_folder(path: Path) -> None:
    """Waits until the disk has the names in a folder."""
    folder = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def make_folder(root: Path, path: str) -> None:
    """Makes the folder that `path`, a file below `root`, lies in; durable, no link followed."""
    folder = root
    for part in path.split("/")[:-1]:
        above, folder = folder, folder / part
        if folder.is_symlink():
            raise Malformed("lies behind a link", path=path)
        if not folder.is_dir():
            folder.mkdir(exist_ok=True)
            sync_folder(above)


def digest_of(file: Path) -> str | None:
    """Returns the digest of a file of any size, None where there is no regular file."""
    try:
        opened = os.open(file, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return None
    try:
        if not stat.S_ISREG(os.fstat(opened).st_mode):
            return None
        found = sha256()
        while part := os.read(opened, 1024 * 1024):
            found.update(part)
    finally:
        os.close(opened)
    return found.hexdigest()
