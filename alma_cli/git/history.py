"""Reads events back from commits, through GitPython: who taught what, and what undoes it.

Every call of git is one of the few below: `log`, `diff-tree` and `ls-tree` of names that git gave
us, `rev-parse` with what a person wrote behind `--end-of-options`, and what
`git.blobs` asks.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from alma_cli.errors import NotFound, Usage
from alma_cli.files.disk import digest
from alma_cli.git.blobs import Blobs, Reading
from alma_cli.git.events import EPOCH, Commit, Event, is_of, names_event, own, squashed
from alma_cli.git.reader import reading
from alma_cli.git.snapshot import Snapshot, is_hidden, listed, on_disk
from alma_cli.model import Change, Kind, Put, Remove
from alma_cli.place import FOLDERS, MOST, id_in, kind_in

if TYPE_CHECKING:
    from git import Git

_EVENT: Final = re.compile(r"[0-9a-z]{4,64}\Z")
_NAME: Final = re.compile(r"[0-9a-f]{40,64}\Z")
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d)?Z?)?\Z")
_HOW_DATES_ARE: Final = "a date is `YYYY-MM-DD` or `YYYY-MM-DDTHH:MM`, in UTC"
_SPECIAL: Final = re.compile(r"([*?\[\]\\])")
_FORMAT: Final = "--format=%H%x00%P%x00%ct%x00%an%x00%B"
_FIRST: Final = 200
"""Commits that are read at first; most questions are about the newest."""


class _Touch(NamedTuple):
    """A file that a commit touched: its path, and git's names of what it held, "" for nothing."""

    path: str
    before: str
    after: str


