"""An agent that wakes up sees the work that is open, before anything else."""

import json

import pytest


@pytest.fixture
def busy(work):
    """Two workflows with work left, and one that is done."""
    alma = work.alma
    handoff = json.dumps({"goal": "Ship v2", "next_steps": ["backfill", "drop the column"]})
    work.saved("--step", "build", "--handoff", "-", stdin=handoff)
    alma.ok("checkpoint", "release", "--step", "tag", "--status", "done", "--no-commit")
    alma.ok("checkpoint", "audit", "--step", "read logs", "--error", "no key", "--no-commit")
    alma.ok("add", "heuristic", "Click by role", "--agent", "qa", "--no-commit")
    return work


def test_open_workflows_come_first_the_one_that_moved_last_before_others(busy):
    lines = busy.alma.ok("recall").splitlines()
    assert lines[3:7] == [
        "| Open:",
        '| - audit failed at 1 "read logs": no key [alma resume audit]',
        '| - deploy came to 1 "build". Next: backfill; drop the column [alma resume deploy]',
        "| Do:",
    ]
    for form in ("md", "text", "xml", "rich"):
        out = busy.alma.ok("recall", "--format", form)
        assert out.index("audit") < out.index("deploy") < out.index("Click by role")
        assert "release" not in out
    told = busy.alma.json("recall")["workflows"]
    assert [(each["workflow"], each["heads"][0]["status"]) for each in told] == [
        ("audit", "failed"),
        ("deploy", "running"),
    ]


def test_a_question_and_a_filter_are_about_memories_alone(busy):
    for asked in (["click"], ["--kind", "heuristic"], ["--domain", "general"]):
        assert busy.alma.json("recall", *asked)["workflows"] == []
        assert "Open:" not in busy.alma.ok("recall", *asked)


def test_of_work_that_is_done_no_other_file_is_read(busy):
    for step in ("pack", "sign"):
        busy.alma.ok("checkpoint", "release", "--step", step, "--no-commit")
    busy.alma.ok("checkpoint", "release", "--status", "done", "--no-commit")
    first, *_ = sorted((busy.alma.store / "workflows/release").iterdir())
    first.write_text("damaged\n")
    assert "release" not in busy.alma("recall").err
    assert "release" in busy.alma("workflow", "list").err


def test_the_answer_has_another_stamp_when_the_work_moves(busy):
    before = busy.alma.json("recall")["digest"]
    busy.saved("--step", "test")
    assert busy.alma.json("recall")["digest"] != before


def test_without_memories_the_open_work_is_an_answer(work):
    work.saved("--step", "build")
    ran = work.alma("recall")
    assert '| - deploy came to 1 "build" [alma resume deploy]' in ran.out
    assert "no memories yet" in ran.err


def test_many_workflows_leave_room_for_memories(busy):
    for number in range(9):
        busy.alma.ok("checkpoint", f"task-{number}", "--step", "word " * 30, "--no-commit")
    out = busy.alma.ok("recall", "--budget", "400")
    assert len(out.encode()) <= 1600
    assert "Click by role" in out
    assert "more: alma workflow list --open" in out


def test_a_fork_is_told_with_the_command_that_joins_it(forked):
    line = 'deploy went on in 2 places at once: 2 "here", 2 "there" [alma workflow merge deploy]'
    assert f"| - {line}\n" in forked.alma.ok("recall")


def test_a_damaged_workflow_is_in_nobodys_way(work):
    work.saved("--step", "build")
    (file,) = (work.alma.store / "workflows/deploy").iterdir()
    file.write_text("damaged\n")
    ran = work.alma("recall")
    assert (ran.status, ran.out) == (0, "")
    assert f"warning: workflows/deploy/{file.name}:1: does not start with" in ran.err
    (work.alma.store / "workflows" / "link").symlink_to("/etc")
    (work.alma.store / "workflows" / "file").write_text("x")
    assert work.alma("recall").status == 0
