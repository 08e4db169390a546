"""What remains when git, we or the machine stop in the middle; what a replay makes of it."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from alma_cli.git.commit import Committed, Deferred

NAME = "agents/qa/heuristics/wait--k3f9x2m7qd.md"
CALLS = range(1, 9)


def lost_from_index(repo) -> list[str]:
    """Paths that HEAD has and the index lacks: the next commit of a person would delete them."""
    shown = repo.git("diff", "--cached", "--name-only", "--diff-filter=D")
    return shown.split()


@pytest.mark.parametrize("number", CALLS)
def test_when_a_git_fails_before_its_work_a_replay_commits_once(busy, number):
    broken = busy.with_git(before=f"[ $n = {number} ] && exit 1")
    before = busy.elsewhere()
    assert isinstance(broken.learn(), Committed | Deferred)
    assert len(broken.calls()) >= number
    assert lost_from_index(busy) == []
    assert busy.learn() == Committed(busy.head())
    assert (busy.count(), busy.touched(), busy.of_store()) == (2, [f"A .alma/{NAME}"], "")
    assert busy.elsewhere() == before
    assert busy.leftovers() == []


@pytest.mark.parametrize("number", CALLS)
def test_when_a_git_dies_after_its_work_a_replay_commits_once(busy, number):
    broken = busy.with_git(after=f"[ $n = {number} ] && kill -9 $$")
    before = busy.elsewhere()
    assert isinstance(broken.learn(), Committed | Deferred)
    assert lost_from_index(busy) == []
    assert busy.learn() == Committed(busy.head())
    assert (busy.count(), busy.touched(), busy.of_store()) == (2, [f"A .alma/{NAME}"], "")
    assert busy.elsewhere() == before
    assert busy.leftovers() == []


PROGRAM = """
import os, sys
from pathlib import Path
from alma_cli.git.commit import commit
commit(Path(sys.argv[1]), {sys.argv[2]: Path(*sys.argv[1:3])}, "qa: learn", environ=dict(os.environ))
"""


@pytest.mark.parametrize("side", ["before", "after"])
@pytest.mark.parametrize("number", CALLS)
def test_when_we_are_killed_a_replay_commits_once(busy, side, number):
    kill = f"[ $n = {number} ] && kill -9 $PPID"
    broken = busy.with_git(**{side: kill})
    before = busy.elsewhere()
    busy.put(NAME)
    environ = {**broken.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    program = (sys.executable, "-S", "-c", PROGRAM, str(busy.store), NAME)
    ran = subprocess.run(program, env=environ, check=False)
    assert ran.returncode == -signal.SIGKILL
    deadline = time.monotonic() + 10
    while busy.leftovers() and time.monotonic() < deadline:  # the orphan ends its work
        time.sleep(0.01)
    assert lost_from_index(busy) == []
    assert busy.learn() == Committed(busy.head())
    assert (busy.count(), busy.touched(), busy.of_store()) == (2, [f"A .alma/{NAME}"], "")
    assert busy.elsewhere() == before


def test_when_the_branch_moves_meanwhile_the_event_follows_it(busy):
    moving = (
        '[ $what = update-ref ] && [ $n -lt 9 ] && "$real" commit -q --allow-empty -m meanwhile'
    )
    moved = busy.with_git(
        before=f"export GIT_INDEX_FILE={busy.root}/.git/other; {moving}; unset GIT_INDEX_FILE"
    )
    before = busy.elsewhere()
    (busy.root / ".git/other").write_bytes((busy.root / ".git/index").read_bytes())
    assert moved.learn() == Committed(busy.head())
    subjects = busy.git("log", "--format=%s").split("\n")
    assert subjects[:3] == ["qa: learn", "meanwhile", "first"]
    assert busy.touched() == [f"A .alma/{NAME}"]
    assert busy.elsewhere()[0] == before[0]


def test_when_the_branch_never_rests_the_event_waits(repo):
    moving = '[ $what = update-ref ] && "$real" update-ref HEAD $("$real" commit-tree -p HEAD -m m HEAD^{tree})'
    restless = repo.with_git(before=moving)
    assert restless.learn() == Deferred("the branch keeps moving")
    assert lost_from_index(repo) == []
    assert repo.learn() == Committed(repo.head())


def test_what_a_person_commits_between_index_and_head_is_not_committed_twice(repo):
    sweeping = '[ $what = update-ref ] && "$real" commit -q -m swept'
    swept = repo.with_git(before=sweeping)
    assert swept.learn() == Committed(repo.head())
    assert repo.git("log", "--format=%s").split() == ["swept", "first"]


def test_a_lock_that_is_soon_released_is_waited_for(repo):
    lock = repo.root / ".git/index.lock"
    lock.touch()
    patient = repo.with_git(before=f"[ $n = 6 ] && rm {lock}")
    assert patient.learn() == Committed(repo.head())


def test_a_lock_taken_after_we_looked_defers_with_the_reason(repo):
    lock = repo.root / ".git/index.lock"
    late = repo.with_git(before=f"[ $what = update-index ] && touch {lock}")
    assert late.learn() == Deferred("another git command holds `index.lock`")
    lock.unlink()
    assert repo.learn() == Committed(repo.head())
    assert repo.count() == 2


def test_a_failure_of_fast_import_leaves_no_crash_report(repo):
    garbled = repo.with_git(
        before='[ $what = fast-import ] && { echo nonsense | "$real" "$@"; exit; }'
    )
    done = garbled.learn()
    assert done == Deferred("git failed: Unsupported command: nonsense")
    assert repo.leftovers() == []


def test_full_disks_are_named(repo):
    complaint = "fatal: write error: No space left on device"
    full = repo.with_git(
        before=f'[ $what = fast-import ] && {{ echo "{complaint}" >&2; exit 128; }}'
    )
    assert full.learn() == Deferred("the disk is full")
    assert repo.of_store() == f"?? .alma/{NAME}\n"
