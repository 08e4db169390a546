"""What checks and reviews of pull requests cost, beside `import typer`, in turns in the same run.

    python -m benchmarks.checking [--size 10000] [--runs 3]

Builds a store in a git repository with a branch that changes twenty memories and, for the review,
twenty probes; a fresh clone is one without an index. Prints a Markdown table of medians.
"""

import shutil
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.speed import ALMA, TYPER, Bench, Line, build, change, rounds
from benchmarks.speed import table as costs
from benchmarks.stores import AGENT, advice
from benchmarks.timing import Cost

CHANGED = 20
"""Memories that the branch changes, and probes that are asked."""


def branch_off(bench: Bench) -> None:
    """Commits the store on `main`, and changes of some memories on the branch `topic`."""
    bench.run("git", "init", "-q", "-b", "main")
    commit(bench, "all")
    bench.run("git", "checkout", "-q", "-b", "topic")
    change(advice(bench.store)[:CHANGED], 0)
    commit(bench, "twenty")


def commit(bench: Bench, message: str) -> None:
    bench.run("git", "add", "-A")
    bench.run("git", "commit", "-qm", message)


def probes(bench: Bench) -> str:
    """Returns the text of a `probes.toml` that asks for the titles of some memories."""
    files = advice(bench.store)
    titles = (
        file.stem.rpartition("--")[0] for file in files[:: max(len(files) // CHANGED, 1)][:CHANGED]
    )
    asked = (f'[[probe]]\nagent = "{AGENT}"\nquery = "{title}"\n' for title in titles)
    return "\n".join(asked)


def lines(bench: Bench, size: int, runs: int) -> Iterator[Line]:
    """Measures both in the states in which they are run."""

    def line(what: str, command: str, *, fresh: bool = False) -> Line:
        def ours(_: int) -> Cost:
            if fresh:
                shutil.rmtree(bench.store / ".cache", ignore_errors=True)
            return bench.run("sh", "-c", f"{ALMA} {command} || [ $? = 1 ]")  # 1: there are findings

        return rounds(what, runs, ours, [lambda _: bench.run(*TYPER)])

    branch_off(bench)
    yield line(f"check, {size:,} memories", "check")
    yield line(f"check --base, {CHANGED} changed", "check --base main")
    (bench.store / "probes.toml").write_text(probes(bench), "utf-8")
    commit(bench, "probes")
    yield line(f"review, {CHANGED} probes, a fresh clone", "review main..HEAD", fresh=True)


def main() -> None:
    parser = ArgumentParser("python -m benchmarks.checking", description="what checks cost")
    parser.add_argument("--size", type=int, default=10_000)
    parser.add_argument("--runs", type=int, default=3)
    given = parser.parse_args()
    with TemporaryDirectory(prefix="alma-checking-") as top:
        bench = build(Path(top), given.size)
        print(costs(("`import typer`",), list(lines(bench, given.size, given.runs))), flush=True)


if __name__ == "__main__":
    main()
