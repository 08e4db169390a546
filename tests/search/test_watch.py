"""An index that stays open follows the files, whether the kernel tells it of them or not."""

import ctypes
import errno
import gc
import os
import shutil
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from alma_cli.rules.evidence import Fading
from alma_cli.search import watch
from alma_cli.search.kept import Kept
from alma_cli.search.row import Table

SECOND = timedelta(seconds=1)


class Open:
    """An index that stays open, asked again and again."""

    def __init__(self, store) -> None:
        self.store = store
        self.now = store.now
        self.kept = Kept()

    def ask(self, question="pages", later=SECOND, table=Table.ADVICE):
        """Returns the titles that a question finds."""
        self.now += later
        index = self.kept.open(self.store.place, now=self.now, fading=Fading())
        try:
            found = index.search(question, index.buckets(), table=table)
            return sorted(one.row.title for one in found)
        finally:
            index.rest()


@pytest.fixture(params=["told", "looking"])
def opened(request, store, monkeypatch):
    """The index of a store with one memory, asked once; `looking` where the kernel tells nothing."""
    if request.param == "looking":
        monkeypatch.setattr(watch, "LOCAL", frozenset())
    elif sys.platform != "linux":
        pytest.skip("only Linux tells")
    store.file = store.memory("aaaa", "Reload pages")
    one = Open(store)
    assert one.ask() == ["Reload pages"]
    assert one.ask() == ["Reload pages"]
    return one


@pytest.fixture
def told(store):
    """The same, where the kernel tells."""
    if sys.platform != "linux":
        pytest.skip("only Linux tells")
    store.file = store.memory("aaaa", "Reload pages")
    one = Open(store)
    one.ask()
    return one


def edited(file, old=b"Reload", new=b"Reuse"):
    return file.read_bytes().replace(old, new)


def in_place(store):
    store.file.write_bytes(edited(store.file))


def by_rename(store):
    draft = store.file.with_name("draft.tmp")
    draft.write_bytes(edited(store.file))
    draft.replace(store.file)


def by_another_process(store):
    code = "import sys; open(sys.argv[1], 'wb').write(sys.stdin.buffer.read())"
    subprocess.run([sys.executable, "-c", code, store.file], input=edited(store.file), check=True)


def by_a_move_of_its_folder(store):
    store.file.write_bytes(edited(store.file))
    store.file.parent.rename(store.file.parent.with_name("knowledge"))


def in_a_new_agent(store):
    store.file.unlink()
    store.memory("cccc", "Reuse pages", agent="dev")


def in_a_folder_anew(store):
    content = edited(store.file)
    shutil.rmtree(store.place.root / "agents")
    store.write("agents/qa/heuristics/deep/er/reuse.md", content)


def with_the_index_gone(store):
    store.file.write_bytes(edited(store.file))
    shutil.rmtree(store.place.cache)


def in_the_index_already(store):
    store.file.write_bytes(edited(store.file))
    store.titles("pages")


def after_a_rename_back_and_forth(store):
    away = store.place.root.with_name("away")
    store.place.root.rename(away)
    away.rename(store.place.root)
    store.file.write_bytes(edited(store.file))


def in_a_store_in_its_place(store):
    content = edited(store.file)
    shutil.rmtree(store.place.root)
    store.write("agents/qa/heuristics/reuse.md", content)


@pytest.mark.parametrize(
    "change",
    [
        in_place,
        by_rename,
        by_another_process,
        by_a_move_of_its_folder,
        in_a_new_agent,
        in_a_folder_anew,
        with_the_index_gone,
        in_the_index_already,
        after_a_rename_back_and_forth,
        in_a_store_in_its_place,
    ],
)
def test_what_was_changed_meanwhile_is_seen_by_the_very_next_question(opened, store, change):
    change(store)
    assert opened.ask() == ["Reuse pages"]
    assert opened.ask() == ["Reuse pages"]
    store.memory("bbbb", "Print pages")
    assert opened.ask() == ["Print pages", "Reuse pages"]


