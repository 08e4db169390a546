"""A line for each event that was not answered, since a hook says nothing itself."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path
from typing import Final

from alma_cli.printable import clean_line, shorten

NAME: Final = "hook.log"
MOST_BYTES: Final = 64 * 1024
"""Bytes after which a log is set aside for a new one; the one set aside before is gone then."""
MOST_LINE: Final = 500


def write(folder: Path, now: datetime, text: str) -> None:
    """Adds a line; raises `OSError` where that cannot be."""
    file = folder / NAME
    if folder.is_symlink():
        raise OSError(f"`{folder}` is a link")
    folder.mkdir(parents=True, exist_ok=True)
    line = f"{now:%Y-%m-%dT%H:%M:%SZ} {shorten(clean_line(text), MOST_LINE)}\n"
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC
    opened = os.open(file, flags, 0o600)
    try:
        os.write(opened, line.encode())
        is_full = os.fstat(opened).st_size > MOST_BYTES
    finally:
        os.close(opened)
    if is_full:
        file.replace(folder / f"{NAME}.1")
