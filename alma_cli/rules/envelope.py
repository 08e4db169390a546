"""The patches of Codex's `apply_patch`: files in an envelope, hunks without line numbers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from alma_cli.rules.passage import Passage, encodable

BEGIN: Final = "*** Begin Patch"
_FILES: Final = ("*** Add File: ", "*** Update File: ", "*** Move to: ")


def is_envelope(text: str) -> bool:
    """Says whether a text is such a patch, as a tool gets it or within a shell's command."""
    return BEGIN in text


def passages(text: str) -> Iterator[Passage]:
    """Yields the hunks of a patch with their context; the lines that it adds are new.

    The format is told in `codex-rs/apply-patch` of https://github.com/openai/codex. Lines count
    from the start of each hunk.
    """
    path = ""
    hunk = _Hunk()
    for line in text.replace("\r\n", "\n").split("\n"):
        if line.startswith(("*** ", "@@")):
            yield from hunk.passage(path)
            hunk = _Hunk()
            name = next((start for start in _FILES if line.startswith(start)), "")
            if name:
                path = line.removeprefix(name).strip()
            elif not line.startswith("@@"):
                path = ""
        elif path and line[:1] != "-":
            hunk.add(line)
    yield from hunk.passage(path)


class _Hunk:
    """The lines of one hunk as the file will have them, and which of them are new."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._new: list[int] = []

    def add(self, line: str) -> None:
        if line[:1] == "+":
            self._new.append(len(self._lines))
        self._lines.append(line[1:])

    def passage(self, path: str) -> Iterator[Passage]:
        if self._new and path:
            text = encodable("\n".join(self._lines))
            yield Passage(text, encodable(path), new=frozenset(self._new))
