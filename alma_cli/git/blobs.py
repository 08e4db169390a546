"""What files held, read from git: many at a time where one after the other is asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from alma_cli.errors import GitFailed, Malformed
from alma_cli.place import is_memory

if TYPE_CHECKING:
    from git import Git

AHEAD: Final = 32
"""Files that are read along with one, so few that git never waits for us to read its answers."""
_PIPE: Final = -1
"""What `subprocess` calls PIPE, which GitPython takes and only one module of ours imports."""

_Answer: TypeAlias = bytes | Malformed | GitFailed


class Blobs:
    """One `git cat-file --batch`, started when it is first asked.

    GitPython's own reader knows names of 40 characters only.
    """

    def __init__(self, git: Git) -> None:
        self._git = git

    def read(self, names: Sequence[str], most: int) -> list[_Answer]:
        """Returns what git keeps under each full name, an error for what it cannot give.

        That is `Malformed` for more than `most` bytes. At most `AHEAD` names.
        """
        with suppress(BrokenPipeError):  # git has given up, and answers nothing any more
            self._batch.stdin.write("".join(f"{name}\n" for name in names).encode())
            self._batch.stdin.flush()
        return [self._answer(name, most) for name in names]

    def close(self) -> None:
        """Ends the git that reads objects; raises what GitPython does where it failed."""
        if "_batch" in self.__dict__:
            with self._batch.stdout, self._batch.stderr:
                with suppress(BrokenPipeError):
                    self._batch.stdin.close()
                self._batch.wait()

    def _answer(self, name: str, most: int) -> _Answer:
        answer = self._batch.stdout
        about = answer.readline().split()
        if len(about) != 3:  # noqa: PLR2004 - a clone that has not all, or a damaged repository
            return GitFailed(f"git does not have `{name}`")
        rest = int(about[2]) + 1  # a line feed comes after it
        if rest - 1 > most:
            while rest and (some := answer.read(min(rest, most))):
                rest -= len(some)
            return Malformed(f"is larger than {most // 1024} KiB")
        content: bytes = answer.read(rest)[:-1]
        return content if about[1] == b"blob" else GitFailed(f"`{name}` is no file")

    @cached_property
    def _batch(self) -> Any:  # noqa: ANN401 - GitPython hands on whatever its process has
        return self._git.cat_file("--batch", istream=_PIPE, as_process=True)


class Reading:
    """Reads the files of a commit; of memories that are read in order, the next ones too.

    For git one answer takes no time, but waking two processes for each does.
    """

    def __init__(self, blobs: Blobs, names: Mapping[str, str], most: int) -> None:
        self._blobs = blobs
        self._names = names
        self._most = most
        self._order = sorted(filter(is_memory, names))
        self._places = {path: place for place, path in enumerate(self._order)}
        self._last = -1
        self._held: dict[str, _Answer] = {}

    def read(self, path: str) -> bytes:
        """Returns what a file held; raises `Malformed` for one that is too large, `GitFailed`."""
        place = self._places.get(path, -1)
        if path not in self._held:
            is_next = 0 < place - self._last <= AHEAD
            some = self._order[place : place + AHEAD] if is_next else [path]
            asked = [self._names[one] for one in some]
            self._held = dict(zip(some, self._blobs.read(asked, self._most), strict=True))
        self._last = place
        answer = self._held.pop(path)
        if isinstance(answer, bytes):
            return answer
        raise answer
