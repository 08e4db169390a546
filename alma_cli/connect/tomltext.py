"""The server in Codex's `config.toml`; comments and layout stay as they are."""

from __future__ import annotations

from typing import Final

from alma_cli.connect.entries import ARGUMENTS, COMMAND, SERVER, is_as_made, state_of
from alma_cli.connect.state import Edit, State
from alma_cli.errors import Malformed

TABLE: Final = "mcp_servers"


def server(before: str, *, remove: bool) -> Edit:
    """Edits `[mcp_servers.alma]`; one that somebody starts in another way stays."""
    import tomlkit
    from tomlkit.exceptions import ParseError

    try:
        made = tomlkit.parse(before)
    except ParseError as error:
        raise Malformed(f"is not TOML: {error}", line=error.line) from error
    servers = made.get(TABLE, {})
    if not isinstance(servers, dict):
        raise Malformed(f"`{TABLE}` is not a table")
    entry = servers.get(SERVER)
    if entry is not None and not isinstance(entry, dict):
        raise Malformed(f"`{TABLE}.{SERVER}` is not a table")
    state = state_of(entry)
    if remove and entry is not None:
        if not is_as_made(entry):
            return Edit(State.EDITED, before)
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


def _with_table(before: str) -> str:
    """Returns a text with a table at its end; raises `Malformed` where there cannot be one."""
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    gap = "\n" if before.strip() else ""
    line = "" if not before or before.endswith("\n") else "\n"
    table = f'[{TABLE}.{SERVER}]\ncommand = "{COMMAND}"\nargs = ["mcp"]\n'
    after = f"{before}{line}{gap}{table}"
    try:
        tomlkit.parse(after)
    except TOMLKitError as error:
        raise Malformed(f"has a `{TABLE}` that no table can be added to") from error
    return after
