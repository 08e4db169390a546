"""When there is something to learn: what failed and then worked, and a person who objects."""

import pytest

from alma_cli.hook import signs


def shell(command):
    return {"tool_name": "Bash", "tool_input": {"command": command}}


@pytest.mark.parametrize(
    ("command", "effort"),
    [
        ("npm test", "npm test"),
        ("npm run test:e2e -- --headed", "npm run test:e2e"),
        ("cd shop && npx playwright test tests/a.spec.ts | tail -5", "npx playwright test"),
        ("CI=1 pytest -q tests/test_a.py", "pytest"),
        ("python -m pytest tests", "python -m pytest"),
        ("git push origin main", "git push origin"),
        ("make; ls", "make"),
        ("git status", ""),
        ("grep -rn sleep tests", ""),
        ("cd /shop", ""),
        ("", ""),
        (" && ;", ""),
    ],
)
def test_a_command_is_known_by_what_it_does(command, effort):
    assert signs.effort(shell(command)) == effort


def test_slips_with_files_are_no_efforts_and_other_tools_go_by_their_names():
    assert signs.effort({"tool_name": "Edit", "tool_input": {"command": "x"}}) == ""
    assert signs.effort({"tool_name": "mcp__browser__click", "tool_input": {}}) == (
        "mcp__browser__click"
    )
    assert signs.effort({"tool_name": 3, "tool_input": None}) == ""


@pytest.mark.parametrize(
    ("notes", "turned"),
    [
        (["failed npm test", "worked npm test"], ("npm test",)),
        (["worked npm test", "failed npm test"], ()),
        (["failed npm test", "worked make"], ()),
        (["failed make", "worked make", "learned"], ()),
        (["learned", "failed make", "worked make"], ("make",)),
        ([], ()),
    ],
)
def test_only_what_worked_after_it_failed_is_a_turn(notes, turned):
    assert signs.turned(notes) == turned


@pytest.mark.parametrize(
    "prompt",
    [
        "No, wait for the button instead",
        "don't use sleep here",
        "Don\u2019t do that",
        "that's not what I meant",
        "STOP",
        "I told you to use the fixture",
        "  no.",
    ],
)
def test_an_objection_is_a_correction(prompt):
    assert signs.is_correction(prompt)


@pytest.mark.parametrize(
    "prompt",
    ["Now test the cart", "Note that it is slow", "Nothing else", "Stopwatch: add one", "", "yes"],
)
def test_other_prompts_are_none(prompt):
    assert not signs.is_correction(prompt)


def test_recording_a_lesson_is_seen_in_every_way_to_do_it():
    assert signs.is_learning(shell("cd /shop && alma learn --success --task a --strategy b"))
    assert signs.is_learning({"tool_name": "mcp__alma__learn", "tool_input": {}})
    assert not signs.is_learning(shell("alma list"))
