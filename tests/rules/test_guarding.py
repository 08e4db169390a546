"""A guard finds what its patterns say, in linear time, and a bad pattern finds nothing."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alma_cli.model import Guard
from alma_cli.rules.guarding import matches


@pytest.mark.parametrize(
    ("guard", "text", "found"),
    [
        (Guard(regex=(r"sleep\(\d+\)",)), "await sleep(5000) before the click", True),
        (Guard(regex=(r"sleep\(\d+\)",)), "await sleep(delay)", False),
        (Guard(regex=("nothing", r"sleep\(")), "sleep(1)", True),
        (Guard(regex=(r"^sleep",)), "no sleep", False),
        (Guard(regex=(r"(?m)^sleep",)), "no\nsleep", True),
        (Guard(regex=(r"(?i)SLEEP",)), "sleep", True),
        (Guard(regex=(r"\bwarten\b",)), "h\u00f6chstens warten \U0001f389", True),
        (Guard(literal=("sleep(",)), "await sleep(5000)", True),
        (Guard(literal=("Sleep(",)), "await sleep(5000)", False),
        (Guard(literal=(".*",)), "anything", False),
        (Guard(literal=("",)), "anything", False),
        (Guard(literal=("a",), regex=("b",)), "b", True),
        (Guard(), "anything", False),
        (Guard(paths=("tests/**",)), "tests/a.py", False),
    ],
)
def test_a_guard_finds_what_its_patterns_say(guard, text, found):
    assert matches(guard, text) is found


@pytest.mark.parametrize("pattern", ["(", "[", "(?=look)ahead", r"(a)\1", "*", "a{1,100000}"])
def test_a_pattern_that_is_refused_matches_nothing_and_stops_no_other(pattern, capfd):
    assert not matches(Guard(regex=(pattern,)), "look ahead aa (")
    assert matches(Guard(regex=(pattern, "aa")), "look ahead aa (")
    assert capfd.readouterr() == ("", "")


def test_no_pattern_hangs_the_reader():
    start = time.process_time()
    assert not matches(Guard(regex=(r"(a+)+$", r"(a|a)*b", r"(.*)*x$")), "a" * 50_000 + "!")
    assert time.process_time() - start < 5


@given(st.text(max_size=30), st.text(max_size=30))
def test_a_literal_is_found_as_it_is(literal, text):
    assert matches(Guard(literal=(literal,)), text) is (bool(literal) and literal in text)


@given(st.text(max_size=20), st.text(max_size=40))
def test_any_pattern_finds_something_or_nothing(pattern, text):
    assert matches(Guard(regex=(pattern,)), text) in {True, False}


def test_an_empty_pattern_matches_nothing():
    assert not matches(Guard(regex=("",)), "anything at all")


def test_a_text_that_is_not_unicode_is_searched_all_the_same():
    assert matches(Guard(regex=("sleep",)), "sleep \udcff")
