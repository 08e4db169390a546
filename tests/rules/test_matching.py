"""Two strategies are one lesson only when they say the same; opposites never are."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from alma_cli.rules.matching import NEAR, SAME, Likeness, compare
from alma_cli.rules.strategy import turns_away

HERE = Path(__file__).parent
TUNED = tomllib.loads((HERE / "pairs.toml").read_text("utf-8"))
"""Pairs that matching was tuned on."""
HELD_OUT = tomllib.loads((HERE / "held_out.toml").read_text("utf-8"))
"""Pairs that were written by someone who had not seen how matching works, and tried once."""
DOCS = HERE.parents[1] / "docs/learning.md"


def table(pairs):
    """Returns how many pairs of each label are taken for one lesson, pointed at, and neither."""
    rows = []
    for label, some in pairs.items():
        found = [compare(*pair) for pair in some]
        same, near = (sum(getattr(one, what) for one in found) for what in ("same", "near"))
        rows.append((label, same, near, len(some) - same - near))
    return rows


def share_found(rows):
    return next(
        same / (same + near + apart) for label, same, near, apart in rows if label == "same"
    )


def share_right(rows):
    merged = {label: same for label, same, _, _ in rows}
    return merged["same"] / sum(merged.values())


@pytest.mark.parametrize("pairs", [TUNED, HELD_OUT], ids=["tuned", "held out"])
def test_opposites_and_different_things_are_never_one_lesson(pairs):
    merged = [pair for label in ("opposite", "different") for pair in pairs[label]]
    assert [pair for pair in merged if compare(*pair).same] == []


@pytest.mark.parametrize("pairs", [TUNED, HELD_OUT], ids=["tuned", "held out"])
def test_what_is_merged_is_right_and_most_of_what_is_the_same_is_merged(pairs):
    rows = table(pairs)
    assert share_right(rows) >= 0.98
    assert share_found(rows) >= 0.85


def test_a_near_miss_is_pointed_at():
    missed = [pair for pairs in (TUNED, HELD_OUT) for pair in pairs["near"]]
    assert sum(compare(*pair).near for pair in missed) >= 0.9 * len(missed)


def test_the_tables_are_large_enough_to_mean_something():
    assert [sum(map(len, pairs.values())) for pairs in (TUNED, HELD_OUT)] == [957, 330]


@pytest.mark.parametrize(
    ("pairs", "title"), [(TUNED, "Tuned on"), (HELD_OUT, "Held out")], ids=["tuned", "held out"]
)
def test_the_page_has_the_table(pairs, title):
    rows = [f"| {label} | {same} | {near} | {apart} |" for label, same, near, apart in table(pairs)]
    heads = [f"| {title} | one lesson | pointed at | neither |", "|---|---:|---:|---:|"]
    assert "\n".join([*heads, *rows]) in DOCS.read_text("utf-8")


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        ("Use Redis", "Do not use Redis", "one of them is negated"),
        ("Wait 30 s", "Wait 60 s", "their numbers differ"),
        ("Patch tests/a.py by hand", "Patch tests/b.py by hand", "they name different things"),
        ("Write tests first", "Write tests last", "first is not last"),
        ("Squash before merging", "Squash after merging", "before is not after"),
        ("Run with -v", "Run with -V", "they name different things"),
        ("Turn off the cache", "Turn the cache", "only one of them says off"),
        ("Move it from A to B", "Move it to A from B", "their words stand the other way round"),
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
        (Likeness(1.0, extra="long"), False, True),
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
@example("A0")
@example("Use it here")
def test_case_and_punctuation_do_not_make_another_strategy(text):
    if text.isascii():
        likeness = compare(f"{text}.", text)
        assert (likeness.similarity, likeness.opposite) == (1.0, False)


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
