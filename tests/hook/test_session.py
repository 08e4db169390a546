"""A session of Claude Code from its recorded events, start to stop: the right memory at each."""

SLEEP = "Using sleep() for async waits"


def test_the_anti_pattern_is_told_at_the_prompt_and_again_when_it_is_about_to_be_written(claude):
    brief = claude.context("session-start")
    assert brief.startswith("<alma-memories ")
    assert '\n| - deploy-v2 failed at 3 "migrate db"' in brief

    told = claude.send("prompt")["hookSpecificOutput"]
    assert told["hookEventName"] == "UserPromptSubmit"
    assert SLEEP in told["additionalContext"]
    assert "Instead: Use explicit waits with conditions." in told["additionalContext"]

    stopped = claude.send("write")["hookSpecificOutput"]
    assert stopped["hookEventName"] == "PreToolUse"
    assert stopped["permissionDecision"] == "ask"
    assert f"tests/login.spec.ts:5:9: error[8ab2]: {SLEEP}" in stopped["permissionDecisionReason"]
    assert "  | await sleep(5000);" in stopped["additionalContext"]
    assert "instead: Use explicit waits with conditions." in stopped["additionalContext"]

    assert claude.send("bash") == {}
    claude.send("bash-failed")
    assert claude.send("edit") == {}
    assert claude.send("bash-worked") == {}

    asked = claude.send("stop")
    assert asked["decision"] == "block"
    assert "`npx playwright test` failed and then worked" in asked["reason"]
    assert (
        "\nalma learn --success --agent qa_tester --lesson ID --task 'THE TASK'" in asked["reason"]
    )
    assert f'8ab2 "{SLEEP}"' in asked["reason"]
    assert claude.send("stop", stop_hook_active=True) == {}
    assert claude.send("stop") == {}
    assert claude.log == []


def test_the_command_that_is_asked_for_works_as_it_stands(claude, shop):
    claude.send("prompt")
    claude.send("bash-failed")
    claude.send("bash-worked")
    command = claude.send("stop")["reason"].split("\n")[2]
    ran = shop.shell(
        f"python -m alma_cli {command.removeprefix('alma ').replace(' ID ', ' 8ab2 ')}"
    )
    assert ran.status == 0, ran
    assert SLEEP in ran.out


def test_what_was_told_at_one_prompt_is_not_told_at_the_next(claude):
    assert SLEEP in claude.context("prompt")
    assert SLEEP not in claude.context("prompt")
    assert SLEEP in claude.context("prompt", session_id="another")


def test_the_next_best_takes_the_place_of_what_was_told(claude, shop):
    shop.ok("config", "set", "recall.limit", "2")
    told = [line for _ in range(3) for line in claude.context("prompt").split("\n| - ")[1:]]
    assert len({line[:30] for line in told}) == len(told) >= 5


def test_compaction_lets_everything_be_told_again(claude):
    claude.send("prompt")
    reminder = claude.send("pre-compact")
    assert "alma checkpoint deploy-v2 --state - --step STEP" in reminder["systemMessage"]
    assert SLEEP in claude.context("prompt")


def test_a_session_that_goes_on_keeps_what_it_was_told_and_a_cleared_one_does_not(claude):
    claude.send("prompt")
    assert claude.context("session-start", source="resume")
    assert SLEEP not in claude.context("prompt")
    claude.send("session-start", source="clear")
    assert SLEEP in claude.context("prompt")


def test_the_brief_does_not_count(claude):
    assert "Using sleep()" in claude.context("session-start") + claude.context("prompt")
    assert claude.context("session-start", source="resume") == claude.context("session-start")


def test_a_prompt_that_nothing_bears_on_gets_no_answer(claude):
    for said in ("thanks!", "go on", "   ", "bcdfg hjklm dfghj", "yes, that looks good"):
        assert claude.raw(claude.payload("prompt", prompt=said)) == ""
    assert claude.log == []


def test_a_subagent_gets_the_brief_of_the_agent_of_its_name(claude):
    for name in ("backend-dev", "backend_dev", "Backend Dev"):
        assert "| Notes of backend_dev" in claude.context("subagent-start", agent_type=name)
    assert claude.send("subagent-start", agent_type="Explore") == {}


def test_a_tool_in_a_subagent_is_guarded_for_that_agent_and_told_apart(claude):
    inside = {"agent_id": "agent-1", "agent_type": "backend-dev"}
    assert claude.send("write", **inside) == {}
    assert claude.context("write")
    again = {"agent_id": "agent-2", "agent_type": "qa-tester"}
    assert SLEEP in claude.context("write", **again)
