"""Indexes that stay open from one question to the next, for a program that is asked for hours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alma_cli.search.index import Index
from alma_cli.search.opening import Opening
from alma_cli.search.watch import Watch

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from alma_cli.place import Place
    from alma_cli.rules.evidence import Fading


class Kept:
    """The open indexes of one thread, each in step with its files whenever it is asked for.

    Where the kernel can tell what changed, files are not looked at for it.
    """

    def __init__(self) -> None:
        self._indexes: dict[Place, Index] = {}
        self._watches: dict[Place, Watch] = {}

    def open(
        self,
        place: Place,
        *,
        now: datetime,
        fading: Fading,
        fallback: Path | None = None,
        fresh: bool = False,
        most_reads: int | None = None,
    ) -> Index:
        """Returns the index of a store as `Index.open` does; it is to rest, not to be closed."""
        if place not in self._watches:
            self._watches[place] = Watch(place.root)
        watch = self._watches[place]
        opening = Opening(place, now, fading, fallback, fresh, most_reads, watch)
        index = self._indexes.pop(place, None)  # what fails is not kept
        if index is None:
            index = Index(opening)
        else:
            index.renew(opening)
        self._indexes[place] = index
        return index
