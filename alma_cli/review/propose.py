"""Makes a branch that holds the memories since the default branch, for a pull request.

The commit stands on top of the remote's default branch and changes only what changed here since
the two parted, so that the pull request shows memories and nothing else. Proposed again, the
branch goes forward: the new commit has the earlier proposal as its second parent, and what was
taken back here meanwhile is in it no more. Nothing here is moved, neither the branch that is
checked out nor any file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from operator import itemgetter
from typing import Final

from alma_cli.between import BRANCH, Second, left, ready, seconds_of
from alma_cli.errors import Conflict, Usage
from alma_cli.git.exchange import Exchange
from alma_cli.git.head import name_of
from alma_cli.git.history import opened
from alma_cli.git.hosts import pull_request
from alma_cli.git.objects import identity
from alma_cli.git.remote import Moving, Remote
from alma_cli.git.repository import is_ancestor
from alma_cli.git.snapshot import is_hidden
from alma_cli.here import Here
from alma_cli.names import slug
from alma_cli.place import id_in
from alma_cli.render.proposal import title_of
from alma_cli.review.compare import Review, between
from alma_cli.review.markdown import body_of
from alma_cli.rules.differences import What
from alma_cli.union import union
from alma_cli.value import frozen

PREFIX: Final = "alma/propose/"
_MOST_NAME: Final = 100
_NO_BRANCH: Final = re.compile(
    r"^[-./]|^refs/|[ ~^:?*\[\\]|\.\.|//|/\.|@\{|[./]$|\.lock(?:/|$)|^$", re.MULTILINE
)
"""What `git check-ref-format` refuses, which can be asked by an argument alone, and a bit more."""


@frozen
class Proposal:
    """What is proposed to `base`, the default branch of a remote, on another branch of it.

    `files` are the paths that change, relative to the store, `seconds` edits that are kept beside
    another of the same memory, `kept` paths that both sides changed and that stay as they are here,
    `withdrawn` paths that were proposed before and are not any more, `unsent` warnings of what no
    commit has. `commit` is "" where there was nothing to send; `url` opens the pull request, ""
    where the host is not known.
    """

    remote: str
    base: str
    branch: str
    review: Review
    seconds: tuple[Second, ...]
    kept: tuple[str, ...]
    files: tuple[str, ...]
    withdrawn: tuple[str, ...]
    unsent: tuple[str, ...]
    commit: str = ""
    url: str = ""

    @property
    def warnings(self) -> Iterator[str]:
        """Yields what is damaged, what stays here, and what was changed on both sides."""
        yield from self.unsent
        yield from self.review.told.damaged
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
        return title_of(self.review.told)

    @property
    def body(self) -> str:
        """Returns the text of the pull request, in Markdown."""
        return body_of(self.review)


def propose(here: Here, wanted: str = "", branch: str = "", *, dry_run: bool = False) -> Proposal:
    """Sends a branch with the memories that a remote's default branch lacks.

    Nothing is sent in a dry run, nor where there is nothing to propose. Raises `Conflict` where
    events cannot be committed now or somebody else changed the branch there, `NotFound` without a
    remote or where it has no branch, `GitFailed` where it cannot be reached.
    """
    remote = ready(here, wanted, dry_run=dry_run)
    try:
        return _exchanged(here, remote, branch, dry_run=dry_run)
    except Moving:
        raise Conflict(
            "somebody else is changing the same branches, and nothing was sent",
            "run `alma propose` again; where another branch's name is in the way, with `--branch`",
        ) from None


def _exchanged(here: Here, remote: Remote, branch: str, *, dry_run: bool) -> Proposal:
    main = replace(remote, branch=remote.default())
    own = replace(remote, branch=_named(here, remote, branch, main.branch))
    change = _Change(here, main, main.fetch())
    earlier = change.earlier(own)
    made = change.proposal(own, earlier)
    if dry_run or not (made.files or made.withdrawn):
        return made
    commit = earlier if change.is_in(earlier) else change.commit(made, earlier)
    if commit != earlier:
        own.push(commit)
    url = pull_request(remote.url, main.branch, own.branch, made.title)
    return replace(made, commit=commit, url=url)


class _Change:
    """What the default branch is to become; `base` is its newest commit, a full name."""

    def __init__(self, here: Here, main: Remote, base: str) -> None:
        self._here = here
        self._main = main
        self._base = base
        self._exchange = Exchange(main.repository, main.environ)
        files = self._exchange.files
        self._theirs = theirs = files(base)
        parted = self._exchange.merge_base(base)
        if not parted and self._exchange.is_cut_off:
            raise Conflict(
                f"the history here is cut off, so it is not known what changed since"
                f" `{main.branch}`",
                f"`git fetch --unshallow {main.name}` gets the rest",
            )
        merged = union(files(parted), files(main.repository.head), theirs)
        self._kept = merged.kept
        self._seconds = seconds_of(self._exchange, merged.apart, theirs)
        new = {one.path: one.content for one in self._seconds}
        self._files = {**merged.goes_out(theirs), **new}
        long = len(base) > 40  # noqa: PLR2004 - of SHA-256
        made = {path: name_of(content, long=long) for path, content in new.items()}
        self._proposed = {**merged.merged, **made}
        with opened(here.place.root, here.world.environ) as history:
            sides = history.snapshot(base), history.imagined(self._proposed, new)
            names = main.branch, "what is proposed"
            found = between(here, names, *sides, lambda: history.project(history.head))
        hidden = ((self._what(path), path) for path in self._files if is_hidden(path))
        told = found.told
        told = replace(told, files=(*sorted(hidden, key=itemgetter(1)), *told.files))
        self._review = replace(found, told=told)

    def earlier(self, own: Remote) -> str:
        """Returns the commit that goes before, "" for none.

        Raises `Conflict` where somebody would lose what it proposes: it is somebody else's, for
        another store, or from a branch whose memories this one does not have. What was merged, here
        or into the default branch, is lost to nobody.
        """
        there = own.stands()
        if not there or self._is_past(there, self._base):
            return there
        head = own.repository.head
        store, start = self._exchange.origin(there)
        known = self._is_past(there, head) or (bool(start) and self._is_past(start, head))
        if there != own.seen and not known:
            raise Conflict(
                f"`{own.branch}` on `{own.name}` was changed by somebody else, and nothing was"
                " sent",
                f"merge it into the branch here, or `alma propose --branch {PREFIX}NAME`",
            )
        if store not in {"", own.repository.prefix}:
            raise _keeps(own, f"for another store, `{store}`")
        lacking = len(self._withdrawn(there))
        if lacking and not known:
            files = f"{lacking} file{'' if lacking == 1 else 's'}"
            raise _keeps(own, f"{files} that this branch does not have")
        return there

    def proposal(self, own: Remote, earlier: str) -> Proposal:
        """Returns what is proposed on a branch that has an earlier proposal, "" for none."""
        return Proposal(
            remote=own.name,
            base=self._main.branch,
            branch=own.branch,
            review=self._review,
            seconds=self._seconds,
            kept=self._kept,
            files=tuple(sorted(self._files)),
            withdrawn=self._withdrawn(earlier),
            unsent=left(self._here, own.repository),
        )

    def _withdrawn(self, earlier: str) -> tuple[str, ...]:
        if not earlier or self._is_past(earlier, self._base):
            return ()
        before = self._exchange.files(f"{earlier}^1")
        brought = (p for p, name in self._exchange.files(earlier).items() if before.get(p) != name)
        return tuple(sorted({*brought} - self._proposed.keys() - self._theirs.keys()))

    def _what(self, path: str) -> What:
        if path not in self._theirs:
            return What.NEW
        return What.CHANGED if path in self._proposed else What.REMOVED

    def is_in(self, earlier: str) -> bool:
        """Says whether a commit, "" for none, already proposes this to the base as it is now."""
        return self._is_past(self._base, earlier) and (
            self._exchange.files(earlier) == self._proposed
        )

    def commit(self, made: Proposal, earlier: str) -> str:
        """Writes the commit that is proposed; `earlier` is the one that it follows, "" for none."""
        repository = self._main.repository
        trailers = f"Alma-From: {repository.head}\nAlma-Store: {repository.prefix}\n"
        message = f"{made.title}\n\n{made.body}\n\n{trailers}"
        parents = [self._base, *([earlier] if earlier else [])]
        return self._exchange.compose(parents, self._files, message)

    def _is_past(self, older: str, newer: str) -> bool:
        return is_ancestor(self._main.repository, older, newer, self._main.environ)


def _named(here: Here, remote: Remote, wanted: str, default: str) -> str:
    """Returns the name of the branch to propose on: by default the person's own for the store."""
    if not wanted:
        who = _plain(identity(remote.repository.folder, "AUTHOR", here.world.environ))
        around = remote.repository.prefix.rstrip("/").rpartition("/")[0]
        return f"{PREFIX}{slug(f'{who} {around}', _MOST_NAME)}"
    if wanted in {"HEAD", "@"} or _NO_BRANCH.search(wanted) or not wanted.isprintable():
        raise Usage(f"`{wanted}` cannot be the name of a branch")
    if wanted in {default, BRANCH}:
        raise Usage(f"`{wanted}` is what memories are proposed for", "name another `--branch`")
    return wanted


def _plain(author: bytes) -> str:
    """Returns a person's name; what is before the `@`, or its bytes, where no letter is Latin."""
    name, _, more = author.decode("utf-8", "replace").partition("<")
    local = more.partition("@")[0]
    latin = (text for text in (name, local) if slug(text) != slug(""))
    return next(latin, name.strip().encode().hex())


def _keeps(own: Remote, what: str) -> Conflict:
    return Conflict(
        f"`{own.branch}` on `{own.name}` proposes {what}",
        f"`alma propose --branch {PREFIX}NAME` leaves that as it is; what nobody wants any more"
        f" goes with `git push {own.name} --delete {own.branch}`",
    )
