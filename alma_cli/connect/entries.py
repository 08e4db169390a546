"""The entries in a client's JSON files: a server, and hooks at each of its events."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from alma_cli.connect.jsontext import JsonText
from alma_cli.connect.running import runs
from alma_cli.connect.state import Edit, State
from alma_cli.errors import Malformed

SERVER = "alma"
COMMAND = "alma"
ARGUMENTS = ["mcp"]


def server(before: str, *, remove: bool) -> Edit:
    """Edits `mcpServers`: a server called `alma`; what else is said of it stays."""
    made = JsonText(before)
    entry = made.get("mcpServers", SERVER)
    if entry is None and is_served(made.get("mcpServers")):
        return Edit(State.EDITED if remove else State.CURRENT, before)
    if entry is not None and not isinstance(entry, dict):
        raise Malformed(f"`mcpServers.{SERVER}` is not an object")
    state = state_of(entry)
    if remove and entry is not None:
        if not is_as_made(entry):
            return Edit(State.EDITED, before)
        _take(made, "mcpServers", SERVER)
        return Edit(state, _left(before, made))
    if remove or state in {State.CURRENT, State.EDITED}:
        return Edit(state, before)
    if entry is None:
        made.put({"command": COMMAND, "args": ARGUMENTS}, "mcpServers", SERVER)
    else:
        made.put(COMMAND, "mcpServers", SERVER, "command")
        made.put(ARGUMENTS, "mcpServers", SERVER, "args")
    return Edit(state, made.text)


def is_as_made(entry: Mapping[str, Any]) -> bool:
    """Says whether a server is started as ours is."""
    return (entry.get("command"), entry.get("args")) == (COMMAND, ARGUMENTS)


def is_served(servers: object) -> bool:
    """Says whether any server is `alma mcp`, whatever somebody called it."""
    return isinstance(servers, Mapping) and any(runs(each, *ARGUMENTS) for each in servers.values())


def state_of(entry: Mapping[str, Any] | None) -> State:
    """Returns what there is of the server; another one of that name is somebody's own."""
    if entry is None:
        return State.MISSING
    given = entry.get("args")
    # However somebody starts it, as `uv run alma mcp`, it is the server.
    if isinstance(given, list) and "mcp" in given:
        return State.CURRENT
    starts = entry.get("command", entry.get("url", COMMAND))
    return State.STALE if starts == COMMAND else State.EDITED


Group = Mapping[str, Any]


def grouped(command: str, groups: Mapping[str, Group]) -> Callable[..., Edit]:
    """Returns what edits `hooks` as Claude Code and Codex have them: groups of handlers."""

    def edit(before: str, *, remove: bool) -> Edit:
        made = JsonText(before)
        states = [_group(made, command, event, group, remove) for event, group in groups.items()]
        return Edit(_together(states), _left(before, made) if remove else made.text)

    return edit


def _group(made: JsonText, command: str, event: str, group: Group, remove: bool) -> State:
    present = _list(made, event)
    ours = [
        at
        for at, one in enumerate(present)
        if any(_is_ours(each, command) for each in _handlers(one))
    ]
    if remove:
        for at in reversed(ours):
            _drop_handlers(made, command, event, at)
        return _taken(made, command, event, is_there=bool(ours))
    if any(_is_theirs(each, command) for one in present for each in _handlers(one)):
        return State.CURRENT
    if any(present[at].get("matcher", "") == group.get("matcher", "") for at in ours):
        return State.CURRENT
    for at in reversed(ours):
        _drop_handlers(made, command, event, at)
    made.append(dict(group), "hooks", event)
    return State.STALE if ours else State.MISSING


def _list(made: JsonText, event: str) -> list[Any]:
    present = made.get("hooks", event)
    if present is not None and not isinstance(present, list):
        raise Malformed(f"`hooks.{event}` is not a list")
    return present or []


def _handlers(group: object) -> list[Any]:
    handlers = group.get("hooks") if isinstance(group, dict) else None
    return handlers if isinstance(handlers, list) else []


def _is_ours(handler: object, command: str) -> bool:
    return isinstance(handler, dict) and handler.get("command") == command


def _is_theirs(handler: object, command: str) -> bool:
    """Says whether somebody runs our hook in a way of their own, as `uv run alma-hook` does."""
    client = command.rpartition(" ")[2]
    return not _is_ours(handler, command) and runs(handler, "hook", client)


def _taken(made: JsonText, command: str, event: str, *, is_there: bool) -> State:
    """Returns what there was at an event that ours were taken out of, and closes an empty list."""
    left = _list(made, event)
    if is_there and not left:
        _take(made, "hooks", event)
    if any(_is_theirs(each, command) for one in left for each in (one, *_handlers(one))):
        return State.EDITED
    return State.CURRENT if is_there else State.MISSING


def _drop_handlers(made: JsonText, command: str, event: str, at: int) -> None:
    handlers = made.get("hooks", event, at, "hooks")
    for place in reversed(range(len(handlers))):
        if _is_ours(handlers[place], command):
            made.remove("hooks", event, at, "hooks", place)
    if not made.get("hooks", event, at, "hooks"):
        made.remove("hooks", event, at)


def flat(command: str, handlers: Mapping[str, Group]) -> Callable[..., Edit]:
    """Returns what edits `hooks` as Cursor has them: a list of handlers an event."""

    def edit(before: str, *, remove: bool) -> Edit:
        made = JsonText(before)
        if not remove and made.get("version") is None:
            made.put(1, "version")
        states = [_one(made, command, event, one, remove) for event, one in handlers.items()]
        return Edit(_together(states), _left(before, made) if remove else made.text)

    return edit


def _one(made: JsonText, command: str, event: str, handler: Group, remove: bool) -> State:
    present = _list(made, event)
    ours = [at for at, one in enumerate(present) if _is_ours(one, command)]
    if remove:
        for at in reversed(ours):
            made.remove("hooks", event, at)
        return _taken(made, command, event, is_there=bool(ours))
    if ours or any(_is_theirs(one, command) for one in present):
        return State.CURRENT
    made.append(dict(handler), "hooks", event)
    return State.MISSING


def _together(states: list[State]) -> State:
    """Returns the state of several entries: what is there in part is stale."""
    if State.EDITED in states:
        return State.EDITED
    return states[0] if len(set(states)) == 1 else State.STALE


def _take(made: JsonText, *path: str) -> None:
    """Takes out a value, and the objects around it that held nothing else."""
    made.remove(*path)
    if len(path) > 1 and not made.get(*path[:-1]):
        _take(made, *path[:-1])


def _left(before: str, made: JsonText) -> str:
    """Returns what is left of a file; nothing, where it held nothing but ours."""
    return before if not before else "" if made.value in ({}, {"version": 1}) else made.text
