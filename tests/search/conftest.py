"""A store on disk whose files a test writes, and its index at one moment."""

import os
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from alma_cli.files.memory import format_record
from alma_cli.model import Kind, Memory, Outcome, Result
from alma_cli.place import Place, path_of
from alma_cli.rules.evidence import Fading
from alma_cli.search.index import Index

NOW = datetime(2026, 11, 22, 6, tzinfo=UTC)
OLD = NOW - timedelta(days=1)


class Store:
    """A store of which only what a test cares about is written; files are a day old."""

    now = NOW

    def __init__(self, root: Path) -> None:
        self.place = Place(root)
        self._calls = 0
        root.mkdir()

    def memory(self, id_, title, *, path=None, **more):
        made = {"kind": Kind.HEURISTIC, "agent": "qa", "created": OLD, **more}
        return self._write(Memory(id=id_.ljust(10, "0"), title=title, **made), path)

    def outcome(self, id_, lesson=(), *, path=None, **more):
        made = {"agent": "qa", "title": "clicked", "created": OLD, "result": Result.SUCCESS, **more}
        lessons = tuple(one.ljust(10, "0") for one in lesson)
        return self._write(Outcome(id=id_.ljust(10, "0"), lessons=lessons, **made), path)

    def _write(self, record, path):
        return self.write(path or path_of(record), format_record(record))

    def write(self, path, content):
        file = self.place.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
        self.age(file)
        return file

    def age(self, file, days=1):
        """Makes a file and its folders look as if they had changed days ago, each call later."""
        self._calls += 1
        then = (NOW - timedelta(days=days)).timestamp() + self._calls
        for one in (file, *file.parents):
            if one == self.place.root.parent:
                break
            os.utime(one, (then, then))

    def index(self, now=NOW, **more):
        return Index.open(self.place, **{"now": now, "fading": Fading(), **more})

    def titles(self, question, **more):
        """Returns what a question finds, in an index opened for it."""
        with self.index(**more) as index:
            return [one.row.title for one in index.search(question, index.buckets())]

    def rebuilt(self):
        """Returns the index of the same files, made from nothing."""
        shutil.rmtree(self.place.cache, ignore_errors=True)
        return self.index()


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / ".alma")
