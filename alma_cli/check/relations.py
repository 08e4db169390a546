"""The checks of memories beside one another: damage, links, duplicates, contradictions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from alma_cli.check import codes
from alma_cli.check.facts import Facts, Item
from alma_cli.check.finding import Finding
from alma_cli.model import LESSONS, TEAM, Outcome
from alma_cli.printable import clean_line
from alma_cli.rules.matching import Likeness, compare_read, conflict
from alma_cli.rules.pairing import pairs
from alma_cli.rules.strategy import read
from alma_cli.search.row import Row
from alma_cli.text import stop_stems

OPPOSED: Final = 0.65
"""Similarity from which opposites are about the same: "enable X" and "disable X" have 0.67."""


def damaged(facts: Facts) -> Iterator[Finding]:
    """Finds files that are skipped, since they cannot be read as memories."""
    for error in facts.broken:
        code = codes.UNREADABLE
        if error.reason.startswith("has the id of"):
            code = codes.SAME_ID
        elif "merge conflict" in error.reason:
            code = codes.CONFLICTED
        elif "larger than" in error.reason:
            code = codes.TOO_LARGE
        yield Finding(code, error.reason, error.path, error.line)


def links(facts: Facts) -> Iterator[Finding]:
    """Finds ids that are named and are not there; what was forgotten is known all the same."""
    known = {row.id for row in facts.rows} | facts.forgotten
    for item in facts.items:
        record = item.record
        if isinstance(record, Outcome):
            named = {"lessons": record.lessons, "used": record.used}
        else:
            named = {"supersedes": record.supersedes}
        for key, ids in named.items():
            for id_ in ids:
                if id_ not in known:
                    message = f"names `{clean_line(id_)}` in `{key}`, which is not there"
                    yield Finding(codes.MISSING_LINK, message, item.path, item.line_of(key))


def alike(facts: Facts) -> Iterator[Finding]:
    """Finds lessons that say the same as another, or the opposite, each pair once.

    Of a pair the newer one is named, unless only the other is looked at.
    """
    items = {item.path: item for item in facts.items if item.record.kind in LESSONS}
    lessons = [row for row in facts.rows if row.kind in LESSONS and not row.hidden]
    lessons = sorted(_nearby(items, lessons, facts.titles), key=lambda row: (row.created, row.id))
    spoken = [read(row.title) for row in lessons]
    for place, others in pairs(spoken):
        for other in others:
            newer, older = lessons[place], lessons[other]
            if not _meet(newer, older) or items.keys().isdisjoint((newer.path, older.path)):
                continue
            likeness = compare_read(spoken[place], spoken[other])
            told, beside = (newer, older) if newer.path in items else (older, newer)
            yield from _compared(items[told.path], told, beside, likeness)


def _nearby(
    items: Mapping[str, Item], lessons: Sequence[Row], titles: Mapping[int, str]
) -> Sequence[Row]:
    """Returns the lessons that are looked at, and those with half of the words of one of them.

    It spares reading the titles of ten thousand, when a branch has changed twenty.
    """
    if len(items) == len(lessons):
        return lessons
    words = {row.key: frozenset(titles[row.key].split()) - stop_stems() for row in lessons}
    wanted = [words[row.key] for row in lessons if row.path in items]
    said = frozenset().union(*wanted)
    least = min(map(len, wanted), default=0)

    def is_near(row: Row) -> bool:
        shared = words[row.key] & said
        return 2 * len(shared) >= least and any(2 * len(shared & one) >= len(one) for one in wanted)

    return [row for row in lessons if row.path in items or is_near(row)]


def _meet(one: Row, other: Row) -> bool:
    """Says whether two memories are of one owner, or one of them is the team's."""
    return one.agent == other.agent or TEAM in {one.agent, other.agent}


def _compared(item: Item, row: Row, other: Row, likeness: Likeness) -> Iterator[Finding]:
    named = f'{other.id[:4]} "{clean_line(other.title)}"'
    because = conflict(row.kind, other.kind, likeness)
    if row.kind is other.kind and likeness.same:
        message = f"says the same as {named}"
        yield Finding(codes.DUPLICATE, message, item.path, item.line_of("# "))
    elif because and likeness.similarity >= OPPOSED:
        message = f"contradicts {named}: {because}"
        yield Finding(codes.CONTRADICTION, message, item.path, item.line_of("# "))


CHECKS: Final = (damaged, links, alike)
