"""The files that Claude's memory tool sees, and what its commands do to their texts.

The sentences are those of the SDK's own file tool: models know them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final
from urllib.parse import unquote

from alma_cli.value import frozen

ROOT: Final = "/memories"
MOST_PATH: Final = 200
"""Characters of a path: it is the title of its memory."""
MOST_LINES: Final = 999_999
_WIDTH: Final = len(str(MOST_LINES))
_CONTEXT: Final = 2
"""Lines that are shown above and below one that was edited."""
_DEEPEST: Final = 2
_UNITS: Final = "BKMG"
_PLAIN: Final = re.compile(r"[^\\%\x00-\x1f\x7f]*")


class Denied(Exception):
    """What a command cannot do, in words for the model."""


def path_of(asked: str) -> str:
    """Returns a path as `/memories/...`, without a slash at its end.

    No file of the disk is ever opened by it; what would climb out, as it stands or decoded, is
    refused all the same.
    """
    if asked != ROOT and not asked.startswith(f"{ROOT}/"):
        raise Denied(f"Path must start with {ROOT}, got: {asked}")
    decoded = asked
    while (once := unquote(decoded)) != decoded:
        decoded = once
    if {".", ".."} & {*re.split(r"[/\\]", decoded)}:
        raise Denied(f"Path {asked} would escape {ROOT} directory")
    if not asked.isprintable() or "\\" in asked or len(asked) > MOST_PATH:
        raise Denied(f"Path {asked[:MOST_PATH]} has characters or a length that no file here has")
    return "/".join([ROOT, *filter(None, asked.split("/")[2:])])


def below(files: Iterable[str], path: str) -> list[str]:
    """Returns the files in a folder and in those in it."""
    return sorted(each for each in files if each.startswith(f"{path}/"))


def size(number: int) -> str:
    """Returns a number of bytes as people read it: `0B`, `1.5K`."""
    unit = 0
    amount = float(number)
    while amount >= 1024 and unit < len(_UNITS) - 1:  # noqa: PLR2004
        amount, unit = amount / 1024, unit + 1
    return f"{amount:.0f}{_UNITS[unit]}" if amount.is_integer() else f"{amount:.1f}{_UNITS[unit]}"


def listing(sizes: Mapping[str, int], path: str) -> str:
    """Returns what is in a folder, two levels deep, with sizes; what is hidden is left out."""
    total: dict[str, int] = {path: 0}
    for file in below(sizes, path):
        parts = file[len(path) + 1 :].split("/")
        if any(part.startswith(".") for part in parts):
            continue
        total[path] += sizes[file]
        for depth in range(1, min(len(parts), _DEEPEST) + 1):
            name = f"{path}/{'/'.join(parts[:depth])}" + ("/" if depth < len(parts) else "")
            total[name] = total.get(name, 0) + sizes[file]
    lines = [f"{size(total[name])}\t{name}" for name in sorted(total)]
    head = (
        f"Here're the files and directories up to 2 levels deep in {path}, excluding hidden items:"
    )
    return "\n".join([head, *lines])


def numbered(path: str, text: str, window: list[int] | None) -> str:
    """Returns a file with the numbers of its lines; `window` are the first and last, -1 the end."""
    lines = text.split("\n")
    if len(lines) > MOST_LINES:
        raise Denied(f"File {path} exceeds maximum line limit of 999,999 lines.")
    first, last = window if window and len(window) == 2 else (1, -1)  # noqa: PLR2004
    first = max(1, first)
    shown = lines[first - 1 : len(lines) if last == -1 else last]
    head = f"Here's the content of {path} with line numbers:"
    return "\n".join([head, *_numbered(shown, first)])


def _numbered(lines: Iterable[str], first: int) -> Iterator[str]:
    return (f"{number:>{_WIDTH}}\t{line}" for number, line in enumerate(lines, first))


@frozen
class Edited:
    """A text after an edit, and what to say of it."""

    text: str
    answer: str


def replaced(path: str, text: str, old: str, new: str) -> Edited:
    """Returns a text in which what stands there once is replaced."""
    places = [found.start() for found in re.finditer(f"(?={re.escape(old)})", text)] if old else []
    if not places:
        raise Denied(
            f"No replacement was performed, old_str `{old}` did not appear verbatim in {path}."
        )
    lines = [text.count("\n", 0, at) for at in places]
    if len(places) > 1:
        named = ", ".join(str(line + 1) for line in lines)
        raise Denied(
            f"No replacement was performed. Multiple occurrences of old_str `{old}` in lines:"
            f" {named}. Please ensure it is unique"
        )
    after = text[: places[0]] + new + text[places[0] + len(old) :]
    first = max(0, lines[0] - _CONTEXT)
    shown = _numbered(after.split("\n")[first : lines[0] + _CONTEXT + 1], first + 1)
    head = "The memory file has been edited. Here is the snippet showing the change"
    return Edited(after, "\n".join([f"{head} (with line numbers):", *shown]))


def inserted(path: str, text: str, line: int, new: str) -> Edited:
    """Returns a text with another below a line; 0 is above the first."""
    lines = text.removesuffix("\n").split("\n") if text else []
    if not 0 <= line <= len(lines):
        raise Denied(
            f"Invalid `insert_line` parameter: {line}. It should be within the range"
            f" [0, {len(lines)}]."
        )
    after = "\n".join([*lines[:line], new.rstrip("\n"), *lines[line:]])
    return Edited(after.removesuffix("\n") + "\n", f"The file {path} has been edited.")
