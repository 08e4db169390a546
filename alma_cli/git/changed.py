"""What changed in a store since a revision, and which files a project has, as git sees it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from alma_cli.errors import GitFailed, NotFound
from alma_cli.git.repository import without_filters
from alma_cli.git.run import Ran, git
from alma_cli.place import CONFIG, PROBES
from alma_cli.value import frozen


@frozen
class Changed:
    """The files of a store that are new or not as they were, and what was configured before.

    `paths` are relative to the store; `config` and `probes` are None where there were none.
    """

    paths: frozenset[str]
    config: bytes | None
    probes: bytes | None


def since(store: Path, revision: str, environ: Mapping[str, str]) -> Changed:
    """Returns what changed since a branch left `revision`, on the disk and committed or not.

    Raises `NotFound` for what names no commit, `GitFailed` where there is no repository.
    """
    safe = without_filters(store, environ)
    asked = ("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    named = git(store, *asked, environ=safe)
    if named.status or not revision:
        if git(store, "rev-parse", "--git-dir", environ=safe).status:
            raise GitFailed("the store is in no git repository", "leave out `--base`")
        raise NotFound(f"`{revision}` is no revision", "in CI, fetch enough history to have it")
    commit = named.out.decode().strip()
    forked = git(store, "merge-base", commit, "HEAD", environ=safe)
    begin = forked.out.decode().split() or [commit]
    changed = _names(
        git(
            store,
            *("diff", "--no-ext-diff", "--no-textconv", "--name-only", "--relative"),
            *("--no-renames", "--diff-filter=d", "-z", begin[0], "--", "."),
            environ=safe,
        )
    )
    new = _names(
        git(store, "ls-files", "--others", "--exclude-standard", "-z", "--", ".", environ=safe)
    )
    held = (
        git(store, "cat-file", "blob", f"{begin[0]}:./{name}", environ=safe)
        for name in (CONFIG, PROBES)
    )
    before = [None if ran.status else ran.out for ran in held]
    return Changed(frozenset((*changed, *new)), *before)


def project_files(folder: Path, environ: Mapping[str, str]) -> tuple[str, ...] | None:
    """Returns the files of a project that git does not ignore, None where there is no git."""
    try:
        asked = ("ls-files", "--cached", "--others", "--exclude-standard", "-z", "--", ".")
        return _names(git(folder, *asked, environ=environ))
    except GitFailed:
        return None


def _names(ran: Ran) -> tuple[str, ...]:
    if ran.status:
        raise GitFailed(f"git failed: {ran.err.strip().partition(chr(10))[0]}")
    return tuple(os.fsdecode(name) for name in ran.out.split(b"\0") if name)
