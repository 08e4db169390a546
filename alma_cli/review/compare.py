"""Compares what two moments hold: memories, findings, and the answers to all probes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from alma_cli.check.finding import Checked
from alma_cli.check.of_commit import examined
from alma_cli.comparison import differences
from alma_cli.errors import BadConfig, NotFound, Usage
from alma_cli.flow.probing import Asked, ask
from alma_cli.git.history import History, opened
from alma_cli.git.snapshot import Snapshot
from alma_cli.here import Here
from alma_cli.hindsight import MAIN, held, standing
from alma_cli.place import PROBES
from alma_cli.probes import parsed
from alma_cli.review.watched import Watched, watched
from alma_cli.rules.differences import Differences
from alma_cli.rules.expecting import Probe
from alma_cli.value import frozen


@frozen
class Review:
    """What a reviewer should see: what differs, what is wrong with it, and what agents are told."""

    told: Differences
    checked: Checked
    watched: tuple[Watched, ...]


Files = Callable[[], tuple[str, ...] | None]
"""Gives the files of the project, None where nobody can tell."""


def review(here: Here, asked: str = "") -> Review:
    """Returns what `BASE..HEAD` changes since HEAD left BASE; both may be left out.

    Raises `NotFound` for what names no commit and for one without a store, `BadConfig` where the
    configuration of HEAD cannot be used, `GitFailed` where there is no history.
    """
    first, dots, last = asked.partition("..")
    if last.startswith("."):
        raise Usage(f"`{asked}` has three dots", "give two: `alma review BASE..HEAD`")
    with opened(here.place.root, here.world.environ) as history:
        if not (dots and last) and not history.head:
            raise NotFound("nothing is committed here yet", "`alma diff` tells what is not")
        base, commit = first or _main(here, history), history.resolve(last or "HEAD")
        began = history.resolve(base)
        old = history.snapshot(history.fork(began, commit) or began)
        new = history.snapshot(commit)
        names = base.removeprefix("refs/remotes/").removeprefix("refs/heads/"), last or "HEAD"
        return between(here, names, old, new, lambda: history.project(commit))


def _main(here: Here, history: History) -> str:
    """Returns what a branch is merged into, as it is called here."""
    named = here.config.git.reviewed_ref
    for one in (named,) if named else MAIN:
        try:
            history.resolve(one)
        except NotFound:
            continue
        return one
    raise NotFound(
        f"`{named}`, which `git.reviewed_ref` names, is no revision"
        if named
        else "there is no `origin/HEAD`, `main` or `master` to compare with",
        "name one: `alma review BASE`",
    )


def between(
    here: Here, names: tuple[str, str], old: Snapshot, new: Snapshot, files: Files
) -> Review:
    """Returns what becomes of the first of two snapshots in the second; `names` are theirs."""
    there = standing(new, names[1], here.world)
    with held(new, there.fading) as store:
        probes = _probes(new, names[1])
        asked = probes if isinstance(probes, BadConfig) else ask(there, store, probes)
        now = () if isinstance(asked, BadConfig) else asked
        before = _before(there, names[0], old, now)
        known = {one.probe.key for one in now}
        gone = ask(
            there,
            store,
            [Probe(*one.probe.key) for one in before if one.probe.key not in known],
        )
        shown = Here(here.world, here.place, None, there.config)
        checked = examined(shown, (old, new), store, asked, files())
    told = differences(here, names, old, new)
    return Review(told, checked, watched(before, now, gone))


def _probes(side: Snapshot, name: str) -> tuple[Probe, ...] | BadConfig:
    if PROBES not in side.names:
        return ()
    try:
        return parsed(side.read(PROBES), f"{name}:{PROBES}")
    except BadConfig as error:
        return error


def _before(there: Here, name: str, old: Snapshot, now: Sequence[Asked]) -> tuple[Asked, ...]:
    """Returns the answers before the change: of all probes there were, and those that are new.

    There are none where the base has no store that can be asked.
    """
    probes = _probes(old, name)
    own = {} if isinstance(probes, BadConfig) else {probe.key: probe for probe in probes}
    wanted = [*own.values(), *(Probe(*one.probe.key) for one in now if one.probe.key not in own)]
    if not wanted:
        return ()
    try:
        base = standing(old, name, there.world)
    except (NotFound, BadConfig):
        return ()
    with held(old, base.fading) as store:
        return ask(base, store, wanted)
