"""Values of a graph: plain JSON is kept as it is, anything else as bytes beside what it says."""

from dataclasses import dataclass
from enum import Enum

import pytest
from langchain_core.messages import AIMessage, HumanMessage
from langgraph.checkpoint.serde.encrypted import EncryptedSerializer
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer
from langgraph.types import Interrupt, Send

from alma_cli import exact
from alma_cli.adapters.langgraph_values import TYPED, Codec, shown, strict
from alma_cli.errors import Usage

SERDE = strict()
CODEC = Codec(SERDE)


@pytest.mark.parametrize(
    "value",
    [
        None,
        "text",
        {"a": [1, 2.5, True, None], "b": {"c": "d"}},
        b"\x00bytes",
        bytearray(b"more"),
        (1, "two"),
        {1: "no text as a key"},
        {TYPED: "json"},
        {"a", "b"},
        float("inf"),
        [HumanMessage("hi", id="1"), AIMessage("hello", id="2")],
        Send("node", {"n": 1}),
        (Interrupt(value={"question": "send it?"}, id="0"),),
        {"deep": {"messages": [HumanMessage("hi", id="1")], "n": 1}},
    ],
)
def test_a_value_comes_back_by_way_of_json_as_from_the_serializer(value):
    kept = exact.to_python(exact.of(CODEC.encode(value)))
    back, theirs = CODEC.decode(kept), SERDE.loads_typed(SERDE.dumps_typed(value))
    assert (type(back), back) == (type(theirs), theirs)


def test_plain_json_is_kept_as_it_is():
    value = {"a": [1, 2.5, True, None], "b": {"c": "d"}}
    assert CODEC.encode(value) == value


def test_of_a_list_with_messages_each_says_what_it_is_before_its_bytes():
    first, second = CODEC.encode([HumanMessage("hi"), "plain"])
    assert second == "plain"
    assert [*first] == ["shown", TYPED, "base64"]
    assert first["shown"] == {"HumanMessage": {"content": "hi", "type": "human"}}


class Colour(Enum):
    RED = "red"


@dataclass
class Point:
    x: int
    label: str = ""


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (Point(1), {"Point": {"x": 1}}),
        ((1, {"b", "a", "c"}), [1, ["a", "b", "c"]]),
        (b"text", "text"),
        ({1: b"\xff"}, {"1": "�"}),
        (float("nan"), "nan"),
        (ValueError("boom"), "boom"),
    ],
)
def test_what_a_value_says_is_json(value, said):
    assert shown(value) == said


def test_a_class_that_would_not_be_read_back_is_refused_with_the_way_to_allow_it():
    with pytest.raises(Usage, match="a Point is not read back") as told:
        CODEC.encode({"where": [Point(1)]})
    named = (Point.__module__, "Point")
    assert f"allowed_msgpack_modules=[{named}]" in told.value.hints[0]
    with pytest.raises(Usage, match="a Colour is not read back"):
        CODEC.encode(Colour.RED)
    codec = Codec(JsonPlusSerializer(allowed_msgpack_modules=[named]))
    assert codec.decode(codec.encode([Point(1)])) == [Point(1)]


class Reversed:
    """A cipher that no test takes for a good one."""

    def encrypt(self, plaintext):
        return "reversed", plaintext[::-1]

    def decrypt(self, ciphername, ciphertext):
        assert ciphername == "reversed"
        return ciphertext[::-1]


def test_what_is_encrypted_is_shown_to_nobody():
    codec = Codec(EncryptedSerializer(Reversed()))
    kept = codec.encode({"name": "Ada"})
    assert [*kept] == [TYPED, "base64"]
    assert codec.decode(kept) == {"name": "Ada"}
