"""A lock of git is removed only where it is old, ours, and nobody's."""

import os
import shutil
import subprocess

import pytest

from alma_cli.git import locks


@pytest.fixture
def lock(shop):
    """The lock of the index, left behind an hour ago."""
    return left(shop, ".git/index.lock", 3600)


def left(alma, name, seconds):
    """Makes a lock that is as old as that for `alma`."""
    file = alma.folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(b"")
    then = alma.time.timestamp() - seconds
    os.utime(file, (then, then))
    return file


def test_a_lock_that_was_left_behind_is_removed_and_what_waited_is_committed(shop, lock, codes):
    shop.ok("add", "knowledge", "CI has two cores")
    assert codes(shop) == ["event-pending", "git-lock-stale"]
    told = shop("doctor", "--fix", "--json").json
    assert [each["code"] for each in told["mended"]] == ["git-lock-stale", "event-pending"]
    assert told["findings"] == []
    assert not lock.exists()
    assert "CI has two cores" in shop.git("log", "-1", "--format=%s")


def test_it_is_there_until_somebody_says_fix(shop, lock, codes):
    assert codes(shop) == ["git-lock-stale"]
    said = shop("doctor", "--fix", "--dry-run").out
    assert said.startswith("would have: removed `.git/index.lock`\n")
    assert lock.exists()


@pytest.mark.parametrize("name", [".git/HEAD.lock", ".git/refs/heads/main.lock"])
def test_locks_of_references_are_found_too(shop, name, codes):
    file = left(shop, name, 3600)
    assert codes(shop, "--fix") == []
    assert not file.exists()


def test_a_lock_of_this_minute_is_of_a_command_at_work(shop, codes):
    file = left(shop, ".git/index.lock", 59)
    assert codes(shop, "--fix") == []
    assert file.exists()


def test_a_lock_from_the_future_is_left_alone(shop, codes):
    file = left(shop, ".git/index.lock", -3600)
    assert codes(shop, "--fix") == []
    assert file.exists()


def test_a_lock_that_a_process_has_open_is_left_alone(shop, lock, finding):
    with lock.open("a") as file, subprocess.Popen(["sleep", "60"], stdout=file) as holder:
        try:
            shop("doctor", "--fix")
            found = finding(shop, "git-lock-held")
        finally:
            holder.kill()
    assert f"sleep ({holder.pid})" in found["message"]
    assert lock.exists()


@pytest.mark.parametrize("where", [".", "src", ".git"])
def test_a_lock_is_left_alone_while_a_git_is_at_work_in_the_repository(shop, lock, codes, where):
    (shop.folder / "src").mkdir()
    program = shop.home / "git"
    shutil.copy(shutil.which("sleep"), program)
    with subprocess.Popen([program, "60"], cwd=shop.folder / where) as holder:
        try:
            assert codes(shop, "--fix") == ["git-lock-held"]
        finally:
            holder.kill()
    assert lock.exists()
    assert codes(shop, "--fix") == []


def test_a_git_at_work_elsewhere_holds_nothing(shop, lock, codes):
    program = shop.home / "git"
    shutil.copy(shutil.which("sleep"), program)
    with subprocess.Popen([program, "60"], cwd=shop.home) as holder:
        try:
            assert codes(shop, "--fix") == []
        finally:
            holder.kill()
    assert not lock.exists()


def test_a_git_in_another_working_tree_holds_the_lock_of_a_reference(shop, codes):
    shop.git("worktree", "add", "--quiet", "../second")
    file = left(shop, ".git/refs/heads/main.lock", 3600)
    program = shop.home / "git"
    shutil.copy(shutil.which("sleep"), program)
    with subprocess.Popen([program, "60"], cwd=shop.folder.parent / "second") as holder:
        try:
            assert codes(shop, "--fix") == ["git-lock-held"]
        finally:
            holder.kill()
    assert file.exists()


def test_a_lock_of_another_user_is_left_alone(shop, lock, codes, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    assert codes(shop, "--fix") == ["git-lock-foreign"]
    assert lock.exists()


def test_a_lock_is_left_alone_where_the_system_shows_no_processes(
    shop, lock, codes, monkeypatch, tmp_path
):
    monkeypatch.setattr(locks, "_PROCESSES", tmp_path)
    assert codes(shop, "--fix") == ["git-lock-unknown"]
    assert lock.exists()


def test_a_lock_that_was_taken_anew_since_it_was_looked_at_is_left_alone(shop, lock):
    (seen,) = locks.locks((shop.folder / ".git",), shop.store, shop.time)
    lock.unlink()
    lock.write_bytes(b"")
    assert not seen.remove()
    assert lock.exists()
