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
from typing import Final

from alma_cli.errors import Conflict, GitFailed, NotFound, Refused, Usage
from alma_cli.git.repository import Repository
from alma_cli.git.run import Ran, git
from alma_cli.printable import some
from alma_cli.value import frozen

PATIENCE: Final = 300.0
"""Seconds that a remote has to answer."""
_NAME: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_./-]*\Z")
_PROTOCOLS: Final = "file:git:http:https:ssh"
_PROGRAMS: Final = (
    r"^(core\.(sshcommand|gitproxy|askpass|alternaterefscommand)"
    r"|credential\.(.*\.)?helper|remote\..*\.(uploadpack|receivepack|vcs))$"
)
_OWN: Final = frozenset({"local", "worktree"})
_PLAIN: Final = ("-c", "push.followTags=false", "-c", "push.gpgSign=false")
_FETCH: Final = (
    *("fetch", "--no-tags", "--no-write-fetch-head", "--refmap=", "--no-recurse-submodules"),
    *("--no-auto-gc", "--end-of-options"),
)
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
        query = ("rev-parse", "--verify", "--quiet", f"{self.tracking}^{{commit}}")
        return self._ask(*query).out.decode().strip()

    def fetch(self) -> str:
        """Returns the full name of the commit that the branch has now, "" where it is not there.

        Raises `GitFailed` where the remote cannot be reached, `Conflict` where its history was
        rewritten, `Moving`.
        """
        ran = self._reach(*_FETCH, self.name, f"refs/heads/{self.branch}:{self.tracking}")
        if ran.status == 0:
            return self.seen
        if "couldn't find remote ref" in ran.err:
            if self.seen:
                raise self._rewritten("is gone")
            return ""
        if "non-fast-forward" in ran.err:
            raise self._rewritten("was rewritten")
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
        null = self.repository.null
        self._ask("update-ref", "-m", "alma sync", self.tracking, commit, before or null)

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

    def _reach(self, *arguments: str) -> Ran:
        environ = {"GIT_ALLOW_PROTOCOL": _PROTOCOLS, **self.environ}
        folder = self.repository.folder
        return git(folder, *_PLAIN, *arguments, environ=environ, timeout=PATIENCE)

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
        why = re.sub(r"^(fatal: |!\s+\S+\s+)", "", (*told, f"exit status {ran.status}")[0])
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
    _check_programs(repository, environ)
    return wanted or ("origin" if "origin" in names else names[0])


def _check_programs(repository: Repository, environ: Mapping[str, str]) -> None:
    query = ("config", "--show-scope", "--null", "--name-only", "--get-regexp", _PROGRAMS)
    told = git(repository.folder, *query, environ=environ).out.decode("utf-8", "replace")
    fields = told.split("\0")
    own = [key for scope, key in zip(fields[0::2], fields[1::2], strict=False) if scope in _OWN]
    if own:
        raise Refused(
            f"this repository's own configuration would run a program: `{own[0]}`",
            "if it is yours, set it in your global configuration (`git config --global`)",
        )
