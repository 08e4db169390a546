"""On a terminal `alma learn` asks for what is missing; off one it never does."""

import pytest
from support.tree import bytes_below


@pytest.fixture
def qa(alma):
    """A store with the agent `qa`, without commits, which is quicker."""
    config = 'default_agent = "qa"\n[agents.qa]\n[git]\ncommit = false\n'
    alma.files({".alma/config.toml": config})
    return alma


def asked(alma, *flags, answers=()):
    return alma("learn", *flags, stdin="".join(f"{line}\n" for line in answers), terminal=True)


def test_a_failure_asks_for_task_strategy_why_and_what_instead(qa):
    ran = asked(
        qa,
        "--failure",
        answers=["Test the cart", "Click twice", "Sent twice", "Disable the button"],
    )
    assert ran.status == 0
    for question in ("What was the task", "What was tried", "Why did it fail", "What instead"):
        assert question in ran.err
    (lesson,) = qa.json("list")["memories"]
    assert (lesson["title"], lesson["why"]) == ("Click twice", "Sent twice")
    assert lesson["better"] == "Disable the button"
    (outcome,) = qa.json("list", "--kind", "outcome")["memories"]
    assert outcome["task"] == "Test the cart"


def test_a_success_asks_for_task_and_strategy_alone(qa):
    ran = asked(qa, "--success", answers=["Test the cart", "Click once"])
    assert ran.status == 0
    assert "Why" not in ran.err
    assert qa.json("list")["memories"][0]["title"] == "Click once"


def test_what_is_given_is_not_asked_for(qa):
    ran = asked(
        qa,
        *("--failure", "--task", "a", "--strategy", "b", "--why-bad", "c", "--better", "d"),
    )
    assert ran.status == 0
    assert "?" not in ran.err
    assert "What" not in ran.err


def test_a_lesson_that_is_named_has_its_why_already(shop):
    ran = asked(shop, "--failure", "--lesson", "8ab2", "--task", "a", "--strategy", "b")
    assert ran.status == 0
    assert "Why did it fail" not in ran.err


def test_ctrl_d_at_a_question_ends_its_line(qa):
    ran = asked(qa, "--failure")
    assert (ran.status, ran.out, ran.err) == (130, "", "What was the task: \n")
    assert qa.memories() == []


def test_why_and_what_instead_may_stay_empty(qa):
    ran = asked(qa, "--failure", answers=["Test the cart", "Click twice", "", ""])
    assert ran.status == 0
    (lesson,) = qa.json("list")["memories"]
    assert (lesson["why"], lesson["better"]) == ("", "")


def test_a_task_may_not_stay_empty_and_is_asked_for_again(qa):
    ran = asked(qa, "--success", answers=["", "Test the cart", "Click once"])
    assert ran.status == 0
    assert ran.err.count("What was the task") == 2


def test_the_end_of_input_ends_it_and_nothing_is_written(qa):
    before = bytes_below(qa.folder)
    ran = asked(qa, "--failure", answers=["Test the cart"])
    assert ran.status == 130
    assert bytes_below(qa.folder) == before


def test_questions_are_not_data(qa):
    ran = asked(qa, "--failure", "--json", answers=["a", "b", "c", "d"])
    assert ran.json["lesson"]["new"] is True
    assert "What" not in ran.out


def test_questions_leave_nothing_on_standard_output(qa):
    ran = asked(qa, "--failure", answers=["a", "b", "c", "d"])
    assert ran.out.startswith("learned anti-pattern ")


def test_nothing_is_asked_before_the_agent_is_known(qa):
    ran = asked(qa, "--failure", "--agent", "nobody", answers=["a", "b", "c", "d"])
    assert ran.status == 2
    assert "What was" not in ran.err


def test_off_a_terminal_nothing_is_asked(qa):
    ran = qa("learn", "--failure", stdin="a\nb\nc\nd\n")
    assert ran.status == 2
    assert "What was" not in ran.err + ran.out
