"""Wherever an event is cut off, it is whole or absent, and whoever comes next finishes it.

By default a part of the matrix, a minute long; with `--torture` (`just torture`) all of it.
"""

import shutil
import subprocess
from dataclasses import replace
from itertools import product
from pathlib import Path
from random import Random

import pytest
from support.alma import Alma, environment
from support.faults import ERRORS, FAULTS, POINTS, SHORT, Fault
from support.matrix import (
    OPS,
    Matrix,
    git_at_rest,
    half_written,
    lessons_without_outcome,
    state,
)
from support.warm import Ended, Warm


def cells(whole: bool) -> list[tuple[str, str, str]]:
    """Returns commands with faults and points: all of them, or each pair with points in turn."""
    if whole:
        return list(product(OPS, FAULTS, POINTS))
    points = list(POINTS)
    pairs = enumerate(product(OPS, ("SIGKILL", "SIGINT", "SIGTERM", *ERRORS[:3], SHORT)))
    return [(*pair, points[number * 5 % len(points)]) for number, pair in pairs]


def calls(whole: bool) -> list[tuple[str, str]]:
    if whole:
        return list(product(OPS, ("SIGKILL", *ERRORS[:3])))
    return [("learn", "SIGKILL"), ("learn", "ENOSPC")]


def pytest_generate_tests(metafunc):
    whole = metafunc.config.getoption("--torture")
    if "cell" in metafunc.fixturenames:
        metafunc.parametrize("cell", cells(whole), ids=" ".join)
    if "at_each_call" in metafunc.fixturenames:
        metafunc.parametrize("at_each_call", calls(whole), ids=" ".join)
        metafunc.parametrize("step", [1 if whole else 3])
    if "rounds" in metafunc.fixturenames:
        metafunc.parametrize("rounds", [300 if whole else 10])
    if "free" in metafunc.fixturenames:
        metafunc.parametrize("free", range(0, 260, 4 if whole else 64))


@pytest.fixture(scope="module")
def matrix(tmp_path_factory):
    top = tmp_path_factory.mktemp("crash")
    folder, kept = top / "shop", top / "kept"
    alma = Alma(folder, top, {**environment(top), "GIT_CEILING_DIRECTORIES": str(top)})
    folder.mkdir()
    alma.git("init", "--quiet", "--initial-branch=main")
    alma.files({"code.py": "x = 1\n", "other.py": "y = 1\n"})
    alma.git("add", ".")
    alma.git("commit", "--quiet", "--message=code")
    alma.ok("init", "--agent", "qa")
    start = alma.git("rev-parse", "HEAD").strip()
    for number in range(20):  # as many as stay: the next one takes the first out
        alma.ok("checkpoint", "deploy", "--state", f"[{number}]", "--no-commit")
    alma.git("add", ".alma")
    alma.git("commit", "--quiet", "--message=work")
    alma.ok("add", "knowledge", "The shop has three pages")
    told = alma.json("learn", "--failure", "--task", "Test it", "--strategy", "sleep(5000) first")
    alma.files({"code.py": "x = 2\n", "new.py": "z = 1\n"})
    alma.git("add", "code.py")
    alma.files({"code.py": "x = 3\n"})
    alma.ok("recall", "shop")
    folder.rename(kept)
    warm = Warm(alma.environ)
    yield Matrix(alma, kept, warm, {"lesson": told["lesson"]["id"], "start": start})
    warm.close()


def look(matrix: Matrix, name: str, kind: str, ended: Ended, tally) -> str:
    """Checks every promise after one run; returns whether the event is `whole` or `absent`."""
    alma, before, after = matrix.alma, matrix.before, matrix.after(name)
    assert "Traceback" not in ended.said, ended
    broken = half_written(alma) + lessons_without_outcome(alma, before)
    locks = git_at_rest(alma)
    heads = set()
    for _ in range(2):
        alma.ok("commit")
        heads.add(alma.git("rev-parse", "HEAD"))
    now = state(alma)
    whole, absent = now.store == after.store, now.store == before.store
    lost = ended.status == 0 and not whole
    twice = len(now.events) - len(set(now.events))
    tally(runs=1, half=bool(broken) or not (whole or absent), lost=lost, twice=bool(twice))
    assert broken == []
    assert whole or absent, sorted(now.store.items() ^ before.store.items())
    assert not lost, ended
    if kind in (
        *ERRORS,
        SHORT,
    ):  # an error says that nothing was changed, so that one may try again
        assert (ended.status == 0) == whole, ended
    assert twice == 0
    assert now.events == (after if whole else before).events
    assert now.elsewhere == before.elsewhere
    assert len(heads) == 1
    assert locks == []
    assert list((alma.store / ".pending").iterdir()) == []
    assert alma.git("status", "--short", "--", ".alma") == ""
    assert alma.git("fsck", "--strict", "--no-dangling") == ""
    alma.ok("add", "knowledge", "Life goes on")
    assert len(state(alma).events) == len(now.events) + 1
    return "whole" if whole else "absent"


def test_an_event_is_whole_or_absent_after_a_fault_at_any_point(matrix, cell, tally):
    name, kind, point = cell
    matrix.after(name)
    matrix.put_back()
    ended = matrix.run(name, Fault(kind, point))
    look(matrix, name, kind, ended, tally)


def test_every_point_is_passed_by_a_learn(matrix):
    matrix.after("learn")
    passed = set()
    for point in POINTS:
        matrix.put_back()
        if matrix.run("learn", Fault("SIGKILL", point)).struck:
            passed.add(point)
    assert passed == set(POINTS)


def test_an_event_is_whole_or_absent_when_any_one_call_fails(matrix, at_each_call, step, tally):
    name, kind = at_each_call
    matrix.after(name)
    seen = set()
    number, struck = 1 - step, True
    while struck:
        number += step
        matrix.put_back()
        ended = matrix.run(name, Fault(kind, number=number))
        struck = ended.struck
        seen.add(look(matrix, name, kind, ended, tally))
    assert number > 10
    assert seen == {"whole", "absent"}


def test_an_event_is_whole_or_absent_when_all_its_processes_are_killed_some_time(
    matrix, rounds, tally
):
    chance = Random(7)
    for number in range(rounds):
        name = list(OPS)[number % len(OPS)]
        matrix.after(name)
        matrix.put_back()
        ended = matrix.run(name, kill_after=max(0.001, chance.random() * matrix.seconds))
        look(matrix, name, "group SIGKILL", ended, tally)


@pytest.fixture
def small_disk(matrix, tmp_path):
    """The same matrix on a disk of 8 MiB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounting = ("mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(disk))
    try:
        mounted = subprocess.run(mounting, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        pytest.skip("there is no `mount`")
    if mounted.returncode:
        pytest.skip(f"mounting is not allowed: {mounted.stderr.strip()}")
    alma = replace(matrix.alma, folder=disk / "shop")
    yield Matrix(alma, matrix.kept, matrix.warm, matrix.names)
    subprocess.run(("umount", str(disk)), check=True)


def fill(disk: Path, free: int) -> Path:
    """Fills a disk with a file, but for `free` KiB."""
    ballast = disk / "ballast"
    room = shutil.disk_usage(disk).free - free * 1024
    ballast.write_bytes(b"x" * max(0, room))
    return ballast


def test_a_disk_that_is_nearly_full_refuses_or_keeps_an_event(small_disk, free, tally):
    matrix, name = small_disk, "learn"
    matrix.after(name)
    ballast = fill(matrix.alma.folder.parent, free)
    ended = matrix.run(name)
    ballast.unlink()
    left = look(matrix, name, "ENOSPC", ended, tally)
    assert free or left == "absent"
