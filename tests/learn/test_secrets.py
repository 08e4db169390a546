"""What looks like a secret is refused where somebody wrote it and cut out of what a program printed."""

import json
from random import Random

import pytest
from support.plants import PLANTS, plant
from support.tree import bytes_below, files_holding

# Put together from pieces, so that no scanner stumbles over this file.
TOKEN = "gh" + "p_" + "aB3dE5fG7hJ9kL1mN3pQ5rS7tU9vW1xY3zA5"
KEY = "AK" + "IA" + "Q3EG5XHL7WNR2TZV"
PASSWORD = "Summer" + "2026!x"
SAID = {
    TOKEN: f"the push used {TOKEN} and failed",
    KEY: f"with {KEY} in the profile",
    PASSWORD: f'password = "{PASSWORD}"',
}
LEARN = ("learn", "--failure", "--agent", "qa", "--domain", "testing")


@pytest.fixture
def qa(alma):
    """A store with the agent `qa`."""
    alma.ok("init", "--agent", "qa")
    alma.ok("add", "knowledge", "CI runs on two cores")
    alma.ok("recall", "cores")
    return alma


def nowhere(alma, ran, secret):
    """Says that no byte of a secret was written or printed."""
    assert secret not in ran.out + ran.err
    return files_holding(alma, secret) == []


TOLD = [
    (*LEARN, "--task", "SECRET", "--strategy", "Click twice"),
    (*LEARN, "--task", "Test it", "--strategy", "SECRET"),
    (*LEARN, "--task", "Test it", "--strategy", "Click twice", "--why-bad", "SECRET"),
    (*LEARN, "--task", "Test it", "--strategy", "Click twice", "--better", "SECRET"),
    (*LEARN, "--task", "Test it", "--strategy", "SECRET", "--dry-run"),
    (*LEARN, "--task", "Test it", "--strategy", "SECRET", "--json"),
    (*LEARN, "--task", "Test it", "--strategy", "SECRET", "--force"),
    ("add", "knowledge", "SECRET"),
    ("add", "knowledge", "A title", "--body", "SECRET"),
    ("add", "anti-pattern", "A title", "--why-bad", "SECRET"),
    ("add", "anti-pattern", "A title", "--better", "SECRET"),
    ("add", "heuristic", "A title", "--why", "SECRET"),
    ("add", "heuristic", "A title", "--when", "SECRET"),
    ("add", "knowledge", "A title", "--path", "SECRET"),
    ("add", "preference", "SECRET", "--team"),
]


def test_a_secret_that_somebody_wrote_is_refused_and_is_nowhere(qa):
    before = bytes_below(qa.folder)
    for command in TOLD:
        ran = qa(*(SAID[TOKEN] if word == "SECRET" else word for word in command))
        assert (command, ran.status) == (command, 3)
        assert "what looks like a secret: github-token" in ran.err + ran.out
        assert "--allow-secret REASON" in ran.err + ran.out
        assert TOKEN not in ran.err + ran.out
    assert files_holding(qa, TOKEN) == []
    assert bytes_below(qa.folder) == before


def test_a_token_as_a_tag_is_refused(qa):
    ran = qa(*LEARN, "--task", "Test it", "--strategy", "Click twice", "--tag", TOKEN)
    assert ran.status == 3
    assert files_holding(qa, TOKEN.lower()) == []


NAMED = [
    ("add", "knowledge", "A title", "--domain", "SECRET"),
    (*LEARN[:-2], "--task", "Test it", "--strategy", "Click twice", "--domain", "SECRET"),
    ("agent", "add", "SECRET"),
    ("agent", "add", "dev", "--can-learn", "SECRET"),
    ("domain", "add", "SECRET"),
]


@pytest.mark.parametrize("command", NAMED, ids=" ".join)
def test_a_token_as_a_name_is_refused(qa, command):
    token = "ruby" + "gems_" + "0123456789abcdef" * 3
    ran = qa(*(token if word == "SECRET" else word for word in command))
    assert ran.status == 3
    assert nowhere(qa, ran, token)


@pytest.mark.parametrize("secret", SAID, ids=["token", "key", "password"])
def test_keys_and_passwords_are_secrets_too(qa, secret):
    ran = qa(*LEARN, "--task", "Test it", "--strategy", SAID[secret])
    assert ran.status == 3
    assert nowhere(qa, ran, secret)


