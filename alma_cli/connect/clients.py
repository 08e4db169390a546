"""Which files a client reads, in a project and for a person, and what goes into each."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from alma_cli.connect import block, entries, tomltext, yamltext
from alma_cli.connect.state import Edit
from alma_cli.errors import Usage
from alma_cli.value import frozen

Editor = Callable[..., Edit]
TIMEOUT: Final = 10
"""Seconds that a client waits for a hook, which gives up by itself long before."""


@frozen
class Target:
    """A file, relative to the project or to the home, and what edits its text."""

    path: str
    edit: Editor


@frozen
class Client:
    """A client with its files in both scopes."""

    name: str
    project: tuple[Target, ...]
    user: tuple[Target, ...] = ()


def _claude_hooks() -> Editor:
    command = "alma-hook claude-code"
    handler = {"type": "command", "command": command, "timeout": TIMEOUT}

    def group(matcher: str = "") -> dict[str, Any]:
        return {**({"matcher": matcher} if matcher else {}), "hooks": [handler]}

    return entries.grouped(
        command,
        {
            "SessionStart": group(),
            "UserPromptSubmit": group(),
            "SubagentStart": group(),
            "PreToolUse": group("Bash|Edit|MultiEdit|Write|NotebookEdit"),
            "PostToolUse": group("Bash|mcp__.*"),
            "PostToolUseFailure": group("Bash|mcp__.*"),
            "PreCompact": group(),
            "Stop": group(),
        },
    )


def _codex_hooks() -> Editor:
    command = "alma-hook codex"
    handler = {"type": "command", "command": command, "timeout": TIMEOUT}
    plain = {"hooks": [handler]}
    return entries.grouped(
        command,
        {
            "SessionStart": plain,
            "UserPromptSubmit": plain,
            "SubagentStart": plain,
            "PreToolUse": {"matcher": "Bash|apply_patch", **plain},
            "PostToolUse": {"matcher": "Bash|mcp__.*", **plain},
            "PreCompact": plain,
            "Stop": plain,
        },
    )


def _cursor_hooks() -> Editor:
    command = "alma-hook cursor"
    events = ("sessionStart", "beforeSubmitPrompt", "preToolUse", "postToolUse", "stop")
    return entries.flat(command, {event: {"command": command} for event in events})


CLIENTS: Final = {
    "claude-code": Client(
        "claude-code",
        (
            Target(".mcp.json", entries.server),
            Target(".claude/settings.json", _claude_hooks()),
            Target("CLAUDE.md", block.edit),
        ),
        (
            Target(".claude.json", entries.server),
            Target(".claude/settings.json", _claude_hooks()),
            Target(".claude/CLAUDE.md", block.edit),
        ),
    ),
    "codex": Client(
        "codex",
        (
            Target(".codex/config.toml", tomltext.server),
            Target(".codex/hooks.json", _codex_hooks()),
            Target("AGENTS.md", block.edit),
        ),
        (
            Target(".codex/config.toml", tomltext.server),
            Target(".codex/hooks.json", _codex_hooks()),
            Target(".codex/AGENTS.md", block.edit),
        ),
    ),
    "cursor": Client(
        "cursor",
        (
            Target(".cursor/mcp.json", entries.server),
            Target(".cursor/hooks.json", _cursor_hooks()),
            Target(".cursor/rules/alma.mdc", block.edit_rule),
        ),
        (
            Target(".cursor/mcp.json", entries.server),
            Target(".cursor/hooks.json", _cursor_hooks()),
        ),
    ),
}
GITHUB: Final = "github"
TOOLS: Final = {
    GITHUB: Client(GITHUB, (Target(".github/workflows/alma.yml", yamltext.workflow),)),
    "pre-commit": Client("pre-commit", (Target(".pre-commit-config.yaml", yamltext.hooks),)),
}
"""What is no agent's client, and is connected only by name: it reads the top of a repository."""
ALL: Final = "all"
SERVERS: Final = (entries.server, tomltext.server)
"""What makes a client start `alma mcp`."""


def named(name: str) -> tuple[Client, ...]:
    """Returns a client or a tool, or all clients; raises `Usage` for one that is not known."""
    if name == ALL:
        return tuple(CLIENTS.values())
    known = CLIENTS | TOOLS
    if name not in known:
        raise Usage(f"`{name}` is not a client", f"one of {', '.join((*known, ALL))}")
    return (known[name],)


def targets(name: str, folder: Path, *, user: bool) -> list[tuple[str, Path, Target]]:
    """Returns the files of a client below a folder, each once, with whose they are.

    Raises `Usage` for a tool that has none of a person's own.
    """
    if user and name in TOOLS:
        raise Usage(f"`{name}` is connected in a project", "leave out `--user`")
    found: dict[str, tuple[str, Path, Target]] = {}
    for client in named(name):
        for target in client.user if user else client.project:
            file = folder / target.path
            found.setdefault(os.path.realpath(file), (client.name, file, target))
    return list(found.values())
