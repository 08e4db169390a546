"""The index may be deleted, damaged, locked or impossible to write; nobody notices."""

import os
import shutil
import sqlite3
import subprocess
import sys

import pytest

from alma_cli.search import cache


@pytest.fixture
def filled(store):
    store.memory("aaaa", "Validate forms")
    store.index().close()
    return store


def index_file(store):
    (file,) = store.place.cache.glob("*.sqlite")
    return file


def test_it_is_kept_in_the_store_and_named_by_its_version(filled):
    assert index_file(filled).name == f"index-{cache.VERSION}.sqlite"


def test_it_may_be_deleted(filled):
    shutil.rmtree(filled.place.cache)
    assert filled.titles("forms") == ["Validate forms"]


@pytest.mark.parametrize("content", [b"", b"not a database at all" * 300, b"SQLite format 3\0"])
def test_a_file_that_is_no_index_is_replaced(filled, content):
    index_file(filled).write_bytes(content)
    assert filled.titles("forms") == ["Validate forms"]
    with sqlite3.connect(index_file(filled)) as db:
        assert db.execute("SELECT count(*) FROM memories").fetchone() == (1,)
    db.close()


@pytest.mark.parametrize("start", [100, 4096, 20_000, 60_000])
def test_a_damaged_index_is_built_anew(filled, start):
    file = index_file(filled)
    content = bytearray(file.read_bytes())
    content[start:] = b"\xa5" * (len(content) - start)
    file.write_bytes(content)
    assert filled.titles("forms") == ["Validate forms"]
    filled.memory("bbbb", "Reset forms")
    assert sorted(filled.titles("forms")) == ["Reset forms", "Validate forms"]


def test_an_index_that_is_damaged_while_it_is_open_still_answers(filled):
    with filled.index() as index:
        index._opened.db.execute("ROLLBACK")
        index._opened.db.execute("DROP TABLE advice")
        (found,) = index.search("forms", index.buckets())
        assert found.row.title == "Validate forms"


@pytest.mark.parametrize("change", ["PRAGMA user_version = 0", "PRAGMA user_version = 99"])
def test_an_index_of_another_layout_is_replaced(filled, change):
    with sqlite3.connect(index_file(filled)) as db:
        db.execute("ALTER TABLE memories RENAME TO lessons")
        db.execute(change)
    db.close()
    assert filled.titles("forms") == ["Validate forms"]


def test_a_folder_where_the_index_should_be_is_no_obstacle(filled):
    file = index_file(filled)
    file.unlink()
    (file / "inside").mkdir(parents=True)
    filled.memory("bbbb", "Reset forms")
    assert sorted(filled.titles("forms")) == ["Reset forms", "Validate forms"]
    with filled.index() as index:
        assert f"`rm -r {file}`" in index.trouble


def test_an_index_that_may_only_be_read_is_no_obstacle(filled):
    with sqlite3.connect(index_file(filled)) as db:
        db.execute("PRAGMA journal_mode = DELETE")
    db.close()
    index_file(filled).chmod(0o444)
    index_file(filled).parent.chmod(0o555)
    filled.memory("bbbb", "Reset forms")
    try:
        assert sorted(filled.titles("forms")) == ["Reset forms", "Validate forms"]
    finally:
        index_file(filled).parent.chmod(0o755)


def test_an_index_that_came_with_a_copy_is_not_believed(filled, tmp_path):
    with sqlite3.connect(index_file(filled)) as db:
        db.execute("UPDATE memories SET title = 'Forged'")
    db.close()
    copied = type(filled)(tmp_path / "copy")
    shutil.copytree(filled.place.root, copied.place.root, dirs_exist_ok=True)
    assert copied.titles("forms") == ["Validate forms"]


def test_where_the_store_cannot_be_written_it_is_kept_elsewhere(filled, tmp_path):
    shutil.rmtree(filled.place.cache)
    filled.place.cache.write_bytes(b"a file where the folder should be")
    elsewhere = tmp_path / "user" / "alma"
    for _ in range(2):
        assert filled.titles("forms", fallback=elsewhere) == ["Validate forms"]
    assert len(list(elsewhere.glob("*.sqlite"))) == 1


