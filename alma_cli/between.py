"""Where a store stands to the copy of it that a remote has: what comes in, and what goes out.

A store inside a code repository travels on a branch of its own, `alma/memories`, and only its
memories do: the configuration says who may learn what, so it goes the way of the code and its
reviews. A store that is its own repository travels as the branch that is checked out, with all of
its history.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from functools import cached_property
from typing import Final

from alma_cli import store
from alma_cli.config import GitSettings
from alma_cli.errors import AlmaError, Conflict, GitFailed, Malformed, Refused, Usage
from alma_cli.files.disk import digest_at
from alma_cli.files.edit import set_value
from alma_cli.files.memory import id_of_path, parse
from alma_cli.git.events import EPOCH
from alma_cli.git.exchange import Exchange
from alma_cli.git.remote import Remote, choose
from alma_cli.git.repository import NotNow, Repository, find, is_ancestor, without_filters
from alma_cli.git.run import GitMissing, git
from alma_cli.here import Here
from alma_cli.place import MOST, id_in
from alma_cli.uncommitted import by_hand
from alma_cli.union import Side, Union, second_path, union
from alma_cli.value import frozen

BRANCH: Final = "alma/memories"
_TRAVEL: Final = frozenset({"agents", "workflows"})
_MOST_NAME: Final = 200
"""Bytes of a name; file systems hold 255."""


@frozen
class Second:
    """An edit that is kept as a memory of its own, since another one has its path `first`."""

    first: str
    path: str
    id: str
    content: bytes


class Between:
    """One look at a store and at what its remote has, `tip`: a full name, "" for nothing yet."""

    def __init__(self, remote: Remote, tip: str) -> None:
        self.remote = remote
        self.tip = tip
        self.head = remote.repository.head
        self.exchange = Exchange(remote.repository, remote.environ)

    @property
    def separate(self) -> bool:
        """Says whether the store is a repository of its own."""
        return not self.remote.repository.prefix

    @cached_property
    def ours(self) -> Side:
        """What the newest commit here holds, of what travels."""
        return self._side(self.head)

    @cached_property
    def theirs(self) -> Side:
        """What the remote holds, of what a store here can hold too."""
        return _without(self.too_large, self._side(self.tip))

    @cached_property
    def too_large(self) -> tuple[str, ...]:
        """The files that stay at the remote as they are, since no store can hold them.

        Whoever has put one there must not keep all others from their memories. Raises `Refused`
        for a store of its own: what it is merged with comes whole or not at all.
        """
        known = set(self.ours.values())
        new = {path: name for path, name in self._side(self.tip).items() if name not in known}
        large = self.exchange.larger(sorted(set(new.values())), MOST)
        found = tuple(path for path, name in new.items() if name in large)
        if found and self.separate:
            raise Refused(
                f"`{found[0]}` of the remote is larger than {MOST // 1024} KiB",
                "take it out there, and run this again",
            )
        return found

    @cached_property
    def union(self) -> Union:
        """What both are to hold."""
        base = (self.exchange.merge_base if self.separate else self.exchange.known)(self.tip)
        return union(_without(self.too_large, self._side(base)), self.ours, self.theirs)

    @cached_property
    def comes_in(self) -> Mapping[str, str | None]:
        """The files that change here: git's names of contents, None for what goes."""
        return self.union.comes_in(self.ours)

    @cached_property
    def seconds(self) -> tuple[Second, ...]:
        """The edits of ours that are to be kept apart, but for those that the remote has."""
        return seconds_of(self.exchange, self.union.apart, self.theirs)

    @cached_property
    def goes_out(self) -> Mapping[str, str | bytes | None]:
        """The files that change there: names of contents, new contents, None for what goes."""
        kept = {second.path: second.content for second in self.seconds}
        return {**self.union.goes_out(self.theirs), **kept}

    @property
    def is_behind(self) -> bool:
        """Says whether the remote has all commits that are here, for a store of its own."""
        return bool(self.tip) and self._is_ancestor(self.head, self.tip)

    @property
    def is_ahead(self) -> bool:
        """Says whether all commits that the remote has are here, for a store of its own."""
        return self._is_ancestor(self.tip, self.head)

    def _is_ancestor(self, older: str, newer: str) -> bool:
        return is_ancestor(self.remote.repository, older, newer, self.remote.environ)

    def _side(self, commit: str) -> Side:
        files = self.exchange.files(commit)
        return files if self.separate else {p: name for p, name in files.items() if travels(p)}


def _without(paths: Collection[str], side: Side) -> Side:
    return {path: name for path, name in side.items() if path not in paths} if paths else side


