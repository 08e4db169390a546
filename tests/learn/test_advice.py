"""What the memories say to advice: a warning where it failed, an offer where it was waited for."""

import json

import pytest


@pytest.fixture
def qa(alma):
    """A store with two agents, without commits, and an anti-pattern that names no alternative."""
    config = 'default_agent = "qa"\n[agents.qa]\n[agents.dev]\n[git]\ncommit = false\n'
    alma.files({".alma/config.toml": config})
    report(alma, "failure", "Click twice", "Test the login form")
    return alma


def report(alma, result, strategy, task, *more):
    """Learns, and returns the document of it."""
    return alma.json("learn", f"--{result}", "--task", task, "--strategy", strategy, *more)


def lesson(alma):
    (one,) = alma.json("list", "--kind", "anti-pattern")["memories"]
    return one


def test_a_later_success_on_the_same_task_is_offered_as_the_alternative(qa):
    short = lesson(qa)["id"][:4]
    told = report(qa, "success", "Wait for the button", "test the login forms")
    (offer,) = (line for line in told["notes"] if "alternative" in line)
    assert offer.startswith(f'{short} "Click twice" failed on this task and names no alternative')
    assert lesson(qa)["better"] == ""


def test_the_command_that_is_offered_does_it(qa):
    told = report(qa, "success", "Wait for the button's state", "Test the login form")
    (offer,) = (line for line in told["notes"] if "alternative" in line)
    assert qa.shell(offer.split("`")[1]).status == 0
    assert lesson(qa)["better"] == "Wait for the button's state"


@pytest.mark.parametrize(
    ("result", "strategy", "task", "more"),
    [
        ("success", "Wait for the button", "Test the checkout", ()),
        ("success", "Click twice", "Test the login form", ()),
        ("failure", "Wait for the button", "Test the login form", ()),
        ("success", "Wait for the button", "Test the login form", ("--agent", "dev")),
    ],
    ids=["another task", "the same strategy", "a failure", "another agent"],
)
def test_nothing_else_is_offered(qa, result, strategy, task, more):
    told = report(qa, result, strategy, task, *more)
    assert not any("alternative" in line for line in told["notes"])


def test_an_anti_pattern_that_names_an_alternative_is_left_alone(qa):
    qa.ok("edit", lesson(qa)["id"], "--set", "better=Wait")
    told = report(qa, "success", "Wait for the button", "Test the login form")
    assert told["notes"] == ["domain: general (nothing is near)"]


WARNED = "is an anti-pattern on the same"
SLEEP = "sleep(5000) before clicking"


@pytest.mark.parametrize(
    "command",
    [
        ("add", "heuristic", SLEEP),
        ("add", "heuristic", "Using sleep() for async waits"),
        ("add", "anti-pattern", "Click at once", "--better", SLEEP),
        ("learn", "--success", "--task", "Test it", "--strategy", SLEEP, "--new"),
        ("learn", "--failure", "--task", "a", "--strategy", "Click at once", "--better", SLEEP),
        ("supersede", "k3f9", SLEEP),
        ("edit", "k3f9", "--set", f"title={SLEEP}"),
        ("edit", "k3f9", "--set", f"better={SLEEP}"),
    ],
    ids=lambda command: " ".join(command[:2]),
)
def test_advice_that_repeats_a_known_anti_pattern_gets_a_warning_and_is_kept(shop, command):
    told = json.loads(shop.ok(*command, "--json"))
    assert any(line.startswith("8ab2 ") and WARNED in line for line in told["warnings"])
    assert told["written"]


@pytest.mark.parametrize(
    "command",
    [
        ("learn", "--success", "--task", "Test it", "--strategy", SLEEP),
        ("learn", "--failure", "--task", "Test it", "--strategy", SLEEP),
        ("add", "heuristic", "Do not sleep(5000) before clicking"),
        ("add", "knowledge", "Using sleep() for async waits"),
        ("edit", "k3f9", "--set", "why=It is quicker"),
    ],
    ids=["a success", "a failure", "the opposite", "knowledge", "another field"],
)
def test_evidence_and_other_words_get_none(shop, command):
    assert not any(WARNED in line for line in json.loads(shop.ok(*command, "--json"))["warnings"])
