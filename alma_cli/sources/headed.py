"""Markdown with a header: TOML between `+++` lines, or YAML between `---` lines."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from alma_cli.errors import Malformed
from alma_cli.files.header import MOST_HEADER
from alma_cli.files.toml import loads, locate
from alma_cli.sources.paper import Paper
from alma_cli.sources.yamltext import parse
from alma_cli.value import frozen

FENCES: Final = ("+++", "---")
COMMA: Final = re.compile(r",(?![^{}]*\})")
"""A comma that is not one of the braces of a glob."""


@frozen
class Headed:
    """A text below its header, with the line it starts on; `header` is as it is written."""

    header: str
    is_toml: bool
    body: str
    line: int


def split(paper: Paper) -> Headed:
    """Returns a paper in two; without a second fence all of it is text."""
    lines = paper.text.split("\n")
    fence = lines[0].rstrip()
    if fence in FENCES:
        end = next((at for at, line in enumerate(lines) if at and line.rstrip() == fence), 0)
        if end:
            header = "\n".join(lines[1:end])
            return Headed(header, fence == "+++", "\n".join(lines[end + 1 :]), end + 2)
    return Headed("", is_toml=False, body=paper.text, line=1)


def fields(headed: Headed, paper: Paper) -> Mapping[str, object]:
    """Returns what a header says; raises `Malformed` with the line for what is no table."""
    if len(headed.header.encode()) > MOST_HEADER:
        reason = f"has a header of more than {MOST_HEADER // 1024} KiB"
        raise Malformed(reason, path=paper.path, line=1)
    if not headed.is_toml:
        held = parse(headed.header, paper.path, 2) if headed.header.strip() else {}
        if not isinstance(held, dict):
            raise Malformed("has a header that is no table", path=paper.path, line=2)
        return held
    try:
        return loads(headed.header)
    except (RecursionError, ValueError) as error:
        message, line = locate(error, headed.header)
        reason = f"has a header that is not TOML: {message}"
        raise Malformed(reason, path=paper.path, line=line + 1) from error


def loose_fields(headed: Headed) -> Mapping[str, str]:
    """Returns the keys of a rule's header, lists in commas.

    What editors write there looks like YAML and is not: a glob begins with `*`, as an alias does.
    """
    found: dict[str, list[str]] = {}
    last: list[str] = []
    for line in headed.header.split("\n"):
        key, colon, value = line.partition(":")
        if line.lstrip().startswith("- "):
            last.append(line.lstrip()[2:])
        elif colon:
            last = found.setdefault(key.strip(), [])
            last.append(value.strip().strip("[]"))
    return {key: ",".join(filter(None, parts)) for key, parts in found.items()}


def texts_of(value: object) -> tuple[str, ...]:
    """Returns the texts in a list, or in one text with commas."""
    if isinstance(value, str):
        parts = (part.strip().strip("\"'") for part in COMMA.split(value))
        return tuple(part for part in parts if part)
    if isinstance(value, list):
        return tuple(each for each in value if isinstance(each, str))
    return ()
