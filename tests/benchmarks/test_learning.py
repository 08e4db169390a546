"""The simulation of an agent that learns: the same job for all, and what is counted of it."""

import random
from xml.etree import ElementTree as ET

import pytest

from alma_cli.here import stand
from alma_cli.library import Library
from alma_cli.verbs.stats import stats
from alma_cli.world import World
from benchmarks import learning
from benchmarks.plot import svg
from benchmarks.world import BAD, GOOD, KINDS, STRATEGIES, Job


def test_a_job_is_the_same_for_everybody():
    one, other = Job(3, 40), Job(3, 40)
    assert [one.task() for _ in range(40)] == [other.task() for _ in range(40)]
    assert [one.odds(40, kind) for kind in range(20)] == [
        other.odds(40, kind) for kind in range(20)
    ]


def test_each_kind_has_one_good_strategy_and_half_of_them_change_it():
    job = Job(3, 40)
    for kind in range(len(KINDS)):
        assert sorted(job.odds(0, kind), reverse=True) == [GOOD, *BAD]
        assert len(job.odds(0, kind)) == len(STRATEGIES)
    assert all(job.odds(0, kind) == job.odds(39, kind) for kind in range(0, len(KINDS), 2))
    assert any(job.odds(0, kind) != job.odds(39, kind) for kind in range(1, len(KINDS), 2))


def test_whoever_knows_the_odds_repeats_no_mistake():
    job = Job(3, 100)
    played = learning.play(job, 100, learning.Oracle(random.Random(3), job))
    assert (sum(played.repeated), sum(played.regret)) == (0, 0)
    assert 80 <= sum(played.successes) <= 98


def test_alma_repeats_fewer_mistakes_than_who_forgets(tmp_path):
    forgetful = learning.play(Job(3, 100), 100, learning.Forgetful(random.Random(3)))
    learner = learning.Learner(random.Random(3), learning.opened(tmp_path, 3))
    learned = learning.play(Job(3, 100), 100, learner)
    assert sum(learned.repeated) < sum(forgetful.repeated) / 2
    assert sum(learned.again) < sum(forgetful.again) / 2
    assert sum(learned.successes) > sum(forgetful.successes)


def test_the_mistakes_that_are_counted_are_those_of_the_statistics(tmp_path):
    class Careless(learning.Learner):
        pick = learning.Forgetful.pick

    agent = Careless(random.Random(4), learning.opened(tmp_path, 4))
    played = learning.play(Job(4, 50), 50, agent)
    here = stand(World(tmp_path, {"ALMA_USER_STORE": str(tmp_path / "nobody")}), ".alma")
    with Library(here) as library:
        assert stats(here, library).total.repeated == sum(played.repeated) > 0


def told(kind, wins, losses, confidence):
    return {"kind": kind, "evidence": {"for": wins, "against": losses}, "confidence": confidence}


@pytest.mark.parametrize(
    ("hit", "share"),
    [
        (told("heuristic", 4, 1, 0.7), 0.7),
        (told("anti-pattern", 2, 1, 0.7), 0.3),
        (told("anti-pattern", 1, 6, 0.55), 7 / 9),
    ],
)
def test_an_anti_pattern_that_was_wrong_more_often_than_right_is_worth_a_try(hit, share):
    assert learning.works(hit) == pytest.approx(share)


def test_a_slip_is_typed_and_not_thought():
    job = Job(3, 40)
    tasks = [job.task() for _ in range(40)]
    slips = sum(
        one != other for task in tasks for one, other in zip(task.meant, task.wordings, strict=True)
    )
    assert 0.08 < slips / (40 * len(STRATEGIES)) < 0.22


def test_a_curve_is_the_mean_over_runs_and_is_drawn():
    won, lost = learning.Played(successes=[True] * 60), learning.Played(successes=[False] * 60)
    runs = [{"a": won, "b": lost}, {"a": lost, "b": lost}]
    told = learning.curves(runs)
    assert told == {"a": [0.5] * 11, "b": [0.0] * 11}
    picture = ET.fromstring(svg(told, 50, {55: "here & now"}, "Shares"))  # noqa: S314 - it is ours
    lines = picture.findall("{http://www.w3.org/2000/svg}polyline")
    assert [len(line.get("points").split()) for line in lines] == [11, 11]
    assert "here & now" in "".join(picture.itertext())


def test_the_time_to_recover_is_counted_from_the_change():
    played = learning.Played(successes=[True] * 100 + [False] * 20 + [True] * 80)
    assert learning.recovery(played, 200) == 60
