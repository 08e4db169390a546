"""The index follows the files: whatever happened to them, the next question knows."""

import os
import shutil
from datetime import UTC, datetime, timedelta

import pytest

from alma_cli.model import Kind
from alma_cli.search import cache, scan


def test_a_memory_is_found_by_a_word_of_any_part(store):
    store.memory("aaaa", "Validate forms", why="errors stay near", better="use blur", tags=("ui",))
    for word in ("validate", "errors", "blur", "ui"):
        assert store.titles(word) == ["Validate forms"]


def test_an_added_file_is_found(store):
    store.memory("aaaa", "Validate forms")
    assert store.titles("forms") == ["Validate forms"]
    store.memory("bbbb", "Reset forms", kind=Kind.KNOWLEDGE)
    assert sorted(store.titles("forms")) == ["Reset forms", "Validate forms"]


def test_an_edit_in_place_is_found(store):
    file = store.memory("aaaa", "Validate forms")
    assert store.titles("forms") == ["Validate forms"]
    file.write_bytes(file.read_bytes().replace(b"forms", b"pages!"))
    assert store.titles("forms") == []
    assert store.titles("pages") == ["Validate pages!"]


def test_an_edit_of_the_same_size_in_the_same_moment_is_found(store):
    file = store.memory("aaaa", "Validate forms")
    stamp = file.stat()
    now = datetime.fromtimestamp(stamp.st_mtime + 1, UTC)
    assert store.titles("forms", now=now) == ["Validate forms"]
    file.write_bytes(file.read_bytes().replace(b"forms", b"pages"))
    os.utime(file, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    assert store.titles("pages", now=now + timedelta(seconds=5)) == ["Validate pages"]


def test_an_edit_that_keeps_the_time_is_found_by_the_size(store):
    file = store.memory("aaaa", "Validate forms")
    assert store.titles("forms") == ["Validate forms"]
    stamp = file.stat()
    file.write_bytes(file.read_bytes().replace(b"forms", b"many pages"))
    os.utime(file, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    assert store.titles("pages") == ["Validate many pages"]


def test_a_file_added_in_the_moment_in_which_its_folder_was_looked_at_is_found(store):
    file = store.memory("aaaa", "Validate forms")
    stamp = file.parent.stat()
    now = datetime.fromtimestamp(stamp.st_mtime + 1, UTC)
    assert store.titles("forms", now=now) == ["Validate forms"]
    store.memory("bbbb", "Reset forms")
    os.utime(file.parent, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    assert len(store.titles("forms", now=now + timedelta(seconds=5))) == 2


def test_what_a_checkout_wrote_anew_with_the_same_content_is_not_indexed_anew(store, monkeypatch):
    file = store.memory("aaaa", "Validate forms")
    assert store.titles("forms") == ["Validate forms"]
    content = file.read_bytes()
    file.unlink()
    store.write(file.relative_to(store.place.root).as_posix(), content)
    monkeypatch.setattr("alma_cli.search.update.parse", None)
    assert store.titles("forms") == ["Validate forms"]


def test_a_file_that_does_not_say_when_it_was_made_is_as_old_as_the_file_is_now(store):
    file = store.write("agents/qa/knowledge/by-hand.md", b"+++\n+++\n# Count columns\n")
    for days in (1, 30):
        store.age(file, days=days)
        with store.index() as index:
            (row,) = index.rows(index.buckets())
        assert (store.now - row.created).days == days - 1


def test_a_file_saved_by_rename_is_found(store):
    file = store.memory("aaaa", "Validate forms")
    assert store.titles("forms") == ["Validate forms"]
    saved = file.with_name(".saved")
    saved.write_bytes(file.read_bytes().replace(b"forms", b"pages"))
    stamp = file.stat()
    os.utime(saved, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    saved.rename(file)
    assert store.titles("pages") == ["Validate pages"]


def test_a_removed_file_is_not_found(store):
    file = store.memory("aaaa", "Validate forms")
    store.memory("bbbb", "Reset forms")
    assert len(store.titles("forms")) == 2
    file.unlink()
    assert store.titles("forms") == ["Reset forms"]


def test_a_removed_folder_takes_its_memories_along(store):
    store.memory("aaaa", "Validate forms", path="agents/qa/heuristics/aa/deep/x.md")
    assert store.titles("forms") == ["Validate forms"]
    shutil.rmtree(store.place.root / "agents/qa")
    assert store.titles("forms") == []
    with store.index() as index:
        assert index.buckets() == ()


def test_another_branch_checked_out_is_another_answer(store):
    file = store.memory("aaaa", "Validate forms")
    assert store.titles("forms pages") == ["Validate forms"]
    file.unlink()
    store.memory("cccc", "Reload pages")
    assert store.titles("forms pages") == ["Reload pages"]


def test_a_new_agent_is_found_however_deep_its_files_are(store):
    store.memory("aaaa", "Validate forms")
    assert store.titles("forms") == ["Validate forms"]
    store.memory("bbbb", "Forms again", path="agents/dev/heuristics/one/two/three/x.md")
    assert "Forms again" in store.titles("forms")


def test_hidden_and_unfinished_files_are_not_memories(store):
    content = store.memory("aaaa", "Validate forms").read_bytes()
    for path in (".x.md", "x.md.tmp", ".git/x.md", "x.txt"):
        store.write(f"agents/qa/heuristics/{path}", content)
    store.write("agents/readme.md", b"not a memory")
    with store.index() as index:
        assert [row.title for row in index.rows(index.buckets())] == ["Validate forms"]
        assert index.broken == ()


def test_links_are_not_followed(store, tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    file = store.memory("aaaa", "Validate forms")
    (outside / "secret.md").write_bytes(file.read_bytes().replace(b"aaaa", b"bbbb"))
    (file.parent / "linked.md").symlink_to(outside / "secret.md")
    (store.place.root / "agents/linked").symlink_to(outside)
    with store.index() as index:
        assert len(index.rows(index.buckets())) == 1
        assert [error.path for error in index.broken] == ["agents/qa/heuristics/linked.md"]


def test_nothing_is_written_when_nothing_changed(store):
    store.memory("aaaa", "Validate forms")
    store.index().close()
    file = store.place.cache / cache.NAME
    before = file.stat().st_mtime_ns, file.read_bytes()
    store.titles("forms")
    assert (file.stat().st_mtime_ns, file.read_bytes()) == before


def test_of_many_files_a_part_is_looked_at_so_that_an_edit_is_seen_within_a_minute(
    store, monkeypatch
):
    monkeypatch.setattr(scan, "MOST_AT_ONCE", 10)
    files = [store.memory(f"{n:04}", f"Form number {n}") for n in range(40)]
    store.index().close()
    for file in files:
        file.write_bytes(file.read_bytes().replace(b"Form", b"Page!"))
    seen = [
        len(store.titles("page", now=store.now + timedelta(seconds=s))) for s in (1, 10, 30, 60)
    ]
    assert seen[0] == 0
    assert 0 < seen[1] < seen[2] < seen[3] == 40


def test_of_many_files_all_are_looked_at_when_asked_or_after_a_minute(store, monkeypatch):
    monkeypatch.setattr(scan, "MOST_AT_ONCE", 10)
    files = [store.memory(f"{n:04}", f"Form number {n}") for n in range(40)]
    store.index().close()
    files[7].write_bytes(files[7].read_bytes().replace(b"Form", b"Page!"))
    assert store.titles("page", now=store.now + timedelta(seconds=1)) == []
    assert len(store.titles("page", now=store.now + timedelta(seconds=1), fresh=True)) == 1
    files[8].write_bytes(files[8].read_bytes().replace(b"Form", b"Page!"))
    assert len(store.titles("page", now=store.now + timedelta(seconds=120))) == 2


@pytest.mark.parametrize("most", [0, 2])
def test_a_large_backlog_is_left_alone_when_asked(store, most):
    for n in range(3):
        store.memory(f"{n:04}", f"Form number {n}")
    with store.index(most_reads=most) as index:
        assert index.behind == 3
        assert index.buckets() == ()
    with store.index(most_reads=3) as index:
        assert index.behind == 0
        assert len(index.rows(index.buckets())) == 3


def test_files_that_cannot_be_read_are_named_every_time_until_they_are_mended(store):
    store.memory("aaaa", "Validate forms")
    bad = store.write("agents/qa/heuristics/bad.md", b"+++\nkind = 1\n")
    worse = store.write("agents/qa/outcomes/2026-11/worse.md", b"\xff\xfe")
    for _ in range(2):
        with store.index() as index:
            assert [error.path for error in index.broken] == [
                "agents/qa/heuristics/bad.md",
                "agents/qa/outcomes/2026-11/worse.md",
            ]
    bad.write_bytes(b'+++\nkind = "heuristic"\n+++\n# Mended forms\n')
    worse.unlink()
    with store.index() as index:
        assert index.broken == ()
    assert "Mended forms" in store.titles("forms")


def test_two_files_with_one_id_are_both_named_and_the_first_path_wins(store):
    store.memory("aaaa", "Validate forms", path="agents/qa/heuristics/a.md")
    second = store.memory("aaaa", "Copied forms", path="agents/qa/heuristics/b.md")
    with store.index() as index:
        assert [row.title for row in index.rows(index.buckets())] == ["Validate forms"]
        (error,) = index.broken
        assert error.path == "agents/qa/heuristics/b.md"
        assert "agents/qa/heuristics/a.md" in error.reason
    assert store.titles("forms") == ["Validate forms"]
    (second.parent / "a.md").unlink()
    assert store.titles("forms") == ["Copied forms"]


def test_a_name_that_is_not_unicode_is_named_and_does_no_harm(store):
    store.memory("aaaa", "Validate forms")
    folder = os.fsencode(store.place.root / "agents/qa/heuristics")
    with open(folder + b"/caf\xe9.md", "wb") as file:  # noqa: PTH123 - bytes are not a Path
        file.write(b"x")
    for _ in range(2):
        with store.index() as index:
            assert len(index.broken) == 1
        assert store.titles("forms") == ["Validate forms"]
