"""`alma why`: everything that made a memory what it is."""

import pytest

SLEEP = "8ab27pwz4c"


@pytest.fixture
def qa(alma):
    """Two agents that share, and a lesson that failed twice and worked once."""
    alma.ok("init", "--agent", "qa", "--agent", "dev", "--agent", "ops")
    alma.ok("agent", "share", "qa", "--with", "dev")
    for result, task in (("failure", "Test a"), ("failure", "Test b"), ("success", "Test c")):
        alma.ok(
            "learn", f"--{result}", "--agent", "qa", "--task", task, "--strategy", "Click twice"
        )
    return alma


@pytest.fixture
def lesson(qa):
    return qa.json("list", "--kind", "anti-pattern")["memories"][0]["id"]


def test_confidence_is_the_sum_of_what_is_told(qa, lesson):
    told = qa.json("why", lesson)
    weights = [one["weight"] for one in told["outcomes"]]
    assert weights == [1.0, 1.0, -0.2]
    for_, against = told["prior"]["for"] + 2.0, told["prior"]["against"] + 0.2
    assert told["confidence"] == round(for_ / (for_ + against), 4)
    assert "confidence 0.71 = (1 + 2.00) / (1 + 2.00 + 1 + 0.20), learned" in qa.ok("why", lesson)


@pytest.mark.parametrize("hours", [11, 25, 400])
def test_confidence_is_that_sum_whenever_it_is_asked_for(qa, lesson, hours):
    qa.ok("config", "set", "recall.half_life_days", "3")
    for task in "de":
        qa.later(hours=hours)
        qa.ok("learn", "--failure", "--task", f"Test {task}", "--strategy", "Click twice")
        qa.ok("learn", "--success", "--task", "x", "--strategy", "Wait", "--used", lesson)
    told = qa.json("why", lesson)
    weights = [one["weight"] for one in told["outcomes"]]
    for_ = told["prior"]["for"] + sum(one for one in weights if one > 0)
    against = told["prior"]["against"] - sum(one for one in weights if one < 0)
    assert told["confidence"] == pytest.approx(for_ / (for_ + against), abs=1e-4)


def test_weights_fade(qa, lesson):
    qa.later(days=90)
    weights = [one["weight"] for one in qa.json("why", lesson)["outcomes"]]
    assert weights == pytest.approx([0.5, 0.5, -0.1], rel=0.01)  # the day counts, not the hour


def test_a_vote_counts_less_than_a_task_about_it(qa, lesson):
    qa.ok("learn", "--success", "--task", "d", "--strategy", "Wait for it", "--used", lesson)
    assert qa.json("why", lesson)["outcomes"][-1]["weight"] == 0.3


def test_every_event_is_told_with_commit_and_author(qa, lesson):
    events = qa.json("why", lesson)["events"]
    assert [one["verb"] for one in events] == ["learn"] * 3
    assert {one["by"] for one in events} == {"Ada"}
    assert events[0]["commit"] == qa.git("rev-parse", "HEAD").strip()


def test_who_reads_it_is_told(qa, lesson):
    assert qa.json("why", lesson)["readers"] == ["qa", "dev"]
    assert "read by qa, dev\n" in qa.ok("why", lesson)


def test_what_contradicts_it_is_told_with_the_reason(qa, lesson):
    qa.ok("add", "anti-pattern", "Do not click twice", "--agent", "dev")
    qa.ok("add", "heuristic", "Click twice", "--agent", "dev")
    qa.ok("add", "heuristic", "Click once", "--agent", "dev")
    told = qa.json("why", lesson)["contradicted_by"]
    assert {(one["title"], one["because"]) for one in told} == {
        ("Do not click twice", "one of them is negated"),
        ("Click twice", "it is a heuristic on the same"),
    }


def test_without_git_the_rest_is_told(bare):
    bare.ok("init", "--agent", "qa")
    id_ = bare.json("add", "knowledge", "CI has two cores")["written"][0]["id"]
    assert bare.json("why", id_)["events"] is None
    assert "no history: the store is in no git repository" in bare.ok("why", id_)


def test_evidence_of_what_it_replaced_is_its_own(shop):
    before = shop.json("why", SLEEP)["outcomes"]
    made = shop.json("supersede", SLEEP, "Waiting a fixed time")["written"][0]["id"]
    assert before
    assert shop.json("why", made)["outcomes"] == before