def test_another_branch_and_back_is_another_answer_and_back(opened, store, tmp_path):
    def git(*words):
        subprocess.run(["git", *words], cwd=tmp_path, check=True, capture_output=True)

    who = ("-c", "user.name=Ada", "-c", "user.email=ada@example.org")
    git("init", "-q", "-b", "main")
    git("add", "-A", "--", ".alma/agents")
    git(*who, "commit", "-qm", "one")
    git("checkout", "-qb", "other")
    store.memory("bbbb", "Print pages")
    store.file.unlink()
    git("add", "-A", "--", ".alma/agents")
    git(*who, "commit", "-qm", "two")
    assert opened.ask() == ["Print pages"]
    git("checkout", "-q", "main")
    assert opened.ask() == ["Reload pages"]
    git("checkout", "-q", "other")
    assert opened.ask() == ["Print pages"]


def test_what_nothing_happened_to_is_not_looked_at(told, monkeypatch):
    monkeypatch.setattr(os, "lstat", None)
    assert told.ask() == ["Reload pages"]


def test_an_edit_that_no_time_shows_is_seen_too(told, store):
    before = store.file.stat()
    with store.file.open("r+b") as file:
        file.write(edited(store.file, b"Reload", b"Detach"))
    os.utime(store.file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert told.ask() == ["Detach pages"]


def test_so_is_one_of_an_outcome(told, store):
    file = store.outcome("bbbb", title="Scroll pages")
    assert told.ask(table=Table.OUTCOMES) == ["Scroll pages"]
    file.write_bytes(edited(file, b"Scroll", b"Rotate"))
    assert told.ask(table=Table.OUTCOMES) == ["Rotate pages"]


def test_what_the_kernel_does_not_tell_is_seen_within_a_minute(told, store, tmp_path):
    """A file that has another name elsewhere is edited there."""
    elsewhere = tmp_path / "elsewhere.md"
    elsewhere.hardlink_to(store.file)
    told.ask()
    elsewhere.write_bytes(edited(elsewhere))
    assert told.ask(later=timedelta(seconds=59)) == ["Reuse pages"]


def test_when_too_much_happens_to_be_told_all_is_looked_at(told, store):
    noise = store.memory("bbbb", "Wait", agent="dev").with_name("noise.txt")
    told.ask()
    for _ in range(int(Path("/proc/sys/fs/inotify/max_queued_events").read_text()) // 2 + 1):
        os.close(os.open(noise, os.O_CREAT | os.O_WRONLY))
        noise.unlink()
    store.file.write_bytes(edited(store.file))
    assert told.ask() == ["Reuse pages"]


@pytest.mark.parametrize("refused", [1, 2, 4])
def test_with_more_folders_than_a_user_may_watch_all_are_looked_at(store, monkeypatch, refused):
    asked = []

    class Full:
        """The kernel, which lets one watch only so many folders."""

        def __init__(self, kernel):
            self.kernel = kernel

        def __getattr__(self, name):
            return getattr(self.kernel, name)

        def inotify_add_watch(self, *given):
            asked.append(given)
            if len(asked) < refused:
                return self.kernel.inotify_add_watch(*given)
            ctypes.set_errno(errno.ENOSPC)
            return -1

    load = ctypes.CDLL
    monkeypatch.setattr(ctypes, "CDLL", lambda *given, **more: Full(load(*given, **more)))
    store.file = store.memory("aaaa", "Reload pages")
    one = Open(store)
    assert one.ask() == ["Reload pages"]
    store.file.write_bytes(edited(store.file))
    assert one.ask() == ["Reuse pages"]
    assert len(asked) == refused, "it is not tried again"


def test_many_questions_and_changes_leave_no_file_open(told, store):
    def held():
        gc.collect()
        return len(list(Path("/proc/self/fd").iterdir()))

    told.ask()
    before = held()
    for number in range(20):
        store.memory(f"b{number:03}", f"Print {number} pages")
        told.ask()
        told.ask(later=timedelta(minutes=number % 3))
    shutil.rmtree(store.place.cache)
    assert len(told.ask()) == 21
    assert held() == before
