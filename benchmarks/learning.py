"""Whether it learns: an agent with ALMA beside one without memory, one with notes, and an oracle.

`python -m benchmarks.learning` plays the same made-up job (`benchmarks/world.py`) with each of
them; no model is called. An agent picks one of six strategies for a task and sees how that ends.
What it is told comes through the Python API, as a real one would be told: `recall` by the words of
the task, `learn` in the words of the day.
"""

import argparse
import random
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, Protocol

from alma_cli import Alma
from alma_cli.names import make_id
from alma_cli.render.document import HitDocument
from alma_cli.rules.matching import compare
from alma_cli.world import World
from benchmarks.plot import svg
from benchmarks.world import KINDS, Job, Task

NOTES: Final = 50
"""Notes that fit into a prompt: the newest."""
HOPE: Final = 0.58
"""How often a strategy is taken to work of which nothing is known: a little more often than one
that failed as often as it worked, so that the unknown is tried before that."""
HELD_OUT: Final = 1000
"""The first seed that is played; what an agent does was tuned on others."""
HALF_LIFE: Final = 60
"""Days in which what the agent knows loses half its weight: it knows that its world changes."""
ROOM: Final = 4000
"""Tokens that a prompt has for what is recalled; 20 lessons fit."""
MISTAKEN: Final = 0.5
"""How often a strategy works that is no mistake to try again."""
EVERY: Final = timedelta(days=1)
"""Time between two tasks."""
WINDOW: Final = 50
"""Tasks over which a point of a curve is counted."""


class Agent(Protocol):
    """Picks a strategy, and is told how it ended."""

    def pick(self, number: int, task: Task) -> int:
        """Returns which of the strategies to try."""
        ...

    def see(self, task: Task, strategy: int, *, well: bool) -> None:
        """Learns how that ended."""
        ...


class Forgetful:
    """Has no memory."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance

    def pick(self, number: int, task: Task) -> int:  # noqa: ARG002
        return self._chance.randrange(len(task.wordings))

    def see(self, task: Task, strategy: int, *, well: bool) -> None:
        pass


class Notes(Forgetful):
    """Has its newest notes in the prompt, and reads them without a mistake."""

    def __init__(self, chance: random.Random) -> None:
        super().__init__(chance)
        self._notes: list[tuple[int, int, bool]] = []

    def pick(self, number: int, task: Task) -> int:  # noqa: ARG002
        worth = [0.0] * len(task.wordings)
        for kind, strategy, well in self._notes[-NOTES:]:
            if kind == task.kind:
                worth[strategy] += 1 if well else -1
        return best(worth, self._chance)

    def see(self, task: Task, strategy: int, *, well: bool) -> None:
        self._notes.append((task.kind, strategy, well))


class Learner(Forgetful):
    """Asks ALMA before a task, and tells it afterwards."""

    def __init__(self, chance: random.Random, alma: Alma) -> None:
        super().__init__(chance)
        self._alma = alma

    def pick(self, number: int, task: Task) -> int:  # noqa: ARG002
        told = self._alma.recall(task.words, limit=20, budget=ROOM, min_confidence=0.0)
        worth = [HOPE] * len(task.meant)
        for place, meant in enumerate(task.meant):
            for hit in told.to_dict()["hits"]:
                if hit["kind"] in {"heuristic", "anti-pattern"} and _is(meant, hit["title"]):
                    worth[place] = works(hit)
        return best(worth, self._chance)

    def see(self, task: Task, strategy: int, *, well: bool) -> None:
        outcome = "success" if well else "failure"
        self._alma.learn(task=task.words, strategy=task.wordings[strategy], outcome=outcome)


def works(hit: HitDocument) -> float:
    """Returns how often a strategy is likely to work, by what is told of it."""
    if hit["kind"] == "heuristic":
        return hit["confidence"]
    failed, worked = hit["evidence"]["for"], hit["evidence"]["against"]
    if worked > failed:  # one is warned of it, yet it did well
        return (1 + worked) / (2 + worked + failed)
    return 1 - hit["confidence"]


def _is(meant: str, title: str) -> bool:
    return compare(meant, title).same


class Oracle(Forgetful):
    """Knows the odds."""

    def __init__(self, chance: random.Random, job: Job) -> None:
        super().__init__(chance)
        self._job = job

    def pick(self, number: int, task: Task) -> int:
        return best(self._job.odds(number, task.kind), self._chance)


def best(worth: Sequence[float], chance: random.Random) -> int:
    """Returns the place of the largest, one of them at random."""
    most = max(worth)
    return chance.choice([place for place, one in enumerate(worth) if one == most])


@dataclass(slots=True)
class Played:
    """What became of a job, task by task.

    A mistake is repeated when a strategy fails that an anti-pattern names by then, which it does
    if it failed when it was first tried on that kind of task: this is what `alma stats` counts.
    `again` are all failures of what failed on that kind before and works less than half of the
    time, though it may have worked well meanwhile. `regret` is how much likelier the best strategy
    was to work than the one chosen.
    """

    successes: list[bool] = field(default_factory=list)
    repeated: list[bool] = field(default_factory=list)
    again: list[bool] = field(default_factory=list)
    regret: list[float] = field(default_factory=list)


def play(job: Job, tasks: int, agent: Agent) -> Played:
    """Returns what becomes of a job in the hands of an agent."""
    played, failed = Played(), set()
    worked_first: dict[tuple[int, int], bool] = {}
    for number in range(tasks):
        task = job.task()
        strategy = agent.pick(number, task)
        well = job.ends_well(number, task.kind, strategy)
        agent.see(task, strategy, well=well)
        tried, odds = (task.kind, strategy), job.odds(number, task.kind)
        played.successes.append(well)
        played.repeated.append(not well and not worked_first.get(tried, True))
        played.again.append(not well and tried in failed and odds[strategy] < MISTAKEN)
        worked_first.setdefault(tried, well)
        if not well:
            failed.add(tried)
        played.regret.append(max(odds) - odds[strategy])
    return played


def opened(folder: Path, seed: int) -> Alma:
    """Returns an empty store without commits, whose clock goes on with each new id."""
    store = folder / ".alma"
    store.mkdir()
    config = 'default_agent = "tester"\n[agents.tester]\n[git]\ncommit = false\n'
    fades = f"[recall]\nhalf_life_days = {HALF_LIFE}\n"
    (store / "config.toml").write_text(config + fades, "utf-8")
    chance = random.Random(seed)
    begin, ids = datetime(2026, 1, 1, tzinfo=UTC), [0]

    def new_id() -> str:
        ids[0] += 1
        return make_id(chance.randrange)

    # A learn makes two or three ids: an outcome, an event, and at first a lesson.
    now: Callable[[], datetime] = lambda: begin + EVERY * (ids[0] // 2)  # noqa: E731
    environ = {"ALMA_USER_STORE": str(folder / "nobody")}
    return Alma.open(store, world=World(folder, environ, now, new_id))


def recovery(played: Played, tasks: int) -> int:
    """Returns how many tasks after the change its successes are back to 80 %, over `WINDOW`."""
    half = tasks // 2
    for end in range(half + WINDOW, tasks + 1):
        if sum(played.successes[end - WINDOW : end]) >= 0.8 * WINDOW:
            return end - half
    return tasks


def play_all(seed: int, tasks: int, folder: Path) -> tuple[dict[str, Played], int]:
    """Returns what becomes of one job in the hands of each, and the files of ALMA's store."""
    found: dict[str, Played] = {}
    for name in ("no memory", f"the last {NOTES} notes", "ALMA", "oracle"):
        job, chance = Job(seed, tasks), random.Random(seed)
        agent: Agent = Forgetful(chance)
        if name == "ALMA":
            agent = Learner(chance, opened(folder, seed))
        elif name == "oracle":
            agent = Oracle(chance, job)
        elif name != "no memory":
            agent = Notes(chance)
        found[name] = play(job, tasks, agent)
    return found, sum(1 for _ in (folder / ".alma/agents").rglob("*.md"))


