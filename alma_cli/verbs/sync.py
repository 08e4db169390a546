"""Exchanges a store with a remote: sends what the others lack, takes in what is missing here.

What goes out goes first. A commit is made that holds both sides and pushed; where somebody was
quicker, the remote refuses, and all begins again from what is there now. Only then is written
here what came in, as one event. Cut off in between, the next sync finds the news at the remote
and takes them in: nothing is sent twice, because a union with itself changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from random import SystemRandom
from time import sleep
from typing import Final

from alma_cli import store
from alma_cli.between import Between, Second, committing, left, meet, ready
from alma_cli.errors import Conflict
from alma_cli.files.disk import digest_at
from alma_cli.git.remote import Moving, Remote
from alma_cli.here import Here
from alma_cli.model import Applied, Change, Draft, Plan, Put, Remove
from alma_cli.place import CONFIG, MOST, id_in, kind_in
from alma_cli.printable import some
from alma_cli.value import frozen

TRIES: Final = 100
"""Attempts to send, when others keep sending at the same time: two minutes and more."""
_FIRST_PAUSE: Final = 0.05
_LONGEST_PAUSE: Final = 1.0


@frozen
class Exchanged:
    """What a sync does: the draft of what comes in, and by path what goes out (False: removed).

    `seconds` are edits that are kept beside another of the same memory.
    """

    draft: Draft
    remote: str
    branch: str
    goes_out: Mapping[str, bool]
    seconds: tuple[Second, ...]

    @property
    def plan(self) -> Plan:
        """Returns all that comes in."""
        return self.draft.plan


def sync(
    here: Here, wanted: str = "", *, dry_run: bool = False, wait: Callable[[float], None] = sleep
) -> tuple[Exchanged, Applied | None]:
    """Brings a store and a remote together; nothing is applied in a dry run.

    Raises `GitFailed` where the remote cannot be reached, `Conflict` where its history was
    rewritten, events cannot be committed now, or others do not stop sending.
    """
    remote = ready(here, wanted, dry_run=dry_run)
    event = here.world.new_id()
    sent, tip = _exchange(remote, event, wait, dry_run=dry_run)
    out = {path: held is not None for path, held in sent.goes_out.items()}
    warnings = (*_both(sent), *_left_there(sent), *left(here, remote.repository))

    def think() -> Exchanged:
        draft = _taken(here, Between(meet(here, wanted), tip), event, len(out), warnings)
        return Exchanged(draft, sent.remote.name, sent.remote.branch, out, sent.seconds)

    settings = committing(here)
    if dry_run:
        thought = think()
        store.check(here.place, here.world, settings, thought.plan)
        return thought, None
    return store.write(here.place, here.world, settings, think)


def _exchange(
    remote: Remote, event: str, wait: Callable[[float], None], *, dry_run: bool
) -> tuple[Between, str]:
    """Sends what the others lack; returns what was found, and the commit the remote has then.

    What is learned here meanwhile goes out the next time: the less there is to do between a fetch
    and a push, the rarer somebody else is quicker.
    """
    for pause in _pauses():
        try:
            found = Between(remote, remote.fetch())
            commit = found.tip if dry_run else _to_send(found, event)
            if commit != found.tip:
                remote.push(commit)
        except Moving:
            wait(pause)
        else:
            return found, commit
    raise Conflict(
        "others keep sending, and nothing was sent from here", "run `alma sync` again in a while"
    )


def _pauses() -> Iterator[float]:
    chance = SystemRandom()
    for number in range(TRIES):
        yield min(_FIRST_PAUSE * 1.5**number, _LONGEST_PAUSE) * (0.5 + chance.random())


def _to_send(found: Between, event: str) -> str:
    """Returns the commit that the remote is to have: one made now, or one that there is."""
    counted = _counted(len(found.comes_in), len(found.goes_out))
    plan = Plan(event, "sync", f"sync with {found.remote.name}: {counted}", ())
    message = store.message_of(plan)
    if found.separate:
        return _with_history(found, message)
    if not found.goes_out:
        return found.tip
    message += f"Alma-Store: {found.remote.repository.prefix}\n"
    if not found.comes_in and not found.seconds:
        message += f"Alma-From: {found.head}\n"
    return found.exchange.compose([found.tip] if found.tip else [], found.goes_out, message)


def _with_history(found: Between, message: str) -> str:
    """Returns the same for a store of its own: the newer of two commits, or a merge of both."""
    if found.is_behind or not found.head:
        return found.tip
    if found.is_ahead:
        return found.head
    seconds = {one.path: one.content for one in found.seconds}
    return found.exchange.compose([found.head, found.tip], {**found.comes_in, **seconds}, message)


def _taken(here: Here, found: Between, event: str, sent: int, warnings: tuple[str, ...]) -> Draft:
    """Returns what comes in as one event, for a store that nobody else writes to now."""
    names = sorted({name for name in found.comes_in.values() if name})
    held = found.exchange.contents(names, MOST)
    changes = tuple(
        _change(here, path, held[name] if name else None) for path, name in found.comes_in.items()
    )
    joins = found.separate and bool(found.tip) and not found.is_ahead
    if CONFIG in found.comes_in:
        warnings += (f"`{CONFIG}` came in changed, and it says who may learn what: look at it",)
    remote = found.remote.name
    plan = Plan(
        event,
        "sync",
        f"sync with {remote}: {_counted(len(changes), sent)}",
        changes,
        synced=found.tip if changes or joins else "",
        joins=joins,
    )
    news = f"synced with `{remote}`: {_counted(len(changes), sent)}"
    said = news if changes or sent else f"nothing to do: `{remote}` has the same"
    return Draft(plan, (said,), warnings=warnings)


def _change(here: Here, path: str, content: bytes | None) -> Change:
    standing = digest_at(here.place.root, path, MOST)
    if content is not None:
        return Put(path, content, standing, kind_in(path), id_in(path))
    if standing is None:
        raise Conflict(
            f"`{path}` was deleted by hand, and no commit has that",
            "commit it with git, or put the file back, and run `alma sync` again",
        )
    return Remove(path, standing, kind_in(path), id_in(path))


def _both(sent: Between) -> Iterator[str]:
    """Yields a warning for each file that was changed here and elsewhere."""
    for second in sent.seconds:
        first = id_in(second.first) or second.first
        yield (
            f"{first} was edited here and elsewhere: both are kept, the one from here as"
            f" {second.id}; `alma show` each, and `alma forget` what is not needed"
        )
    for path in sent.union.kept:
        yield f"`{path}` was changed here and elsewhere: the one from here stays"


def _left_there(sent: Between) -> Iterator[str]:
    if paths := [f"`{path}`" for path in sent.too_large]:
        be = "is" if len(paths) == 1 else "are"
        limit = f"larger than {MOST // 1024} KiB"
        yield f"{some(paths)} of the remote {be} {limit} and left out; who can, take it out there"


def _counted(came: int, went: int) -> str:
    return f"{came} in, {went} out"
