"""What lies outside the program: folder, environment, clock, chance and terminal."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from alma_cli.errors import AlmaError
from alma_cli.names import make_id


def _here() -> Path:
    try:
        return Path.cwd()
    except FileNotFoundError as error:
        gone = "the folder that this was started in is gone"
        raise AlmaError(gone, "go to another one") from error


def _now() -> datetime:
    return datetime.now(UTC)


def _new_id() -> str:
    # `random` takes longer to import than to draw; of 2**64 numbers none is a favourite.
    return make_id(lambda most: int.from_bytes(os.urandom(8)) % most)


class World:
    """The one seam to the outside; tests hand in another, nothing else reads these by itself.

    Raises `AlmaError` where no folder is given and the one we are in is gone.
    """

    def __init__(
        self,
        cwd: Path | None = None,
        environ: Mapping[str, str] | None = None,
        now: Callable[[], datetime] = _now,
        new_id: Callable[[], str] = _new_id,
    ) -> None:
        self.cwd: Final = cwd or _here()
        self.environ: Final[Mapping[str, str]] = dict(os.environ) if environ is None else environ
        self.now: Final = now
        self.new_id: Final = new_id

    def stdin_is_terminal(self) -> bool:
        """Says whether a person can be asked."""
        return sys.stdin is not None and sys.stdin.isatty()

    def stdout_is_terminal(self) -> bool:
        """Says whether a person is looking."""
        return sys.stdout is not None and sys.stdout.isatty()
