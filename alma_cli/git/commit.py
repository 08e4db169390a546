"""Makes one event one git commit, whatever else the repository is in the middle of.

The commit holds the event's files and nothing else, and what a person has staged stays staged.
Three steps, in an order that leaves nothing to repair by hand wherever it is cut off:

1. *Objects.* `git fast-import` takes the tree of HEAD, puts the event's files in, and writes
   blobs, trees and the commit. It reads no index, so nothing staged can slip in, and runs no hook
   and no filter. Nothing refers to these objects yet: cut off here, they are garbage for `git gc`.
2. *Index.* The event's entries, and only they, go into the person's index. Cut off here, the
   event's files are staged; their blobs exist, so a commit by hand would simply contain them. This
   comes before HEAD, because an index that lacks what HEAD has means "delete it" to the next
   `git commit` of the person.
3. *HEAD* moves from the commit we built on to ours, compare-and-swap: the one point where the
   event becomes history. If somebody moved it meanwhile, all begins again from where it is now.

What has to be known before is asked of several gits at once, since none of them changes anything.

A replay repairs every cut: when the tree of step 1 equals the tree of HEAD, HEAD holds the event
already and no commit is made. The caller holds the store's lock, for fairness among our own
processes; against people and other worktrees, who do not take it, the compare-and-swap counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from time import sleep
from typing import Final

from alma_cli.git.objects import Authorship, Built, Event, build, identity
from alma_cli.git.objects import sign as signed
from alma_cli.git.repository import (
    Busy,
    NotNow,
    Repository,
    check_no_filter,
    check_places,
    find,
    is_ancestor,
    why,
    without_filters,
)
from alma_cli.git.run import GitMissing, at_once, git
from alma_cli.value import frozen

_PAUSES: Final = (0.0, 0.01, 0.03, 0.09)
"""Seconds to wait before each new attempt, when another git command was in the way."""
_PATHS_AT_ONCE: Final = 100


@frozen
class Committed:
    """The event is in history; `sha` is the full name of the commit that holds it."""

    sha: str


@frozen
class Deferred:
    """The files are saved but not committed; `reason` is one clause in lower case."""

    reason: str


def commit(
    store: Path,
    files: Mapping[str, Path | None],
    message: str,
    *,
    environ: Mapping[str, str],
    sign: bool = False,
    joins: str = "",
) -> Committed | Deferred:
    """Commits exactly `files` on top of HEAD, or returns why that has to wait.

    `files`: paths relative to `store`, with `/`, to a file that holds what the event put there, or
    None where the event deletes it. When HEAD has all that already, makes no commit and returns
    the newest one that touched the files. `joins` is the full name of another commit: the event is
    merged with it, and where that would only say again what it says, HEAD moves to it. No failure
    of git raises.
    """
    lines = message if message.endswith("\n") else f"{message}\n"
    event = Event(files, lines.encode("utf-8", "replace"), joins)
    try:
        check_places(files)
        for pause in _PAUSES:
            try:
                return _attempt(store, event, environ, sign=sign)
            except Busy:
                sleep(pause)
        return _attempt(store, event, environ, sign=sign)
    except (NotNow, GitMissing) as reason:
        return Deferred(str(reason))


def _attempt(store: Path, event: Event, environ: Mapping[str, str], *, sign: bool) -> Committed:
    repository, _, author, committer, filterless = at_once(
        lambda: find(store, environ),
        lambda: check_no_filter(store, event.standing, environ),
        lambda: identity(store, "AUTHOR", environ),
        lambda: identity(store, "COMMITTER", environ),
        lambda: without_filters(store, environ),
    )
    by = Authorship(author, committer)
    built = build(repository, event, by, environ)
    if built.tree == built.tree_before and _has(repository, event.joins, environ):
        return Committed(_newest(repository, event, environ))
    if _is_all_of(repository, event.joins, built.tree, environ):
        sha = event.joins
    else:
        sha = signed(repository, event, by, built.tree, environ) if sign else built.commit
    _stage(repository, event, built, filterless)
    _move_head(repository, sha, environ)
    return Committed(sha)


def _has(repository: Repository, joined: str, environ: Mapping[str, str]) -> bool:
    """Says whether HEAD has all of a commit already; "" is none."""
    return not joined or is_ancestor(repository, joined, repository.head, environ)


def _is_all_of(repository: Repository, joined: str, tree: str, environ: Mapping[str, str]) -> bool:
    """Says whether a merge would add nothing to a commit that has all of HEAD."""
    if not joined or not is_ancestor(repository, repository.head, joined, environ):
        return False
    asked = git(repository.folder, "rev-parse", "--verify", f"{joined}^{{tree}}", environ=environ)
    return asked.out.decode().strip() == tree


def _newest(repository: Repository, event: Event, environ: Mapping[str, str]) -> str:
    """Returns the newest commit that touched the event's files, HEAD when none did."""
    paths = tuple(event.files)[:_PATHS_AT_ONCE]  # as many as surely fit on a command line
    query = ("--literal-pathspecs", "rev-list", "--max-count=1", repository.head, "--", *paths)
    ran = git(repository.folder, *query, environ=environ)
    return ran.out.decode().strip() or repository.head


def _stage(repository: Repository, event: Event, built: Built, environ: Mapping[str, str]) -> None:
    """Puts the event's entries into the person's index and leaves all others alone."""
    entries = [(f"100644 {blob}", path) for path, blob in built.blobs.items()]
    entries += [(f"0 {repository.null}", path) for path in event.deleted]
    lines = (b"%s\t%s\0" % (what.encode(), repository.path(path)) for what, path in entries)
    ran = git(
        repository.folder,
        *("update-index", "-z", "--index-info"),
        environ=environ,
        stdin=b"".join(lines),
    )
    # Some versions of git leave out a path they find dangerous, and report success.
    if ran.status or "Ignoring path" in ran.err:
        raise why(ran)


def _move_head(repository: Repository, sha: str, environ: Mapping[str, str]) -> None:
    """Moves the branch that HEAD is on, or a detached HEAD, if it still is where it was."""
    before = repository.head or repository.null
    ran = git(repository.folder, "update-ref", "-m", "alma", "HEAD", sha, before, environ=environ)
    if ran.status == 0:
        return
    if find(repository.folder, environ).head != repository.head:
        raise Busy("the branch keeps moving")
    raise why(ran)
