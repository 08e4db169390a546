"""Work that is killed at any moment goes on in a fresh process, and does no step twice."""

import signal
import subprocess
import sys

STEPS = 12

PROGRAM = """
import os, signal, sys
from alma_cli import Alma, NotFound

doomed = sys.argv[1:]  # a step, and where in it this process is killed: before, between, after

def maybe_die(step, where):
    if doomed == [str(step), where]:
        os.kill(os.getpid(), signal.SIGKILL)

alma = Alma.open()
try:
    state = alma.resume("deploy").state
except NotFound:
    state = {"done": [], "total": 0}
for step in range(len(state["done"]), 12):
    key = f"deploy-{step}"  # the key of what a step does to the world: the same however often tried
    maybe_die(step, "before")
    try:
        with open(f"effects/{key}", "x") as effect:
            effect.write(str(os.getpid()))
        with open("journal", "a") as journal:
            journal.write(f"{key}\\n")
    except FileExistsError:
        pass  # it was done, and the process died before that was saved
    maybe_die(step, "between")
    state = {"done": [*state["done"], key], "total": state["total"] + step}
    alma.checkpoint("deploy", state, step=f"step {step}", expect=len(state["done"]) - 1)
    maybe_die(step, "after")
alma.checkpoint("deploy", state, status="done")
"""


def test_a_script_that_is_killed_at_every_step_does_each_step_once(work):
    alma = work.alma
    file = alma.store / "config.toml"
    file.write_text(file.read_text() + "\n[git]\ncommit = false\n")
    (alma.folder / "effects").mkdir()
    script = alma.home / "steps.py"
    script.write_text(PROGRAM)

    def run(*doomed):
        command = [sys.executable, str(script), *map(str, doomed)]
        ran = subprocess.run(
            command, cwd=alma.folder, env=alma.environ, capture_output=True, check=False
        )
        assert b"Traceback" not in ran.stderr, ran.stderr.decode()
        return ran.returncode

    for step in range(STEPS):
        where = ("before", "between", "after")[step % 3]
        assert run(step, where) == -signal.SIGKILL
    assert run() == 0

    keys = [f"deploy-{step}" for step in range(STEPS)]
    assert (alma.folder / "journal").read_text().split() == keys
    told = work.resumed()
    assert told["state"] == {"done": keys, "total": sum(range(STEPS))}
    assert (told["seq"], told["status"]) == (STEPS + 1, "done")
    assert [int(name[:4]) for name in work.files()] == list(range(1, STEPS + 2))


WRITER = """
import sys
from alma_cli import Alma, Conflict
alma = Alma.open()
won = 0
while won < 10:
    try:
        at = alma.resume("deploy")
        alma.checkpoint("deploy", at.state + 1, note=sys.argv[1], expect=at.id)
        won += 1
    except Conflict:
        pass
"""


def test_two_writers_at_once_lose_no_count(work):
    alma = work.alma
    file = alma.store / "config.toml"
    file.write_text(file.read_text() + "\n[git]\ncommit = false\n")
    work.saved("--state", "0")
    writers = [alma.program(WRITER, name) for name in "ab"]
    assert [writer.communicate() for writer in writers] == [("", "")] * 2
    told = work.resumed()
    assert (told["state"], told["seq"]) == (20, 21)
    assert len(work.files()) == 21  # where no commits are made, none leaves the tree
