"""What follows from several files together: which memories count, and the evidence for each."""

from __future__ import annotations

from collections import defaultdict
from math import fsum
from typing import TYPE_CHECKING, Final

from alma_cli.model import TEAM
from alma_cli.search.fill import erase_fields, write_fields
from alma_cli.search.row import Table
from alma_cli.text import stems

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from sqlite3 import Connection

    from alma_cli.rules.evidence import Fading
    from alma_cli.search.fill import Touched

DAY: Final = 86_400_000_000
"""Microseconds."""
MOST_TASKS: Final = 32
"""Tasks whose words lead to a lesson: the newest, each once."""


def settle(db: Connection, touched: Touched, fading: Fading) -> None:
    """Brings what is derived from memories in line with them, after some were touched.

    It looks at files alone, not at the order in which they came: the same files give the same
    numbers, to the last bit.
    """
    _settle_heirs(db, touched)
    db.execute("CREATE TEMP TABLE IF NOT EXISTS touched(id TEXT PRIMARY KEY) WITHOUT ROWID")
    db.execute("DELETE FROM touched")
    db.executemany("INSERT INTO touched VALUES (?)", [(one,) for one in touched.ids])
    # A cross join keeps the order: what was touched is mostly little, what is known much.
    changed = db.execute(
        "SELECT m.key, CASE"
        " WHEN EXISTS (SELECT 1 FROM memories d WHERE d.id = m.id AND d.path < m.path)"
        " THEN 'duplicate'"
        " WHEN EXISTS (SELECT 1 FROM forgotten f WHERE f.id = m.id) THEN 'forgotten'"
        " WHEN EXISTS (SELECT 1 FROM heirs h WHERE h.id = m.id) THEN 'superseded'"
        " ELSE '' END AS standing"
        " FROM touched t CROSS JOIN memories m ON m.id = t.id WHERE standing != m.hidden"
    ).fetchall()
    for key, standing in changed:
        db.execute("UPDATE memories SET hidden = ? WHERE key = ?", (standing, key))
        touched.lessons.update(
            one for (one,) in db.execute("SELECT lesson FROM testimony WHERE outcome = ?", (key,))
        )
    testified = db.execute("SELECT t.lesson FROM testimony t JOIN touched u ON u.id = t.lesson")
    touched.lessons.update(one for (one,) in testified)
    heirs = dict(db.execute("SELECT id, heir FROM heirs"))
    touched.lessons.update(heirs[one] for one in touched.lessons & heirs.keys())
    for lesson in sorted(touched.lessons):
        _weigh(db, lesson, fading)


def all_lessons(db: Connection) -> set[str]:
    """Returns the ids that some outcome names, for when all evidence has to be weighed anew."""
    return {one for (one,) in db.execute("SELECT DISTINCT lesson FROM testimony")}


def heirs_of(edges: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Returns for each replaced id the one that counts in its place; edges lead from old to new.

    It is the end of the chain; of several ends, or in a cycle, the smallest id.
    """
    after: dict[str, set[str]] = defaultdict(set)
    for old, new in edges:
        after[old].add(new)
    reached = {old: _reach(old, after) for old in after}
    heirs = {}
    for old, seen in reached.items():
        ends = [
            one for one in seen if all(one in reached.get(far, ()) for far in reached.get(one, ()))
        ]
        if min(ends) != old:
            heirs[old] = min(ends)
    return heirs


def _reach(start: str, after: Mapping[str, set[str]]) -> set[str]:
    """Returns what can be reached in one step or more."""
    seen: set[str] = set()
    todo = [start]
    while todo:
        fresh = after.get(todo.pop(), set()) - seen
        seen |= fresh
        todo.extend(fresh)
    return seen


def _settle_heirs(db: Connection, touched: Touched) -> None:
    # Only the owner or the team can replace a memory: nobody silences another agent's.
    edges = db.execute(
        "SELECT s.old, m.id FROM supersedes s JOIN memories m ON m.key = s.key"
        " JOIN buckets b ON b.key = m.key >> 32"
        " LEFT JOIN memories o ON o.id = s.old LEFT JOIN buckets c ON c.key = o.key >> 32"
        " WHERE NOT EXISTS (SELECT 1 FROM forgotten f WHERE f.id = m.id)"
        " AND NOT EXISTS (SELECT 1 FROM memories d WHERE d.id = m.id AND d.path < m.path)"
        " AND (c.agent IS NULL OR b.agent IN (c.agent, ?))",
        (TEAM,),
    ).fetchall()
    before = dict(db.execute("SELECT id, heir FROM heirs"))
    now = heirs_of(edges)
    changed = {one for one, _heir in before.items() ^ now.items()}
    if not changed:
        return
    db.execute("DELETE FROM heirs")
    db.executemany("INSERT INTO heirs VALUES (?, ?)", sorted(now.items()))
    touched.ids |= changed
    for one in changed:
        touched.lessons |= {one, before.get(one, one), now.get(one, one)}


def _weigh(db: Connection, lesson: str, fading: Fading) -> None:
    """Writes down anew what the outcomes that name a lesson, or one it replaced, say of it."""
    said = db.execute(
        "SELECT b.agent, m.result, max(t.entire), m.created, m.task FROM testimony t"
        " JOIN memories m ON m.key = t.outcome JOIN buckets b ON b.key = m.key >> 32"
        " WHERE m.hidden = '' AND t.lesson IN"
        " (SELECT ?1 UNION SELECT id FROM heirs WHERE heir = ?1)"
        " GROUP BY m.key ORDER BY m.created, m.id",
        (lesson,),
    ).fetchall()
    half_life = fading.half_life(_domain(db, lesson))
    times: dict[tuple[str, str, int], list[int]] = defaultdict(list)
    for agent, result, entire, created, _task in said:
        times[agent, result, entire].append(created)
    db.execute("DELETE FROM tallies WHERE lesson = ?", (lesson,))
    db.executemany(
        "INSERT INTO tallies VALUES (?, ?, ?, ?, ?, ?, ?)",
        [
            (lesson, *said_by, len(some), _decayed(some, half_life), max(some))
            for said_by, some in times.items()
        ],
    )
    tasks = dict.fromkeys(task for _, _, entire, _, task in reversed(said) if entire and task)
    spoken = "\n".join(list(tasks)[:MOST_TASKS])
    _write_tasks(db, lesson, "".join(f"{one} " for one in dict.fromkeys(stems(spoken))))


def _domain(db: Connection, lesson: str) -> str:
    """Returns what a memory is about, "" where it is not in this store."""
    found = db.execute(
        "SELECT b.domain FROM memories m JOIN buckets b ON b.key = m.key >> 32"
        " WHERE m.id = ? ORDER BY m.path LIMIT 1",
        (lesson,),
    ).fetchone()
    return str(found[0]) if found else ""


def _decayed(times: list[int], half_life_days: float) -> float:
    from alma_cli.rules.evidence import left

    newest = max(times)
    return fsum(left((newest - one) / DAY, half_life_days) for one in times)


def _write_tasks(db: Connection, lesson: str, tasks: str) -> None:
    rows = db.execute(
        "SELECT a.rowid, a.tasks FROM memories m JOIN advice a ON a.rowid = m.key WHERE m.id = ?",
        (lesson,),
    ).fetchall()
    for key, before in rows:
        if before != tasks:
            *others, _tasks = erase_fields(db, Table.ADVICE, key)
            write_fields(db, Table.ADVICE, [(key, *others, tasks)])
