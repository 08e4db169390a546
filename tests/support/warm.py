"""Runs commands from one warm process: each in a fork of it, with a fault, and with real signals.

`python -m support.warm` reads one job a line and answers each with a line: what `Ended` holds.
"""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
import traceback
from dataclasses import asdict, dataclass, field
from pathlib import Path

from support.alma import NOON, Alma, ids
from support.faults import Fault, install

FIRST_ID = 1000
"""Where the ids of these commands begin, far from those that the test itself gives."""


@dataclass(frozen=True)
class Job:
    """One command; after `kill_after` seconds its whole process group is killed from outside.

    `first_id` is where the ids that it draws begin.
    """

    folder: str
    environ: dict[str, str]
    arguments: list[str]
    stdin: str = ""
    fault: dict[str, object] = field(default_factory=lambda: asdict(Fault("")))
    kill_after: float = 0.0
    first_id: int = FIRST_ID


@dataclass(frozen=True)
class Ended:
    """How a command ended (a signal is negative), whether the fault struck, and what was said."""

    status: int
    struck: bool
    said: str


class Warm:
    """The warm process, seen from the test."""

    def __init__(self, environ: dict[str, str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "support.warm"],
            env=environ,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(
        self,
        alma: Alma,
        *arguments: str,
        fault: Fault | None = None,
        stdin: str = "",
        kill_after: float = 0.0,
        first_id: int = FIRST_ID,
    ) -> Ended:
        """Runs one command in the folder of `alma`."""
        plain = asdict(fault or Fault(""))
        words = list(arguments)
        job = Job(str(alma.folder), alma.environ, words, stdin, plain, kill_after, first_id)
        self._process.stdin.write(json.dumps(asdict(job)) + "\n")
        self._process.stdin.flush()
        return Ended(**json.loads(self._process.stdout.readline()))

    def close(self) -> None:
        """Ends the process."""
        self._process.communicate()


def serve() -> None:
    """Answers jobs until there are no more."""
    import git  # noqa: F401 - what undo and rollback would load each time

    import alma_cli.cli.app  # noqa: F401

    for line in sys.stdin:
        answer = asdict(_run(Job(**json.loads(line))))
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def _run(job: Job) -> Ended:
    struck, strikes = os.pipe()
    heard, says = os.pipe()
    child = os.fork()
    if child == 0:
        os.setsid()
        for number, name in enumerate(("stdout", "stderr"), 1):
            os.dup2(says, number)
            setattr(sys, name, os.fdopen(number, "w", closefd=False))
        _become(job, lambda: real_write(strikes, b"x"))
    for end in (strikes, says):
        os.close(end)
    if job.kill_after:
        time.sleep(job.kill_after)
        with contextlib.suppress(ProcessLookupError, PermissionError):  # it has ended by itself
            os.killpg(child, signal.SIGKILL)
    with os.fdopen(heard, "rb") as stream:
        said = stream.read()
    _, status = os.waitpid(child, 0)
    answer = Ended(os.waitstatus_to_exitcode(status), bool(os.read(struck, 1)), said.decode())
    os.close(struck)
    return answer


real_write = os.write


def _become(job: Job, strike) -> None:
    """Is the command, and never returns."""
    import io

    from alma_cli.cli import app
    from alma_cli.world import World

    os.chdir(job.folder)
    world = World(Path(job.folder), job.environ, lambda: NOON.replace(hour=20), ids(job.first_id))
    app.World = lambda: world
    sys.argv = ["alma", *job.arguments]
    sys.stdin = io.StringIO(job.stdin)
    status = 70
    try:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        install(Fault(**job.fault), strike)
        app.run()
    except SystemExit as ending:
        status = ending.code or 0
    except BaseException as bug:  # noqa: BLE001 - whatever it is, the test wants to see it
        traceback.print_exception(bug)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


if __name__ == "__main__":
    serve()
