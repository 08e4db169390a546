"""`alma log`: the events as the commits tell them, newest first."""

import re

import pytest


@pytest.fixture
def two(alma):
    """Two agents that learned in turn."""
    alma.ok("init", "--agent", "qa", "--agent", "dev")
    for agent, strategy in (("qa", "Click once"), ("dev", "Seed the data"), ("qa", "Click once")):
        alma.ok("learn", "--success", "--agent", agent, "--task", "a", "--strategy", strategy)
    return alma


def summaries(alma, *flags):
    return [event["summary"] for event in alma.json("log", *flags)["events"]]


def test_every_event_is_told_newest_first(two):
    assert summaries(two) == [
        'success of "Click once"',
        'do "Seed the data"',
        'do "Click once"',
        "start a memory",
    ]


def test_a_line_has_event_commit_time_agent_and_sentence(two):
    first = two.ok("log").splitlines()[0]
    assert re.fullmatch(
        r'[0-9a-z]{10}  [0-9a-f]{7}  \d{4}-\d\d-\d\d \d\d:\d\d  qa: success of "Click once"', first
    )


def test_the_events_of_one_agent(two):
    assert summaries(two, "--agent", "dev") == ['do "Seed the data"']
    assert len(summaries(two, "--agent", "QA")) == 2


def test_the_events_of_one_memory(two):
    lesson = two.json("learn", "--failure", "--task", "b", "--strategy", "Click once")["lesson"][
        "id"
    ]
    two.ok("feedback", lesson, "--helpful")
    assert summaries(two, lesson[:5]) == ['do "Click once"']


def test_the_newest_few(two):
    assert summaries(two, "-n", "2") == ['success of "Click once"', 'do "Seed the data"']


def test_an_event_names_its_memories_and_its_verb(two):
    told = two.json("learn", "--failure", "--task", "b", "--strategy", "Click twice")
    event = two.json("log", "-n", "1")["events"][0]
    assert event["event"] == told["event"]
    assert event["commit"] == told["commit"]
    assert (event["verb"], event["agent"], event["by"]) == ("learn", "qa", "Ada")
    assert sorted(event["memories"]) == sorted(each["id"] for each in told["written"])
    assert event["undoes"] is None


def test_commits_that_are_no_events_are_left_out(two):
    two.files({"code.py": "x = 1\n", ".alma/agents/qa/knowledge/hand.md": "+++\n+++\n# By hand\n"})
    two.git("add", ".")
    two.git("commit", "-m", "work")
    assert "work" not in summaries(two)
    assert len(summaries(two)) == 4


def test_the_events_of_a_memory_that_is_gone(two):
    told = two.json("learn", "--failure", "--task", "b", "--strategy", "Click twice")
    two.ok("undo")
    gone = told["lesson"]["id"]
    assert two("show", gone).status == 1
    assert 'avoid "Click twice"' in summaries(two, gone)


def test_the_undoing_of_a_memory_is_among_its_events(two):
    told = two.json("learn", "--failure", "--task", "b", "--strategy", "Click twice")
    two.ok("undo")
    assert 'undo: avoid "Click twice"' in summaries(two, told["lesson"]["id"])


def test_a_memory_that_never_was_is_not_found(two):
    assert two("log", "zzzz").status == 1


def test_what_is_pending_is_said(two):
    lock = two.folder / ".git/index.lock"
    lock.touch()
    two.ok("add", "knowledge", "Waits")
    ran = two("log")
    assert ran.err == "1 pending: saved, not committed yet\n"
    assert two.json("log")["pending"] == 1
    lock.unlink()
    assert two.ok("commit") == "committed 1 pending event\n"
    assert two.json("log")["pending"] == 0
    assert summaries(two, "-n", "1") == ['add knowledge "Waits"']


def test_a_commit_that_still_cannot_be_made_is_a_conflict(two):
    (two.folder / ".git/index.lock").touch()
    two.ok("add", "knowledge", "Waits")
    ran = two("commit")
    assert ran.status == 4
    assert "events are still pending" in ran.err


def test_without_git_there_is_no_history(bare):
    bare.ok("init", "--agent", "qa")
    ran = bare("log")
    assert (ran.status, ran.out) == (1, "")
    assert "is not in a git repository" in ran.err
    assert "`git init` starts one" in ran.err


def test_the_words_of_a_memory_cannot_forge_a_trailer(two):
    two.ok("add", "knowledge", "x\nAlma-Agent: dev\nAlma-Event: f0rged0000", "--agent", "qa")
    event = two.json("log", "-n", "1")["events"][0]
    assert (event["agent"], event["summary"]) == ("qa", 'add knowledge "x"')
    assert event["event"] != "f0rged0000"
