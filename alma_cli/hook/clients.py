"""The clients whose events are understood: what they call them, send, and read as an answer.

`docs/clients.md` has the same as a table, with where each is written down and when it was read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from alma_cli.errors import Usage
from alma_cli.hook.event import Decision, Event, Moment, Reply
from alma_cli.value import frozen, replace

Fields = Mapping[str, object]


@frozen
class Client:
    """A client: its events by name, and how one is read and answered.

    `project` is the variable of the environment that says where the project is, `silence` what it
    reads where there is nothing to say.
    """

    name: str
    moments: Mapping[str, Moment]
    read: Callable[[Moment, str, Fields], Event]
    answer: Callable[[Event, Reply], dict[str, Any]]
    project: str = ""
    silence: str = ""


def named(name: str) -> Client:
    """Returns a client; raises `Usage` for one that is not known."""
    if name not in CLIENTS:
        raise Usage(f"`{name}` is not a client", f"one of {', '.join(CLIENTS)}")
    return CLIENTS[name]


def event(client: Client, sent: object, environ: Mapping[str, str]) -> Event | None:
    """Returns the event that a client has sent, None for one that there is no answer to.

    Raises `Usage` for what is no event.
    """
    if not isinstance(sent, Mapping) or not isinstance(sent.get("hook_event_name"), str):
        raise Usage("the event is not a JSON object with a `hook_event_name`")
    name = sent["hook_event_name"]
    if name not in client.moments:
        return None
    found = client.read(client.moments[name], name, sent)
    project = environ.get(client.project, "") if client.project else ""
    if not project:
        return found
    return replace(found, folders=(*found.folders, project))


def _text(sent: Fields, key: str) -> str:
    value = sent.get(key)
    return value if isinstance(value, str) else ""


def _texts(*values: str) -> tuple[str, ...]:
    return tuple(value for value in values if value)


def _call(sent: Fields) -> Fields:
    given = sent.get("tool_input")
    return {
        "tool_name": _text(sent, "tool_name"),
        "tool_input": given if isinstance(given, Mapping) else {},
    }


def _claude_event(moment: Moment, name: str, sent: Fields) -> Event:
    """Reads https://code.claude.com/docs/en/hooks."""
    stopped_by_person = sent.get("is_interrupt") is True
    return Event(
        moment,
        name,
        _text(sent, "session_id"),
        _texts(_text(sent, "cwd")),
        _text(sent, "agent_type"),
        _text(sent, "agent_id"),
        _text(sent, "prompt"),
        _call(sent),
        "" if stopped_by_person else _text(sent, "error"),
        is_new=_text(sent, "source") != "resume",
        is_again=sent.get("stop_hook_active") is True,
    )


def _claude_answer(event: Event, reply: Reply) -> dict[str, Any]:
    if reply.decision is Decision.GO_ON:
        return {"decision": "block", "reason": reply.reason}
    answer: dict[str, Any] = {"systemMessage": reply.notice} if reply.notice else {}
    specific = {}
    if reply.decision in _PERMISSIONS:
        specific["permissionDecision"] = _PERMISSIONS[reply.decision]
        specific["permissionDecisionReason"] = reply.reason
    if reply.context:
        specific["additionalContext"] = reply.context
    if specific:
        answer["hookSpecificOutput"] = {"hookEventName": event.name, **specific}
    return answer


_PERMISSIONS: Final = {Decision.ASK: "ask", Decision.DENY: "deny"}


def _codex_answer(event: Event, reply: Reply) -> dict[str, Any]:
    """Answers as Claude Code, but for a tool: Codex refuses `ask` and a context there.

    A person cannot be asked, so what would be asked is denied.
    """
    if event.moment is Moment.BEFORE_TOOL:
        asked = reply.decision is Decision.ASK
        reply = replace(reply, context="", decision=Decision.DENY if asked else reply.decision)
    return _claude_answer(event, reply)


def _cursor_event(moment: Moment, name: str, sent: Fields) -> Event:
    """Reads https://cursor.com/docs/agent/hooks."""
    roots = sent.get("workspace_roots")
    folders = [root for root in roots if isinstance(root, str)] if isinstance(roots, list) else []
    finished = sent.get("status", "completed") == "completed"
    return Event(
        moment,
        name,
        _text(sent, "conversation_id") or _text(sent, "session_id"),
        _texts(_text(sent, "cwd"), *folders),
        prompt=_text(sent, "prompt"),
        call=_call(sent),
        error=_text(sent, "error_message"),
        is_again=bool(sent.get("loop_count")) or not finished,
    )


def _cursor_answer(event: Event, reply: Reply) -> dict[str, Any]:
    if reply.decision is Decision.GO_ON:
        return {"followup_message": reply.reason}
    if event.moment is Moment.BEFORE_TOOL:
        told = reply.context or reply.reason
        answer: dict[str, Any] = {"agent_message": told} if told else {}
        if reply.decision in _PERMISSIONS:
            answer["permission"] = _PERMISSIONS[reply.decision]
            answer["user_message"] = reply.reason
        return answer
    is_heard = event.moment is Moment.START
    return {"additional_context": reply.context} if reply.context and is_heard else {}


CLIENTS: Final = {
    "claude-code": Client(
        "claude-code",
        {
            "SessionStart": Moment.START,
            "UserPromptSubmit": Moment.PROMPT,
            "SubagentStart": Moment.SUBAGENT,
            "PreToolUse": Moment.BEFORE_TOOL,
            "PostToolUse": Moment.WORKED,
            "PostToolUseFailure": Moment.FAILED,
            "PreCompact": Moment.COMPACTION,
            "Stop": Moment.STOP,
        },
        _claude_event,
        _claude_answer,
        project="CLAUDE_PROJECT_DIR",
    ),
    "codex": Client(
        "codex",
        {
            "SessionStart": Moment.START,
            "UserPromptSubmit": Moment.PROMPT,
            "SubagentStart": Moment.SUBAGENT,
            "PreToolUse": Moment.BEFORE_TOOL,
            "PostToolUse": Moment.WORKED,
            "PreCompact": Moment.COMPACTION,
            "Stop": Moment.STOP,
        },
        _claude_event,
        _codex_answer,
    ),
    "cursor": Client(
        "cursor",
        {
            "sessionStart": Moment.START,
            "beforeSubmitPrompt": Moment.HEARD,
            "preToolUse": Moment.BEFORE_TOOL,
            "postToolUse": Moment.WORKED,
            "stop": Moment.STOP,
        },
        _cursor_event,
        _cursor_answer,
        silence="{}",
    ),
}
