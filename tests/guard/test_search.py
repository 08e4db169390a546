"""What a guard looks for is found where it is, in time, whoever wrote the pattern."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alma_cli.model import Guard
from alma_cli.rules import passage, sieve, titles
from alma_cli.rules.guarding import MOST, Match, Severity, Suspect, search, watch
from alma_cli.rules.passage import Passage, of_text, pieces
from alma_cli.rules.patterns import refusal
from alma_cli.rules.sieve import sift
from alma_cli.value import replace


def never():
    return False


def everywhere(watched, *passages):
    return [Suspect(one, passages) for one in watched]


def found(guard, *passages, paths=()):
    """Returns line, start and end of each match."""
    one = watch("1", guard, paths)
    return [(m.line, m.start, m.end) for m in search(sift([one], passages), never)]


SLEEP = Guard(regex=(r"sleep\(\d+\)",))


@pytest.mark.parametrize(
    ("guard", "text", "places"),
    [
        (SLEEP, "a\n  sleep(5)\nsleep(6) sleep(7)", [(1, 2, 10), (2, 0, 8)]),
        (SLEEP, "\u00e4\U0001f389 sleep(5)", [(0, 3, 11)]),
        (Guard(literal=(".*",)), "a\n.*", [(1, 0, 2)]),
        (Guard(literal=("b",), regex=("^a$",)), "a\nb", [(0, 0, 1), (1, 0, 1)]),
        (Guard(regex=(r"execute\(\s*f'",)), "execute(\n  f'x')", [(0, 0, 8)]),
        (Guard(regex=("a.b",)), "a\nb", []),
        (Guard(regex=("(?i)SLEEP", "(")), "Sleep", [(0, 0, 5)]),
        (Guard(literal=("",), regex=("", "a*")), "aaa", []),
        (Guard(), "a", []),
    ],
)
def test_what_is_told_of_a_text(guard, text, places):
    assert found(guard, of_text(text)) == places


def test_only_new_lines_count_also_of_a_match_that_begins_above():
    old_and_new = Passage("sleep(1)\nsleep(\n2)\nsleep(3)", first=7, new=frozenset({2}))
    assert found(Guard(regex=(r"sleep\(\s*\d\)",)), old_and_new) == [(2, 0, 2)]


@pytest.mark.parametrize(
    ("inside", "of_guard", "of_memory", "number"),
    [
        ("tests/e2e/a.ts", ("tests/**/*.ts",), (), 1),
        ("tests/e2e/a.ts", (), ("tests/**",), 1),
        ("tests/e2e/a.ts", ("tests/**",), ("src/**",), 1),
        ("src/a.ts", ("tests/**",), (), 0),
        ("", ("**",), (), 0),
        ("", (), (), 1),
    ],
)
def test_paths_bound_where_it_is_looked_for(inside, of_guard, of_memory, number):
    text = replace(of_text("sleep(1)", inside), inside=inside)
    assert len(found(replace(SLEEP, paths=of_guard), text, paths=of_memory)) == number


@pytest.mark.parametrize(("said", "severity"), [("", "error"), ("warning", "warning")])
def test_a_guard_says_how_bad_it_is(said, severity):
    watched = [watch("1", Guard(literal=("a",), severity=said))]
    (one,) = search(everywhere(watched, of_text("a")), never)
    assert one.severity is Severity(severity)


def test_no_lesson_fills_the_page():
    assert len(found(Guard(literal=("a",)), of_text("a\n" * 1000))) == MOST


def test_what_there_is_no_time_for_is_told():
    watched = [watch(key, Guard(literal=("a",))) for key in "12"]
    times = iter([False, True])
    first, late = search(everywhere(watched, of_text("a")), lambda: next(times))
    assert isinstance(first, Match)
    assert late == watched[1]


def test_a_pattern_with_a_large_program_comes_last():
    watched = [watch("1", Guard(regex=("(a|b)*a(a|b){99}",))), watch("2", Guard(regex=("a",)))]
    found_by = search(everywhere(watched, of_text("a" * 200)), never)
    assert [one.key for one in found_by] == ["2", "1"]


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        ("(", "missing ): ("),
        ("(?=a)", "invalid perl operator: (?="),
        (r"(a)\1", r"invalid escape sequence: \1"),
        (r"\pL{500}", "pattern too large"),
        ("(a{0,99}){0,99}b", "invalid repetition size: {0,99}"),
        ("a*", "matches the empty text"),
        ("a+", ""),
    ],
)
def test_a_pattern_that_is_refused_says_why(pattern, why):
    assert refusal(pattern).startswith(why)
    assert bool(refusal(pattern)) is bool(why)


def test_no_pattern_hangs_the_reader():
    patterns = (r"(a+)+$", r"(?s)(.*)(.*)(.*)x", r"(a|aa)+b", "(?s)a.*z", "(a?){99}a{99}b")
    start = time.process_time()
    found(Guard(regex=patterns), *pieces(of_text("a" * 300_000 + "!\n" + "a\n" * 50_000)))
    assert time.process_time() - start < 10


def test_the_sieve_keeps_what_may_match_and_little_else():
    watched = [watch(str(n), Guard(regex=(rf"word{n}\(\s*\d+",))) for n in range(1200)]
    watched += [watch("l", Guard(literal=("word7",))), watch("bad", Guard(regex=("(",)))]
    kept = [one.watch.key for one in sift(watched, [of_text("word7( 5)\nword70(x) WORD900(1)")])]
    assert {"7", "l", "bad"} <= {*kept}
    assert {*kept} <= {"7", "70", "900", "l", "bad"}


@given(
    st.lists(st.text(alphabet="ab.(|)*+\u00e4K\u212a", max_size=6), max_size=5),
    st.lists(st.text("abAkK\u00e4\u00c4\n(", max_size=9), min_size=1, max_size=6),
    st.sampled_from([0, sieve.SHORT]),
)
def test_the_sieve_loses_nothing(patterns, texts, short):
    kept, sieve.SHORT, sieve.SHEET = (sieve.SHORT, sieve.SHEET), short, 8
    try:
        watched = [watch(str(at), Guard(regex=(each,))) for at, each in enumerate(patterns)]
        watched += [watch(f"{at}l", Guard(literal=(each,))) for at, each in enumerate(patterns)]
        watched += [
            titles.watch(f"{at}t", f"f() `a{each}`", ()) for at, each in enumerate(patterns)
        ]
        passages = [*map(of_text, texts)]
        sifted = list(search(sift(watched, passages), never))
    finally:
        sieve.SHORT, sieve.SHEET = kept
    assert sifted == list(search(everywhere(watched, *passages), never))


@given(st.text("ab\n", max_size=60), st.integers(0, 3), st.integers(2, 9))
def test_pieces_are_the_passage(text, first, largest):
    whole = of_text(text)
    whole = replace(whole, first=first, new=frozenset(range(0, text.count("\n") + 1, 2)))
    kept, passage.LARGEST = passage.LARGEST, largest
    try:
        cut = list(pieces(whole))
    finally:
        passage.LARGEST = kept
    assert all(len(one.text) <= largest for one in cut)
    places = [
        (one.first + at, (0 if at else one.shift) + column, char)
        for one in cut
        for at, line in enumerate(one.text.split("\n"))
        for column, char in enumerate(line)
        if one.is_new(at)
    ]
    assert places == [
        (first + at, column, char)
        for at, line in enumerate(whole.text.split("\n"))
        for column, char in enumerate(line)
        if whole.is_new(at)
    ]
