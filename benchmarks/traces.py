"""How often a pasted log finds the memory that names its cause.

    python -m benchmarks.traces [FILE]

FILE is TOML like `traces.toml` beside this module: `[[trace]]` tables with name, title, why and
log, and `[[memory]]` tables beside the point. Prints a Markdown table of how many logs find their
memory above the floor, among the first three, and first; and of how many still find something, or
something that is called strong, where no memory names a cause.
"""

import tomllib
from argparse import ArgumentParser
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import mean

from alma_cli.search.rank import FLOOR, STRONG
from benchmarks.engines import Row, search_of

DATA = Path(__file__).with_name("traces.toml")
FIRST = 3
"""Places that an agent surely reads."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What became of a log.

    `place` is where its memory comes among what is above the floor, 1 for the best, 0 for nowhere;
    `strange` how near the best memory is that is beside the point, where no memory names a cause.
    """

    name: str
    is_held_out: bool
    place: int
    first: str
    strange: float


def ask(file: Path = DATA) -> Iterator[Asked]:
    """Asks every log of a file among all its memories, and among those beside the point."""
    data = tomllib.loads(file.read_text("utf-8"))
    others = [row(one) for one in data["memory"]]
    among_all = search_of([*map(row, data["trace"]), *others])
    among_others = search_of(others)
    for trace in data["trace"]:
        hits = among_all(trace["log"], "all")
        shown = [title for title, hit in hits if hit.score.nearness >= FLOOR]
        beside = among_others(trace["log"], "all")
        yield Asked(
            trace["name"],
            trace.get("held_out", False),
            shown.index(trace["title"]) + 1 if trace["title"] in shown else 0,
            shown[0] if shown else "nothing",
            max((hit.score.nearness for _, hit in beside), default=0.0),
        )


def row(memory: dict[str, str]) -> Row:
    return {"id": memory["title"], "title": memory["title"], "body": memory["why"]}


def shares(asked: list[Asked]) -> tuple[float, ...]:
    """Returns the columns of the table, each 0 to 1."""
    return (
        mean(one.place > 0 for one in asked),
        mean(0 < one.place <= FIRST for one in asked),
        mean(one.place == 1 for one in asked),
        mean(one.strange >= FLOOR for one in asked),
        mean(one.strange >= STRONG for one in asked),
    )


def main() -> None:
    parser = ArgumentParser("python -m benchmarks.traces", description="how well logs find")
    parser.add_argument("file", nargs="?", type=Path, default=DATA, metavar="FILE")
    asked = list(ask(parser.parse_args().file))
    heads = ("found", "in the first 3", "first", "something, without it", "strong, without it")
    print(f"| logs | number | {' | '.join(heads)} |\n|---|{'---:|' * (len(heads) + 1)}")
    for name, is_held_out in (("the rules were made with", False), ("held out", True)):
        some = [one for one in asked if one.is_held_out is is_held_out]
        print(f"| {name} | {len(some)} | {' | '.join(f'{each:.2f}' for each in shares(some))} |")
    print()
    for one in asked:
        if one.place != 1:
            print(f"- {one.name}: at place {one.place or '-'}, after {one.first}")


if __name__ == "__main__":
    main()
