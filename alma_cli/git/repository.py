"""Finds the repository around a store, and says why a commit there has to wait."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from alma_cli.git.run import Ran, git
from alma_cli.value import frozen

_UNDER_WAY: Final = (
    ("MERGE_HEAD", "a merge"),
    ("rebase-merge", "a rebase"),
    ("rebase-apply/applying", "`git am`"),
    ("rebase-apply", "a rebase"),
    ("CHERRY_PICK_HEAD", "a cherry-pick"),
    ("REVERT_HEAD", "a revert"),
    ("sequencer", "a cherry-pick or revert"),
    ("BISECT_LOG", "a bisect"),
)
UNFILTERED: Final = frozenset({"unspecified", "unset"})
"""What git says of the filter of a file that has none."""
_NO_PLACES: Final = frozenset({"", ".", "..", ".git"})
_LAYOUT: Final = (
    *("--is-inside-work-tree", "--show-object-format", "--absolute-git-dir", "--show-prefix"),
    "--is-inside-git-dir",
    *("--revs-only", "HEAD"),  # prints nothing on an unborn branch, instead of failing
)
_LOCKED: Final = re.compile(r"([^/']+\.lock)': File exists")
_KNOWN_WORDS: Final = (
    ("dubious ownership", "the repository belongs to another user (see git's `safe.directory`)"),
    ("not a git repository", "not in a git repository"),
    ("Permission denied", "git may not write to the repository: permission denied"),
    ("Read-only file system", "git may not write to the repository: read-only file system"),
    ("No space left on device", "the disk is full"),
)


class NotNow(Exception):
    """The commit has to wait; the text is the reason, one clause in lower case."""


class Busy(NotNow):
    """The commit has to wait for another git command, which may be done in a moment."""


class Filtered(NotNow):
    """The commit has to wait until git would keep the files as they are."""


@frozen
class Repository:
    """What a commit needs to know: `head` is the commit to build on, "" on an unborn branch.

    `folder` is the store, `prefix` stands before its paths in the repository ("" or ends in `/`),
    `git_dir` is the one of this working tree, `null` the object name of nothing.
    """

    folder: Path
    git_dir: Path
    prefix: str
    head: str
    null: str

    def path(self, path: str) -> bytes:
        """Returns a path of the store as git knows it, from the root of the working tree."""
        return os.fsencode(self.prefix + path)


def check_places(paths: Iterable[str]) -> None:
    """Raises `NotNow` when a path leads out of the store or into a `.git`."""
    for path in paths:
        if "\0" in path or not _NO_PLACES.isdisjoint(path.casefold().split("/")):
            raise NotNow(f"`{path}` is no place in the store")


def find(store: Path, environ: Mapping[str, str]) -> Repository:
    """Returns the repository around `store`, when a commit can be made there now.

    Raises `NotNow` with the reason when it cannot.
    """
    for name in ("GIT_INDEX_FILE", "GIT_DIR"):
        if name in environ:
            raise NotNow(f"called from inside a git hook (`{name}` is set)")
    asked = git(store, "rev-parse", *_LAYOUT, environ=environ)
    if asked.status:
        raise why(asked)
    lines = os.fsdecode(asked.out).split("\n")[:-1]
    inside, object_format, git_dir, prefix, inside_git_dir, head = (*lines, "")[:6]
    if inside != "true":
        raise NotNow("the repository has no working tree here")
    if inside_git_dir != "false":  # the lines have shifted
        raise NotNow("the path of the repository holds a line break")
    null = "0" * {"sha1": 40, "sha256": 64}[object_format]
    found = Repository(store, Path(git_dir), prefix, head, null)
    _check_at_rest(found)
    return found


def _check_at_rest(repository: Repository) -> None:
    for name, what in _UNDER_WAY:
        if os.path.lexists(repository.git_dir / name):
            raise NotNow(f"{what} is under way")
    if os.path.lexists(repository.git_dir / "index.lock"):
        raise Busy(_held_by_another("index.lock"))


def is_ancestor(repository: Repository, older: str, newer: str, environ: Mapping[str, str]) -> bool:
    """Says whether a commit has all of another one; both are full names, "" is before the first."""
    if not older or older == newer:
        return True
    query = ("merge-base", "--is-ancestor", older, newer)
    return bool(newer) and git(repository.folder, *query, environ=environ).status == 0


def check_no_filter(store: Path, paths: Iterable[str], environ: Mapping[str, str]) -> None:
    """Raises `Filtered` when a path has a `filter` attribute, `NotNow` where git cannot say.

    Such files are meant to be encrypted or kept elsewhere; we write bytes as they stand, and run
    no program that a repository names.
    """
    for path, value in attributes(store, "filter", paths, environ).items():
        if value not in UNFILTERED:
            raise Filtered(f"`{path}` has the filter `{value}`")


def attributes(
    folder: Path, name: str, paths: Iterable[str], environ: Mapping[str, str]
) -> dict[str, str]:
    """Returns a git attribute of each path; raises `NotNow` where git cannot say."""
    wanted = b"".join(os.fsencode(path) + b"\0" for path in paths)
    if not wanted:
        return {}
    asked = git(folder, "check-attr", "-z", "--stdin", name, environ=environ, stdin=wanted)
    if asked.status:
        raise why(asked)
    answers = [os.fsdecode(part) for part in asked.out.split(b"\0")]
    return dict(zip(answers[0::3], answers[2::3], strict=False))


def without_filters(store: Path, environ: Mapping[str, str]) -> dict[str, str]:
    """Returns an environment in which git runs no filter program that a configuration names.

    Whoever writes an index compares the files that changed in the very moment the index was last
    written, other people's too, and that runs their clean filter. Without it such a file counts as
    perhaps changed, and the next `git status` of the person looks again.
    """
    query = ("config", "--null", "--name-only", "--get-regexp", r"^filter\.")
    asked = git(store, *query, environ=environ)
    names = {os.fsdecode(name).rpartition(".")[0] for name in asked.out.split(b"\0")[:-1]}
    settings = [
        (f"{name}.{key}", value)
        for name in sorted(names)
        for key, value in (("clean", ""), ("smudge", ""), ("process", ""), ("required", "false"))
    ]
    begin = int(environ.get("GIT_CONFIG_COUNT") or 0)
    numbered = {
        f"GIT_CONFIG_{part}_{number}": text
        for number, setting in enumerate(settings, begin)
        for part, text in zip(("KEY", "VALUE"), setting, strict=True)
    }
    return {**environ, **numbered, "GIT_CONFIG_COUNT": str(begin + len(settings))}


def why(ran: Ran) -> NotNow:
    """Returns the reason in git's complaint, `Busy` when the index was locked."""
    # Git has the same words for a lock that is held and a folder that it may not write to; only
    # what follows the path tells them apart.
    locked = _LOCKED.search(ran.err)
    if locked:
        # For the lock of a reference git has waited a while itself.
        kind = Busy if locked[1] == "index.lock" else NotNow
        return kind(_held_by_another(locked[1]))
    for words, reason in _KNOWN_WORDS:
        if words in ran.err:
            return NotNow(reason)
    lines = [line for line in ran.err.splitlines() if line.strip()]
    fatal = [line for line in lines if line.startswith("fatal: ")]
    line = (*fatal, *lines[-1:], f"exit status {ran.status}")[0].removeprefix("fatal: ")
    return NotNow("git failed: " + "".join(char if char.isprintable() else "?" for char in line))


def _held_by_another(lock: str) -> str:
    return f"another git command holds `{lock}`"
