"""TOML that is read without the parser's help says what the parser says."""

import re
import tomllib

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from alma_cli.files.toml import loads, plain

LINES = r"""

# a remark
[agents]
[agents.qa_tester]
[agents.junior-dev]
[agents.qa_tester.more]
[recall]
[ recall ]
[[recall]]
["recall"]
[x]
agents = 1
x = 1
x = 0
x = 007
x = -1
x = 1_000
x = 12345678901234567890
x = 90.0
x = 0.25
x = 1e3
x = 3.
x = true
x = false
x = True
y = []
y = ["a", "b"]
y = ["a","b"]
y = ["a, b", "c"]   # why
y = ["a",
y = [[]]
x.y = 1
"x" = 1
z = "a" # b
z = "a # b"
z="a"
z = 'a'
z = "\u00e9"
z = "é"
z = 2026-02-28T00:00:00Z
z = 2026-02-30T00:00:00Z
z = 2026-01-01T00:00:00.500Z
z = 2026-01-01
""".split("\n")


@given(st.lists(st.sampled_from(LINES), max_size=6))
@example(["[agents.qa_tester]", "x = 1", "[agents]"])
@example(["agents = 1", "[agents.qa_tester]"])
def test_what_is_read_plainly_is_what_the_parser_reads(lines):
    text = "\n".join(lines)
    found = plain(text)
    try:
        truth = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        assert found is None
        with pytest.raises(tomllib.TOMLDecodeError, match=re.escape(str(error))):
            loads(text)
    else:
        assert repr(loads(text)) == repr(truth)  # `True` is 1, and must not stand for it


def test_a_configuration_as_people_write_it_needs_no_parser():
    text = """\
format = 1
default_agent = "qa_tester"       # used where no --agent is given

[agents.qa_tester]
can_learn = ["testing_strategies", "selector_patterns"]

[recall]
half_life_days = 90.5
[git]
commit = true
"""
    assert plain(text) == tomllib.loads(text)
