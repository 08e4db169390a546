"""One writer at a time: a lock on a file that is never removed."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from alma_cli.errors import Conflict, Refused

PATIENCE: Final = 30.0
"""Seconds a writer waits for the others."""
STEP: Final = 0.002
"""Seconds between two tries: short, or one process starves while others keep taking turns."""


@contextmanager
def locked(path: Path, patience: float = PATIENCE) -> Iterator[None]:
    """Holds the lock at `path` inside the block; the kernel frees it when the process dies.

    Raises `Conflict` after `patience` seconds, `Refused` where the lock file is a link.
    """
    try:
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o666)
    except OSError as error:
        if path.is_symlink():
            raise Refused(f"the lock `{path}` is a link", "remove it and try again") from error
        raise Conflict(f"cannot open the lock `{path}`: {error.strerror}") from error
    try:
        deadline = time.monotonic() + patience
        while not _taken(file):
            if time.monotonic() > deadline:
                raise Conflict(
                    f"another `alma` has held `{path}` for {patience:.0f} seconds", "try again"
                )
            time.sleep(STEP)
        yield
    finally:
        os.close(file)


def _taken(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
