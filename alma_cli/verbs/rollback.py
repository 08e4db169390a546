"""Puts memories back as they were at some moment, by one new event."""

from __future__ import annotations

from alma_cli.errors import Conflict, NotFound
from alma_cli.files.disk import digest_at
from alma_cli.git.history import opened
from alma_cli.git.snapshot import Snapshot
from alma_cli.here import Here
from alma_cli.model import TEAM, Change, Draft, Plan, Put, Remove
from alma_cli.names import fold_agent
from alma_cli.place import CONFIG, MOST, id_in, is_memory, kind_in, owner_in


def rollback(here: Here, to: str, agent: str = "", *, config: bool = False) -> Draft:
    """Returns the plan that makes memories what they were at a revision, event or date.

    Those of one agent, or all; the configuration only with `config`. Raises `NotFound` for what
    names no commit.
    """
    owner = agent if agent in {"", TEAM} else fold_agent(agent)
    with opened(here.place.root, here.world.environ) as history:
        then = history.snapshot(history.resolve(to))
        now = history.standing(here.world.now())
        paths = [
            path
            for path in sorted({*then.names, *now.names})
            if then.names.get(path) != now.names.get(path)
            and ((is_memory(path) and owner in {"", owner_in(path)}) or (config and path == CONFIG))
        ]
        changes = tuple(_change(here, path, then) for path in paths)
    if owner not in {"", TEAM, *here.config.agents, *map(owner_in, (*then.names, *now.names))}:
        here.config.agent(owner)
    _check_there(then, to, config=config)
    moment = f"{then.at:%Y-%m-%d %H:%M} ({then.commit[:7]})"
    if not changes:
        whose = f"{owner}: " if owner else ""
        return Draft(_plan(here, "", (), owner), (f"nothing to do: {whose}all is as at {moment}",))
    summary = f"roll back to {moment}"
    return Draft(_plan(here, summary, changes, owner), (_said(changes, owner, moment),))


def _plan(here: Here, summary: str, changes: tuple[Change, ...], owner: str) -> Plan:
    return Plan(here.world.new_id(), "rollback", summary, changes, owner)


def _change(here: Here, path: str, then: Snapshot) -> Change:
    standing = digest_at(here.place.root, path, MOST)
    if path in then.names:
        return Put(path, then.read(path), standing, kind_in(path), id_in(path))
    if standing is None:
        raise Conflict(f"`{path}` is gone since it was read", "run the command again")
    return Remove(path, standing, kind_in(path), id_in(path))


def _check_there(then: Snapshot, to: str, *, config: bool) -> None:
    """Raises `NotFound` where there was no store yet: that would remove all of it."""
    if CONFIG not in then.names:
        what = "configuration" if config else "store"
        raise NotFound(f"there was no {what} at `{to}`", "see `alma log`")


def _said(changes: tuple[Change, ...], owner: str, moment: str) -> str:
    back = sum(isinstance(change, Put) for change in changes)
    gone = len(changes) - back
    whose = f"{owner} " if owner else ""
    return f"rolled {whose}back to {moment}: {back} put back, {gone} removed"
