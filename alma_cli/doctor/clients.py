"""The check of the agents' tools: what `alma connect` once put into their files, as it is now."""

from __future__ import annotations

import os
from collections.abc import Iterator
from importlib.util import find_spec
from itertools import product

from alma_cli.connect.carrying import Change, change, folder_of
from alma_cli.connect.clients import CLIENTS, targets
from alma_cli.connect.state import State
from alma_cli.doctor.finding import Finding
from alma_cli.errors import Malformed
from alma_cli.world import World


def clients(world: World) -> Iterator[Finding]:
    """Finds what is stale or broken in the files of clients that somebody connected.

    What is missing may be left out on purpose, and so is no finding.
    """
    served = []
    for user, name in product((False, True), CLIENTS):
        found, broken, serves = _look(world, name, user=user)
        if not found:
            continue
        served += [name] if serves else []
        again = f"`alma connect {name}{' --user' if user else ''}`"
        for one in found:
            if one.state is State.STALE:
                message = f"has entries for {name} that are not whole, or not of this `alma`"
                yield Finding("client-stale", message, again, _shown(world, one.file, user=user))
        for error in broken:
            path = _shown(world, error.path, user=user)
            message = f"{error.reason}, so {name} may not find `alma`"
            mend = f"mend it by hand, then {again}"
            yield Finding("client-broken", message, mend, path, error.line)
    if served and find_spec("mcp") is None:
        message = f"`alma mcp`, which {served[0]} starts, cannot run: the SDK is not installed"
        yield Finding("client-server", message, "`pip install 'alma-cli[mcp]'`")


def _look(world: World, name: str, *, user: bool) -> tuple[list[Change], list[Malformed], bool]:
    """Returns the files of a client that have entries, those that cannot be read, if one serves."""
    found, broken, serves = [], [], False
    for whose, file, target in targets(name, folder_of(world, name, user=user), user=user):
        try:
            one = change(whose, file, target, remove=False)
        except Malformed as error:
            broken.append(error)
            continue
        if one.state is not State.MISSING:
            found.append(one)
            serves |= one.serves
    return found, broken, serves


def _shown(world: World, file: str | os.PathLike[str], *, user: bool) -> str:
    return str(file) if user else os.path.relpath(file, world.cwd)