def seconds_of(exchange: Exchange, apart: Side, theirs: Side) -> tuple[Second, ...]:
    """Returns edits that lost their path, by that path, as memories; not what `theirs` has."""
    held = exchange.contents(sorted(set(apart.values())), MOST)
    made = (_second(path, name, held[name]) for path, name in sorted(apart.items()))
    return tuple(one for one in made if one.path not in theirs)


def committing(here: Here) -> GitSettings:
    """Returns how to commit what is to be exchanged; raises `Usage` where nothing is committed."""
    if here.config.git.commit is False:
        raise Usage(
            "`git.commit` is `false`, and what is not committed is not exchanged",
            "`alma config set git.commit true`",
        )
    return GitSettings(commit=True, sign=here.config.git.sign)


def travels(path: str) -> bool:
    """Says whether a file of a store in a code repository is exchanged: memories are."""
    *folders, name = path.split("/")
    return (
        len(folders) > 1
        and folders[0] in _TRAVEL
        and name.endswith(".md")
        and not any(folder.endswith(".md") for folder in folders)
        and path.isprintable()
        and all(
            part and part[0] != "." and len(part.encode()) <= _MOST_NAME
            for part in (*folders, name)
        )
    )


def meet(here: Here, wanted: str = "") -> Remote:
    """Returns the branch of a remote that a store is exchanged with.

    Raises `Conflict` where no commit can be made now, `GitFailed` without git, what `choose`
    raises, and `Usage` for a store of its own on no branch.
    """
    root, environ = here.place.root, here.world.environ
    try:
        repository = find(root, environ)
    except NotNow as reason:
        raise _not_now(reason) from reason
    except GitMissing as missing:
        raise GitFailed("to exchange memories git is needed, and it is not installed") from missing
    name = choose(repository, wanted, environ)
    if repository.prefix:
        return Remote(repository, name, BRANCH, environ)
    branch = git(root, "symbolic-ref", "--quiet", "--short", "HEAD", environ=environ)
    if branch.status:
        raise Usage("the store is on no branch", "`git switch` in it goes to one")
    return Remote(repository, name, os.fsdecode(branch.out).strip(), environ)


def unsynced(here: Here, wanted: str = "") -> int:
    """Returns how many files the next sync would send, by what was last seen of the remote.

    Asks nobody. Raises what `meet` raises.
    """
    remote = meet(here, wanted)
    return len(Between(remote, remote.seen).goes_out)


def ready(here: Here, wanted: str = "", *, dry_run: bool = False) -> Remote:
    """Returns what `meet` does, after the pending events were committed, but for a dry run.

    Raises `Conflict` where they cannot be committed now, `Usage` where nothing is committed.
    """
    settings = committing(here)
    remote = meet(here, wanted)
    if dry_run:
        return remote
    _, stuck = store.commit_pending(here.place, here.world, settings)
    if stuck:
        raise _not_now(stuck)
    return meet(here, wanted)


def _not_now(reason: object) -> Conflict:
    return Conflict(f"nothing can be exchanged now: {reason}", "mend that, and run this again")


def left(here: Here, repository: Repository) -> tuple[str, ...]:
    """Returns a warning where a person's text stays here because no commit has it."""
    count = len(_not_committed(here, repository))
    if not count:
        return ()
    files = f"{count} file{'s' if count > 1 else ''}"
    return (f"{files} with changes that no commit has stay as they are, unsent: `alma diff`",)


def _not_committed(here: Here, repository: Repository) -> list[str]:
    """Returns the files of the store that hold what no commit and no event under way has."""
    root, environ = here.place.root, here.world.environ
    query = ("ls-files", "-z", "--modified", "--others", "--exclude-standard", "--", ".")
    ran = git(root, *query, environ=without_filters(repository.folder, environ))
    paths = {os.fsdecode(path) for path in ran.out.split(b"\0")[:-1]}
    standing = {}
    for path in sorted(paths):
        try:
            standing[path] = digest_at(root, path, MOST)
        except Malformed:
            continue  # a link or a file that is too large: no memory
    return list(by_hand(here.place, standing, environ))


def _second(path: str, name: str, content: bytes) -> Second:
    """Returns an edit as a memory of its own, which says of which one it is an edit."""
    where, id_ = second_path(path, name)
    try:
        first = parse(content, path, EPOCH).id
        made = set_value(set_value(content, ("id",), id_), ("source", "edit_of"), first)
    except (AlmaError, ValueError):  # damaged: kept as it is, which is what a person has to mend
        first, made = id_in(path) or id_of_path(path), content
    return Second(path, where, id_, made)
