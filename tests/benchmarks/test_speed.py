"""The table of speed from given figures, and the measuring of one process."""

import os
import sys

import pytest

from benchmarks import speed, timing
from benchmarks.timing import Cost

LINES = [
    speed.Line("recall", Cost(0.15, 0.12, 28.4), (Cost(0.1, 0.1, 20), Cost(0.01, 0.01, 2)), 5),
    speed.Line("no index", Cost(1.5, 1.4, 43), (Cost(0.12, 0.1, 20), Cost(0.03, 0.01, 2)), 3),
]


def test_the_table_renders():
    assert speed.table(("typer", "grep"), LINES).splitlines() == [
        "| | wall ms | CPU ms | peak MB | x typer | x grep | runs |",
        "|---|---:|---:|---:|---:|---:|---:|",
        "| recall | 150 | 120 | 28 | 1.50 / 1.20 | 15.00 / 12.00 | 5 |",
        "| no index | 1,500 | 1,400 | 43 | 12.50 / 14.00 | 50.00 / 140.00 | 3 |",
    ]
    assert speed.rivals_of(LINES, ("typer", "grep")) == "Beside: typer 110 ms, grep 20 ms."


def test_rounds_alternate_and_the_first_does_not_count():
    order = []

    def run(name):
        def one(number):
            order.append(name)
            return Cost(number + 2, 0, 0)

        return one

    line = speed.rounds("it", 3, run("ours"), [run("theirs")])
    assert order == ["theirs", "ours"] * 4
    assert (line.cost.wall, line.rivals[0].wall, line.runs) == (3, 3, 3)


def test_a_slow_line_gets_fewer_runs(monkeypatch):
    monkeypatch.setattr(speed, "PATIENCE", 0)
    assert speed.rounds("it", 5, lambda _: Cost(1, 1, 1), []).runs == 1


def test_a_process_is_measured_where_it_runs(tmp_path):
    environ = {**os.environ, "HOME": str(tmp_path)}
    code = "open('here', 'w').close(); print('unseen'); sum(range(10**6))"
    spent = timing.cost((sys.executable, "-S", "-c", code), tmp_path, environ)
    assert (tmp_path / "here").exists()
    assert 0 < spent.cpu < 60
    assert 0 < spent.wall < 60
    assert spent.peak > 1
    with pytest.raises(timing.Failed, match="exit 3\nalas"):
        timing.cost(
            (sys.executable, "-S", "-c", "import sys; print('alas', file=sys.stderr); sys.exit(3)"),
            tmp_path,
            environ,
        )


def test_medians_and_sums():
    costs = [Cost(1, 9, 5), Cost(3, 7, 5), Cost(2, 8, 6)]
    assert timing.middle(costs) == Cost(2, 8, 5)
    assert costs[0] + costs[1] == Cost(4, 16, 5)