class History:
    """The events of one store on the branch that is checked out, newest first."""

    def __init__(self, git: Git, root: Path, prefix: str) -> None:
        self._git = git
        self._blobs = Blobs(git)
        self._root = root
        self._prefix = prefix

    def events(
        self,
        *paths: str,
        id_: str = "",
        kinds: Sequence[Kind] = (),
        since: str = "",
    ) -> Iterator[Event]:
        """Yields the events, by default all.

        With `paths` of the store, or the start of an id, those that touched one of these files;
        with `kinds` those that touched memories of these kinds; with `since`, the full name of a
        commit, those that it does not have.
        """
        where = self._where(paths, id_, kinds)
        for commit in self._commits(where, since):
            event = own(commit)
            if event is not None:
                yield event
                continue
            if len(commit.parents) < 2:  # noqa: PLR2004 - a merge brings no event of its own
                told = self._squashed.get(commit.name, ())
                yield from (one for one in told if _touches(one, paths, id_, kinds))

    def find(self, name: str) -> Event:
        """Returns the event whose id or commit begins with `name`, or that a revision means.

        Raises `NotFound`, and `Usage` for a commit that holds several.
        """
        if _EVENT.match(name):
            for event in self.events():
                if event.event.startswith(name) or event.commit.startswith(name):
                    return event
        commit = self._revision(name)
        if not commit:
            raise NotFound(f"no event or commit begins with `{name}`", "see `alma log`")
        told = [event for event in self.events() if event.commit == commit]
        if not told:
            raise NotFound(f"`{name}` is {commit[:7]}, a commit and no event", "see `alma log`")
        if len(told) > 1:
            named = ", ".join(event.event for event in told[:5])
            raise Usage(f"`{name}` is {commit[:7]}, which holds {len(told)} events: {named}")
        return told[0]

    def resolve(self, asked: str) -> str:
        """Returns the full name of the commit that a revision, an event or a date means.

        A date means what the branch held at that moment. Raises `NotFound`.
        """
        moment = as_moment(asked)
        if moment is not None:
            return self._at(moment, asked)
        found = self._revision(asked)
        if not found:
            try:
                return self.find(asked).commit
            except NotFound as error:
                raise NotFound(
                    f"`{asked}` is no revision, event or date", f"see `alma log`; {_HOW_DATES_ARE}"
                ) from error
        return found

    @cached_property
    def head(self) -> str:
        """Returns the full name of the commit that is checked out, "" before the first."""
        return self._revision("HEAD")

    def snapshot(self, commit: str) -> Snapshot:
        """Returns the files of the store as a commit holds them; `commit` is a full name."""
        (one,) = self._read_commits("--no-walk", commit)
        folder = ("--", self._prefix) if self._prefix else ()
        listing = self._ask("ls_tree", "-r", "-z", "--full-tree", commit, *folder)
        files = listed(listing, self._prefix)
        names = {path: name for path, name in files.items() if not is_hidden(path)}
        return Snapshot(commit, one.at, names, Reading(self._blobs, names, MOST).read)

    def standing(self, now: datetime) -> Snapshot:
        """Returns the files of the store as they stand on the disk."""
        return on_disk(self._root, now, long=len(self.head) > 40)  # noqa: PLR2004

    def imagined(self, names: Mapping[str, str], new: Mapping[str, bytes]) -> Snapshot:
        """Returns the files of a commit that is not made yet: git's names of all, what is new.

        Both are by path, relative to the store.
        """
        held = Reading(self._blobs, names, MOST).read
        files = {path: name for path, name in names.items() if not is_hidden(path)}
        return Snapshot("", EPOCH, files, lambda path: new[path] if path in new else held(path))

    def fork(self, one: str, other: str) -> str:
        """Returns the commit where two parted, "" where nobody can tell: a clone may be cut off."""
        said = self._ask("merge_base", one, other, must=False)
        return said[0].decode("ascii", "replace").split("\n")[0] if said else ""

    def project(self, commit: str) -> tuple[str, ...] | None:
        """Returns the files beside the store in a commit, as globs name them; None for no project.

        A store with a repository of its own has none there.
        """
        if not self._prefix:
            return None
        folder = self._prefix.rstrip("/").rpartition("/")[0]
        inside = f"{folder}/" if folder else ""
        where = ("--", inside) if inside else ()
        said = self._ask("ls_tree", "-r", "-z", "--name-only", "--full-tree", commit, *where)
        return tuple(os.fsdecode(path)[len(inside) :] for path in said)

    def content(self, name: str) -> bytes:
        """Returns what git keeps under a full name; raises `GitFailed`."""
        (answer,) = self._blobs.read([name], sys.maxsize)
        if isinstance(answer, bytes):
            return answer
        raise answer

    def close(self) -> None:
        """Ends the git that reads objects, if there is one."""
        self._blobs.close()

    def inverse(self, event: Event) -> tuple[tuple[Change, ...], tuple[str, ...]]:
        """Returns the changes that take an event back, for a store as the event left it.

        With them the files in its commit that are not its own: an amended commit holds a person's
        as well. Of an event that is squashed there is what it added and what it forgot, of the
        first commit what it added. Raises `NotFound` where there is nothing of it.
        """
        touched = self._touched(event.commit, event.before)
        ours = self._ours(event, touched)
        changes: list[Change] = []
        for path, before, after in ours:
            held = digest(self.content(after)) if after else None
            if before:
                changes.append(Put(path, self.content(before), held, kind_in(path), id_in(path)))
            elif held is not None:
                changes.append(Remove(path, held, kind_in(path), id_in(path)))
        whole = not event.squashed and event.before
        return tuple(changes), tuple(one.path for one in touched if whole and one not in ours)

    def _ours(self, event: Event, touched: list[_Touch]) -> list[_Touch]:
        """Returns those that an event touched of all that its commit did."""
        if event.squashed:
            return _attributed(event, touched)
        if event.before:
            return [touch for touch in touched if self._is_of(event, touch)]
        added = self._held((one.path, one.after) for one in touched)
        ours = {path for path, content in added if names_event(content, event.event)}
        if ours and not self._is_shallow:
            return [touch for touch in touched if touch.path in ours]
        raise NotFound(
            f"{event.event} cannot be undone: history begins with its commit, so it is not known"
            " what it changed",
            *(["`git fetch --unshallow` gets the rest"] if self._is_shallow else []),
        )

    def _is_of(self, event: Event, touch: _Touch) -> bool:
        return is_of(event, touch.path, lambda: self.content(touch.after or touch.before))

    @cached_property
    def _is_shallow(self) -> bool:
        return self._ask("rev_parse", "--is-shallow-repository") == [b"true\n"]

    @cached_property
    def _squashed(self) -> dict[str, tuple[Event, ...]]:
        """The events whose own commits are gone, by the commit that first brought them."""
        commits = tuple(self._commits(self._where((), "", ())))
        seen = {event.event for commit in commits if (event := own(commit))}
        found: dict[str, tuple[Event, ...]] = {}
        for commit in reversed(commits):
            # Where a shallow clone is cut off, a commit seems to have brought all that there is.
            if len(commit.parents) > 1 or own(commit) or (self._is_shallow and not commit.before):
                continue
            touched = self._touched(commit.name, commit.before)
            brought = self._held((one.path, one.after) for one in touched if not one.before)
            gone = [(one.path, one.before) for one in touched if not one.after]
            events = squashed(commit, brought, partial(self._held, gone))
            told = [one for one in events if one.event not in seen]
            seen |= {one.event for one in told}
            found[commit.name] = tuple(told)
        return found

    def _held(self, files: Iterable[tuple[str, str]]) -> list[tuple[str, bytes]]:
        return [(path, self.content(name)) for path, name in files if path.endswith(".md")]

    def _where(self, paths: Sequence[str], id_: str, kinds: Sequence[Kind]) -> tuple[str, ...]:
        """Returns the paths to look at as git wants them, magic and all."""
        agents = ":(top,glob)" + _SPECIAL.sub(r"\\\1", self._prefix) + "agents/"
        where = [f":(top,literal){self._prefix}{path}" for path in paths if path]
        if kinds:
            folders = [f"{agents}*/{FOLDERS[kind]}/**" for kind in kinds]
            where = [f"{folder}/*--{id_}*.md" for folder in folders] if id_ else folders
        elif id_:
            where += [f"{agents}**/*--{id_}*.md", f"{agents}*/forgotten/**/{id_}*.md"]
        return tuple(where) or (f":(top,literal){self._prefix}" if self._prefix else ":(top)",)

    def _commits(self, where: Sequence[str], since: str = "") -> Iterator[Commit]:
        if not self.head:
            return
        # Without `--full-history` git leaves out a memory that came and went on a merged branch.
        fixed = ("--full-history", self.head, *([f"^{since}"] if since else []), "--", *where)
        few = list(self._read_commits(f"--max-count={_FIRST}", *fixed))
        yield from few
        if len(few) == _FIRST:
            yield from self._read_commits(f"--skip={_FIRST}", *fixed)

    def _read_commits(self, *arguments: str) -> Iterator[Commit]:
        lines = self._ask("log", "-z", "--encoding=UTF-8", "--no-follow", _FORMAT, *arguments)
        told = [line.decode("utf-8", "replace") for line in lines]
        for name, parents, at, by, message in zip(*(iter(told),) * 5, strict=True):
            moment = datetime.fromtimestamp(int(at), UTC)
            yield Commit(name, tuple(parents.split()), moment, by, message)

    def _touched(self, commit: str, before: str) -> list[_Touch]:
        between = (before, commit) if before else ("--root", "--no-commit-id", commit)
        where = self._where((), "", ())
        said = self._ask("diff_tree", "-r", "-z", "--no-renames", *between, "--", *where)
        touched = []
        for about, path in zip(said[0::2], said[1::2], strict=True):
            _, _, before, after, _ = about.decode().split(" ")
            inside = os.fsdecode(path)[len(self._prefix) :]
            touched.append(_Touch(inside, before.strip("0") and before, after.strip("0") and after))
        return touched

    def _revision(self, asked: str) -> str:
        if not asked.isprintable():
            return ""
        said = self._ask(
            *("rev_parse", "--verify", "--quiet", "--end-of-options", f"{asked}^{{commit}}"),
            must=False,
        )
        name = said[0].decode("ascii", "replace").strip() if said else ""
        return name if _NAME.match(name) else ""

    def _at(self, moment: datetime, asked: str) -> str:
        until = f"--until={moment:%Y-%m-%dT%H:%M:%SZ}"
        if self.head:
            for commit in self._read_commits(until, "--first-parent", "--max-count=1", self.head):
                return commit.name
        raise NotFound(f"nothing was committed here before {asked}", "see `alma log`")

    def _ask(self, command: str, *arguments: str, must: bool = True) -> list[bytes]:
        """Returns what a git command says, taken apart where it writes NUL."""
        said: bytes = getattr(self._git, command)(
            *arguments,
            stdout_as_string=False,
            strip_newline_in_stdout=False,
            with_exceptions=must,
        )
        return said.split(b"\0")[:-1] if b"\0" in said else [said] if said else []


