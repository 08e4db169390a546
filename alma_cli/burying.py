"""What it takes to forget a memory: its file goes, and a tombstone keeps it away."""

from __future__ import annotations

from alma_cli.files.disk import digest
from alma_cli.files.header import to_millisecond
from alma_cli.files.memory import tidy
from alma_cli.files.tombstone import format_tombstone, path_of_tombstone, tombstones
from alma_cli.here import Here
from alma_cli.library import Found, Library
from alma_cli.model import Change, Put, Remove


def burial(here: Here, library: Library, found: Found, event: str, reason: str) -> list[Change]:
    """Returns the changes that delete a memory and bury it; the tombstone holds no word of it."""
    row, content = found.row, library.content(found)
    changes: list[Change] = [Remove(row.path, digest(content), row.kind, row.id)]
    standing = next(tombstones(here.place.root, row.id), None)
    if standing is None or reason:  # it stands where a merge brought the file back beside it
        tomb = format_tombstone(
            row.id,
            row.kind,
            row.agent,
            row.title,
            at=to_millisecond(here.world.now()),
            event=event,
            reason=tidy(reason),
        )
        path = standing.path if standing else path_of_tombstone(row.agent, row.id, event)
        replaces = standing.digest if standing else None
        changes.append(Put(path, tomb, replaces, row.kind, row.id))
    return changes
