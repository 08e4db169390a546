"""What a process costs: wall time, CPU time and memory, as the kernel counts them for it alone."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median


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


LAUNCHER = """
import os, sys, time
quiet = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
begun = time.perf_counter()
child = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ, file_actions=quiet)
_, status, usage = os.wait4(child, 0)
print(time.perf_counter() - begun, usage.ru_utime + usage.ru_stime, usage.ru_maxrss)
sys.exit(os.waitstatus_to_exitcode(status))
"""
"""Starts what is measured: the kernel counts a child's memory from the size of its parent up, so
that the parent has to be small."""
UNIT = 1 if sys.platform == "darwin" else 1024
"""Bytes in which the system counts `ru_maxrss`."""


def cost(
    command: Sequence[str | Path],
    folder: Path,
    environ: Mapping[str, str],
    given: Path = Path(os.devnull),
) -> Cost:
    """Runs a command in a folder and returns what it cost; what it prints is thrown away.

    `given` is a file with its standard input.

    Raises `Failed`, with what it said on standard error, when it does not end well.
    """
    words = [str(word) for word in command]
    with given.open("rb") as stdin:
        ran = subprocess.run(
            [sys.executable, "-I", "-S", "-c", LAUNCHER, *words],
            cwd=folder,
            env=environ,
            stdin=stdin,
            capture_output=True,
            text=True,
            check=False,
        )
    if ran.returncode:
        raise Failed(f"{' '.join(words)}: exit {ran.returncode}\n{ran.stderr}")
    wall, cpu, peak = map(float, ran.stdout.split())
    return Cost(wall, cpu, peak * UNIT / 1e6)


def middle(costs: Sequence[Cost]) -> Cost:
    """Returns the medians of several runs."""
    return Cost(*(median(getattr(one, part) for one in costs) for part in Cost.__slots__))
