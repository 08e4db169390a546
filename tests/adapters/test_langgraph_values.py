"""Values of a graph: plain JSON is kept as it is, anything else as bytes beside what it says."""

from dataclasses import dataclass

import pytest
from langchain_core.messages import AIMessage, HumanMessage
from langgraph.checkpoint.serde.encrypted import EncryptedSerializer
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer
from langgraph.types import Interrupt, Send

from alma_cli import exact
from alma_cli.adapters.langgraph_values import TYPED, Codec, shown

SERDE = JsonPlusSerializer(allowed_msgpack_modules=True)
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
    ids=repr,
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


@dataclass
class Point:
    x: int
    label: str = ""


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (Point(1), {"Point": {"x": 1}}),
        ((1, {"a"}), [1, ["a"]]),
        (b"text", "text"),
        ({1: b"\xff"}, {"1": "�"}),
        (float("nan"), "nan"),
        (ValueError("boom"), "boom"),
    ],
    ids=repr,
)
def test_what_a_value_says_is_json(value, said):
    assert shown(value) == said


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
