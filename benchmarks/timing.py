"""What a process costs: wall time, CPU time and memory, as the kernel counts them for it alone."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds of wall time, seconds of CPU, and MB of memory at the most."""

    wall: float
    cpu: float
    peak: float

    def __add__(self, other: "Cost") -> "Cost":
        """Returns the cost of one after the other."""
        return Cost(self.wall + other.wall, self.cpu + other.cpu, max(self.peak, other.peak))


class Failed(Exception):
    """A command that is measured did not do its work."""


def cost(command: Sequence[str | Path], folder: Path, environ: Mapping[str, str]) -> Cost:
    """Runs a command in a folder and returns what it cost; what it prints is thrown away.

    Raises `Failed`, with what it said on standard error, when it does not end well.

    The kernel counts the memory of a child from the size of its parent up, so the parent of what
    is measured has to stay small.
    """
    words = [str(word) for word in command]
    log = Path(environ["HOME"]) / "stderr.log"
    quiet = [
        (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
        (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
        (os.POSIX_SPAWN_OPEN, 2, log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600),
    ]
    held = Path.cwd()
    os.chdir(folder)
    try:
        begun = perf_counter()
        child = os.posix_spawnp(words[0], words, environ, file_actions=quiet)
        _, status, usage = os.wait4(child, 0)
        wall = perf_counter() - begun
    finally:
        os.chdir(held)
    if code := os.waitstatus_to_exitcode(status):
        raise Failed(f"{' '.join(words)}: exit {code}\n{log.read_text('utf-8')}")
    unit = 1 if os.uname().sysname == "Darwin" else 1024
    return Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * unit / 1e6)


def middle(costs: Sequence[Cost]) -> Cost:
    """Returns the medians of several runs."""
    return Cost(*(median(getattr(one, part) for one in costs) for part in Cost.__slots__))