def table(runs: Sequence[dict[str, Played]], tasks: int) -> str:
    """Returns the mean over runs, a row for each agent."""
    heads = "successes | after 200 tasks | repeated mistakes | failed again | regret"
    lines = [f"| | {heads} | back at 80 % after |", "|---|---:|---:|---:|---:|---:|---:|"]
    for name in runs[0]:
        some = [run[name] for run in runs]
        cells = (
            _mean(sum(one.successes) for one in some),
            _mean(sum(one.successes[200:]) for one in some),
            _mean(sum(one.repeated) for one in some),
            _mean(sum(one.again) for one in some),
            _mean(sum(one.regret) for one in some),
            _mean(recovery(one, tasks) for one in some),
        )
        lines.append(f"| {name} | {' | '.join(f'{cell:.0f}' for cell in cells)} |")
    return "\n".join(lines)


def _mean(values: "Sequence[float] | object") -> float:
    numbers = list(values)  # type: ignore[call-overload]
    return sum(numbers) / len(numbers)


def curves(runs: Sequence[dict[str, Played]]) -> dict[str, list[float]]:
    """Returns the share of successes over the last `WINDOW` tasks, the mean over runs."""
    return {
        name: [
            _mean(sum(run[name].successes[end - WINDOW : end]) / WINDOW for run in runs)
            for end in range(WINDOW, len(runs[0][name].successes) + 1)
        ]
        for name in runs[0]
    }


def main() -> None:
    """Prints the table, and draws the curves."""
    parser = argparse.ArgumentParser("python -m benchmarks.learning", description=__doc__)
    parser.add_argument("--tasks", type=int, default=500)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--seed", type=int, default=HELD_OUT, help="of the first run")
    parser.add_argument("--plot", type=Path, metavar="FILE", help="draw the curves, as SVG")
    chosen = parser.parse_args()
    runs, files = [], []
    for seed in range(chosen.seed, chosen.seed + chosen.runs):
        with tempfile.TemporaryDirectory(prefix="alma-") as folder:
            run, number = play_all(seed, chosen.tasks, Path(folder))
        runs.append(run)
        files.append(number)
    print(f"{chosen.tasks} tasks of {len(KINDS)} kinds, mean of {chosen.runs} runs\n")
    print(table(runs, chosen.tasks))
    print(f"\nfiles in the store: {_mean(files):.0f}")
    if chosen.plot:
        title = f"Share of the last {WINDOW} tasks that succeeded"
        marks = {chosen.tasks // 2: "the odds change"}
        chosen.plot.write_text(svg(curves(runs), WINDOW, marks, title), "utf-8")


if __name__ == "__main__":
    main()
