"""A state comes back as it went in, or is refused by the name of the part that would not."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alma_cli import exact
from alma_cli.errors import Usage

words = st.text(max_size=12)
numbers = st.integers(-(10**400), 10**400) | st.floats(allow_nan=False, allow_infinity=False)
values = st.recursive(
    st.none() | st.booleans() | numbers | words,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(words, inner, max_size=4),
    max_leaves=20,
)


def same(one, other):
    """Says whether two values are the same, to the sign of a zero and the order of keys."""
    return repr(one) == repr(other)


@given(values)
def test_a_value_of_python_comes_back_as_it_is(value):
    assert same(exact.to_python(exact.of(value)), value)


@given(values, st.booleans())
def test_what_is_written_is_read_as_the_same(value, laid_out):
    tree = exact.of(value)
    text = exact.write(tree, laid_out=laid_out)
    assert text.encode().decode() == text
    assert exact.parse(text) == tree
    assert same(json.loads(text), value)


@given(values)
def test_a_document_of_another_program_comes_back_as_it_is(value):
    text = json.dumps(value)
    assert same(json.loads(exact.write(exact.parse(text), laid_out=True)), value)


@pytest.mark.parametrize(
    "text", ["1.10", "-0", "-0.0", "1e5", "1E+05", "0.1234567890123456789", "9" * 4300, "5e-324"]
)
def test_a_number_stays_as_it_was_written(text):
    assert exact.write(exact.parse(f"[{text}]")) == f"[{text}]"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[NaN]", "`state[0]` is NaN"),
        ('{"a": {"b c": [1, -Infinity]}}', '`state.a["b c"][1]` is -Infinity'),
        ('{"a": 1e400}', "`state.a` is 1e400, which is larger than any number"),
        ("9" * 4301, "`state` has more than 4300 digits"),
        ('{"a": {"b": 1, "b": 2}}', "`state.a.b` stands twice"),
        ("[" * 101 + "]" * 101, "nested deeper than 100"),
        ("[" * 200_000, "nested deeper than 100"),
        ('{"a": 1,}', "the state is not JSON: "),
        ("", "the state is not JSON: "),
        ('"\udcff"', "the state is not UTF-8"),
    ],
    ids=lambda text: text[:20],
)
def test_what_would_not_come_back_is_refused_by_its_name(text, said):
    with pytest.raises(Usage) as refused:
        exact.parse(text)
    assert said in refused.value.message


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (float("nan"), "`state` is NaN"),
        ({"loss": [0.1, float("inf")]}, "`state.loss[1]` is Infinity"),
        ({1: 2}, "`state` has the key `1`, which is no text"),
        ({"a": (1, 2)}, "`state.a` is a tuple, which JSON does not have"),
        ({"a": {1}}, "`state.a` is a set"),
        ({"a": b"x"}, "`state.a` is a bytes"),
        ({"a": object()}, "`state.a` is an object"),
        ({"a": 10**4300}, "`state.a` has more than 4300 digits"),
    ],
    ids=lambda value: value if isinstance(value, str) else type(value).__name__,
)
def test_a_value_that_json_does_not_have_is_refused_by_its_name(value, said):
    with pytest.raises(Usage) as refused:
        exact.of(value)
    assert said in refused.value.message


def test_a_hundred_lists_in_one_another_are_kept_and_one_in_itself_is_refused():
    text = "[" * 100 + "]" * 100
    assert exact.write(exact.parse(text)) == text
    endless = []
    endless.append(endless)
    with pytest.raises(Usage, match="deeper than 100"):
        exact.of(endless)


def test_laid_out_there_is_a_line_for_each_part():
    text = '{"a": [1, {"b": null}], "c": {}, "d": []}'
    assert exact.write(exact.parse(text), laid_out=True) == json.dumps(json.loads(text), indent=2)
