"""What a recall costs in a server that is warm, in the server itself and at the official client.

    python -m benchmarks.mcp [--sizes 1000 10000] [--runs 100]

Builds stores in a temporary directory, asks for one title after another, and prints a Markdown
table of medians, beside `import typer` in the same minute: absolute figures are of one machine.
"""

import asyncio
import time
from argparse import ArgumentParser
from collections.abc import Awaitable, Callable
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from mcp import Client
from mcp.client.stdio import StdioServerParameters, stdio_client

from alma_cli.mcp import calls
from alma_cli.mcp.desk import Desk
from alma_cli.mcp.tools import BY_NAME
from alma_cli.search.kept import Kept
from alma_cli.world import World
from benchmarks.speed import ALMA, SETTLED, TYPER, Bench, build
from benchmarks.stores import AGENT, advice
from benchmarks.timing import middle

WARM = 5
"""Calls that do not count."""
STEP = 37
"""So many titles further on is the next question."""


def questions(bench: Bench, runs: int) -> list[str]:
    """Returns titles of memories, so that each question has an answer."""
    files = advice(bench.store)
    names = [files[number * STEP % len(files)].stem for number in range(runs + WARM)]
    return [name.rpartition("--")[0].replace("-", " ") for name in names]


def inside(bench: Bench, asked: list[str]) -> tuple[float, float]:
    """Returns the median seconds of a call in this process: of wall time, and of CPU."""
    desk = Desk(World(bench.folder, bench.environ))
    kept = Kept()
    walls, cpus = [], []
    for query in asked:
        wall, cpu = time.perf_counter(), time.process_time()
        calls.call(desk.alma(kept), BY_NAME["recall"], {"query": query, "agent": AGENT})
        walls.append(time.perf_counter() - wall)
        cpus.append(time.process_time() - cpu)
    return median(walls[WARM:]), median(cpus[WARM:])


async def at_client(bench: Bench, asked: list[str]) -> tuple[float, float]:
    """Returns the median seconds of a recall at the client, and of a list of the tools."""
    program = StdioServerParameters(
        command=str(ALMA), args=["mcp"], cwd=bench.folder, env=bench.environ
    )
    async with Client(stdio_client(program), cache=None) as client:

        async def recall(query: str) -> object:
            return await client.call_tool("recall", {"query": query, "agent": AGENT})

        async def listing(_: str) -> object:
            return await client.session.list_tools()

        return await _middle(recall, asked), await _middle(listing, asked)


async def _middle(call: Callable[[str], Awaitable[object]], asked: list[str]) -> float:
    took = []
    for query in asked:
        begun = time.perf_counter()
        await call(query)
        took.append(time.perf_counter() - begun)
    return median(took[WARM:])


def main() -> None:
    parser = ArgumentParser("python -m benchmarks.mcp", description="what a warm recall costs")
    parser.add_argument("--sizes", nargs="+", type=int, default=[1_000, 10_000])
    parser.add_argument("--runs", type=int, default=100)
    given = parser.parse_args()
    print("| memories | in the server, ms | CPU ms | at the client, ms | a list of tools, ms |")
    print("|---:|---:|---:|---:|---:|")
    with TemporaryDirectory(prefix="alma-mcp-") as top:
        for size in given.sizes:
            bench = build(Path(top), size)
            asked = questions(bench, given.runs)
            inside(bench, asked[: 2 * WARM])
            time.sleep(SETTLED)
            wall, cpu = inside(bench, asked)
            client, listing = asyncio.run(at_client(bench, asked))
            cells = [f"{1e3 * each:.1f}" for each in (wall, cpu, client, listing)]
            print(f"| {size:,} | {' | '.join(cells)} |", flush=True)
        typer = middle([bench.run(*TYPER) for _ in range(WARM)])
    print(f"\nBeside: `import typer` {typer.wall * 1e3:.0f} ms, {typer.cpu * 1e3:.0f} ms of CPU.")


if __name__ == "__main__":
    main()
