"""Checks what a client gives a tool against what the tool says that it takes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from alma_cli.errors import Usage
from alma_cli.mcp.tools import Schema, Tool
from alma_cli.rules.near import nearest

MOST_INPUT: Final = 16 * 1024 * 1024
"""Characters of one text; the verbs have their own, smaller bounds for what is written."""
NAMES: Final = {
    "string": "a text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list of texts",
    "object": "an object",
}
TYPES: Final[dict[str, tuple[type, ...]]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "array": (list,),
    "object": (dict,),
}


def checked(tool: Tool, given: Mapping[str, object]) -> dict[str, object]:
    """Returns the arguments of a tool without those that are null; raises `Usage` for wrong ones.

    An empty text is taken for one that was left out, as models often mean it.
    """
    for name in given:
        if name not in tool.arguments:
            near = nearest(name, tool.arguments)
            known = f"known are {', '.join(f'`{each}`' for each in tool.arguments)}"
            raise Usage(
                f"`{tool.name}` takes no `{name}`", f"did you mean `{near}`?" if near else known
            )
    found = {name: value for name, value in given.items() if value is not None and value != ""}
    if missing := [name for name in tool.needs if name not in found]:
        raise Usage(f"missing {' and '.join(f'`{name}`' for name in missing)}")
    for name, value in found.items():
        _check(name, value, tool.arguments[name])
    return found


def _check(name: str, value: object, schema: Schema) -> None:
    kind = schema.get("type")
    if kind is None:
        return
    if not _is(value, kind):
        raise Usage(f"`{name}` is not {NAMES[kind]}")
    if isinstance(value, str) and len(value) > MOST_INPUT:
        raise Usage(f"`{name}` is longer than {MOST_INPUT // 1024 // 1024} MiB")
    if value not in schema.get("enum", (value,)):
        raise Usage(f"`{value}` is no `{name}`", f"one of {', '.join(schema['enum'])}")
    if isinstance(value, list):
        if not all(_is(each, "string") for each in value):
            raise Usage(f"`{name}` is not {NAMES[kind]}")
        for each in value:
            _check(name, each, schema["items"])
    if isinstance(value, (int, float)) and not _within(value, schema):
        least, most = schema.get("minimum", "-∞"), schema.get("maximum", "∞")
        raise Usage(f"`{name}` is not within {least} and {most}")


def _is(value: object, kind: str) -> bool:
    return isinstance(value, TYPES[kind]) and (kind == "boolean" or not isinstance(value, bool))


def _within(value: float, schema: Schema) -> bool:
    return bool(schema.get("minimum", value) <= value <= schema.get("maximum", value))