def as_moment(asked: str) -> datetime | None:
    """Returns the moment of a date, with or without a time, in UTC; None for what is no date.

    A date alone is its beginning. Raises `NotFound` for a day that no calendar has.
    """
    if not _DATE.match(asked):
        return None
    try:
        return datetime.fromisoformat(asked.removesuffix("Z")).replace(tzinfo=UTC)
    except ValueError as error:
        raise NotFound(f"`{asked}` is no date", _HOW_DATES_ARE) from error


def _attributed(event: Event, touched: list[_Touch]) -> list[_Touch]:
    """Returns what a squashed event touched, as files tell; raises `NotFound` for nothing."""
    ours = [touch for touch in touched if touch.path in event.files]
    if not ours:
        raise NotFound(
            f"{event.event} cannot be undone by itself: its own commit is gone, and in"
            f" `{event.commit[:7]}` no file says that it is from it",
            f"`alma rollback --to {event.commit[:7]}^` takes all of them back",
        )
    if event.verb == "forget" and not any(touch.before for touch in ours):
        raise NotFound(
            f"{event.event} cannot be undone: what it forgot came and went on the branch that was"
            " squashed, so no commit has it"
        )
    return ours


def _touches(event: Event, paths: Sequence[str], id_: str, kinds: Sequence[Kind]) -> bool:
    """Says of a squashed event what git says of the others."""
    if kinds and not any(kind_in(path) in kinds for path in event.files):
        return False
    if id_:
        return any(one.startswith(id_) for one in event.memories) or bool({*paths} & {*event.files})
    return not any(paths) or bool({*paths} & {*event.files})


@contextmanager
def opened(root: Path, environ: Mapping[str, str]) -> Iterator[History]:
    """Opens the history of a store; raises `GitFailed` where there is none."""
    with reading(root, environ) as (git, prefix):
        history = History(git, root, prefix)
        try:
            yield history
        finally:
            history.close()
