"""Opens git for reading, through GitPython: the one place that says how it may be run.

In a partial clone git fetches what it lacks as it reads; not where the repository itself names a
program to fetch with.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from alma_cli.errors import GitFailed
from alma_cli.git.programs import named, refusal
from alma_cli.git.run import OFFLINE, ONLINE

if TYPE_CHECKING:
    from git import Git

_ASKED: Final = ("GIT_CONFIG", *OFFLINE)
"""What of the person's environment counts here, by how it begins."""
_SAFE: Final = (
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "log.showSignature=false",
    "diff.orderFile=/dev/null",
)


@contextmanager
def reading(root: Path, environ: Mapping[str, str]) -> Iterator[tuple[Git, str]]:
    """Opens git in the folder of a store, and says where that is in its repository.

    That is what stands before the paths of the store, "" or with `/` at its end. Raises `GitFailed`
    where there is no history, `Refused` where the repository names a program to fetch it with.
    """
    try:
        import git
    except ImportError as error:
        raise GitFailed("git is not installed, so there is no history") from error
    runner = git.Git(root)
    asked = {name: value for name, value in environ.items() if name.startswith(_ASKED)}
    program = named(root, environ)
    reach = OFFLINE if program else {**ONLINE, **asked}
    runner.update_environment(
        **{**asked, **reach, "GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0"}
    )
    runner.set_persistent_git_options(c=_SAFE)
    try:
        yield runner, runner.rev_parse("--show-prefix", strip_newline_in_stdout=False)[:-1]
    except git.GitCommandError as error:
        said = str(error.stderr).strip().removeprefix("stderr:").strip(" '\n")
        if program and "promisor remote" in said:
            raise refusal(program) from error
        if "not a git repository" in said:
            raise GitFailed(
                f"`{root}` is not in a git repository, so there is no history",
                "`git init` starts one",
            ) from error
        raise GitFailed(f"git could not read the history: {said}") from error
