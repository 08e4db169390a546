"""Writes the objects of a commit: the tree of HEAD with an event's files put in.

Nothing here changes a reference or an index, so whatever is left behind is garbage for `git gc`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from alma_cli.git import programs
from alma_cli.git.repository import NotNow, Repository, why
from alma_cli.git.run import git
from alma_cli.value import frozen

_SCRATCH: Final = b"refs/alma/scratch"
"""The branch that fast-import builds on; forgotten in the same run, so it never comes to be."""
_IDENTITY: Final = re.compile(rb"(.*) <(.*)> (\d+ [-+]\d+)", re.DOTALL)
_CRASH_REPORT: Final = re.compile(r"fast_import_crash_\d+")


@frozen
class Event:
    """What is to be committed: paths of the store to the files with what they hold; a message.

    `joins` is the full name of a commit that is to be merged, "" for none.
    """

    files: Mapping[str, Path | None]
    message: bytes
    joins: str = ""

    @property
    def standing(self) -> tuple[str, ...]:
        """Returns the paths that the event wrote."""
        return tuple(path for path, content in self.files.items() if content)

    @property
    def deleted(self) -> tuple[str, ...]:
        """Returns the paths that the event deletes."""
        return tuple(path for path, content in self.files.items() if not content)


@frozen
class Authorship:
    """Who writes the commit, each as git has it: `name <email> seconds zone`."""

    author: bytes
    committer: bytes


@frozen
class Built:
    """The commit, its tree, the tree it began from ("" for none), the blobs of standing files."""

    commit: str
    tree: str
    tree_before: str
    blobs: Mapping[str, str]


def identity(store: Path, role: str, environ: Mapping[str, str]) -> bytes:
    """Returns whom git would name in a role (AUTHOR, COMMITTER), `alma` where it knows nobody."""
    own = {f"GIT_{role}_NAME": "alma", f"GIT_{role}_EMAIL": "alma@localhost"}
    for names in (environ, {**environ, **own}):
        told = git(store, "var", f"GIT_{role}_IDENT", environ=names)
        if told.status == 0:
            return told.out.rstrip(b"\n")
    raise why(told)


def build(
    repository: Repository, event: Event, by: Authorship, environ: Mapping[str, str]
) -> Built:
    """Writes the blobs, the trees and the commit of an event on top of HEAD."""
    # Up to `unpackLimit` objects are written one by one; a lower limit in somebody's
    # configuration would make a pack file of every event.
    settings = ("-c", "fastimport.unpackLimit=100")
    ran = git(
        repository.folder,
        *(*settings, "fast-import", "--quiet"),
        environ=environ,
        stdin=b"".join(_stream(repository, event, by)),
    )
    if ran.status:
        _remove_crash_report(repository, ran.err)
        raise why(ran)
    # Each answer is `<commit>` or `<mode> <type> <object>\t<path>`, in the order of the questions.
    answers = [line.split(b"\t")[0].split(b" ")[-1].decode() for line in ran.out.splitlines()]
    commit, tree, tree_before, *blobs = (
        answers if repository.head else (*answers[:2], "", *answers[2:])
    )
    return Built(commit, tree, tree_before, dict(zip(event.standing, blobs, strict=True)))


def _stream(repository: Repository, event: Event, by: Authorship) -> Iterator[bytes]:
    """Yields the input of fast-import: one commit, then the questions about what came of it."""
    head = repository.head.encode()
    yield b"commit %s\nmark :1\nauthor %s\ncommitter %s\n" % (_SCRATCH, by.author, by.committer)
    yield b"data %d\n%s\n" % (len(event.message), event.message)
    if head:
        yield b"from %s\n" % head
    if event.joins:
        yield b"merge %s\n" % event.joins.encode()
    for path in event.deleted:
        yield b"D %s\n" % quoted(repository.path(path))
    for path, file in event.files.items():
        if file is None:
            continue
        yield b"M 100644 inline %s\n" % quoted(repository.path(path))
        content = _content(file)
        yield b"data %d\n%s\n" % (len(content), content)
    yield b'\nget-mark :1\nls :1 ""\n'
    if head:
        yield b'ls %s ""\n' % head
    for path in event.standing:
        yield b"ls :1 %s\n" % quoted(repository.path(path))
    yield b"reset %s\n" % _SCRATCH


def quoted(path: bytes) -> bytes:
    """Returns a path as fast-import reads it."""
    escaped = path.replace(b"\\", b"\\\\").replace(b'"', b'\\"').replace(b"\n", b"\\n")
    return b'"%s"' % escaped


def _content(path: Path) -> bytes:
    try:
        # A link could lead to a file that nobody meant to publish.
        file = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
        with os.fdopen(file, "rb") as stream:
            return stream.read()
    except OSError as error:
        raise NotNow(f"`{path.name}` cannot be read: {error.strerror}") from error


def _remove_crash_report(repository: Repository, complaint: str) -> None:
    report = _CRASH_REPORT.search(complaint)
    if report:
        (repository.git_dir / report[0]).unlink(missing_ok=True)


def sign(
    repository: Repository, event: Event, by: Authorship, tree: str, environ: Mapping[str, str]
) -> str:
    """Writes the commit of `tree` once more, signed as the person has configured it."""
    if program := programs.named(repository.folder, environ, programs.SIGNING):
        raise NotNow(programs.refusal(program).message)
    named = {**environ, **_named("AUTHOR", by.author), **_named("COMMITTER", by.committer)}
    parents = [part for name in (repository.head, event.joins) if name for part in ("-p", name)]
    ran = git(
        repository.folder,
        *("commit-tree", "-S", *parents, "-F", "-", tree),
        environ=named,
        stdin=event.message,
    )
    if ran.status:
        raise NotNow(f"the commit cannot be signed: {why(ran)}")
    return ran.out.decode().strip()


def _named(role: str, identity: bytes) -> dict[str, str]:
    """Returns the environment variables that make git write this identity."""
    parts = _IDENTITY.fullmatch(identity)
    keys = (f"GIT_{role}_NAME", f"GIT_{role}_EMAIL", f"GIT_{role}_DATE")
    return dict(zip(keys, map(os.fsdecode, parts.groups()), strict=True)) if parts else {}
