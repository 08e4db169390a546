"""Earlier versions of one memory, from the history of its store, through GitPython."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from alma_cli.errors import NotFound
from alma_cli.files.memory import id_of_path
from alma_cli.git.reader import reading
from alma_cli.git.snapshot import listed
from alma_cli.place import id_in
from alma_cli.value import frozen

if TYPE_CHECKING:
    from git import Git

_RAW: Final = (
    *("--date-order", "--full-history", "--no-follow", "-m", "--no-renames"),
    *("--raw", "--no-abbrev", "-z", "--format=tformat:commit %H"),
)


@frozen
class Version:
    """A file of a store as a commit, or an event that waits for one, has it.

    `path` is relative to the store.
    """

    path: str
    content: bytes
    commit: str = ""
    event: str = ""

    @property
    def shown(self) -> str:
        """Returns the short name of the commit, or the id of the event."""
        return self.commit[:7] or self.event


class _Entry(NamedTuple):
    commit: str
    before: str
    after: str
    path: str


class Past:
    """The history of one store, on the branch that is checked out."""

    def __init__(self, git: Git) -> None:
        self._git = git

    def ids(self, prefix: str) -> set[str]:
        """Returns the ids that begin so among the names of all files there ever were.

        `prefix` is of letters and digits.
        """
        spec = f":(glob)agents/**/*--{prefix}*.md"
        found = {id_in(entry.path) for entry in self._entries("AM", spec)}
        return {one for one in found if one.startswith(prefix)}

    def versions(self, id_: str) -> Iterator[Version]:
        """Yields the versions of a memory, newest first; where they differ, each is of one file.

        A file that a person named otherwise is found by the commit that brought its tombstone.
        """
        specs = [f":(glob)agents/**/*--{id_}.md"]
        specs += [f":(literal){path}" for path in self._buried_with(id_)]
        for entry in self._entries("AM", *specs):
            yield Version(entry.path, self._blob(entry.after), entry.commit)

    def version_at(self, id_: str, revision: str, path: str = "") -> Version:
        """Returns the memory as a commit has it, at `path` if its file is there.

        `revision` is a full name. Raises `NotFound` where the commit does not have it.
        """
        asked = ("-r", "-z", revision, "--", "agents/")
        listing: bytes = self._git.ls_tree(*asked, stdout_as_string=False)
        files = listed(filter(None, listing.split(b"\0")))
        named = [name for name in files if id_in(name) == id_ or id_of_path(name) == id_]
        known = [name for name in (path, *self._buried_with(id_)) if name in files]
        for name in (*known, *named):
            return Version(name, self._blob(files[name]), revision)
        raise NotFound(f"`{revision[:7]}` does not have {id_}", f"see `alma log {id_}`")

    def _buried_with(self, id_: str) -> list[str]:
        """Returns the paths of the files that were deleted where the tombstone was added."""
        tombs = self._entries("A", f":(glob)agents/*/forgotten/**/{id_}*.md")
        found = []
        for commit in {entry.commit: None for entry in tombs}:
            out = self._git.diff_tree(
                *("-r", "-m", "--no-renames", "--raw", "--no-abbrev", "-z", "--diff-filter=D"),
                *("--relative", "--no-commit-id", commit, "--", "agents/"),
            )
            found += [one.path for one in _parsed(out)]
        return list(dict.fromkeys(found))

    def _entries(self, kinds: str, *specs: str) -> list[_Entry]:
        asked = ("--verify", "--quiet", "--end-of-options", "HEAD^{commit}")
        head = self._git.rev_parse(*asked, with_exceptions=False)
        if not head:  # nothing is committed yet
            return []
        out = self._git.log(*_RAW, "--relative", f"--diff-filter={kinds}", head, "--", *specs)
        return _parsed(out)

    def _blob(self, name: str) -> bytes:
        content: bytes = self._git.cat_file(
            "blob", name, stdout_as_string=False, strip_newline_in_stdout=False
        )
        return content


def _parsed(out: str) -> list[_Entry]:
    """Returns what git's raw format tells of regular files: `:mode mode blob blob kind`, path."""
    entries = []
    commit = ""
    parts = iter(out.split("\0"))
    for part in parts:
        line = part.strip("\n")
        if line.startswith("commit "):
            commit = line.rpartition(" ")[2]
        elif line.startswith(":"):
            old, new, before, after, _ = line[1:].split(" ")
            path = next(parts)
            if "100" in {old[:3], new[:3]}:
                entries.append(_Entry(commit, before, after, path))
    return entries


@contextmanager
def opened(root: Path, environ: Mapping[str, str]) -> Iterator[Past]:
    """Opens the past of a store; raises `GitFailed` where there is none."""
    with reading(root, environ) as (git, _):
        yield Past(git)
