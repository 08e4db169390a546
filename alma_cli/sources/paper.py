"""What is there to be read: papers, which are bytes with a name."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from types import MappingProxyType
from typing import Final

from alma_cli.errors import Malformed, Usage
from alma_cli.sources.piece import LeftOut, Piece, Whence
from alma_cli.value import frozen

STDIN: Final = "-"
"""The path of what came by standard input, which is nobody's file."""
_WIDE: Final = ((b"\xff\xfe", "UTF-16"), (b"\xfe\xff", "UTF-16"))


class Paper:
    """One file of a source, read when it is first asked for; `path` is as the source names it.

    `home` is the name of the folder that the path begins in, "" where there is none.
    """

    def __init__(self, path: str, load: Callable[[], bytes], home: str = "") -> None:
        self.path = path
        self._load = load
        self._home = home

    @property
    def place(self) -> str:
        """Returns the path with the folder it begins in: many folders have an `index.md`."""
        return f"{self._home}/{self.path}" if self._home else self.path

    @property
    def name(self) -> str:
        """Returns the last part of the path."""
        return self.path.rpartition("/")[2]

    @property
    def ending(self) -> str:
        """Returns the ending of the name in lower case, with its dot."""
        return "." + self.name.rpartition(".")[2].lower() if "." in self.name else ""

    @cached_property
    def content(self) -> bytes:
        """Returns the bytes; raises `Malformed` for what cannot be read."""
        return self._load()

    @cached_property
    def text(self) -> str:
        """The text with plain line ends; raises `Malformed` and the line where it is none."""
        for mark, encoding in _WIDE:
            if self.content.startswith(mark):
                raise Malformed(f"is {encoding}, not UTF-8 text", path=self.path, line=1)
        try:
            text = self.content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = self.content.count(b"\n", 0, error.start) + 1
            raise Malformed("is not UTF-8 text", path=self.path, line=line) from error
        if "\0" in text:
            line = text.count("\n", 0, text.index("\0")) + 1
            raise Malformed("holds a NUL byte", path=self.path, line=line)
        return text.replace("\r\n", "\n").replace("\r", "\n")


@frozen
class Given:
    """A source as it was given: a file, or a folder with all files in it.

    `fields` are the names that somebody gave to fields of the source, theirs to ours; `passed`
    are files of a folder that were not looked at, each with the reason.
    """

    papers: tuple[Paper, ...]
    is_folder: bool = False
    fields: Mapping[str, str] = MappingProxyType({})
    passed: tuple[LeftOut, ...] = ()

    @property
    def only(self) -> Paper | None:
        """Returns the paper of a source that is one file."""
        return None if self.is_folder else self.papers[0]


def unreadable(error: Malformed) -> Usage:
    """Returns what to tell of a source that cannot be read."""
    where = f"line {error.line}: " if error.line else ""
    return Usage(f"cannot read `{error.path}`: {where}{error.reason}")


def each(
    given: Given, wanted: Callable[[Paper], bool], read: Callable[[Paper], Iterator[Piece]]
) -> Iterator[Piece]:
    """Yields what every wanted paper says; one that cannot be read is left out, the others stay.

    Raises `Usage` where there is but one.
    """
    for paper in given.papers:
        try:
            if not given.is_folder or wanted(paper):
                yield from read(paper)
        except Malformed as error:
            if not given.is_folder:
                raise unreadable(error) from error
            yield LeftOut(Whence(paper.path, error.line), error.reason)
