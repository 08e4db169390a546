"""Takes whole files of another store, byte for byte unless the gate adds a note."""

from __future__ import annotations

import re
from typing import Final

from alma_cli.errors import Refused, Usage
from alma_cli.files.disk import digest
from alma_cli.files.memory import id_of_path, parse
from alma_cli.gate import Gate, Pass, check_plain
from alma_cli.here import Here
from alma_cli.intake.known import Known
from alma_cli.model import TEAM, Put, Record
from alma_cli.names import fold_agent
from alma_cli.place import FOLDERS, owner_in, path_of
from alma_cli.sources.piece import Whole
from alma_cli.value import replace

PLACE: Final = re.compile(
    rf"agents/[^/]+/(?:{'|'.join(FOLDERS.values())})/(?:[^/]+/){{0,3}}[^/]+\.md"
)
"""Where a store keeps a memory."""
MOST_NAME: Final = 200
"""Bytes of a name in such a path; file systems hold 255."""


class Files:
    """Takes one file after the other; `agent` owns those that name nobody."""

    def __init__(self, here: Here, known: Known, agent: str, leave: Pass) -> None:
        self._here = here
        self._known = known
        self._agent = agent
        self._leave = leave
        self._paths: set[str] = set()

    def take(self, whole: Whole) -> Put | None:
        """Returns the file as it will be here, None for one that is here already."""
        record, content = self._record(whole)
        if tombstone := self._known.forgotten.get(record.id):
            raise Refused(f"it was {tombstone.said} (`alma restore {record.id}`)")
        if held := self._known.ids.get(record.id):
            if held == digest(content):
                return None
            raise Refused(f"the id `{record.id}` belongs to a memory that says something else")
        owner = None if record.agent == TEAM else self._here.agent(record.agent)
        admitted = Gate(owner, self._here.config.domains, self._leave).admit(record)
        if admitted.record != record:
            content = admitted.put.content
        if not self._leave.allow_secret:
            check_plain(content.decode())  # the gate knows the texts, not the rest of a header
        put = Put(self._path(whole, record), content, None, record.kind, record.id)
        self._known.ids[record.id] = digest(content)
        self._paths.add(put.path)
        return put

    def _record(self, whole: Whole) -> tuple[Record, bytes]:
        try:
            content = whole.raw.encode()
        except UnicodeEncodeError as error:
            raise Usage("has a `raw` that is not Unicode") from error
        path = whole.path
        if path and not _is_place(path):
            raise Usage("has a `path` where no store keeps a memory")
        record = parse(content, path, self._here.world.now())
        if not path and record.id == id_of_path(path):
            raise Usage("has neither a `path` nor an id in its `raw`")
        if not record.agent:
            record = replace(record, agent=whole.agent or self._agent)
        if record.agent != TEAM:
            record = replace(record, agent=fold_agent(record.agent))
        if whole.id not in ("", record.id):
            raise Usage(f"has the id `{whole.id}` and another one in `raw`")
        return record, content

    def _path(self, whole: Whole, record: Record) -> str:
        """Returns where the file was if that is free here, else where a new one would be."""
        wanted = whole.path
        for path in (wanted, path_of(record)):
            free = path not in self._paths and not (self._here.place.root / path).exists()
            named = path == wanted or record.id != id_of_path(wanted)
            if path and owner_in(path) == record.agent and free and named:
                return path
        raise Refused(f"the place of `{record.id}` is taken by another file")


def _is_place(path: str) -> bool:
    parts = path.encode(errors="replace").split(b"/")
    plain = path.isprintable() and all(
        part[:1] != b"." and len(part) <= MOST_NAME for part in parts
    )
    return bool(plain and PLACE.fullmatch(path))
