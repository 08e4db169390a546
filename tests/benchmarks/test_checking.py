"""The benchmark of checks and reviews measures what it says, on a small store."""

from benchmarks import checking, speed


def test_checks_and_a_review_are_measured(tmp_path):
    bench = speed.build(tmp_path, 40)
    measured = [line.what for line in checking.lines(bench, 40, 0)]
    assert measured == [
        "check, 40 memories",
        "check --base, 20 changed",
        "review, 20 probes, a fresh clone",
    ]
