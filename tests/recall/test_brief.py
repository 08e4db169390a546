"""Without a question: what an agent wakes up with."""

import pytest


@pytest.fixture
def qa(alma):
    """A store with the agent `qa`, without commits, which is quicker."""
    config = 'default_agent = "qa"\n[agents.qa]\n[git]\ncommit = false\n'
    alma.files({".alma/config.toml": config})
    return alma


def brief(alma, *flags):
    return alma.json("recall", *flags)["hits"]


def test_it_has_preferences_and_the_strongest_lessons(shop):
    told = shop.json("recall", "--agent", "qa_tester")
    assert (told["query"], told["match"]) == ("", "strong")
    assert len(told["hits"]) == 8
    kinds = [hit["kind"] for hit in told["hits"]]
    assert kinds.count("preference") == 2
    assert "outcome" not in kinds
    strongest = [hit["confidence"] for hit in told["hits"] if hit["kind"] != "preference"]
    assert min(strongest) > 0.7


def test_the_prompt_of_a_brief_names_no_question(shop):
    assert "| Notes of qa_tester: evidence to weigh" in shop.ok("recall")


def test_blank_questions_ask_for_the_brief(shop):
    assert shop.ok("recall", "  \n") == shop.ok("recall")
    assert shop.ok("recall", "-", stdin="\n") == shop.ok("recall")


def test_the_best_backed_lesson_leads(qa):
    qa.ok("learn", "--success", "--task", "a", "--strategy", "Warm the cache")
    for _ in range(5):
        qa.ok("learn", "--success", "--task", "b", "--strategy", "Seed the database")
    assert [hit["title"] for hit in brief(qa)] == ["Seed the database", "Warm the cache"]


def test_what_was_refuted_is_left_out(qa):
    for result in ("success", *["failure"] * 6):
        qa.ok("learn", f"--{result}", "--task", "a", "--strategy", "Warm the cache")
    assert brief(qa) == []


def test_many_preferences_leave_room_for_lessons(qa):
    for n in range(12):
        qa.ok("add", "preference", f"Prefer the {n}th way")
    for name in ("Seed the database", "Warm the cache", "Close the socket"):
        qa.ok("add", "heuristic", name)
    kinds = [hit["kind"] for hit in brief(qa)]
    assert (kinds.count("heuristic"), kinds.count("preference")) == (3, 5)


def test_knowledge_is_told_where_there_is_nothing_else(qa):
    qa.ok("add", "knowledge", "CI runs on two cores")
    assert [hit["title"] for hit in brief(qa)] == ["CI runs on two cores"]


def test_filters_hold_for_the_brief_too(shop):
    assert {hit["kind"] for hit in brief(shop, "--kind", "knowledge")} == {"knowledge"}
    assert {hit["domain"] for hit in brief(shop, "--domain", "selector_patterns")} == {
        "selector_patterns"
    }
    outcomes = brief(shop, "--kind", "outcome", "-k", "3")
    assert [hit["kind"] for hit in outcomes] == ["outcome"] * 3


def test_the_brief_of_another_agent_is_another(shop):
    junior = shop.json("recall", "--agent", "junior_dev")
    assert "senior_architect" in {hit["inherited"] for hit in junior["hits"]}
    assert junior["digest"] != shop.json("recall", "--agent", "qa_tester")["digest"]
