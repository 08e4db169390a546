"""The server in Codex's `config.toml`; comments and layout stay as they are."""

from __future__ import annotations

import re
from typing import Any, Final

from alma_cli.connect.block import line_end, without
from alma_cli.connect.entries import ARGUMENTS, COMMAND, SERVER, is_as_made, is_served, state_of
from alma_cli.connect.state import Edit, State
from alma_cli.errors import Malformed

TABLE: Final = "mcp_servers"
_HEADER: Final = re.compile(rf"^\[{TABLE}\.{SERVER}\][ \t]*(?:#.*)?\r?\n", re.MULTILINE)
_REMARKS: Final = re.compile(r"^(?:[ \t]*(?:#.*)?\r?\n)*(?:[ \t]*#.*)?\Z", re.MULTILINE)


def server(before: str, *, remove: bool) -> Edit:
    """Edits `[mcp_servers.alma]`; one that somebody starts in another way stays."""
    import tomlkit

    made, servers = _parsed(before)
    entry = servers.get(SERVER)
    if entry is not None and not isinstance(entry, dict):
        raise Malformed(f"`{TABLE}.{SERVER}` is not a table")
    if entry is None and is_served(servers):
        return Edit(State.EDITED if remove else State.CURRENT, before)
    state = state_of(entry)
    if remove and entry is not None:
        if not is_as_made(entry):
            return Edit(State.EDITED, before)
        text = _without_table(before, entry)
        if text is None:  # a dotted key, or a table in a line
            del servers[SERVER]
            if not servers:
                del made[TABLE]
            text = tomlkit.dumps(made)
        return Edit(state, text if text.strip() else "")
    if remove or state in {State.CURRENT, State.EDITED}:
        return Edit(state, before)
    if entry is None:
        return Edit(state, _with_table(before))
    entry["command"], entry["args"] = COMMAND, list(ARGUMENTS)
    return Edit(state, tomlkit.dumps(made))


def _parsed(text: str) -> tuple[Any, Any]:
    """Returns what a text says, and its table of servers."""
    import tomlkit
    from tomlkit.exceptions import ParseError

    try:
        made = tomlkit.parse(text)
    except ParseError as error:
        raise Malformed(f"is not TOML: {error}", line=error.line) from error
    servers = made.get(TABLE, {})
    if not isinstance(servers, dict):
        raise Malformed(f"`{TABLE}` is not a table")
    return made, servers


def _with_table(before: str) -> str:
    """Returns a text with a table at its end; raises `Malformed` where there cannot be one."""
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    line = line_end(before)
    end = "" if not before or before.endswith("\n") else line
    gap = line if before.strip() else ""
    table = f'[{TABLE}.{SERVER}]\ncommand = "{COMMAND}"\nargs = ["mcp"]\n'
    after = f"{before}{end}{gap}{table.replace(chr(10), line)}"
    try:
        tomlkit.parse(after)
    except TOMLKitError as error:
        raise Malformed(f"has a `{TABLE}` that no table can be added to") from error
    return after


def _without_table(before: str, entry: Any) -> str | None:  # noqa: ANN401 - tomlkit's own
    """Returns a text without the table of the server, None where it is not written as one.

    Comments that end the table are on what follows it, and stay.
    """
    header = _HEADER.search(before)
    body: str = entry.as_string()
    if header is None or not before.startswith(body, header.end()):
        return None
    ours = _REMARKS.sub("", body)
    return without(before, header.start(), header.end() + len(ours))
