"""Runs git: the only place where ALMA starts a process.

Whatever a repository's own configuration says, no hook, file system monitor, signing program or
pager of it runs here, and nothing asks the person at the terminal a question. Arguments are fixed
lists: what people wrote goes in by standard input, or after `--end-of-options` or `--`.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from alma_cli.errors import GitFailed
from alma_cli.value import frozen

if TYPE_CHECKING:
    from subprocess import Popen

_SAFE: Final = (
    *("-c", "core.hooksPath=/dev/null"),
    *("-c", "core.fsmonitor=false"),
    *("-c", "commit.gpgSign=false"),
    *("-c", "log.showSignature=false"),
    *("-c", "gc.auto=0"),
    # An index that is older than HEAD on the disk after a power cut would show every memory of
    # HEAD that it lacks as deleted, so it is flushed like the objects and the references.
    *("-c", "core.fsync=committed,loose-object,index,reference"),
)
_FORCED: Final = {
    "LC_ALL": "C",  # messages are told apart by their words
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_OPTIONAL_LOCKS": "0",
}
OFFLINE: Final = {"GIT_NO_LAZY_FETCH": "1", "GIT_ALLOW_PROTOCOL": ""}
"""Keeps git from fetching what a partial clone lacks, by a program that the repository may name.

A git before 2.39.4 heeds the second only.
"""
ONLINE: Final = {"GIT_ALLOW_PROTOCOL": "file:git:http:https:ssh"}
"""Lets git reach a remote, but not by an address that is a command; the environment may differ."""
_KEPT: Final = frozenset(
    {
        # which configuration applies
        *("GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM", "GIT_CONFIG_COUNT"),
        # where the search for a repository ends
        *("GIT_CEILING_DIRECTORIES", "GIT_DISCOVERY_ACROSS_FILESYSTEM"),
        # how a remote is reached
        *("GIT_SSH", "GIT_SSH_COMMAND", "GIT_SSH_VARIANT", "GIT_ASKPASS", "GIT_PROXY_COMMAND"),
        *("GIT_ALLOW_PROTOCOL", "GIT_NO_LAZY_FETCH", "GIT_EXEC_PATH"),
    }
)
_KEPT_PREFIXES: Final = (
    *("GIT_AUTHOR_", "GIT_COMMITTER_"),
    *("GIT_CONFIG_KEY_", "GIT_CONFIG_VALUE_"),
    *("GIT_SSL_", "GIT_HTTP_"),
)
_GRACE: Final = 2.0


class GitMissing(GitFailed):
    """There is no git to run."""


@frozen
class Ran:
    """What git answered: exit status (negative: the signal that ended it), output, complaints."""

    status: int
    out: bytes
    err: str


def git(
    folder: Path,
    *arguments: str,
    environ: Mapping[str, str],
    stdin: bytes = b"",
    timeout: float = 60,
    online: bool = False,
) -> Ran:
    """Runs git in `folder` and returns what it answered, success or not.

    `timeout` in seconds: then git and its children are ended, and `err` says so. Only `online`
    may it reach a remote, for which see `alma_cli.git.programs`. Raises `GitMissing` when there is
    no git on the PATH of `environ`, or it cannot be started.
    """
    from subprocess import TimeoutExpired

    allowed = {**ONLINE, **_cleaned(environ)} if online else {**_cleaned(environ), **OFFLINE}
    child = _start(folder, arguments, allowed, has_input=bool(stdin))
    with child:
        try:
            out, err = child.communicate(stdin or None, timeout)
        except TimeoutExpired:
            _end(child)
            return Ran(child.returncode, b"", f"no answer in {timeout:g} seconds")
    return Ran(child.returncode, out, err.decode("utf-8", "replace"))


def at_once(*questions: Callable[[], Any]) -> list[Any]:
    """Returns what questions answer that need nothing of one another, each in its own thread.

    A git that reads a line or two spends its time on starting. Waits for all of them, and raises
    what the first in order raised.
    """
    from threading import Thread

    answers: list[Any] = [None] * len(questions)
    failed: dict[int, BaseException] = {}

    def ask(number: int) -> None:
        try:
            answers[number] = questions[number]()
        except BaseException as error:  # noqa: BLE001 - it is raised where the answers are awaited
            failed[number] = error

    threads = []
    for number in range(len(questions)):
        thread = Thread(target=ask, args=(number,))
        try:
            thread.start()
        except RuntimeError:  # the system has no more threads for us
            ask(number)
        else:
            threads.append(thread)
    for thread in threads:
        thread.join()
    for _number, error in sorted(failed.items()):
        raise error
    return answers


def _start(
    folder: Path, arguments: tuple[str, ...], environ: Mapping[str, str], *, has_input: bool
) -> Popen[bytes]:
    from subprocess import DEVNULL, PIPE, Popen

    try:
        return Popen(
            ("git", *_SAFE, *arguments),
            cwd=folder,
            env=environ,
            stdin=PIPE if has_input else DEVNULL,
            stdout=PIPE,
            stderr=PIPE,
            # Ctrl-C reaches us alone: a git that is cut off in the middle leaves its lock files.
            start_new_session=True,
        )
    except FileNotFoundError as error:
        if not folder.is_dir():
            raise GitMissing(f"there is no folder `{folder}` to run git in") from error
        raise GitMissing("git is not installed") from error
    except OSError as error:
        raise GitMissing(f"git cannot be started: {error.strerror}") from error


def _cleaned(environ: Mapping[str, str]) -> dict[str, str]:
    """Returns the environment for git: of the `GIT_*` variables only what a person may have set.

    The others (`GIT_DIR`, `GIT_INDEX_FILE`, `GIT_OBJECT_DIRECTORY`, ...) are set by git for its
    hooks and aliases, and would turn us to another repository or index than the store's.
    """
    kept = {
        name: value
        for name, value in environ.items()
        if not name.startswith("GIT_") or name in _KEPT or name.startswith(_KEPT_PREFIXES)
    }
    # A relative entry would look for git inside the repository, that is, in what others sent.
    entries = environ.get("PATH", "").split(os.pathsep)
    path = os.pathsep.join(entry for entry in entries if entry.startswith("/"))
    return {**kept, "PATH": path or os.defpath, **_FORCED}


def _end(child: Popen[bytes]) -> None:
    """Ends git and its children, first so that it can remove its lock files."""
    from subprocess import TimeoutExpired

    for ending in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError, PermissionError):  # it has ended by itself meanwhile
            os.killpg(child.pid, ending)
        with suppress(TimeoutExpired):
            child.communicate(timeout=_GRACE)
            return
