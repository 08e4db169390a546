"""What a unified diff adds: its new lines with their numbers, and the context they stand in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from alma_cli.rules.passage import Passage, encodable

_IS_PATCH: Final = re.compile(
    r"^(?:diff --(?:git|cc|combined) |--- [^\n]+\n\+\+\+ [^\n]+\n@@ -)", re.MULTILINE
)
_HUNK: Final = re.compile(r"(@@+)((?: -\d+(?:,\d+)?)+) \+(\d+)(?:,(\d+))? @@")
_COUNT: Final = re.compile(r"-\d+(?:,(\d+))?")
_PREFIXED: Final = re.compile(r"[a-z12]/")
"""What git puts in front of a path: `a/` and `b/`, or with `diff.mnemonicPrefix` i, w, c, o."""
_ESCAPE: Final = re.compile(r"\\([0-7]{3}|.)")
_ESCAPED: Final = dict(zip("abtnvfr", "\a\b\t\n\v\f\r", strict=True))
NOWHERE: Final = "/dev/null"


def is_patch(text: str) -> bool:
    """Says whether a text is a diff as git, diff and mail patches have it."""
    return _IS_PATCH.search(text) is not None


def passages(patch: str) -> Iterator[Passage]:
    """Yields the new side of each hunk that adds a line; `new` are the lines that are added.

    A line is content as long as the numbers of its hunk say so, whatever it looks like. Hunks of
    a merge (`@@@`) are new where they differ from any parent. Binary files and renames have none.
    """
    lines = patch.split("\n")
    before = path = ""
    at = 0
    while at < len(lines):
        line = lines[at]
        at += 1
        if line.startswith("--- "):
            before = _path(line[4:])
        elif line.startswith("+++ "):
            path = _bare(before, _path(line[4:]))
        elif path and (hunk := _HUNK.match(line)):
            at, found = _hunk(lines, at, hunk, path)
            if found.new:
                yield found


def _hunk(lines: list[str], at: int, hunk: re.Match[str], path: str) -> tuple[int, Passage]:
    """Returns where the hunk ends that begins at a line, and what it adds."""
    parents = len(hunk[1]) - 1
    old = sum(int(count or 1) for count in _COUNT.findall(hunk[2]))
    left = int(hunk[4] or 1)
    text: list[str] = []
    new: set[int] = set()
    while (left > 0 or old > 0) and at < len(lines):
        line = lines[at]
        marked = _marked(line[:parents], parents)
        if marked is None:  # the diff was cut
            break
        at += 1
        before, is_there, is_new = marked
        old -= before
        if is_there:
            left -= 1
            if is_new:
                new.add(len(text))
            text.append(line[parents:].removesuffix("\r"))
    return at, Passage(encodable("\n".join(text)), path, int(hunk[3]), frozenset(new))


@lru_cache(maxsize=256)
def _marked(marks: str, parents: int) -> tuple[int, bool, bool] | None:
    """Returns in how many parents a line is, whether in the result, and whether it is new there.

    None for what is no line of a hunk.
    """
    marks = marks.rstrip("\r") or " " * parents  # an editor took the blanks away
    if marks[0] == "\\":  # "No newline at end of file"
        return 0, False, False
    if marks.strip(" +-"):
        return None
    if "-" in marks:
        return marks.count("-"), False, False
    return marks.count(" "), True, "+" in marks


def _path(said: str) -> str:
    """Returns the path in a header, without the time that `diff` puts after a tab, and unquoted."""
    said = said.rstrip("\r")
    if not said.startswith('"'):
        return encodable(said.partition("\t")[0])
    quoted = said[1:].rpartition('"')[0]
    raw = _ESCAPE.sub(_unescaped, quoted).encode("utf-8", "surrogateescape")
    return raw.decode("utf-8", "replace")


def _unescaped(escape: re.Match[str]) -> str:
    code = escape[1]
    if len(code) == 1:
        return _ESCAPED.get(code, code)
    return bytes([int(code, 8) & 0xFF]).decode("utf-8", "surrogateescape")


def _bare(before: str, after: str) -> str:
    """Returns a path without git's prefix, "" for a file that is gone.

    Both sides have one, and not the same; with `diff.noprefix` both are the same.
    """
    if after == NOWHERE:
        return ""
    sides = [side for side in (before, after) if side != NOWHERE]
    if before == after or not all(map(_PREFIXED.match, sides)):
        return after
    return after[2:]
