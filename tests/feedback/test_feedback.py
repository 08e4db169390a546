"""`alma feedback`: evidence without a task."""

import pytest
from support.tree import bytes_below

FORMS = "k3f9x2m7qd"


def test_helpful_raises_and_harmful_lowers_what_is_believed(shop):
    before = shop.json("show", FORMS)
    assert shop.ok("feedback", FORMS[:4], "--helpful") == (
        f'recorded that heuristic {FORMS} "Validate forms incrementally" was helpful\n'
    )
    helped = shop.json("show", FORMS)
    shop.ok("feedback", FORMS, "--harmful")
    harmed = shop.json("show", FORMS)
    assert helped["confidence"] > before["confidence"]
    assert harmed["confidence"] < helped["confidence"]
    assert helped["evidence"]["for"] == before["evidence"]["for"] + 1
    assert harmed["evidence"]["against"] == before["evidence"]["against"] + 1


def test_it_has_the_weight_of_a_whole_outcome(alma):
    alma.ok("init", "--agent", "qa")
    id_ = alma.json("add", "heuristic", "Warm the cache")["written"][0]["id"]
    alma.ok("feedback", id_, "--helpful")
    assert alma.json("show", id_)["confidence"] == pytest.approx(3 / 3.5, abs=1e-4)
    alma.ok("feedback", id_, "--harmful")
    assert alma.json("show", id_)["confidence"] == pytest.approx(3 / 4.5, abs=1e-4)


def test_it_writes_one_outcome_without_a_task_in_one_commit(shop):
    told = shop.json("feedback", FORMS, "--harmful", "--note", "It hid a bug")
    (written,) = told["written"]
    assert written["kind"] == "outcome"
    assert told["lesson"] == {"id": FORMS, "new": False, "similarity": None}
    outcome = shop.json("show", written["id"])
    assert (outcome["result"], outcome["task"], outcome["notes"]) == ("harmful", "", "It hid a bug")
    assert shop.git("log", "-1", "--format=%s") == (
        'qa_tester: harmful "Validate forms incrementally"\n'
    )
    assert shop.git("show", "--name-only", "--format=", "HEAD").split() == [
        f".alma/{written['path']}"
    ]


@pytest.mark.parametrize("kind", ["knowledge", "preference", "anti-pattern", "heuristic"])
def test_every_kind_of_advice_can_be_judged(alma, kind):
    alma.ok("init", "--agent", "qa")
    id_ = alma.json("add", kind, "Something")["written"][0]["id"]
    alma.ok("feedback", id_, "--helpful")
    memory = alma.json("show", id_)
    assert memory["evidence"] == {"for": 1, "against": 0}
    assert (memory["status"] is None) == (kind in {"knowledge", "preference"})


def test_an_outcome_is_a_fact_and_cannot_be_judged(shop):
    ran = shop("feedback", "p0d6", "--helpful")
    assert ran.status == 2
    assert "is an outcome" in ran.err


UNJUDGED = [
    (["zzzz", "--helpful"], 1),
    (["8a", "--helpful"], 2),
    ([FORMS], 2),
    ([FORMS, "--helpful", "--harmful"], 2),
    ([FORMS, "--helpful", "--agent", "nobody"], 2),
    (["cgv3", "--helpful", "--agent", "qa_tester"], 1),
]


def test_what_cannot_be_judged_writes_nothing(shop):
    before = bytes_below(shop.folder)
    for words, status in UNJUDGED:
        assert (words, shop("feedback", *words).status) == (words, status)
    assert bytes_below(shop.folder) == before


def test_a_note_can_come_from_standard_input(shop):
    told = shop("feedback", FORMS, "--helpful", "--note", "-", "--json", stdin="On CI too\n").json
    assert shop.json("show", told["written"][0]["id"])["notes"] == "On CI too"


def test_who_inherits_a_lesson_judges_it_in_its_own_folder(shop):
    told = shop.json("feedback", "bbfr", "--helpful", "--agent", "junior_dev")
    assert told["written"][0]["path"].startswith("agents/junior_dev/outcomes/")


def test_without_any_agent_it_is_recorded_by_the_owner(alma):
    alma.ok("init")
    alma.ok("agent", "add", "qa")
    id_ = alma.json("add", "knowledge", "One", "--agent", "qa")["written"][0]["id"]
    config = alma.store / "config.toml"
    config.write_text("[agents.qa]\n")
    told = alma.json("feedback", id_, "--helpful")
    assert told["written"][0]["path"].startswith("agents/qa/outcomes/")


def test_the_memory_itself_is_not_touched(shop):
    before = bytes_below(shop.store / "agents/qa_tester/heuristics")
    shop.ok("feedback", FORMS, "--helpful")
    assert bytes_below(shop.store / "agents/qa_tester/heuristics") == before
