"""What commands cost, beside `import typer`, `grep -r` and plain git, in turns in the same run.

    python -m benchmarks.speed [--sizes 1000 10000 100000] [--runs 5]

Builds stores in a temporary directory and prints Markdown tables of medians. Absolute figures are
of one machine at one moment; the ratios are what to compare.
"""

import json
import os
import shutil
import sys
import time
from argparse import ArgumentParser
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.stores import AGENT, advice, fill, records, rewrite
from benchmarks.timing import Cost, cost, middle

ALMA = Path(sys.executable).with_name("alma")
HOOK = Path(sys.executable).with_name("alma-hook")
TYPER = (sys.executable, "-c", "import typer")
REPOSITORY = 10_000
"""Files of the git repository in which learning is measured."""
PULLED = 1_000
"""Files that a pull changes."""
PATIENCE = 30.0
"""Seconds after which a line has had enough runs, be they fewer than asked for."""
SETTLED = 2.1
"""Seconds after which the time of a file tells whether it changed."""

Run = Callable[[int], Cost]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a table: the medians of a command, and of its rivals in the same rounds."""

    what: str
    cost: Cost
    rivals: tuple[Cost, ...]
    runs: int


@dataclass(frozen=True, slots=True)
class Bench:
    """A store in a folder with its own HOME, and the commands that are measured on it."""

    folder: Path
    environ: dict[str, str]

    @property
    def store(self) -> Path:
        return self.folder / ".alma"

    def run(self, *command: str | Path, given: Path = Path(os.devnull)) -> Cost:
        return cost(command, self.folder, self.environ, given)


def environment(home: Path) -> dict[str, str]:
    """Returns an environment that has nothing of the machine's but its programs."""
    home.mkdir(parents=True, exist_ok=True)
    (home / "git.toml").write_text("[gc]\nauto = 0\n", "utf-8")
    names = {
        f"GIT_{role}_{part}": "ada@example.org"
        for role in ("AUTHOR", "COMMITTER")
        for part in ("NAME", "EMAIL")
    }
    return names | {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "ALMA_USER_STORE": str(home / "alma"),
        "GIT_CONFIG_GLOBAL": str(home / "git.toml"),
        "GIT_CONFIG_NOSYSTEM": "1",
        "LC_ALL": "C.UTF-8",
    }


def build(top: Path, size: int) -> Bench:
    """Makes a store of that size."""
    folder = top / f"store-{size}"
    folder.mkdir()
    bench = Bench(folder, environment(top / "home"))
    bench.run(ALMA, "init", "--agent", AGENT)
    fill(bench.store, size)
    return bench


def rounds(what: str, runs: int, ours: Run, rivals: Sequence[Run]) -> Line:
    """Measures a command and its rivals in turns, A B A B.

    The first round does not count, unless it alone took longer than our patience.
    """
    every, begun = [*rivals, ours], time.perf_counter()
    costs: list[list[Cost]] = []
    for number in range(-1, runs):
        costs.append([run(number) for run in every])
        if time.perf_counter() - begun > PATIENCE:
            break
    counted = costs[1:] or costs
    *others, own = (middle(column) for column in zip(*counted, strict=True))
    return Line(what, own, tuple(others), len(counted))


