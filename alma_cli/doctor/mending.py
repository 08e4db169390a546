"""What can be mended without asking: nothing here can lose a thing that somebody wrote."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from alma_cli import store
from alma_cli.doctor.facts import Facts
from alma_cli.doctor.finding import Mended
from alma_cli.git.locks import Hold
from alma_cli.search import health
from alma_cli.value import frozen


@frozen
class Repair:
    """One thing to do; `do` says whether it was done."""

    done: Mended
    do: Callable[[], bool]


def repairs(facts: Facts) -> Iterator[Repair]:
    """Yields what is safe to do, locks first: pending events may wait for them."""
    for lock in facts.locks:
        if lock.hold is Hold.NOBODY:
            yield Repair(
                Mended("git-lock-stale", f"removed `{facts.shown(lock.path)}`"), lock.remove
            )
    if facts.pending and facts.config.git.commit is True:
        yield Repair(
            Mended("event-pending", "committed what was pending"),
            lambda: store.commit_pending(facts.place, facts.world, facts.config.git)[0] > 0,
        )
    for code, files in (("index-damaged", facts.index.damaged), ("index-old", facts.index.old)):
        for file in files:
            message = f"removed `{facts.shown(file)}`; the next command builds the index anew"
            yield Repair(Mended(code, message), partial(health.remove, file))
