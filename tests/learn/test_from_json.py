"""`alma learn --from`: what a program reports, as JSON or JSON Lines."""

import json

import pytest
from support.tree import bytes_below

TOLD = {"outcome": "failure", "task": "Test the cart", "strategy": "Click twice"}


@pytest.fixture
def qa(alma):
    """A store with the agents `qa` and `dev`, without commits, which is quicker."""
    config = 'default_agent = "qa"\n[agents.qa]\n[agents.dev]\n[git]\ncommit = false\n'
    alma.files({".alma/config.toml": config})
    return alma


def memories(alma, *flags):
    return alma.json("list", *flags)["memories"]


def test_one_object_is_one_event_with_all_its_fields(qa):
    used = qa.json("add", "heuristic", "Warm the cache")["written"][0]["id"]
    told = TOLD | {
        "why_bad": "The order is sent twice",
        "better_alternative": "Disable the button",
        "error": "409",
        "note": "on CI",
        "domain": "testing",
        "tags": ["cart"],
        "used": [used],
        "workflow": "release",
        "duration_ms": 12,
        "new": True,
        "lesson": None,
    }
    qa.ok("learn", "--from", "-", stdin=json.dumps(told, indent=2))
    (lesson,) = memories(qa, "--kind", "anti-pattern")
    assert (lesson["why"], lesson["better"]) == ("The order is sent twice", "Disable the button")
    (outcome,) = memories(qa, "--kind", "outcome")
    assert (outcome["error"], outcome["notes"], outcome["workflow"]) == ("409", "on CI", "release")
    assert (outcome["tags"], outcome["used"], outcome["duration_ms"]) == (["cart"], [used], 12)


@pytest.mark.parametrize(
    "text",
    [
        json.dumps([TOLD, TOLD | {"outcome": "success", "strategy": "Click once"}]),
        json.dumps(TOLD) + "\n\n" + json.dumps(TOLD | {"outcome": "success", "strategy": "Wait"}),
    ],
    ids=["a list", "JSON Lines"],
)
def test_several_objects_are_an_event_each(alma, text):
    alma.ok("init", "--agent", "qa")
    alma.files({"told.jsonl": text})
    alma.ok("learn", "--from", "told.jsonl")
    assert {each["kind"] for each in memories(alma)} == {"anti-pattern", "heuristic"}
    assert [event["verb"] for event in alma.json("log", "-n", "3")["events"]] == [
        "learn",
        "learn",
        "init",
    ]


def test_the_agent_of_an_object_wins_over_the_flag(qa):
    text = "\n".join(json.dumps(TOLD | more) for more in ({}, {"agent": "QA", "strategy": "b"}))
    qa.ok("learn", "--from", "-", "--agent", "dev", stdin=text)
    assert sorted(each["agent"] for each in memories(qa)) == ["dev", "qa"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "`-` holds no JSON object"),
        ("nonsense", "-:1: is not JSON"),
        ("[1]", "-:1: is not a JSON object"),
        (json.dumps(TOLD) + "\n{", "-:2: is not JSON"),
        (
            json.dumps(TOLD) + "\n" + json.dumps(TOLD | {"outcome": "won"}),
            "-:2: `outcome` is neither",
        ),
        (json.dumps(TOLD | {"stratgy": "x"}), "did you mean `strategy`?"),
        (json.dumps(TOLD | {"tags": "x"}), "-:1: `tags` is not a list"),
        (json.dumps(TOLD | {"task": 7}), "-:1: `task` is not a text"),
        (json.dumps({"outcome": "success"}), "missing `--task` and `--strategy`"),
        (json.dumps(TOLD | {"outcome": "success", "why_bad": "x"}), "tell of a failure"),
        (json.dumps(TOLD | {"agent": "nobody"}), "agent `nobody` is not in the configuration"),
    ],
)
def test_what_cannot_be_understood_is_named_with_its_line_and_writes_nothing(qa, text, said):
    before = bytes_below(qa.folder)
    ran = qa("learn", "--from", "-", stdin=text)
    assert ran.status == 2
    assert said in ran.err
    assert bytes_below(qa.folder) == before


BROUGHT = ["--success", "--task a", "--strategy b", "--lesson 8ab2", "--used 8ab2", "--why-bad x"]
BROUGHT += ["--better x", "--error x", "--note x", "--workflow w", "--duration-ms 1", "--new"]


@pytest.mark.parametrize("flags", BROUGHT)
def test_flags_that_it_brings_itself_are_a_usage_error(qa, flags):
    ran = qa("learn", "--from", "-", *flags.split(), stdin=json.dumps(TOLD))
    assert ran.status == 2
    assert memories(qa) == []


def test_domain_and_tags_are_those_of_objects_that_name_none(qa):
    rows = [TOLD, TOLD | {"strategy": "b", "domain": "till", "tags": ["own"]}]
    text = "\n".join(map(json.dumps, rows))
    qa.ok("learn", "--from", "-", "--domain", "cart", "--tag", "ci,nightly", stdin=text)
    found = {one["title"]: (one["domain"], one["tags"]) for one in memories(qa)}
    assert found == {"Click twice": ("cart", ["ci", "nightly"]), "b": ("till", ["own"])}


def test_a_file_beside_the_flag_must_be_named(qa):
    assert "`--from` is empty" in qa("learn", "--from", "").err


def test_a_file_that_cannot_be_read_is_a_usage_error(qa):
    assert "cannot read `gone.json`: No such file" in qa("learn", "--from", "gone.json").err
    qa.files({"latin.json": b'{"task": "\xfc"}'})
    assert "cannot read `latin.json`: not UTF-8" in qa("learn", "--from", "latin.json").err


@pytest.mark.parametrize("wrong", [{"tags": ["a", 7]}, {"used": [["x"]]}, {"duration_ms": True}])
def test_lists_hold_texts_and_counts_are_whole_numbers(qa, wrong):
    assert qa("learn", "--from", "-", stdin=json.dumps(TOLD | wrong)).status == 2


def test_a_negative_duration_is_refused_as_the_flag_refuses_it(qa):
    assert qa("learn", "--from", "-", stdin=json.dumps(TOLD | {"duration_ms": -1})).status == 2


def test_several_objects_answer_in_one_document(qa):
    text = "\n".join(json.dumps(TOLD | {"strategy": each}) for each in ("Click twice", "Wait"))
    assert qa("learn", "--from", "-", "--json", stdin=text).json["schema"] == 1


def test_an_object_that_is_refused_later_is_told_after_what_was_written(qa):
    qa.ok("agent", "add", "bound", "--cannot-learn", "billing")
    rows = [TOLD, TOLD | {"agent": "bound", "domain": "billing", "strategy": "b"}]
    ran = qa("learn", "--from", "-", stdin="\n".join(map(json.dumps, rows)))
    assert ran.status == 3
    assert [each["title"] for each in memories(qa)] == ["Click twice"]