def test_a_preference_of_the_user_passes_the_same_gate(qa):
    ran = qa("add", "preference", SAID[TOKEN], "--user")
    assert ran.status == 3
    assert nowhere(qa, ran, TOKEN)


@pytest.mark.parametrize("flag", ["--error", "--note"])
def test_in_what_a_program_printed_it_is_cut_out_and_the_rest_is_kept(qa, flag):
    ran = qa(*LEARN, "--task", "Test it", "--strategy", "Click twice", flag, SAID[TOKEN])
    assert ran.status == 0
    assert f"warning: `{flag}` held a secret, redacted: github-token" in ran.err
    assert "the push used [redacted: github-token] and failed" in qa.text("outcomes")
    assert nowhere(qa, ran, TOKEN)


def test_a_log_from_standard_input_is_redacted(qa):
    log = f"step 1\n{SAID[TOKEN]}\nstep 3 {SAID[PASSWORD]}\n"
    ran = qa(*LEARN, "--task", "Test it", "--strategy", "Click twice", "--error", "-", stdin=log)
    assert ran.status == 0
    assert nowhere(qa, ran, TOKEN)
    assert nowhere(qa, ran, PASSWORD)
    assert "step 1" in qa.text("outcomes")


def test_a_note_of_feedback_is_redacted(qa):
    (memory,) = qa.json("list")["memories"]
    ran = qa("feedback", memory["id"], "--helpful", "--note", SAID[TOKEN])
    assert ran.status == 0
    assert nowhere(qa, ran, TOKEN)


def test_a_reason_lets_it_through_and_is_recorded(qa):
    why = "the example of the documentation"
    ran = qa(*LEARN, "--task", "Test it", "--strategy", SAID[TOKEN], "--allow-secret", why)
    assert ran.status == 0
    for memory in qa.json("list", "--kind", "anti-pattern", "--kind", "outcome")["memories"]:
        assert memory["source"]["allowed_secret"] == why
        assert TOKEN in memory["title"]


def test_a_reason_is_recorded_only_where_there_is_something_to_allow(qa):
    qa.ok(
        *LEARN, "--task", "Test it", "--strategy", "Click twice", "--allow-secret", "just in case"
    )
    assert files_holding(qa, "just in case") == []


def test_a_lesson_that_is_filled_in_later_passes_the_gate_again(qa):
    qa.ok(*LEARN, "--task", "Test it", "--strategy", "Click twice")
    ran = qa(*LEARN, "--task", "Test", "--strategy", "Click twice", "--why-bad", SAID[TOKEN])
    assert ran.status == 3
    assert nowhere(qa, ran, TOKEN)


def test_rows_with_secrets_are_left_out_of_an_import(qa):
    rows = [
        {"kind": "knowledge", "title": "The first", "body": SAID[TOKEN]},
        {"kind": "heuristic", "title": "The second", "code": SAID[KEY]},
        {"kind": "knowledge", "title": "The third"},
    ]
    text = "\n".join(map(json.dumps, rows))
    ran = qa("import", "-", "--apply", "--json", stdin=text)
    assert [each["line"] for each in ran.json["refused"]] == [1, 2]
    assert len(ran.json["written"]) == 1
    assert nowhere(qa, ran, TOKEN)
    assert nowhere(qa, ran, KEY)


def test_json_with_a_secret_is_refused(qa):
    told = {"outcome": "success", "task": "a", "strategy": "b", "note": "n", "domain": "testing"}
    for name in ("task", "strategy"):
        ran = qa("learn", "--from", "-", stdin=json.dumps(told | {name: SAID[TOKEN]}))
        assert ran.status == 3
        assert nowhere(qa, ran, TOKEN)


@pytest.mark.parametrize("kind", PLANTS)
def test_nothing_of_a_secret_of_any_kind_is_ever_on_disk(qa, kind):
    before = bytes_below(qa.folder)
    text, secret = plant(kind, Random(kind))
    for command in (
        ("add", "knowledge", "Where it is", "--body", text),
        ("learn", "--failure", "--task", "Log in", "--strategy", f"use {text}"),
        ("import", "-", "--apply"),
    ):
        ran = qa(*command, stdin=json.dumps({"kind": "knowledge", "title": "x", "body": text}))
        assert command[0] == "import" or ran.status == 3, ran
        assert secret not in ran.out + ran.err
    assert files_holding(qa, secret) == []
    assert bytes_below(qa.folder) == before
