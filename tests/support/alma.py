"""Runs `alma` in an empty place of its own, with a clock and ids that a test can foresee."""

import contextlib
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from alma_cli.cli.app import main
from alma_cli.names import ALPHABET
from alma_cli.world import World

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Ran:
    """What a command did: exit status, standard output, standard error."""

    status: int
    out: str
    err: str

    @property
    def json(self):
        return json.loads(self.out)


def ids(number: int = 0) -> Callable[[], str]:
    """Returns ids that differ from their first character on and are the same in every run."""

    def new_id() -> str:
        nonlocal number
        number += 1
        value = number * 0x9E3779B97F4A7C15 & (1 << 50) - 1
        return "".join(ALPHABET[value >> 5 * place & 31] for place in range(10))

    return new_id


class Input(io.StringIO):
    """Standard input that says whether it is a terminal."""

    def __init__(self, text: str, terminal: bool) -> None:
        super().__init__(text)
        self._terminal = terminal

    def isatty(self) -> bool:
        return self._terminal


@dataclass
class Alma:
    """A folder with its own HOME and git configuration, and `alma` to run in it."""

    folder: Path
    home: Path
    environ: dict[str, str] = field(default_factory=dict)
    time: datetime = NOON
    new_id: Callable[[], str] = field(default_factory=ids)

    @property
    def store(self) -> Path:
        return self.folder / ".alma"

    @property
    def world(self) -> World:
        return World(self.folder, self.environ, lambda: self.time, self.new_id)

    def later(self, **duration: float) -> None:
        """Moves the clock on."""
        self.time += timedelta(**duration)

    def __call__(self, *arguments: str, stdin: str = "", terminal: bool = False) -> Ran:
        """Runs one command in this process."""
        out, err = io.StringIO(), io.StringIO()
        self._date()
        held = sys.stdin
        sys.stdin = Input(stdin, terminal)
        try:
            with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
                status = main(list(arguments), self.world)
        finally:
            sys.stdin = held
        self.later(minutes=1)
        return Ran(status, out.getvalue(), err.getvalue())

    def _date(self) -> None:
        """Gives commits the time of the clock, so that their names are the same in every run."""
        for role in ("AUTHOR", "COMMITTER"):
            self.environ[f"GIT_{role}_DATE"] = self.time.isoformat()

    def ok(self, *arguments: str, **more: object) -> str:
        """Runs a command that must work and returns what it prints."""
        ran = self(*arguments, **more)
        assert ran.status == 0, ran
        return ran.out

    def json(self, *arguments: str) -> dict:
        """Runs a command with `--json` and returns the document."""
        return json.loads(self.ok(*arguments, "--json"))

    def process(self, *arguments: str, stdin: str = "", **more: object) -> Ran:
        """Runs `alma` as a process of its own."""
        ran = subprocess.run(
            [sys.executable, "-m", "alma_cli", *arguments],
            cwd=self.folder,
            env=self.environ,
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
            **more,
        )
        return Ran(ran.returncode, ran.stdout, ran.stderr)

    def program(self, text: str, *arguments: object) -> subprocess.Popen[str]:
        """Starts a program in Python beside this one, which uses the API."""
        return subprocess.Popen(
            [sys.executable, "-c", text, *map(str, arguments)],
            cwd=self.folder,
            env=self.environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def git(self, *arguments: str) -> str:
        """Runs git, which must work, and returns what it prints."""
        ran = subprocess.run(
            ["git", *arguments],
            cwd=self.folder,
            env=self.environ,
            capture_output=True,
            text=True,
            check=False,
        )
        assert ran.returncode == 0, ran.stderr
        return ran.stdout

    def commit_by_hand(self) -> None:
        """Commits all files, as a person does who has edited some."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", "by hand")

    def shell(self, command: str) -> Ran:
        """Runs a line of shell."""
        ran = subprocess.run(
            ["bash", "-c", command],
            cwd=self.folder,
            env=self.environ,
            capture_output=True,
            text=True,
            check=False,
        )
        return Ran(ran.returncode, ran.stdout, ran.stderr)

    def files(self, files: dict[str, str | bytes]) -> None:
        """Writes files below the folder."""
        for path, content in files.items():
            file = self.folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content if isinstance(content, bytes) else content.encode())

    def memories(self) -> list[str]:
        """Returns the paths of all memory files, relative to the store."""
        found = (self.store / "agents").rglob("*.md")
        return sorted(path.relative_to(self.store).as_posix() for path in found)

    def text(self, part: str) -> str:
        """Returns the one memory file whose path holds `part`."""
        (path,) = (path for path in self.memories() if part in path)
        return (self.store / path).read_text("utf-8")


def environment(home: Path) -> dict[str, str]:
    """Returns an environment that has nothing of the machine's but its programs."""
    python = str(Path(sys.executable).parent)
    return {
        "PATH": os.pathsep.join([python, os.environ.get("PATH", os.defpath)]),
        "HOME": str(home),
        "ALMA_USER_STORE": str(home / "alma"),
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_AUTHOR_NAME": "Ada",
        "GIT_AUTHOR_EMAIL": "ada@example.org",
        "GIT_COMMITTER_NAME": "Ada",
        "GIT_COMMITTER_EMAIL": "ada@example.org",
        "LC_ALL": "C.UTF-8",
        "COLUMNS": "100",
        "NO_COLOR": "1",
        "PYTHONPATH": os.pathsep.join(entry for entry in sys.path if entry),
    }


def words(texts: Iterable[str]) -> str:
    """Returns texts in one, for looking whether a word is anywhere in them."""
    return "\n".join(texts)
