"""Many writers at once: each event is there once, and nobody waits for ever."""

import os
import stat
import subprocess
import sys
import time

import pytest

from alma_cli.errors import AlmaError, Conflict, Refused
from alma_cli.files.lock import locked

WRITERS = 16

PROGRAM = """
import sys, time
from alma_cli import Alma
me, each = sys.argv[1], int(sys.argv[2])
worst = 0.0
for number in range(each):
    begun = time.monotonic()
    Alma.open().learn(
        task=f"Test page {me} {number}", strategy=f"check control {me} {number} by hand",
        outcome="success" if number % 2 else "failure", new=True,
    )
    worst = max(worst, time.monotonic() - begun)
print(worst)
"""


def pytest_generate_tests(metafunc):
    if "round_" in metafunc.fixturenames:
        torture = metafunc.config.getoption("--torture")
        metafunc.parametrize("round_", range(10 if torture else 1))
        metafunc.parametrize("each", [25 if torture else 6])


def test_of_what_sixteen_processes_learn_each_event_is_there_once(
    alma, round_, each, record_property
):
    alma.ok("init", "--agent", "qa")
    (alma.folder / "mine.txt").write_text("staged\n")
    alma.git("add", "mine.txt")
    writers = [alma.program(PROGRAM, writer, each) for writer in range(WRITERS)]
    said = [writer.communicate() for writer in writers]
    assert [error for _, error in said if error] == []
    worst = max(float(out) for out, _ in said)
    assert worst < 30

    outcomes = [path for path in alma.memories() if "/outcomes/" in path]
    lessons = [path for path in alma.memories() if "/outcomes/" not in path]
    assert len(outcomes) == len(lessons) == WRITERS * each
    events = alma.git("log", "--format=%(trailers:key=Alma-Event,valueonly,separator=)").split()
    assert len(events) == len(set(events)) == WRITERS * each + 1
    sizes = alma.git("log", "--format=%x00", "--name-only").split("\0")[1:]
    assert {len(size.split()) for size in sizes[:-1]} == {2}
    assert alma.git("status", "--short") == "A  mine.txt\n"
    assert alma.git("fsck", "--strict", "--no-dangling") == ""
    told = f"{WRITERS} processes x {each} learns, round {round_ + 1}: {len(events) - 1} events"
    record_property("race", f"{told}, worst wait {worst:.1f} s")


def test_two_that_learn_the_same_at_once_make_one_lesson(alma):
    alma.ok("init", "--agent", "qa")
    arguments = ["learn", "--failure", "--task", "Log in", "--strategy", "click before hydration"]
    writers = [
        subprocess.Popen(
            [sys.executable, "-m", "alma_cli", *arguments],
            cwd=alma.folder,
            env=alma.environ,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for _ in range(4)
    ]
    assert [writer.wait() for writer in writers] == [0] * 4
    kinds = [path.split("/")[2] for path in alma.memories()]
    assert kinds.count("anti-patterns") == 1
    assert kinds.count("outcomes") == 4


def test_a_writer_waits_for_the_lock_and_says_so_when_it_takes_too_long(tmp_path):
    path = tmp_path / "lock"
    with locked(path):
        begun = time.monotonic()
        with pytest.raises(Conflict, match="has held"), locked(path, patience=0.05):
            pass
        assert time.monotonic() - begun < 5
    with locked(path, patience=0):
        pass


def test_a_lock_that_is_a_link_is_refused(tmp_path):
    (tmp_path / "lock").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(Refused, match="is a link"), locked(tmp_path / "lock"):
        pass
    assert not (tmp_path / "elsewhere").exists()


def test_a_lock_that_somebody_else_put_into_our_folder_is_refused(tmp_path, monkeypatch):
    path = tmp_path / "lock"
    path.touch()
    seen = list(path.stat())
    seen[stat.ST_UID] += 1
    monkeypatch.setattr(os, "fstat", lambda _: os.stat_result(seen))
    with pytest.raises(Refused, match="is neither yours nor"), locked(path):
        pass


def test_a_lock_of_the_owner_of_a_shared_folder_is_taken(tmp_path, monkeypatch):
    us = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: us + 1)
    with locked(tmp_path / "lock"):
        pass


def test_a_lock_that_cannot_be_opened_is_an_error_that_names_it(tmp_path):
    (tmp_path / "lock").mkdir()
    with pytest.raises(AlmaError, match="cannot open the lock") as told, locked(tmp_path / "lock"):
        pass
    assert told.value.status == 1
