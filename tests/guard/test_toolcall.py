"""A tool call gives what it would run or write."""

import pytest

from alma_cli.rules.toolcall import COMMAND, is_call, passages


def new(call):
    """Returns name, number and text of each new line."""
    return [
        (one.name, one.first + at, line)
        for one in passages(call)
        for at, line in enumerate(one.text.split("\n"))
        if one.is_new(at)
    ]


@pytest.mark.parametrize(
    ("tool", "given", "lines"),
    [
        ("Bash", {"command": "sleep 5", "description": "Wait"}, [(COMMAND, 1, "sleep 5")]),
        (
            "Write",
            {"file_path": "/p/x", "content": "a\r\nb\n"},
            [("/p/x", 1, "a"), ("/p/x", 2, "b")],
        ),
        ("Edit", {"file_path": "x", "old_string": "a\nb", "new_string": "a\nc"}, [("x", 2, "c")]),
        (
            "MultiEdit",
            {"file_path": "x", "edits": [{"old_string": "", "new_string": "a"}, {}, 5]},
            [("x", 1, "a")],
        ),
        ("NotebookEdit", {"notebook_path": "n", "new_source": "a"}, [("n", 1, "a")]),
        ("Editor", {"command": "create", "path": "x", "file_text": "a"}, [("x", 1, "a")]),
        ("Read", {"file_path": "x"}, []),
        ("Write", {"file_path": 5, "content": ["a"]}, []),
    ],
)
def test_each_tool_says_what_it_brings(tool, given, lines):
    call = {"session_id": "s", "tool_name": tool, "tool_input": given}
    assert is_call(call)
    assert new(call) == lines


@pytest.mark.parametrize(
    ("value", "is_one"),
    [
        ({"command": "ls"}, True),
        ({"file_path": "x", "content": "a"}, True),
        ({"tool_name": "Bash", "tool_input": "ls"}, False),
        ({"name": "shop", "version": "1"}, False),
        ({"path": "x"}, False),
        (["command"], False),
        (None, False),
    ],
)
def test_a_call_is_told_from_other_json(value, is_one):
    assert is_call(value) is is_one


def test_half_a_character_is_no_trouble():
    assert new({"command": "echo \ud83d"}) == [(COMMAND, 1, "echo ?")]
