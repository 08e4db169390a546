"""A store that is put back before each run of a command, and all that can be said of it after."""

import shutil
import time
from dataclasses import dataclass

from support.alma import Alma
from support.faults import Fault
from support.tree import bytes_below
from support.warm import Ended, Warm

from alma_cli.errors import Malformed
from alma_cli.files.checkpoint import parse as parse_checkpoint
from alma_cli.files.memory import parse

ROWS = """{"kind": "knowledge", "title": "CI runs on two cores"}
{"kind": "heuristic", "title": "Fill in forms field by field", "domain": "forms"}
{"kind": "preference", "title": "Prefer short answers"}
"""


@dataclass(frozen=True)
class Op:
    """A writing command; words in braces are ids that the fixture knows."""

    arguments: tuple[str, ...]
    stdin: str = ""


OPS = {
    "learn": Op(("learn", "--failure", "--task", "Log in", "--strategy", "click before hydration")),
    "add": Op(("add", "knowledge", "The staging host sleeps at night")),
    "edit": Op(("edit", "{lesson}", "--set", "why=It is slow", "--set", "tags=async")),
    "forget": Op(("forget", "{lesson}", "--reason", "It is wrong")),
    "import": Op(("import", "-", "--apply"), ROWS),
    "checkpoint": Op(("checkpoint", "deploy", "--state", "[21]", "--step", "build")),
    "undo": Op(("undo",)),
    "rollback": Op(("rollback", "--to", "{start}")),
}


@dataclass(frozen=True)
class State:
    """All that a command may change or must not: the store's files, its events, all the rest."""

    store: dict[str, bytes]
    events: tuple[str, ...]
    elsewhere: tuple[object, ...]


def state(alma: Alma) -> State:
    """Returns what there is, of the store without what is derived or under way."""
    files = bytes_below(alma.folder)
    store = {path: content for path, content in files.items() if path.startswith(".alma/")}
    own = {path: files[path] for path in files if not path.startswith((".alma/", ".git/"))}
    others = (".", ":(exclude).alma")
    trailer = "--format=%(trailers:key=Alma-Event,valueonly,separator=)"
    return State(
        {path: text for path, text in store.items() if "/.pending/" not in path},
        tuple(line for line in alma.git("log", trailer).splitlines() if line),
        (own, alma.git("ls-files", "-s", "--", *others), alma.git("status", "-s", "--", *others)),
    )


class Matrix:
    """A store that is put back before each run, and what each command makes of it."""

    def __init__(self, alma: Alma, kept, warm: Warm, names: dict[str, str]) -> None:
        self.alma = alma
        self.kept = kept
        self.warm = warm
        self.names = names
        self.put_back()
        self.before = state(alma)
        self.seconds = 0.0
        self._after: dict[str, State] = {}

    def put_back(self) -> None:
        """Makes all as it was before the first run."""
        shutil.rmtree(self.alma.folder, ignore_errors=True)
        shutil.copytree(self.kept, self.alma.folder, symlinks=True)

    def run(self, name: str, fault: Fault | None = None, kill_after: float = 0.0) -> Ended:
        """Runs a command of the table."""
        op = OPS[name]
        words = [word.format(**self.names) for word in op.arguments]
        return self.warm.run(self.alma, *words, fault=fault, stdin=op.stdin, kill_after=kill_after)

    def after(self, name: str) -> State:
        """Returns the state that the command makes when nothing goes wrong."""
        if name not in self._after:
            self.put_back()
            begun = time.monotonic()
            ended = self.run(name)
            self.seconds = max(self.seconds, time.monotonic() - begun)
            assert ended.status == 0, ended
            self._after[name] = state(self.alma)
            assert self._after[name].store != self.before.store
            self.put_back()
        return self._after[name]


def half_written(alma: Alma) -> list[str]:
    """Returns what stands at its final name and is not whole, before anybody has mended it."""
    found = []
    for path in alma.memories():
        content = (alma.store / path).read_bytes()
        if path.split("/")[2] == "forgotten":
            continue
        try:
            parse(content, path, alma.time)
        except Malformed as error:
            found.append(f"{path}: {error}")
    for file in (alma.store / "workflows").rglob("*.md"):
        path = file.relative_to(alma.store).as_posix()
        try:
            parse_checkpoint(file.read_bytes(), path)
        except Malformed as error:
            found.append(f"{path}: {error}")
    return found


def lessons_without_outcome(alma: Alma, base: State) -> list[str]:
    """Returns lessons that were learned in a new event of which there is no outcome."""
    new = [path for path in alma.memories() if f".alma/{path}" not in base.store]
    learned = [path for path in new if b'origin = "learned"' in (alma.store / path).read_bytes()]
    return [] if any("/outcomes/" in path for path in new) else learned


def git_at_rest(alma: Alma) -> list[str]:
    """Waits until an orphaned git has ended; returns the locks that stay."""
    deadline = time.monotonic() + 10
    while (locks := list((alma.folder / ".git").rglob("*.lock"))) and time.monotonic() < deadline:
        time.sleep(0.01)
    return [str(lock) for lock in locks]
