"""Makes a branch that holds the memories since the default branch, for a pull request.

The commit stands on top of the remote's default branch and changes only what changed here since
the two parted, so that the pull request shows memories and nothing else. Proposed again, the
branch goes forward: the new commit has the earlier proposal as its second parent. Nothing here is
moved, neither the branch that is checked out nor any file.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from alma_cli import store
from alma_cli.between import BRANCH, Second, committing, meet, seconds_of
from alma_cli.comparison import differences
from alma_cli.errors import Conflict, Usage
from alma_cli.git.exchange import Exchange
from alma_cli.git.history import opened
from alma_cli.git.hosts import pull_request
from alma_cli.git.objects import identity
from alma_cli.git.remote import Moving, Remote
from alma_cli.git.repository import is_ancestor
from alma_cli.git.run import git
from alma_cli.git.snapshot import is_hidden
from alma_cli.here import Here
from alma_cli.names import slug
from alma_cli.place import id_in
from alma_cli.render.proposal import body_of, title_of
from alma_cli.rules.differences import Differences
from alma_cli.union import union
from alma_cli.value import frozen

PREFIX: Final = "alma/propose/"


@frozen
class Proposal:
    """What is proposed to `base`, the default branch of a remote, on another branch of it.

    `files` are the paths that change, relative to the store, `seconds` edits that are kept beside
    another of the same memory, `kept` paths that both sides changed and that stay as they are here.
    `commit` is "" where there was nothing to send; `url` opens the pull request, "" where the host
    is not known.
    """

    remote: str
    base: str
    branch: str
    told: Differences
    seconds: tuple[Second, ...]
    kept: tuple[str, ...]
    files: tuple[str, ...]
    commit: str = ""
    url: str = ""

    @property
    def warnings(self) -> Iterator[str]:
        """Yields a warning for each file that was changed here and on the default branch."""
        for second in self.seconds:
            yield (
                f"{id_in(second.first) or second.first} was edited here and on `{self.base}`: both"
                f" are proposed, the one from here as {second.id}"
            )
        for path in self.kept:
            yield f"`{path}` was changed here and on `{self.base}`: the one from here is proposed"

    @property
    def title(self) -> str:
        """Returns the title of the pull request."""
        return title_of(self.told)

    @property
    def body(self) -> str:
        """Returns the text of the pull request, in Markdown."""
        return body_of(self.told)


def propose(here: Here, wanted: str = "", branch: str = "", *, dry_run: bool = False) -> Proposal:
    """Sends a branch with the memories that a remote's default branch lacks.

    Nothing is sent in a dry run, nor where there is nothing to propose. Raises `Conflict` where
    events cannot be committed now or somebody else changed the branch there, `NotFound` without a
    remote or where it has no branch, `GitFailed` where it cannot be reached.
    """
    settings = committing(here)
    remote = meet(here, wanted)
    if not dry_run:
        _, stuck = store.commit_pending(here.place, here.world, settings)
        if stuck:
            raise Conflict(f"cannot propose now: {stuck}", "mend that and run `alma propose`")
        remote = meet(here, wanted)
    main = replace(remote, branch=remote.default())
    own = replace(remote, branch=_named(here, remote, branch, main.branch))
    change = _Change(here, main, main.fetch())
    files = tuple(sorted(change.files))
    made = Proposal(
        remote.name, main.branch, own.branch, change.told, change.seconds, change.kept, files
    )
    if dry_run or not change.files:
        return made
    earlier = _earlier(own)
    commit = earlier if change.is_in(earlier) else change.commit(made, earlier)
    try:
        if commit != earlier:
            own.push(commit)
    except Moving:
        raise _changed(own) from None
    url = pull_request(remote.url, main.branch, own.branch, made.title)
    return replace(made, commit=commit, url=url)


class _Change:
    """What the default branch is to become; `base` is its newest commit, a full name."""

    def __init__(self, here: Here, main: Remote, base: str) -> None:
        self._remote = main
        self._base = base
        self._exchange = Exchange(main.repository, main.environ)
        files = self._exchange.files
        theirs = files(base)
        before = files(self._exchange.merge_base(base))
        merged = union(before, files(main.repository.head), theirs)
        self.kept = merged.kept
        self.seconds = seconds_of(self._exchange, merged.apart, theirs)
        new = {one.path: one.content for one in self.seconds}
        self.files = {**merged.goes_out(theirs), **new}
        with opened(here.place.root, here.world.environ) as history:
            sides = history.snapshot(base), history.imagined(merged.merged, new)
            self._proposed = sides[1].names
            self.told = differences(here, (main.branch, "what is proposed"), *sides)

    def is_in(self, earlier: str) -> bool:
        """Says whether a commit, "" for none, already proposes this to the base as it is now."""
        if not earlier or not is_ancestor(
            self._remote.repository, self._base, earlier, self._remote.environ
        ):
            return False
        held = self._exchange.files(earlier)
        return {path: name for path, name in held.items() if not is_hidden(path)} == self._proposed

    def commit(self, made: Proposal, earlier: str) -> str:
        """Writes the commit that is proposed; `earlier` is the one that it follows, "" for none."""
        repository = self._remote.repository
        trailers = f"Alma-From: {repository.head}\nAlma-Store: {repository.prefix}\n"
        message = f"{made.title}\n\n{made.body}\n\n{trailers}"
        parents = [self._base, *([earlier] if earlier else [])]
        return self._exchange.compose(parents, self.files, message)


def _named(here: Here, remote: Remote, wanted: str, default: str) -> str:
    """Returns the name of the branch to propose on: by default one of the person's own."""
    if not wanted:
        who = identity(remote.repository.folder, "AUTHOR", here.world.environ).decode()
        return f"{PREFIX}{slug(who.partition('<')[0])}"
    asked = git(here.place.root, "check-ref-format", f"refs/heads/{wanted}", environ=remote.environ)
    if asked.status:
        raise Usage(f"`{wanted}` cannot be the name of a branch")
    if wanted in {default, BRANCH}:
        raise Usage(f"`{wanted}` is what memories are proposed for", "name another `--branch`")
    return wanted


def _earlier(own: Remote) -> str:
    """Returns the earlier proposal, "" for none; raises `Conflict` where it is somebody else's."""
    there = own.stands()
    if there and there != own.seen:
        raise _changed(own)
    return there


def _changed(own: Remote) -> Conflict:
    return Conflict(
        f"`{own.branch}` on `{own.name}` was changed by somebody else, and nothing was sent",
        f"merge what is there, or `alma propose --branch {PREFIX}NAME`",
    )
