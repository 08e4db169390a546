"""What an agent's tool call would write or run, as passages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from alma_cli.rules import envelope
from alma_cli.rules.passage import Passage, encodable, of_text
from alma_cli.value import replace

COMMAND: Final = "<command>"
"""The name of a text that a shell would run."""
_PATHS: Final = ("file_path", "notebook_path", "path")
_TEXTS: Final = ("content", "new_string", "new_source", "file_text", "new_str")
_CALL: Final = frozenset({"tool_name", "tool_input"})


def is_call(value: object) -> bool:
    """Says whether a JSON value is a tool call: that of a hook, or its input alone."""
    if not isinstance(value, Mapping):
        return False
    if value.keys() >= _CALL:
        return isinstance(value["tool_input"], Mapping)
    has_path = any(isinstance(value.get(name), str) for name in _PATHS)
    has_text = any(name in value for name in (*_TEXTS, "edits"))
    return (has_path and has_text) or isinstance(value.get("command"), str)


def passages(call: Mapping[str, object]) -> Iterator[Passage]:
    """Yields what the call would run, or write to a file; of an edit, the lines it brings are new.

    The shapes are those of Claude Code's Bash, Write, Edit, MultiEdit and NotebookEdit
    (https://code.claude.com/docs/en/hooks), of Anthropic's editor tool and of Codex's apply_patch.
    Lines count from the start of the text that is given, since the file is not looked at.
    """
    given = call.get("tool_input", call)
    if not isinstance(given, Mapping):
        return
    path = next((str(given[name]) for name in _PATHS if isinstance(given.get(name), str)), "")
    command = given.get("command")
    if isinstance(command, str) and envelope.is_envelope(command):
        yield from envelope.passages(command)
    elif isinstance(command, str) and not path:
        yield of_text(command, label=COMMAND)
    edits = given.get("edits")
    for edit in (given, *(edits if isinstance(edits, list) else ())):
        if isinstance(edit, Mapping):
            yield from _written(edit, path)


def _written(edit: Mapping[str, object], path: str) -> Iterator[Passage]:
    before = edit.get("old_string", edit.get("old_str"))
    for name in _TEXTS:
        text = edit.get(name)
        if not isinstance(text, str):
            continue
        passage = of_text(text, path)
        if isinstance(before, str):
            passage = replace(passage, new=_brought(encodable(before), passage.text))
        yield passage


def _brought(before: str, after: str) -> frozenset[int]:
    """Returns the places of the lines that were not there before, wherever they stood."""
    known = set(before.replace("\r\n", "\n").split("\n"))
    return frozenset(at for at, line in enumerate(after.split("\n")) if line not in known)