def test_where_nothing_can_be_written_it_is_kept_in_memory(filled, tmp_path):
    shutil.rmtree(filled.place.cache)
    filled.place.cache.write_bytes(b"a file where the folder should be")
    (tmp_path / "user").write_bytes(b"and another one")
    assert filled.titles("forms", fallback=tmp_path / "user") == ["Validate forms"]
    assert filled.titles("forms") == ["Validate forms"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_store_is_no_obstacle(filled):
    shutil.rmtree(filled.place.cache)
    filled.place.root.chmod(0o555)
    try:
        assert filled.titles("forms") == ["Validate forms"]
    finally:
        filled.place.root.chmod(0o755)


def test_it_is_not_written_through_a_link(filled, tmp_path):
    shutil.rmtree(filled.place.cache)
    (tmp_path / "outside").mkdir()
    filled.place.cache.symlink_to(tmp_path / "outside")
    assert filled.titles("forms") == ["Validate forms"]
    assert list((tmp_path / "outside").iterdir()) == []


def test_a_writer_that_holds_the_lock_does_not_keep_readers_out(filled):
    writer = sqlite3.connect(index_file(filled), isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    writer.execute("DELETE FROM memories")
    assert filled.titles("forms") == ["Validate forms"]
    writer.execute("ROLLBACK")
    writer.close()


HOLD = """
import sqlite3, sys
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.execute(f"PRAGMA locking_mode = {sys.argv[2]}")
db.execute("BEGIN EXCLUSIVE")
print(flush=True)
sys.stdin.read()
"""


@pytest.mark.parametrize("mode", ["EXCLUSIVE", "NORMAL"])
def test_a_process_that_never_lets_go_of_the_index_is_no_obstacle(filled, monkeypatch, mode):
    monkeypatch.setattr(cache, "PATIENCE", 0.1)
    program = [sys.executable, "-c", HOLD, index_file(filled), mode]
    with subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout.readline()
        filled.memory("bbbb", "Reset forms")
        with filled.index() as index:
            assert len(index.search("forms", index.buckets())) == 2
            assert "is held by another process" in index.trouble
        holder.communicate(timeout=60)
    with filled.index() as index:
        assert index.trouble == ""


def test_the_wait_for_another_process_grows_with_what_there_is_to_index():
    assert cache.patience(100) < 3
    assert 30 < cache.patience(100_000) < 120


@pytest.mark.parametrize("part", ["", "-wal", "-shm", "-journal"])
def test_no_part_of_it_is_written_through_a_link(filled, tmp_path, part):
    file = index_file(filled)
    cache.remove(file)
    mine = tmp_path / "mine"
    mine.write_bytes(b"precious")
    linked = file.with_name(file.name + part)
    linked.symlink_to(mine)
    with filled.index() as index:
        assert len(index.search("forms", index.buckets())) == 1
        assert f"`rm {linked}`" in index.trouble
    assert mine.read_bytes() == b"precious"
    assert linked.is_symlink()


def test_an_answer_is_of_one_moment(filled):
    with filled.index() as before:
        filled.memory("bbbb", "Reset forms")
        with filled.index() as after:
            assert len(after.search("forms", after.buckets())) == 2
        assert len(before.search("forms", before.buckets())) == 1


ASK = """
import sys
from datetime import datetime, UTC
from pathlib import Path
from alma_cli.place import Place
from alma_cli.rules.evidence import Fading
from alma_cli.search.index import Index

for _ in range(5):
    with Index.open(Place(Path(sys.argv[1])), now=datetime.now(UTC), fading=Fading()) as index:
        print(len(index.search("form", index.buckets())), len(index.rows(index.buckets())))
"""


def test_several_processes_that_build_it_at_once_all_have_the_whole_answer(store):
    for number in range(60):
        store.memory(f"{number:04}", f"Form number {number}")
    asking = [
        subprocess.Popen(
            [sys.executable, "-c", ASK, store.place.root],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    for process in asking:
        out, err = process.communicate(timeout=60)
        assert (err, set(out.splitlines())) == ("", {"60 60"})
    assert len(store.titles("form")) == 60
