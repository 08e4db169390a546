"""What a session was told and what it went through: a few lines in the cache, gone with it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from fcntl import LOCK_EX, flock
from pathlib import Path
from typing import Final

from alma_cli.sha import sha256

MOST_BYTES: Final = 64 * 1024
"""Bytes of the notes on one session; after that nothing is added, and things may be said twice."""
MOST_KEPT: Final = 100
"""Sessions of which something is known."""
TOLD: Final = "told"


class Session:
    """The notes on one session, shared by all processes that answer its events.

    A note is one line of words. Each call holds the lock of the file for as long as it takes to
    read or write it. Without a folder nothing is kept, and everything is new each time.
    """

    def __init__(self, folder: Path | None, name: str) -> None:
        self._folder = folder
        self._name = f"{sha256(name.encode('utf-8', 'replace')).hexdigest()[:16]}.txt"

    def notes(self) -> tuple[str, ...]:
        """Returns all notes, oldest first, but those on what was told."""
        with self._opened() as file:
            return tuple(line for line in _lines(file) if not line.startswith(f"{TOLD} "))

    def note(self, *lines: str) -> None:
        """Adds notes."""
        with self._opened() as file:
            _add(file, lines)

    def told(self, where: str) -> frozenset[str]:
        """Returns the ids of what was told there, e.g. at a prompt."""
        with self._opened() as file:
            return _told(file, where)

    def tell(self, where: str, ids: Iterable[str]) -> frozenset[str]:
        """Notes that these are told there now; returns those that were not before.

        Of several processes with the same id one is given it.
        """
        with self._opened() as file:
            known = _told(file, where)
            new = dict.fromkeys(id_ for id_ in ids if id_ not in known)
            _add(file, [f"{TOLD} {where} {id_}" for id_ in new])
            return frozenset(new)

    def ids(self) -> tuple[str, ...]:
        """Returns the ids of what was told since the context was new.

        What came up most often is first, and of what came up as often the last.
        """
        with self._opened() as file:
            told = [line for line in _lines(file) if line.startswith(f"{TOLD} ")]
        ids = [line.rpartition(" ")[2] for line in reversed(told)]
        return tuple(sorted(dict.fromkeys(ids), key=ids.count, reverse=True))

    def forget_told(self) -> None:
        """Lets everything be told again; other notes stay. Old sessions are dropped."""
        with self._opened() as file:
            kept = [line for line in _lines(file) if not line.startswith(f"{TOLD} ")]
            if file is not None:
                os.ftruncate(file, 0)
                _add(file, kept)
        self._drop_old()

    @contextmanager
    def _opened(self) -> Iterator[int | None]:
        """Gives the file, locked; None where there is none to be had."""
        if self._folder is None:
            yield None
            return
        file = _open(self._folder, self._name)
        try:
            flock(file, LOCK_EX)
            yield file
        finally:
            os.close(file)

    def _drop_old(self) -> None:
        if self._folder is None:
            return
        dated = []
        for path in self._folder.glob("*.txt"):
            with suppress(FileNotFoundError):  # another process dropped it
                dated.append((path.lstat().st_mtime_ns, path))
        for _, path in sorted(dated, reverse=True)[MOST_KEPT:]:
            with suppress(FileNotFoundError):
                path.unlink()


def _open(folder: Path, name: str) -> int:
    if folder.is_symlink() or folder.parent.is_symlink():
        raise OSError(f"`{folder}` lies behind a link")
    flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        return os.open(folder / name, flags, 0o600)
    except FileNotFoundError:
        folder.mkdir(parents=True, exist_ok=True)
        return os.open(folder / name, flags, 0o600)


def _lines(file: int | None) -> list[str]:
    if file is None:
        return []
    return os.pread(file, MOST_BYTES + 1, 0).decode("utf-8", "replace").splitlines()


def _told(file: int | None, where: str) -> frozenset[str]:
    start = f"{TOLD} {where} "
    return frozenset(line.removeprefix(start) for line in _lines(file) if line.startswith(start))


def _add(file: int | None, lines: Iterable[str]) -> None:
    text = "".join(f"{' '.join(line.split())}\n" for line in lines).encode()
    if file is not None and text and os.fstat(file).st_size + len(text) <= MOST_BYTES:
        os.write(file, text)
