"""A JSON file is edited where it changes; everything else stays as somebody wrote it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alma_cli.connect.jsontext import JsonText
from alma_cli.errors import Malformed

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
OBJECTS = st.dictionaries(st.text(), VALUES, max_size=4)
LAYOUTS = st.sampled_from([None, 2, 4, "\t"])


@given(OBJECTS, VALUES, LAYOUTS, st.booleans())
def test_what_is_put_is_there_and_all_else_is_as_it_was(before, value, indent, ascii_only):
    made = JsonText(json.dumps(before, indent=indent, ensure_ascii=ascii_only))
    made.put(value, "a", "b") if isinstance(before.get("a", {}), dict) else made.put(value, "a")
    expected = json.loads(json.dumps(before))
    if isinstance(before.get("a", {}), dict):
        expected.setdefault("a", {})["b"] = value
    else:
        expected["a"] = value
    assert made.value == expected


@given(OBJECTS.filter(bool), VALUES, LAYOUTS)
def test_what_is_put_and_taken_out_leaves_the_same_bytes(before, value, indent):
    text = json.dumps(before, indent=indent)
    made = JsonText(text)
    name = "".join(before) + "x"
    made.put(value, name)
    made.remove(name)
    assert made.text == text


@given(st.lists(VALUES, max_size=4), VALUES, LAYOUTS, st.data())
def test_lists_grow_at_their_end_and_lose_any_item(before, value, indent, data):
    made = JsonText(json.dumps({"list": before}, indent=indent))
    made.append(value, "list")
    assert made.get("list") == [*before, value]
    at = data.draw(st.integers(0, len(before)))
    made.remove("list", at)
    assert made.get("list") == [*before, value][:at] + [*before, value][at + 1 :]


def test_the_layout_of_the_neighbours_is_taken_on():
    made = JsonText('{\r\n\t"a": [1, 2],\r\n\t"b": {"c": 1}\r\n}\r\n')
    made.append({"x": [3]}, "a")
    made.put(["y"], "b", "d")
    made.put({"z": 1}, "e")
    assert made.text == (
        '{\r\n\t"a": [1, 2, {"x": [3]}],\r\n\t"b": {"c": 1, "d": ["y"]},'
        '\r\n\t"e": {\r\n\t\t"z": 1\r\n\t}\r\n}\r\n'
    )


@pytest.mark.parametrize("text", ["[]", "3", '{"a": 1,}', "// no\n{}", "{", "[" * 100_000])
def test_what_is_no_object_is_refused(text):
    with pytest.raises(Malformed):
        JsonText(text)


def test_a_complaint_names_the_line():
    with pytest.raises(Malformed) as caught:
        JsonText('{\n  "a": 1\n  "b": 2\n}')
    assert caught.value.line == 3


@pytest.mark.parametrize("text", ["", " \n", "\ufeff"])
def test_an_empty_file_is_an_empty_object(text):
    made = JsonText(text)
    made.put(1, "a")
    assert made.text == '{\n  "a": 1\n}\n'


def test_a_byte_order_mark_stays():
    made = JsonText('\ufeff{"a": 1}')
    made.put(2, "b")
    assert made.text == '\ufeff{"a": 1, "b": 2}'


def test_what_stands_in_the_way_is_named():
    with pytest.raises(Malformed, match="`a` is not an object"):
        JsonText('{"a": 1}').put(2, "a", "b")
    with pytest.raises(Malformed, match="`a` is not a list"):
        JsonText('{"a": {}}').append(2, "a")
