"""Half-lives by domain: the nearest that is said holds, wherever confidence is told."""

import pytest

from alma_cli.rules.evidence import Fading

FADING = Fading(90.0, {"testing": 10.0, "testing/load/k6": 3.0})


@pytest.mark.parametrize(
    ("domain", "days"),
    [
        *(("testing", 10.0), ("testing/load", 10.0), ("testing/load/k6", 3.0)),
        *(("testing/load/k6/cloud", 3.0), ("testings", 90.0), ("general", 90.0), ("", 90.0)),
    ],
)
def test_a_domain_fades_as_it_says_or_as_the_nearest_above_it(domain, days):
    assert FADING.half_life(domain) == days


def test_the_stamp_tells_any_two_apart():
    others = [Fading(), Fading(10.0), Fading(90.0, {"a": 1.0}), Fading(90.0, {"a": 1.1}), FADING]
    assert len({one.stamp for one in others}) == len(others)
    assert Fading(90.0, {"a": 1.0, "b": 2.0}).stamp == Fading(90.0, {"b": 2.0, "a": 1.0}).stamp


@pytest.fixture
def qa(alma):
    """A store with a lesson in a domain that fades fast, of which the newest success is of today."""
    alma.ok("init", "--agent", "qa")
    alma.ok("config", "set", "domains.ui.half_life_days", "10")
    said = ("learn", "--success", "--task", "Test it", "--strategy", "Fill one field at a time")
    alma.ok(*said, "--domain", "ui/forms")
    alma.later(days=10)
    alma.ok(*said, "--domain", "ui/forms")
    return alma


ONE = (1 + 1.5) / (2 + 1.5)
"""Confidence in it, by half-lives of ten days."""


def test_every_command_that_tells_confidence_honours_it(qa):
    (listed,) = qa.json("list")["memories"]
    (recalled,) = qa.json("recall", "fill fields", "--kind", "heuristic")["hits"]
    then = qa.json("recall", "fill fields", "--kind", "heuristic", "--at", "HEAD")["hits"][0]
    why = qa.json("why", listed["id"])
    told = qa.json("log", listed["id"])
    (changed,) = (one for one in qa.json("diff", "HEAD~1")["memories"] if one["id"] == listed["id"])
    for confidence in (
        *(one["confidence"] for one in (listed, recalled, then, why)),
        told["memory"]["confidence"],
        changed["after"]["confidence"],
    ):
        assert confidence == pytest.approx(ONE, abs=1e-3)
    assert [one["weight"] for one in why["outcomes"]] == pytest.approx([0.5, 1.0], abs=0.02)


def test_another_half_life_counts_at_once(qa):
    qa.ok("config", "set", "domains.ui.half_life_days", "5")
    assert qa.json("list")["memories"][0]["confidence"] == pytest.approx(2.25 / 3.25, abs=1e-3)


def test_another_domain_counts_at_once(qa):
    (lesson,) = qa.json("list")["memories"]
    qa.ok("edit", lesson["id"], "--set", "domain=general")
    faded = 1 + 0.5 ** (10 / 90)
    assert qa.json("show", lesson["id"])["confidence"] == pytest.approx(
        (1 + faded) / (2 + faded), abs=1e-3
    )


def test_a_person_takes_a_preference_along_and_it_fades_alike_everywhere(qa):
    id_ = qa.json("add", "preference", "Short answers", "--user", "--domain", "ui")["written"][0][
        "id"
    ]
    qa.ok("feedback", id_, "--helpful")
    qa.later(days=90)
    assert qa.json("show", id_)["confidence"] == pytest.approx(2.5 / 3.0, abs=1e-3)


def test_when_a_lesson_was_last_confirmed_is_told(qa):
    (lesson,) = qa.json("list")["memories"]
    qa.later(days=3)
    qa.ok("learn", "--failure", "--task", "Test it", "--strategy", "x", "--lesson", lesson["id"])
    assert qa.json("show", lesson["id"])["last_confirmed"].startswith("2026-12-02T")
    assert "confirmed   2026-12-02\n" in qa.ok("show", lesson["id"])
    assert "\nlast confirmed 2026-12-02\n" in qa.ok("why", lesson["id"])


def test_what_nothing_speaks_for_was_never_confirmed(qa):
    id_ = qa.json("add", "heuristic", "Warm the cache")["written"][0]["id"]
    assert qa.json("why", id_)["last_confirmed"] is None
    assert "\nnever confirmed\n" in qa.ok("why", id_)
