"""Fetches and pushes one branch of a remote: the only git commands that use the network.

Nothing of the person's is moved. What was fetched stands under `refs/alma/`, apart from the
branches of remotes that `git fetch` keeps, and goes forward only: a remote that rewrote its
history is found out and never overwritten. A push is accepted only by a remote that has not moved
since, which is git's own compare-and-swap.

What a repository brings in its own configuration may name programs that git would run to reach a
remote. Those are refused; the person's own configuration and environment may name them. A remote
that is a folder may have come along with the repository, so its hooks are not run either.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from shlex import quote
from typing import Final

from alma_cli.errors import Conflict, GitFailed, NotFound, Usage
from alma_cli.git.programs import named, refusal
from alma_cli.git.repository import Repository
from alma_cli.git.run import Ran, git
from alma_cli.printable import some
from alma_cli.value import frozen

PATIENCE: Final = 300.0
"""Seconds that a remote has to answer."""
_NAME: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_./-]*\Z")
_PLAIN: Final = ("-c", "push.followTags=false", "-c", "push.gpgSign=false")
_FETCH: Final = (
    *("fetch", "--no-tags", "--no-write-fetch-head", "--refmap=", "--no-recurse-submodules"),
    *("--no-auto-gc", "--end-of-options"),
)
_FILL: Final = (
    *("-c", "fetch.negotiationAlgorithm=noop", "fetch", "--no-tags", "--no-write-fetch-head"),
    *("--no-recurse-submodules", "--no-auto-gc", "--stdin", "--end-of-options"),
)
"""How git itself fetches what a partial clone lacks; the names come by standard input."""
_PUSH: Final = ("push", "--porcelain", "--no-verify", "--recurse-submodules=no")
_FOLDER: Final = re.compile(r"file://|[^:/]*(?:/|\Z)")
"""The addresses that are a folder to git: such a remote receives by a git that runs here."""
_RECEIVE: Final = (
    "--receive-pack=git -c core.hooksPath=/dev/null -c core.fsmonitor=false"
    " -c core.alternateRefsCommand=true -c receive.autogc=false"
    # its files would go through the filters that it names
    " -c receive.denyCurrentBranch=refuse receive-pack"
)
"""How a folder receives without running what its configuration and hooks name."""
_BEFORE: Final = re.compile(r"^(?:fatal: |!\s+(?:\[[^\]]*\]|\S+)\s+)")
"""What git puts before a complaint: of a push the branches, of a fetch what kind of one it is."""
_MOVED: Final = (
    *("(fetch first)", "(non-fast-forward)", "(stale info)", "(needs force)"),
    *("cannot lock ref", "failed to update ref", "incorrect old value", "failed to lock"),
)
"""What git says of a reference that somebody else moves at the same time."""


class Moving(Exception):
    """Somebody else moved the same reference; to be tried again."""


@frozen
class Remote:
    """One branch of a remote, and where what was last seen of it stands here."""

    repository: Repository
    name: str
    branch: str
    environ: Mapping[str, str]

    @property
    def tracking(self) -> str:
        """Returns the full name of the reference that holds what was last seen."""
        return f"refs/alma/{self.name}/{self.branch}"

    @property
    def seen(self) -> str:
        """Returns the full name of the commit that was last seen there, "" for none."""
        query = ("rev-parse", "--verify", "--quiet", "--end-of-options")
        return self._ask(*query, f"{self.tracking}^{{commit}}").out.decode().strip()

    def fetch(self) -> str:
        """Returns the full name of the commit that the branch has now, "" where it is not there.

        Raises `GitFailed` where the remote cannot be reached, `Conflict` where its history was
        rewritten or this is a clone without trees, `Moving`.
        """
        filters = self._filters()
        ran = self._reach(*_FETCH, self.name, f"refs/heads/{self.branch}:{self.tracking}")
        if ran.status == 0:
            tip = self.seen
            if filters:
                self._complete(tip)
            return tip
        if "couldn't find remote ref" in ran.err:
            if self.seen:
                raise self._rewritten("is gone")
            return ""
        if "non-fast-forward" in ran.err:
            raise self._rewritten("was rewritten")
        raise self._failed(ran)

    def _filters(self) -> list[str]:
        """Returns what a partial clone leaves out, by remote; nothing for a whole one.

        Raises `Conflict` for one without trees: there git would ask for every commit's one by one.
        """
        query = ("config", "--get-regexp", r"^remote\..*\.partialclonefilter$")
        filters = os.fsdecode(self._ask(*query).out).splitlines()
        for key, _, left_out in (line.partition(" ") for line in filters):
            if left_out.startswith("tree:"):
                whose = quote(key.split(".", 1)[1].rpartition(".")[0])
                raise Conflict(
                    "this is a clone without the trees of its history, so what it has cannot be"
                    " compared",
                    f"`git config {quote(key)} blob:none && git fetch --refetch {whose}` gets them",
                )
        return filters

    def _complete(self, commit: str) -> None:
        """Fetches what a partial clone lacks of the store in a commit, all at once."""
        where = ("--", ".")
        query = ("rev-list", "--objects", "--no-walk", "--missing=print", commit, *where)
        lines = self._ask(*query).out.split(b"\n")
        lacking = b"".join(b"%s\n" % line[1:] for line in lines if line.startswith(b"?"))
        if lacking:
            ran = self._reach(*_FILL, self.name, stdin=lacking)
            if ran.status:
                raise self._failed(ran)

    def push(self, commit: str) -> None:
        """Moves the branch forward to a commit, given by its full name.

        Raises `Moving` where somebody moved it since it was fetched, `GitFailed`.
        """
        before = self.seen
        addresses = self._url("--push", "--all").splitlines()
        how = (*_PUSH, _RECEIVE) if any(map(_FOLDER.match, addresses)) else _PUSH
        branch = f"{commit}:refs/heads/{self.branch}"
        ran = self._reach(*how, "--end-of-options", self.name, branch)
        if ran.status:
            raise self._failed(ran)
        # Where another process of ours was quicker, the next fetch brings it forward.
        names = (self.tracking, commit, before or self.repository.null)
        self._ask("update-ref", "-m", "alma sync", "--end-of-options", *names)

    def default(self) -> str:
        """Returns the name of the remote's default branch, and asks the remote for it.

        Raises `NotFound` where there is none, `GitFailed`.
        """
        ran = self._reach("ls-remote", "--symref", "--end-of-options", self.name, "HEAD")
        if ran.status:
            raise self._failed(ran)
        for line in os.fsdecode(ran.out).splitlines():
            if line.startswith("ref: refs/heads/"):
                return line.removeprefix("ref: refs/heads/").partition("\t")[0]
        raise self._without_default()

    def _without_default(self) -> Exception:
        ran = self._reach("ls-remote", "--heads", "--end-of-options", self.name)
        if ran.status:
            return self._failed(ran)
        heads = [line.partition("\trefs/heads/")[2] for line in os.fsdecode(ran.out).splitlines()]
        if not heads:
            hint = f"`git push {self.name} HEAD` gives it one"
            return NotFound(f"`{self.name}` has no default branch yet", hint)
        return NotFound(
            f"`{self.name}` says of no branch that it is the default one; it has"
            f" {some([f'`{head}`' for head in heads])}",
            "set it where the remote is hosted, or with `git symbolic-ref HEAD` in it",
        )

    def stands(self) -> str:
        """Returns the full name of the commit that the branch has there, "" for none; asks."""
        branch = f"refs/heads/{self.branch}"
        # Who pushes somewhere else than they fetch from, a fork, asks there.
        there = self.name if self._url() == self.url else self.url
        ran = self._reach("ls-remote", "--end-of-options", there, branch)
        if ran.status:
            raise self._failed(ran)
        named = (line.split("\t") for line in os.fsdecode(ran.out).splitlines())
        return next((commit for commit, name in named if name == branch), "")

    @property
    def url(self) -> str:
        """Returns where the remote is pushed to, as git knows it."""
        return self._url("--push")

    def _url(self, *which: str) -> str:
        query = ("remote", "get-url", *which, "--end-of-options", self.name)
        return os.fsdecode(self._ask(*query).out).strip()

    def _reach(self, *arguments: str, stdin: bytes = b"") -> Ran:
        folder, words = self.repository.folder, (*_PLAIN, *arguments)
        return git(folder, *words, environ=self.environ, stdin=stdin, timeout=PATIENCE, online=True)

    def _ask(self, *arguments: str) -> Ran:
        return git(self.repository.folder, *arguments, environ=self.environ)

    def _rewritten(self, how: str) -> Conflict:
        return Conflict(
            f"`{self.branch}` {how} on `{self.name}`, and nothing was sent or taken in",
            f"if that was meant, `git update-ref -d {self.tracking}`, and the next time begins"
            " anew with what is there; all that is here is sent again",
        )

    def _failed(self, ran: Ran) -> Exception:
        said = ran.err + ran.out.decode("utf-8", "replace")
        if any(words in said for words in _MOVED):
            return Moving(self.branch)
        lines = [line.strip() for line in said.splitlines() if line.strip()]
        told = [line for line in lines if line.startswith(("fatal:", "ssh:", "!"))] or lines
        why = _BEFORE.sub("", (*told, f"exit status {ran.status}")[0])
        why = re.sub(r"//[^/@\s]+@", "//", why)  # who logs in, and perhaps with what
        return GitFailed(
            f"`{self.name}` cannot be reached or refuses: {why}",
            "nothing is lost: what is here is kept, and the next time sends it",
        )


def choose(repository: Repository, wanted: str, environ: Mapping[str, str]) -> str:
    """Returns the name of the remote that is wanted, else `origin`, else the only one.

    Raises `NotFound`, `Usage` where there are several, `Refused` where the repository's own
    configuration would have a program run.
    """
    ran = git(repository.folder, "remote", environ=environ)
    names = [name for name in os.fsdecode(ran.out).splitlines() if _NAME.match(name)]
    if wanted and wanted not in names:
        raise NotFound(f"there is no remote `{wanted}`", "`git remote -v` lists them")
    if not names:
        raise NotFound(
            "there is no remote to exchange memories with", "`git remote add origin URL` adds one"
        )
    if not wanted and "origin" not in names and len(names) > 1:
        raise Usage(f"there are several remotes: {', '.join(names)}", "name one with `--remote`")
    program = named(repository.folder, environ)
    if program:
        raise refusal(program)
    return wanted or ("origin" if "origin" in names else names[0])
