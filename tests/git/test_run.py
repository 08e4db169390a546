import os
import subprocess
import threading
import time
from contextlib import suppress

import pytest

from alma_cli.git.repository import Busy, why
from alma_cli.git.run import GitMissing, Ran, at_once, git


def script(folder, text):
    program = folder / "git"
    program.write_text(f"#!/bin/sh\n{text}\n")
    program.chmod(0o755)
    return {"PATH": f"{folder}{os.pathsep}{os.defpath}"}


def test_status_output_and_complaint_come_back(tmp_path):
    environ = script(tmp_path, "cat; echo complaint >&2; exit 3")
    assert git(tmp_path, "x", environ=environ, stdin=b"\0in") == Ran(3, b"\0in", "complaint\n")


def test_without_input_git_reads_nothing(tmp_path):
    environ = script(tmp_path, "cat")
    assert git(tmp_path, "x", environ=environ).out == b""


def test_a_git_that_does_not_read_its_input_is_no_failure(tmp_path):
    environ = script(tmp_path, "exit 0")
    assert git(tmp_path, "x", environ=environ, stdin=b"x" * 1_000_000).status == 0


def test_questions_are_asked_while_others_wait_for_their_answer(tmp_path):
    environ = script(
        tmp_path,
        'shift $(($# - 2)); touch "$1"; while [ ! -e "$2" ]; do sleep 0.01; done; echo "$1"',
    )
    first, second = at_once(
        lambda: git(tmp_path, "a", "b", environ=environ, timeout=20),
        lambda: git(tmp_path, "b", "a", environ=environ, timeout=20),
    )
    assert (first.out, second.out) == (b"a\n", b"b\n")


def test_of_questions_at_once_the_first_that_fails_is_told():
    asked = []

    def fail(name):
        asked.append(name)
        raise GitMissing(name)

    with pytest.raises(GitMissing, match="first"):
        at_once(lambda: None, lambda: fail("first"), lambda: fail("second"))
    assert sorted(asked) == ["first", "second"]


def test_without_threads_questions_are_asked_one_by_one(monkeypatch):
    def refuse(_thread):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", refuse)
    assert at_once(lambda: 1, lambda: 2) == [1, 2]


def test_only_what_a_person_may_have_set_reaches_git(tmp_path):
    environ = script(tmp_path, "env")
    given = {
        "GIT_DIR": "/evil",
        "GIT_INDEX_FILE": "/evil",
        "GIT_WORK_TREE": "/evil",
        "GIT_OBJECT_DIRECTORY": "/evil",
        "GIT_EXTERNAL_DIFF": "evil",
        "GIT_CONFIG_PARAMETERS": "'core.hooksPath=/evil'",
        "GIT_TRACE": "1",
        "GIT_AUTHOR_NAME": "Ada",
        "GIT_COMMITTER_DATE": "now",
        "GIT_CONFIG_GLOBAL": "/dev/null",
        "GIT_CONFIG_KEY_0": "safe.directory",
        "GIT_SSH_COMMAND": "ssh -i key",
        "HOME": "/home/ada",
        "LC_ALL": "de_DE.UTF-8",
        "GIT_TERMINAL_PROMPT": "1",
    }
    shown = git(tmp_path, "x", environ={**environ, **given}).out.decode().splitlines()
    assert "evil" not in "".join(shown)
    assert "GIT_TRACE=1" not in shown
    for name in (
        "GIT_AUTHOR_NAME",
        "GIT_COMMITTER_DATE",
        "GIT_CONFIG_GLOBAL",
        "GIT_CONFIG_KEY_0",
        "HOME",
    ):
        assert f"{name}={given[name]}" in shown
    assert {"LC_ALL=C", "GIT_TERMINAL_PROMPT=0", "GIT_SSH_COMMAND=ssh -i key"} <= set(shown)


def test_the_environment_of_this_process_is_not_looked_at(tmp_path, monkeypatch):
    monkeypatch.setenv("ALMA_PROBE", "leaked")
    assert b"leaked" not in git(tmp_path, "x", environ=script(tmp_path, "env")).out


@pytest.mark.parametrize("path", [".", "", "bin", ".:bin:"])
def test_git_is_never_looked_for_inside_the_repository(tmp_path, path):
    (tmp_path / "bin").mkdir()
    script(tmp_path, "echo evil")
    script(tmp_path / "bin", "echo evil")
    with suppress(GitMissing):
        assert b"evil" not in git(tmp_path, "version", environ={"PATH": path}).out


def test_a_missing_folder_is_not_taken_for_a_missing_git(tmp_path):
    with pytest.raises(GitMissing, match="there is no folder"):
        git(tmp_path / "none", "version", environ={"PATH": os.environ["PATH"]})


def test_a_git_that_cannot_be_run_is_named(tmp_path):
    (tmp_path / "git").write_text("no program")
    (tmp_path / "git").chmod(0o755)
    with pytest.raises(GitMissing, match="git cannot be started"):
        git(tmp_path, "x", environ={"PATH": str(tmp_path)})


@pytest.mark.parametrize("stubborn", ["", "trap '' TERM; "])
def test_a_git_that_hangs_is_ended_with_its_children(tmp_path, stubborn, monkeypatch):
    monkeypatch.setattr("alma_cli.git.run._GRACE", 0.2)
    environ = script(tmp_path, f"{stubborn}sleep 30 & echo $! > child; wait; sleep 30")
    begun = time.monotonic()
    ran = git(tmp_path, "x", environ=environ, timeout=0.3)
    assert time.monotonic() - begun < 10
    assert (ran.status < 0, ran.err) == (True, "no answer in 0.3 seconds")
    child = int((tmp_path / "child").read_text())
    while time.monotonic() - begun < 10 and is_running(child):
        time.sleep(0.01)
    assert not is_running(child)


def is_running(number):
    ran = subprocess.run(("ps", "-o", "stat=", "-p", str(number)), capture_output=True, check=False)
    return ran.stdout.strip() not in (b"", b"Z")


@pytest.mark.parametrize(
    ("complaint", "busy", "reason"),
    [
        (
            "fatal: Unable to create '/r/.git/index.lock': File exists.\n\nAnother git process seems ...",
            True,
            "another git command holds `index.lock`",
        ),
        (
            "fatal: Unable to create '/r/.git/index.lock': Permission denied\n",
            False,
            "git may not write to the repository: permission denied",
        ),
        (
            "fatal: update_ref failed: Unable to create '/r/.git/refs/heads/main.lock': File exists.",
            False,
            "another git command holds `main.lock`",
        ),
        (
            "fatal: not a git repository (or any of the parent directories): .git\n",
            False,
            "not in a git repository",
        ),
        ("warning: x\nfatal: bad \x1b[2J thing\nand more\n", False, "git failed: bad ?[2J thing"),
        ("strange\nwords\n", False, "git failed: words"),
        ("", False, "git failed: exit status 128"),
    ],
)
def test_a_complaint_of_git_becomes_one_clause(complaint, busy, reason):
    told = why(Ran(128, b"", complaint))
    assert (isinstance(told, Busy), str(told)) == (busy, reason)
