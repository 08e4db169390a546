"""`alma stats`: whether it learns, in numbers."""

import pytest
from support.tree import bytes_below


@pytest.fixture
def qa(alma):
    """A store without commits, which is quicker, in which one mistake was made three times."""
    config = 'default_agent = "qa"\n[agents.qa]\ncan_learn = ["ui", "api"]\n[agents.dev]\n'
    alma.files({".alma/config.toml": f"{config}[git]\ncommit = false\n"})
    for result, strategy in (
        ("failure", "Click twice"),
        ("failure", "click twice"),
        ("success", "Wait for the button"),
        ("failure", "Click twice"),
    ):
        alma.ok(
            *("learn", f"--{result}", "--task", "Test it", "--strategy", strategy),
            *("--domain", "ui/forms"),
        )
        alma.later(days=5)
    return alma


def test_tasks_are_counted_by_agent_and_domain(qa):
    told = qa.json("stats")
    (row,) = told["by"]
    assert (row["agent"], row["domain"], row["tasks"]) == ("qa", "ui/forms", 4)
    assert (told["successes"], told["failures"]) == (1, 3)
    assert [one for one in told["success_over_time"] if one is not None] == [0.0, 0.0, 1.0, 0.0]


def test_the_failure_that_taught_a_lesson_repeated_nothing_and_those_after_it_did(qa):
    assert qa.json("stats")["repeated_mistakes"] == 2
    assert "\n2 repeated mistakes in 3 failures\n" in qa.ok("stats")


def test_the_first_failure_on_what_a_person_warned_of_is_a_repeated_mistake(qa):
    qa.ok("add", "anti-pattern", "Sleep before clicking", "--domain", "ui")
    said = ("--task", "Test it", "--strategy", "sleep before clicking", "--domain", "ui")
    qa.ok("learn", "--failure", *said)
    assert qa.json("stats")["repeated_mistakes"] == 3


def test_a_mistake_stays_one_when_its_lesson_is_replaced(qa):
    (lesson,) = qa.json("list", "--kind", "anti-pattern")["memories"]
    qa.ok("supersede", lesson["id"], "Clicking more than once")
    assert qa.json("stats")["repeated_mistakes"] == 2


def test_lessons_are_used_when_more_names_them_than_what_they_came_from(qa):
    qa.ok("add", "heuristic", "Warm the cache")
    told = qa.json("stats")
    assert [one["title"] for one in told["unused"]] == ["Wait for the button", "Warm the cache"]
    assert "2 of 3 lessons never used\n" in qa.ok("stats")
    qa.ok(
        *("learn", "--success", "--task", "Test it", "--strategy", "Click twice"),
        *("--used", told["unused"][1]["id"]),
    )
    assert [one["title"] for one in qa.json("stats")["unused"]] == ["Wait for the button"]


def test_what_of_its_scope_an_agent_knows_is_told(qa):
    assert qa.json("stats")["coverage"] == [
        {"agent": "qa", "entry": "ui", "memories": 2, "tasks": 4},
        {"agent": "qa", "entry": "api", "memories": 0, "tasks": 0},
    ]
    qa.ok("add", "knowledge", "CI has two cores", "--agent", "dev", "--domain", "ci")
    assert qa.json("stats", "--agent", "dev")["coverage"] == [
        {"agent": "dev", "entry": "ci", "memories": 1, "tasks": 0}
    ]


def test_one_agent_alone_is_counted_when_named(qa):
    assert qa.json("stats", "--agent", "dev")["tasks"] == 0
    assert qa.json("stats", "--agent", "QA")["tasks"] == 4
    assert qa("stats", "--agent", "nobody").status == 2


def test_counting_changes_nothing(qa):
    before = bytes_below(qa.store / "agents")
    qa.ok("stats")
    assert bytes_below(qa.store / "agents") == before


def test_without_tasks_there_is_nothing_to_count(bare):
    bare.ok("init", "--agent", "qa")
    assert bare.ok("stats") == "no tasks yet\n"


def test_lines_that_are_silenced_with_a_reason_are_counted(shop):
    shop.files(
        {
            "tests/a.ts": "f()  // alma: allow 8ab2 -- it\n// ALMA:allow 8ab2, mgvs -- them\ng()",
            "tests/b.ts": "f()  // alma: allow 8ab2\n",
            "tests/c.bin": b"\0 alma: allow 8ab2 -- it",
            ".alma/agents/qa_tester/knowledge/n.md": "# alma: allow 8ab2 -- it\n",
        }
    )
    lines = {one["id"][:4]: one["lines"] for one in shop.json("stats")["silenced"]}
    assert lines == {"8ab2": 2, "mgvs": 1}
    assert "\n3 lines silenced with a reason\n  8ab27pwz4c  qa_tester  2 lines  " in shop.ok(
        "stats"
    )


def test_without_git_nothing_is_silenced(bare):
    bare.ok("init", "--agent", "qa")
    assert bare.json("stats")["silenced"] == []
