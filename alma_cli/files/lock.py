"""One writer at a time: a lock on a file that is never removed."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Final

from alma_cli.errors import AlmaError, Conflict, Refused

PATIENCE: Final = 30.0
"""Seconds a writer waits for the others."""


@contextmanager
def locked(path: Path, patience: float = PATIENCE) -> Iterator[None]:
    """Holds the lock at `path` inside the block; the kernel frees it when the process dies.

    Raises `Conflict` after `patience` seconds, `Refused` where the lock file is a link or somebody
    else put it there, `AlmaError` where it cannot be opened.
    """
    try:
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o666)
    except OSError as error:
        if path.is_symlink():
            raise Refused(f"the lock `{path}` is a link", "remove it and try again") from error
        message = f"cannot open the lock `{path}`: {error.strerror}"
        raise AlmaError(message, "`alma doctor` looks for what is wrong with the store") from error
    try:
        if not _ours(file, path):
            raise Refused(
                f"the lock `{path}` is neither yours nor that of the owner of its folder",
                "see who can write to that folder, then remove the lock and try again",
            )
        if not _taken(file, patience):
            raise Conflict(
                f"another `alma` has held `{path}` for {patience:.0f} seconds", "try again"
            )
        yield
    finally:
        os.close(file)


def _ours(file: int, path: Path) -> bool:
    """Says whether we, or the owner of a store that several people share, made the lock.

    In a folder that everybody may write to, whoever makes the file first could hold up all writers.
    """
    return os.fstat(file).st_uid in {os.geteuid(), path.parent.stat().st_uid}


def _taken(file: int, patience: float) -> bool:
    """Says whether the lock was taken in time.

    Asking again and again starves: one of 16 writers waited 14 seconds where its turn took 2. A
    thread that blocks in the kernel has its turn in the order of arrival. When the time is up the
    file is closed under it, so that it lets go of the lock as soon as it gets it.
    """
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        waiter = Thread(target=fcntl.flock, args=(file, fcntl.LOCK_EX), daemon=True)
        waiter.start()
        waiter.join(patience)
        return not waiter.is_alive()
    return True
