"""Before a tool runs: the guard decides as it is configured, and lessons about the file are told."""

import pytest

SLEEP = "Using sleep() for async waits"


@pytest.mark.parametrize(
    ("block", "decision"), [("ask", "ask"), ("deny", "deny"), ("inform", None)]
)
def test_an_error_does_what_the_configuration_says(claude, shop, block, decision):
    shop.ok("config", "set", "hook.block", block)
    answer = claude.send("write")["hookSpecificOutput"]
    assert answer.get("permissionDecision") == decision
    assert SLEEP in answer["additionalContext"]
    assert ("permissionDecisionReason" in answer) == (decision is not None)


def test_an_error_decides_each_time_and_is_explained_once(claude):
    assert SLEEP in claude.context("write")
    again = claude.send("write")["hookSpecificOutput"]
    assert again["permissionDecision"] == "ask"
    assert SLEEP in again["permissionDecisionReason"]
    assert "additionalContext" not in again


def test_a_warning_only_informs_and_does_so_once(claude, shop):
    shop.ok("config", "set", "default_agent", "backend_dev")
    content = "async def handler():\n    return requests.get(url)\n"
    call = {"file_path": str(shop.folder / "app/a.py"), "content": content}
    answer = claude.send("write", tool_input=call)["hookSpecificOutput"]
    assert "permissionDecision" not in answer
    assert "app/a.py:2:12: warning[dm4f]" in answer["additionalContext"]
    assert claude.send("write", tool_input=call) == {}


def test_a_comment_with_a_reason_lets_a_line_pass(claude, shop):
    content = "await sleep(300); // alma: allow 8ab2 -- the animation has no event\n"
    call = {"file_path": str(shop.folder / "tests/a.spec.ts"), "content": content}
    assert claude.send("write", tool_input=call) == {}


def test_lessons_about_a_file_are_told_once_when_it_is_touched(claude, shop):
    shop.ok("add", "knowledge", "Prices are in cents", "--agent", "qa_tester")
    file = next((shop.store / "agents/qa_tester/knowledge").glob("prices-*"))
    text = file.read_text("utf-8").replace("+++\n", '+++\npaths = ["src/prices/**"]\n', 1)
    file.write_text(text, "utf-8")
    call = {
        "file_path": str(shop.folder / "src/prices/tax.ts"),
        "old_string": "a",
        "new_string": "b",
    }
    assert "Prices are in cents" in claude.context("edit", tool_input=call)
    assert claude.send("edit", tool_input=call) == {}
    other = {**call, "file_path": str(shop.folder / "src/cart.ts")}
    assert claude.send("edit", tool_input=other) == {}


def test_memories_themselves_are_not_guarded(claude, shop):
    call = {"file_path": str(shop.store / "agents/qa_tester/a.md"), "content": "sleep(5)"}
    assert claude.send("write", tool_input=call) == {}


def test_a_failed_tool_is_told_what_is_known_of_such_an_error(claude):
    told = claude.send("bash-failed", error="flaky: used sleep for async waits")
    assert SLEEP in told["hookSpecificOutput"]["additionalContext"]
    assert told["hookSpecificOutput"]["hookEventName"] == "PostToolUseFailure"
    assert claude.send("bash-failed", is_interrupt=True) == {}
