"""How far lessons are believed, given files that need not be in any store."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from datetime import datetime

from alma_cli.errors import Malformed
from alma_cli.files.disk import digest
from alma_cli.files.memory import id_of_path, parse
from alma_cli.model import Memory, Origin, Outcome, Stored
from alma_cli.place import buried_in, is_tombstone
from alma_cli.rules.evidence import Evidence, Fading, weigh
from alma_cli.search.index import Index
from alma_cli.search.row import EPOCH


def believed(
    paths: Iterable[str],
    read: Callable[[str], bytes],
    ids: Collection[str],
    now: datetime,
    fading: Fading,
) -> dict[str, Evidence]:
    """Returns the evidence for the memories of these ids that the files hold.

    `paths` are those of memories and tombstones; only files that name one of the ids are parsed.
    What one of them replaces, or is replaced by, is weighed too, since it inherits evidence.
    """
    found = _naming(tuple(paths), read, {*ids}) if ids else ()
    buried = {buried_in(path) for path in paths if is_tombstone(path)}
    lessons = [one.record for one in found if isinstance(one.record, Memory)]
    with Index.of([one for one in found if one.record.id not in buried], fading) as index:
        tallies = index.tallies([record.id for record in lessons])
    day = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return {
        record.id: weigh(
            record.kind,
            record.origin or Origin.LEARNED,
            tallies.get(record.id, ()),
            day,
            fading.half_life(record.domain),
        )
        for record in reversed(lessons)
    }


def _naming(paths: tuple[str, ...], read: Callable[[str], bytes], ids: set[str]) -> list[Stored]:
    """Returns what the files hold that name one of the ids, or one of what follows from them."""
    found: dict[str, Stored] = {}
    known: set[str] = set()
    while fresh := ids - known:
        known |= fresh
        named = re.compile("|".join(map(re.escape, sorted(fresh))).encode())
        for path in paths:
            if path in found or is_tombstone(path):
                continue
            content = read(path)
            # A file that a person wrote need not say an id: then it has that of its path.
            texts = (content, path.encode("utf-8", "replace"), id_of_path(path).encode())
            if not any(map(named.search, texts)):
                continue
            try:
                record = parse(content, path, EPOCH)
            except Malformed:
                continue
            if _bears(record, known):
                found[path] = Stored(record, path, digest(content))
                if isinstance(record, Memory):
                    ids |= {record.id, *record.supersedes}
    return [found[path] for path in sorted(found)]


def _bears(record: Memory | Outcome, ids: set[str]) -> bool:
    if isinstance(record, Outcome):
        return not ids.isdisjoint((*record.lessons, *record.used))
    return record.id in ids or not ids.isdisjoint(record.supersedes)
