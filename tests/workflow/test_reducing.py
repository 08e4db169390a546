"""States that went different ways come together key by key."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alma_cli import exact
from alma_cli.errors import Usage
from alma_cli.rules.reducing import Reducer, join


def joined(base, *sides, **how):
    """Returns the joined state as Python has it, and how keys were joined; `rest` is all others."""
    chosen = {"" if key == "rest" else key: Reducer(value) for key, value in how.items()}
    tree, told = join(
        None if base is None else exact.of(base), [exact.of(side) for side in sides], chosen
    )
    return exact.to_python(tree), {one.key: one.how.value for one in told}


def test_what_one_side_changed_is_as_that_side_has_it():
    base = {"a": 1, "b": 2, "c": 3, "d": 4}
    one, other = {"a": 9, "b": 2, "c": 3, "d": 4}, {"a": 1, "b": 8, "d": 4, "e": 5}
    assert joined(base, one, other) == ({"a": 9, "b": 8, "d": 4, "e": 5}, {})


def test_what_both_changed_alike_is_no_question():
    assert joined({"a": 1}, {"a": 2}, {"a": 2}) == ({"a": 2}, {})


def test_the_last_value_wins_unless_told_otherwise():
    assert joined({"a": 1}, {"a": 2}, {"a": 3}) == ({"a": 3}, {"a": "last_value"})
    assert joined({"a": 1}, {"a": 2}, {}) == ({}, {"a": "last_value"})


def test_append_keeps_what_both_had_once_and_then_what_each_added():
    assert joined({"a": [1]}, {"a": [1, 2]}, {"a": [1, 3]}, a="append")[0] == {"a": [1, 2, 3]}
    assert joined({}, {"a": [2, 5]}, {"a": [2, 5, 6]}, a="append")[0] == {"a": [2, 5, 2, 5, 6]}


def test_where_nobody_knows_what_they_went_on_from_what_is_alike_counts_as_that():
    one, other = {"a": [1, 2], "b": 1}, {"a": [1, 3]}
    assert joined(None, one, other, a="append")[0] == {"a": [1, 2, 3], "b": 1}


def test_union_keeps_each_thing_once():
    assert joined({"a": [1]}, {"a": [1, 2]}, {"a": [1, 3, 2]}, a="union")[0] == {"a": [1, 2, 3]}
    one, other = {"a": {"x": 1, "y": 1}}, {"a": {"y": 2, "z": 3}}
    assert joined({}, one, other, rest="union")[0] == {"a": {"x": 1, "y": 2, "z": 3}}


def test_a_reducer_for_all_leaves_those_of_single_keys():
    base, one, other = {"a": [], "n": 0}, {"a": [1], "n": 1}, {"a": [2], "n": 2}
    assert joined(base, one, other, rest="append", n="last_value")[0] == {"a": [1, 2], "n": 2}


def test_three_sides_come_together_at_once():
    sides = [{"done": ["a", "b"]}, {"done": ["a", "c"]}, {"done": ["a", "d"], "x": 1}]
    assert joined({"done": ["a"]}, *sides, done="append")[0] == {
        "done": ["a", "b", "c", "d"],
        "x": 1,
    }


def test_a_state_that_is_no_object_is_joined_as_a_whole():
    assert joined([1], [1, 2], [1, 3], rest="append")[0] == [1, 2, 3]
    assert joined(0, 1, 2) == (2, {"": "last_value"})


@pytest.mark.parametrize(
    ("sides", "how", "said"),
    [
        (({"a": 1}, {"a": 2}), {"a": "append"}, "`a` cannot be joined by `append`: it is no list"),
        (({"a": 1}, {"a": 2}), {"a": "union"}, "it is no list or object"),
        (({"a": {}}, {"a": 2}), {"a": "union"}, "it is no object"),
        (({"a": 1}, {"a": 2}), {"b": "union"}, "no state has a key `b`"),
        ((1, 2), {"b": "union"}, "no object, so it has no key `b`"),
    ],
)
def test_a_reducer_that_does_not_fit_says_so(sides, how, said):
    with pytest.raises(Usage, match=said):
        joined({}, *sides, **how)


objects = st.dictionaries(st.sampled_from("abcd"), st.integers(0, 3))


@given(objects, objects)
def test_a_side_that_changed_nothing_changes_nothing(base, side):
    assert joined(base, base, side) == (side, {})
    assert joined(base, side, base) == (side, {})
