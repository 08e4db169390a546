"""What `alma guard` looks at: stretches of text, each with its place, some of their lines new."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from alma_cli.value import frozen, replace

LARGEST: Final = 128 * 1024
TEXT: Final = "<text>"
"""The name of a text that has no path."""


@frozen
class Passage:
    """Lines that follow one another in a file, a command or another text.

    `text` has them parted by line feeds, `first` is the number of the first one, and `new` holds
    the places (from 0) of those that are new, None where all are. `path` is as it was given, ""
    for a text that is called `label`, and `inside` is it as the globs of memories name it. No
    string here holds what cannot be encoded.
    """

    text: str
    path: str = ""
    first: int = 1
    new: frozenset[int] | None = None
    label: str = TEXT
    inside: str = ""
    shift: int = 0

    @property
    def name(self) -> str:
        """Returns what the passage is called in a message."""
        return self.path or self.label

    def is_new(self, line: int) -> bool:
        """Says whether the line at a place, from 0, is new."""
        return self.new is None or line in self.new

    @property
    def lines(self) -> tuple[str, ...]:
        """Returns the lines, new or not."""
        return _lines(self.text)

    @property
    def number(self) -> int:
        """Returns how many of the lines are new."""
        return self.text.count("\n") + 1 if self.new is None else len(self.new)


@lru_cache(maxsize=8)
def _lines(text: str) -> tuple[str, ...]:
    """Returns the lines of a text; thousands of matches may ask for those of one passage."""
    return tuple(text.split("\n"))


def of_text(text: str, path: str = "", label: str = TEXT) -> Passage:
    """Returns a whole text as one passage, without the line end of its last line, nor Windows'."""
    plain = text.replace("\r\n", "\n").removesuffix("\n")
    return Passage(encodable(plain), encodable(path), label=label)


def pieces(passage: Passage) -> Iterator[Passage]:
    """Yields a passage in pieces of about `LARGEST` characters, cut between lines where there are.

    What is found lies in one piece.
    """
    if len(passage.text) <= LARGEST:
        yield passage
        return
    text, first, shift, done = passage.text, passage.first, passage.shift, 0
    while len(text) > LARGEST:
        cut = text.rfind("\n", 0, LARGEST)
        here = text[: cut if cut >= 0 else LARGEST]
        yield _piece(passage, here, first, shift, done)
        lines = here.count("\n")
        shift = 0 if cut >= 0 else shift + len(here)
        lines += cut >= 0
        text, first, done = text[len(here) + (cut >= 0) :], first + lines, done + lines
    yield _piece(passage, text, first, shift, done)


def _piece(passage: Passage, text: str, first: int, shift: int, done: int) -> Passage:
    new = passage.new
    if new is not None and done:
        new = frozenset(line - done for line in new if line >= done)
    return replace(passage, text=text, first=first, new=new, shift=shift)


def encodable(text: str) -> str:
    """Returns the text with what no encoding has, lone surrogates, replaced."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()
