"""All checks of a store, without what its memories ask to be ignored."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from alma_cli.check import checkpoints, codes, configuration, memories, questions, relations
from alma_cli.check.codes import CODES
from alma_cli.check.facts import Facts, Item, gather
from alma_cli.check.finding import Checked, Finding
from alma_cli.errors import Usage
from alma_cli.git.changed import Changed, since
from alma_cli.here import Here
from alma_cli.place import CONFIG
from alma_cli.value import frozen, replace


@frozen
class Scope:
    """Which files are looked at, relative to the store, None for all, and what changed since."""

    wanted: frozenset[str] | None = None
    base: Changed | None = None


def limit(here: Here, named: Sequence[str], base: str | None) -> Scope:
    """Returns what is looked at: the files `named`, of them those that changed since `base`.

    Raises `Usage` for a file outside of the store, `NotFound` for what is no revision.
    """
    wanted = _named(here, named)
    if base is None:
        return Scope(wanted)
    changed = since(here.place.root, base, here.world.environ)
    paths = frozenset(map(_escaped, changed.paths))
    return Scope(paths if wanted is None else wanted & paths, changed)


def _named(here: Here, named: Sequence[str]) -> frozenset[str] | None:
    root = here.place.root.resolve()
    wanted: set[str] = set()
    for name in named:
        path = (here.world.cwd / name).resolve()
        if root.is_relative_to(path):
            return None
        if not path.is_relative_to(root):
            raise Usage(f"`{name}` is not in the store `{here.place.root}`", "name its files")
        files = path.rglob("*") if path.is_dir() else [path]
        wanted |= {_escaped(file.relative_to(root).as_posix()) for file in files}
    return frozenset(wanted) if named else None


def _escaped(path: str) -> str:
    """Returns a path as the index names it: what is not Unicode is escaped."""
    return path.encode("utf-8", "backslashreplace").decode()


def examine(here: Here, scope: Scope) -> Checked:
    """Returns what is wrong with the project's memories and its configuration."""
    wanted = scope.wanted
    facts = gather(here, wanted, scope.base)
    return judge(here, facts, with_config=wanted is None or CONFIG in wanted)


def judge(here: Here, facts: Facts, *, with_config: bool) -> Checked:
    """Returns what the checks find in what is so; with those of the configuration if asked."""
    kept, silenced = _without_ignored(_found(facts, with_config), facts.items)

    def shown(found: Iterable[Finding]) -> tuple[Finding, ...]:
        told = (replace(one, shown=shown_path(here, one.path)) for one in found)
        return tuple(sorted(told, key=_order))

    with_probes = bool(facts.asked or facts.bad_probes)
    looked_at = sum(map(len, (facts.items, facts.saved, facts.broken))) + with_config + with_probes
    return Checked(shown(kept), looked_at, shown(silenced))


def _found(facts: Facts, with_config: bool) -> Iterator[Finding]:
    for whole in (
        *relations.CHECKS,
        *questions.CHECKS,
        *(configuration.CHECKS if with_config else ()),
    ):
        yield from whole(facts)
    for item in facts.items:
        for check in memories.CHECKS:
            yield from check(facts, item)
    for saved in facts.saved:
        yield from checkpoints.looked_at(saved)


def _without_ignored(
    found: Iterable[Finding], items: Sequence[Item]
) -> tuple[list[Finding], list[Finding]]:
    """Returns the findings that no `[check]` asks to ignore, and the others."""
    ignores: dict[str, frozenset[str]] = {}
    complaints = []
    for item in items:
        if "check" in item.header:
            wish, wrong = _wish(item)
            ignores[item.path] = wish
            complaints += wrong
    kept: list[Finding] = []
    silenced: list[Finding] = []
    for one in found:
        (silenced if one.code.name in ignores.get(one.path, ()) else kept).append(one)
    return [*kept, *complaints], silenced


def _wish(item: Item) -> tuple[frozenset[str], list[Finding]]:
    """Returns the codes that a memory asks to ignore, and what is wrong with the asking."""
    asked = item.header["check"]
    table = asked if isinstance(asked, dict) else {}
    given = table.get("ignore", [])
    names = [str(name) for name in given] if isinstance(given, list) else []
    reason = table.get("reason", "")
    line = item.line_of("[check]")
    wrong = [
        Finding(codes.IGNORED_SILENTLY, f"ignores `{name}`, which is no code", item.path, line)
        for name in names
        if name not in CODES
    ]
    if not (isinstance(reason, str) and reason.strip()):
        message = "has a `[check]` without a `reason`, so nothing is ignored"
        return frozenset(), [*wrong, Finding(codes.IGNORED_SILENTLY, message, item.path, line)]
    return frozenset(names), wrong


def shown_path(here: Here, path: str) -> str:
    """Returns a file of the store as a person would type it."""
    return os.path.relpath(here.place.root / Path(path), here.world.cwd) if path else ""


def from_top(here: Here, findings: Iterable[Finding]) -> Iterator[Finding]:
    """Yields findings in files as the repository names them, whatever folder one is in."""
    store = here.place.root.resolve()
    top = _top(store, here.world.environ.get("GITHUB_WORKSPACE", ""))
    for one in findings:
        shown = os.path.relpath(store / one.path, top) if one.path else one.shown
        yield replace(one, shown=shown)


def _top(store: Path, workspace: str) -> Path:
    """Returns the folder of a workflow that a store is in, else the top of its repository."""
    if workspace and store.is_relative_to(folder := Path(workspace).resolve()):
        return folder
    return next((each for each in store.parents if (each / ".git").exists()), store.parent)


def _order(one: Finding) -> tuple[str, int, str, str]:
    return one.path, one.line, one.code.name, one.message
