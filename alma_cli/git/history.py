"""Reads events back from commits, through GitPython: who taught what, and what undoes it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from alma_cli.errors import GitFailed, NotFound
from alma_cli.files.disk import digest
from alma_cli.model import Change, Put, Remove
from alma_cli.place import id_in, kind_in

if TYPE_CHECKING:
    from git import Commit, Repo

_TRAILER: Final = re.compile(r"^(Alma-[A-Za-z]+): (.*)$", re.MULTILINE)
_EVENT: Final = re.compile(r"[0-9a-z]{4,64}\Z")


@dataclass(frozen=True, slots=True)
class Event:
    """One event as its commit tells it; `at` is when it was committed."""

    event: str
    commit: str
    agent: str
    verb: str
    summary: str
    by: str
    at: datetime
    memories: tuple[str, ...]
    undoes: str


class History:
    """The events of one store on the branch that is checked out, newest first."""

    def __init__(self, repo: Repo, root: Path) -> None:
        self._repo = repo
        top = Path(repo.working_tree_dir or root).resolve()
        inside = root.resolve().relative_to(top).as_posix()
        self._prefix = "" if inside == "." else f"{inside}/"

    def events(self, path: str = "") -> Iterator[Event]:
        """Yields the events, those that touched one file of the store if its path is given."""
        if not self._repo.head.is_valid():
            return
        where = f":(literal,top){self._prefix}{path}" if self._prefix or path else ":(top)"
        for commit in self._repo.iter_commits("HEAD", paths=where):
            event = _event(commit)
            if event is not None:
                yield event

    def find(self, name: str) -> Event:
        """Returns the event whose id or commit begins with `name`; raises `NotFound`."""
        if _EVENT.match(name):
            for event in self.events():
                if event.event.startswith(name) or event.commit.startswith(name):
                    return event
        raise NotFound(f"no event or commit begins with `{name}`", "see `alma log`")

    def inverse(self, event: Event) -> tuple[Change, ...]:
        """Returns the changes that take an event back, for a store as the event left it.

        Raises `NotFound` for the first commit of a repository, which has nothing before it.
        """
        commit = self._repo.commit(event.commit)
        if not commit.parents:
            raise NotFound("there is nothing before the first commit", "remove `.alma` by hand")
        changes: list[Change] = []
        for diff in commit.parents[0].diff(commit, no_renames=True):
            path = diff.b_path or diff.a_path or ""
            if not path.startswith(self._prefix):
                continue
            inside = path[len(self._prefix) :]
            after = None if diff.deleted_file else digest(diff.b_blob.data_stream.read())  # type: ignore[union-attr]
            if not diff.new_file:
                content = diff.a_blob.data_stream.read()  # type: ignore[union-attr]
                changes.append(Put(inside, content, after, kind_in(inside), id_in(inside)))
            elif after is not None:
                changes.append(Remove(inside, after, kind_in(inside), id_in(inside)))
        return tuple(changes)


@contextmanager
def opened(root: Path, environ: Mapping[str, str]) -> Iterator[History]:
    """Opens the history of a store; raises `GitFailed` where there is none."""
    try:
        import git
    except ImportError as error:
        raise GitFailed("git is not installed, so there is no history") from error
    try:
        repo = git.Repo(root, search_parent_directories=True)
    except (git.InvalidGitRepositoryError, git.NoSuchPathError) as error:
        raise GitFailed(
            f"`{root}` is not in a git repository, so there is no history", "`git init` starts one"
        ) from error
    repo.git.update_environment(**{k: v for k, v in environ.items() if k.startswith("GIT_CONFIG")})
    repo.git.set_persistent_git_options(
        c=["core.fsmonitor=false", "core.hooksPath=/dev/null", "log.showSignature=false"]
    )
    try:
        yield History(repo, root)
    except git.GitCommandError as error:
        said = str(error.stderr).strip().removeprefix("stderr:").strip(" '\n")
        raise GitFailed(f"git could not read the history: {said}") from error
    finally:
        repo.close()


def _event(commit: Commit) -> Event | None:
    message = str(commit.message)
    trailers: dict[str, list[str]] = {}
    for key, value in _TRAILER.findall(message):
        trailers.setdefault(key, []).append(value.strip())
    if "Alma-Event" not in trailers:
        return None
    agent = trailers.get("Alma-Agent", [""])[-1]
    subject = message.partition("\n")[0]
    return Event(
        trailers["Alma-Event"][-1],
        commit.hexsha,
        agent,
        trailers.get("Alma-Verb", [""])[-1],
        subject.removeprefix(f"{agent}: ") if agent else subject,
        str(commit.author.name),
        datetime.fromtimestamp(commit.committed_date, UTC),
        tuple(trailers.get("Alma-Memory", ())),
        trailers.get("Alma-Undoes", [""])[-1],
    )
