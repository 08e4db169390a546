"""The checks of memories beside one another: damage, links, duplicates, contradictions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Final

from alma_cli.check import codes
from alma_cli.check.facts import Facts, Item
from alma_cli.check.finding import Finding
from alma_cli.model import LESSONS, TEAM, Outcome
from alma_cli.printable import clean_line
from alma_cli.rules.matching import compare
from alma_cli.search.row import Row
from alma_cli.text import stems, stop_stems

RAREST: Final = 3
"""Words of a title, the rarest, one of which another that says the same surely has."""
OPPOSED: Final = 0.65
"""Similarity from which opposites are about the same: "enable X" and "disable X" have 0.67."""
LEAST_SHARED: Final = 0.6
"""Dice's coefficient of two titles' stems below which they are not compared closely."""


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

    Of a pair the newer one is named, unless it alone is not looked at.
    """
    lessons = [row for row in facts.rows if row.kind in LESSONS and not row.hidden]
    titles = {row.key: frozenset(stems(row.title)) - stop_stems() for row in lessons}
    shared: dict[str, list[Row]] = defaultdict(list)
    for row in lessons:
        for stem in titles[row.key]:
            shared[stem].append(row)
    rows = {row.path: row for row in lessons}
    looked_at = {item.path for item in facts.items}
    for item in facts.items:
        if item.path not in rows:
            continue
        own = rows[item.path]
        for other in _candidates(own, titles, shared):
            if other.path not in looked_at or _age(other) < _age(own):  # else told of the other
                yield from _compared(item, own, other)


def _age(row: Row) -> tuple[object, ...]:
    return row.created, row.id


def _candidates(
    row: Row, titles: Mapping[int, frozenset[str]], shared: Mapping[str, list[Row]]
) -> list[Row]:
    """Returns the lessons of the same owner or the team whose titles have much in common."""
    own = titles[row.key]
    found: dict[int, Row] = {}
    for stem in sorted(own, key=lambda each: (len(shared[each]), each))[:RAREST]:
        found |= {other.key: other for other in shared[stem]}
    owners = {row.agent, TEAM}
    return [
        other
        for key, other in sorted(found.items())
        if key != row.key
        and (other.agent in owners or row.agent == TEAM)
        and 2 * len(own & titles[key]) >= LEAST_SHARED * (len(own) + len(titles[key]))
    ]


def _compared(item: Item, row: Row, other: Row) -> Iterator[Finding]:
    likeness = compare(row.title, other.title)
    named = f'{other.id[:4]} "{clean_line(other.title)}"'
    if row.kind is other.kind and likeness.same:
        message = f"says the same as {named}"
        yield Finding(codes.DUPLICATE, message, item.path, item.line_of("# "))
        return
    is_opposite = likeness.opposite and likeness.similarity >= OPPOSED
    if is_opposite if row.kind is other.kind else likeness.same:
        because = likeness.apart or f"that is a {other.kind.value} on the same"
        message = f"contradicts {named}: {because}"
        yield Finding(codes.CONTRADICTION, message, item.path, item.line_of("# "))


CHECKS: Final = (damaged, links, alike)
