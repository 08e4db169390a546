"""Codex and Cursor hear the same in their own words, as far as they listen."""

import pytest
from support.hooks import Client

SLEEP = "Using sleep() for async waits"


@pytest.fixture
def codex(shop):
    return Client(shop, "codex")


@pytest.fixture
def cursor(shop):
    return Client(shop, "cursor")


def test_codex_is_told_at_the_start_at_a_prompt_and_for_a_subagent(codex):
    assert codex.context("session-start").startswith("<alma-memories ")
    assert SLEEP in codex.context("prompt")
    assert SLEEP not in codex.context("prompt")
    assert "| Notes of backend_dev" in codex.context("subagent-start")
    assert "alma checkpoint" in codex.send("pre-compact")["systemMessage"]


def test_codex_cannot_ask_and_so_denies_with_the_reason_alone(codex):
    answer = codex.send("write")["hookSpecificOutput"]
    assert answer.keys() == {"hookEventName", "permissionDecision", "permissionDecisionReason"}
    assert answer["permissionDecision"] == "deny"
    assert f"tests/login.spec.ts:2:9: error[8ab2]: {SLEEP}" in answer["permissionDecisionReason"]


def test_codex_only_informs_where_that_is_configured(codex, shop):
    shop.ok("config", "set", "hook.block", "inform")
    assert codex.send("write") == {}


def test_codex_is_asked_once_after_a_correction(codex):
    codex.send("prompt")
    assert codex.send("stop") == {}
    codex.send("prompt", prompt="No, don't wait with sleep, use expect")
    asked = codex.send("stop")
    assert asked["decision"] == "block"
    assert "the user corrected you" in asked["reason"]
    assert "alma learn --failure --agent qa_tester --lesson ID" in asked["reason"]
    assert codex.send("stop") == {}


def test_what_was_learned_by_itself_is_not_asked_for(codex):
    codex.send("prompt")
    codex.send("prompt", prompt="No, don't wait with sleep, use expect")
    learned = "alma learn --failure --task a --strategy b --why-bad c --better d"
    codex.send("bash-worked", tool_input={"command": learned})
    assert codex.send("stop") == {}


def test_cursor_hears_at_the_start_and_before_a_tool(cursor):
    assert cursor.send("session-start")["additional_context"].startswith("<alma-memories ")
    answer = cursor.send("write")
    assert answer["permission"] == "ask"
    assert SLEEP in answer["user_message"]
    assert answer["agent_message"].startswith("<alma-guard ")
    again = cursor.send("write")
    assert again["agent_message"] == again["user_message"]


def test_cursor_takes_nothing_at_a_prompt_and_reads_an_empty_object(cursor):
    assert cursor.raw(cursor.payload("prompt")) == "{}"
    assert cursor.raw(cursor.payload("bash-worked")) == "{}"


def test_an_error_is_nothing_at_all_for_cursor_too(cursor, shop):
    shop.files({".alma/config.toml": "[hook\n"})
    assert cursor.raw(cursor.payload("session-start")) == ""


def test_cursor_is_asked_once_and_not_after_it_was_stopped(cursor):
    cursor.send("prompt")
    cursor.send("prompt", prompt="no, not like that")
    assert cursor.send("stop", status="aborted") == {}
    assert cursor.send("stop", loop_count=1) == {}
    assert "alma learn --failure" in cursor.send("stop")["followup_message"]
    assert cursor.send("stop") == {}