def recalls(bench: Bench, runs: int) -> Iterator[Line]:
    """Measures recall, in the states in which an index may be."""
    files = advice(bench.store)
    title = files[len(files) // 2].stem.rpartition("--")[0].replace("-", " ")
    slip = title.replace(max(title.split(), key=len), max(title.split(), key=len)[::-1])
    ask = (ALMA, "recall", "--agent", AGENT)
    grep = ("grep", "-rl", title.split()[-1], ".alma/agents")
    rivals = (lambda _: bench.run(*TYPER), lambda _: bench.run(*grep))

    def line(what: str, prepare: Callable[[int], None], question: str = title) -> Line:
        def ours(number: int) -> Cost:
            prepare(number)
            return bench.run(*ask, question)

        return rounds(what, runs, ours, rivals)

    bench.run(*ask, title)
    time.sleep(SETTLED)
    bench.run(*ask, title)
    yield line("recall, index warm", lambda _: None)
    yield line("recall, first in a minute", lambda _: age(bench))
    yield line("recall, a word unknown", lambda _: None, slip)
    yield line("recall, one file changed", lambda n: change(files[:1], n))
    yield line(
        f"recall, {min(PULLED, len(files)):,} files changed", lambda n: change(files[:PULLED], n)
    )
    yield hook(bench, runs, title, rivals)
    yield line("recall, no index", lambda _: shutil.rmtree(bench.store / ".cache"))


def hook(bench: Bench, runs: int, prompt: str, rivals: Sequence[Run]) -> Line:
    """Measures what answers a prompt, in a new session each time."""
    event = bench.folder / "event.json"

    def ours(number: int) -> Cost:
        sent = {
            "hook_event_name": "UserPromptSubmit",
            "session_id": f"session {number}",
            "cwd": str(bench.folder),
            "prompt": prompt,
        }
        event.write_text(json.dumps(sent), "utf-8")
        return bench.run(HOOK, "claude-code", given=event)

    bench.run(ALMA, "recall", "--agent", AGENT, prompt)
    return rounds("hook, a prompt", runs, ours, rivals)


def change(files: Sequence[Path], number: int) -> None:
    for file in files:
        rewrite(file, f"Seen again in round {number + 1}")


def age(bench: Bench) -> None:
    """Lets the index forget when it last looked at files that may be edited in place.

    In a large store, calls that follow one another share that work; the first one after a pause
    does all of it.
    """
    import sqlite3

    (index,) = (bench.store / ".cache").glob("*.sqlite")
    with closing(sqlite3.connect(index)) as db, db:
        db.execute("UPDATE facts SET value = 0 WHERE name = 'looked'")


def learning(bench: Bench, runs: int) -> Line:
    """Measures learning against what any program in Python that commits a file would pay."""
    present = sum(1 for _ in (bench.store / "agents").rglob("*.md"))
    for number in range(REPOSITORY - present):
        file = bench.folder / "src" / f"{number % 100:02}" / f"{number}.txt"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"text {number}\n", "utf-8")
    for words in ("init -q", "add -A", "commit -qm all"):
        bench.run("git", *words.split())
    strategies = [record.title for record in records(runs + 1, seed=1)]

    def plain(number: int) -> Cost:
        name = f"note-{number + 1}.md"
        (bench.folder / name).write_text(f"# Note {number}\n", "utf-8")
        add, commit = ("git", "add", name), ("git", "commit", "-qm", f"add {name}")
        return bench.run(*TYPER) + bench.run(*add) + bench.run(*commit)

    def ours(number: int) -> Cost:
        said = ("--task", f"Work of round {number + 1}", "--strategy", strategies[number + 1])
        return bench.run(ALMA, "learn", "--success", "--agent", AGENT, *said)

    return rounds("learn", runs, ours, (plain,))


def table(rivals: Sequence[str], lines: Sequence[Line]) -> str:
    """Returns a Markdown table: what our command cost, and how many times what its rivals did.

    Times are said of wall time and of CPU time, which is the steadier on a busy machine.
    """
    heads = ["wall ms", "CPU ms", "peak MB", *(f"x {rival}" for rival in rivals), "runs"]
    rows = [f"| | {' | '.join(heads)} |", f"|---|{'---:|' * len(heads)}"]
    for line in lines:
        own = line.cost
        cells = [f"{own.wall * 1e3:,.0f}", f"{own.cpu * 1e3:,.0f}", f"{own.peak:.0f}"]
        cells += [f"{own.wall / one.wall:.2f} / {own.cpu / one.cpu:.2f}" for one in line.rivals]
        rows.append(f"| {line.what} | {' | '.join(cells)} | {line.runs} |")
    return "\n".join(rows)


def rivals_of(lines: Sequence[Line], names: Sequence[str]) -> str:
    """Returns what the rivals cost, as a sentence."""
    costs = (middle(column) for column in zip(*(line.rivals for line in lines), strict=True))
    said = (f"{name} {one.wall * 1e3:,.0f} ms" for name, one in zip(names, costs, strict=True))
    return f"Beside: {', '.join(said)}."


def report(what: str, names: Sequence[str], lines: Sequence[Line]) -> None:
    print(f"\n### {what}\n\n{table(names, lines)}\n\n{rivals_of(lines, names)}", flush=True)


def main() -> None:
    parser = ArgumentParser("python -m benchmarks.speed", description="what commands cost")
    parser.add_argument("--sizes", nargs="+", type=int, default=[1_000, 10_000, 100_000])
    parser.add_argument("--runs", type=int, default=5)
    given = parser.parse_args()
    with TemporaryDirectory(prefix="alma-speed-") as top:
        for size in given.sizes:
            bench = build(Path(top), size)
            lines = list(recalls(bench, given.runs))
            report(f"{size:,} memories", ("`import typer`", "`grep -r`"), lines)
            if size <= REPOSITORY:
                name = "`import typer` + `git add` + `git commit`"
                where = f"{size:,} memories in a git repository of {REPOSITORY:,} files"
                report(where, (name,), [learning(bench, given.runs)])
            shutil.rmtree(bench.folder)


if __name__ == "__main__":
    main()
