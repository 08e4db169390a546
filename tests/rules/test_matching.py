"""Two strategies are one lesson only when they say the same; opposites never are."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alma_cli.rules.matching import NEAR, SAME, Likeness, compare, turns_away

PAIRS = tomllib.loads(Path(__file__).with_name("pairs.toml").read_text("utf-8"))
MERGED = [(why, *pair) for why, pairs in PAIRS.pop("merged").items() for pair in pairs]


def said(pair):
    return " / ".join(pair)


@pytest.mark.parametrize("pair", PAIRS["same"], ids=said)
def test_one_strategy_in_other_words_is_one_lesson(pair):
    assert compare(*pair).same


@pytest.mark.parametrize("pair", PAIRS["opposite"], ids=said)
def test_opposites_are_never_one_lesson(pair):
    assert not compare(*pair).same


@pytest.mark.parametrize("pair", PAIRS["different"], ids=said)
def test_different_things_are_never_one_lesson(pair):
    assert not compare(*pair).same


@pytest.mark.parametrize("pair", PAIRS["near"], ids=said)
def test_a_near_miss_is_pointed_at(pair):
    assert compare(*pair).near


@pytest.mark.parametrize(
    "pair",
    [pytest.param([one, other], id=f"{why}: {one} / {other}") for why, one, other in MERGED],
)
def test_opposites_that_look_alike_are_never_one_lesson(pair):
    assert not compare(*pair).same


def test_the_table_is_large_enough_to_mean_something():
    assert sum(map(len, PAIRS.values())) + len(MERGED) >= 60


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        ("Use Redis", "Do not use Redis", "one of them is negated"),
        ("Wait 30 s", "Wait 60 s", "their numbers differ"),
        ("Open tests/a.py", "Open tests/b.py", "they name different things"),
        ("Write tests first", "Write tests last", "first is not last"),
        ("Squash before merging", "Squash after merging", "before is not after"),
        ("Prefer a map over a list", "Prefer a list over a map", "their words stand the other way round"),
    ],
)  # fmt: skip
def test_what_tells_two_strategies_apart_is_said(one, other, apart):
    told = compare(one, other)
    assert (told.apart, told.near) == (apart, True)


@pytest.mark.parametrize(
    ("likeness", "same", "near"),
    [
        (Likeness(1.0), True, False),
        (Likeness(SAME), True, False),
        (Likeness(SAME - 0.01), False, True),
        (Likeness(NEAR), False, True),
        (Likeness(NEAR - 0.01), False, False),
        (Likeness(1.0, "one of them is negated"), False, True),
    ],
)
def test_the_bounds_of_same_and_near(likeness, same, near):
    assert (likeness.same, likeness.near) == (same, near)


@pytest.mark.parametrize(
    ("strategy", "away"),
    [
        ("Do not use sleep(5000)", True),
        ("Don\u2019t click", True),
        ("Avoiding sleeps", True),
        ("Remove sleep() from the tests", True),
        ("Use waits instead of sleep()", True),
        ("sleep(5000) before clicking", False),
        ("Use a notebook, a nonce and a stopwatch", False),
    ],
)
def test_a_strategy_that_turns_away_from_what_it_names_is_known(strategy, away):
    assert turns_away(strategy) is away


LANGUAGE = """
use avoid not never do wait sleep test form login session redis postgres cache before after into
from to over instead of with without first last enable disable 30 60 s seconds getByRole user_id
tests/a.py the a for and in out
""".split()
strategies = st.lists(st.sampled_from(LANGUAGE), max_size=9).map(" ".join) | st.text(max_size=40)


@given(strategies)
def test_a_strategy_is_itself(text):
    assert compare(text, text) == Likeness(1.0)


@given(strategies)
def test_case_and_punctuation_do_not_make_another_strategy(text):
    if text.isascii():
        assert compare(f"{text}.", text).similarity == 1.0


@given(strategies, strategies)
def test_similarity_is_a_share(one, other):
    assert 0 <= compare(one, other).similarity <= 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("timeout aimeout", "eimeout timbout"),
        ("Sort users into groups", "Sort users groups"),
    ],
)
def test_the_order_of_two_strategies_does_not_matter(one, other):
    assert compare(one, other) == compare(other, one)


plain = st.lists(
    st.sampled_from("use wait test form login cache redis postgres not first last 30 60".split()),
    max_size=8,
).map(" ".join)


@given(plain, plain)
def test_without_directions_and_misspellings_the_order_does_not_matter(one, other):
    assert compare(one, other) == compare(other, one)
