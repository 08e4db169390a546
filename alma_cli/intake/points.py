"""The points of files that are read whole: which of those that are here are there no more."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from alma_cli.intake.known import Known
from alma_cli.library import Found
from alma_cli.model import LESSONS, Kind, Memory
from alma_cli.rules.matching import NEAR, Likeness, compare
from alma_cli.sources.piece import Row

MARK = "#"
"""What stands in a reference between the place of a point and the mark of what it says."""


class Points:
    """What is here of the files of an import, beside what those files say now."""

    def __init__(self, known: Known, rows: Iterable[Row]) -> None:
        self._known = known
        self._marks: dict[str, set[str]] = {}
        for row in rows:
            if row.file:
                mark = row.whence.ref.rpartition(MARK)[2]
                self._marks.setdefault(row.file, set()).add(mark)

    @property
    def gone(self) -> tuple[Found, ...]:
        """Returns the memories of which no point of their file says anything like it."""
        return tuple(self._gone.values())

    def before(self, row: Row, memory: Memory) -> Found | None:
        """Returns the memory that a new point is the new wording of, None for one that is new.

        That is the nearest of those that are gone from below the same heading.
        """
        place = row.whence.ref.rpartition(MARK)[0]
        likely = [
            (likeness.similarity, one)
            for one in (self.gone if row.file else ())
            if one.row.ref.rpartition(MARK)[0] == place
            and (one.row.agent, one.row.kind) == (memory.agent, memory.kind)
            and _is_wording(likeness := compare(one.row.title, memory.title), memory.kind)
        ]
        if not likely:
            return None
        _, found = max(likely, key=lambda each: each[0])
        self.keep(found)
        return found

    def keep(self, one: Found) -> None:
        """Notes that a point says what a memory says, wherever it stands."""
        self._gone.pop(one.row.id, None)

    @cached_property
    def _gone(self) -> dict[str, Found]:
        known = self._known.visible if self._marks else ()
        return {one.row.id: one for one in known if self._is_gone(one.row.ref)}

    def _is_gone(self, ref: str) -> bool:
        place, _, mark = ref.rpartition(MARK)
        file = place if place in self._marks else place.rpartition("/")[0]  # without its heading
        return file in self._marks and mark not in self._marks[file]


def _is_wording(likeness: Likeness, kind: Kind) -> bool:
    """Says whether a text is another wording of one that is gone.

    What makes two strategies different, as another number, is what an edit changes; but evidence
    for one strategy is none for another.
    """
    return likeness.same if kind in LESSONS else likeness.similarity >= NEAR
