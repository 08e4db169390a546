"""The entrance of `alma-hook`: it answers an event or says nothing, and never breaks a session."""

from __future__ import annotations

import _thread
import gc
import json
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from alma_cli.errors import AlmaError, NoStore, Usage
from alma_cli.hook import clients
from alma_cli.hook.event import Event
from alma_cli.world import World

PATIENCE: Final = 2.0
"""Seconds after which an event stays without an answer."""
MOST_INPUT: Final = 8 * 1024 * 1024
"""Bytes of an event that are read; a larger one is not answered."""


def run() -> None:
    """Runs the program for the console script: exit 0, whatever happens."""
    gc.disable()  # the process ends before there would be much to collect
    _answer_in_time(sys.argv[1:], PATIENCE)
    os._exit(0)  # all is written: taking the modules apart would only take time


def _answer_in_time(arguments: list[str], patience: float) -> None:
    """Answers the event on standard input, or ends the process when the time is over."""
    try:
        world = World()
    except AlmaError:  # a session may outlive its folder, and the event names others
        world = World(Path("/"))
    deciding = _thread.allocate_lock()
    seen: list[Event] = []

    def give_up() -> None:
        import time

        time.sleep(patience)
        deciding.acquire()  # never released: there is one answer or none
        if seen:
            note(world, seen[0], f"no answer within {patience:g} s")
        os._exit(0)

    _thread.start_new_thread(give_up, ())
    said = answer(arguments, world, seen)
    deciding.acquire()
    with suppress(OSError):  # nobody listens any more
        os.write(1, said.encode())


def answer(arguments: list[str], world: World, seen: list[Event]) -> str:
    """Returns the answer to the event on standard input, "" for none; the event goes to `seen`."""
    try:
        client = clients.named(" ".join(arguments))
        event = clients.event(client, _sent(), world.environ)
        if event is None:
            return ""
        seen.append(event)
        found = respond(client, event, world)
        return json.dumps(found) if found else client.silence
    except NoStore:  # most folders have none
        return client.silence
    except Exception as error:  # noqa: BLE001 - a bug must not break the session; it is logged
        told, *hints = (
            (error.message, *error.hints)
            if isinstance(error, AlmaError)
            else (f"{type(error).__name__}: {error}",)
        )
        if seen:
            note(world, seen[0], told)
        else:
            sys.stderr.write(f"alma-hook: {'; '.join((told, *hints))}\n")
        return ""


def _sent() -> object:
    content = sys.stdin.buffer.read(MOST_INPUT + 1)
    if len(content) > MOST_INPUT:
        raise Usage("the event is too large")
    try:
        return json.loads(content)
    except (ValueError, RecursionError) as error:
        raise Usage(f"the event is not JSON: {error}") from error


def respond(
    client: clients.Client, event: Event, world: World, store: str = "", *, keeps: bool = True
) -> dict[str, Any]:
    """Returns the answer in the client's format, {} for none; raises whatever is wrong."""
    from alma_cli.hook.moments import MOMENTS
    from alma_cli.hook.turn import Turn

    turn = Turn(world, event, store=store, keeps=keeps)
    return client.answer(event, MOMENTS[event.moment](turn))


def note(world: World, event: Event, text: str) -> None:
    """Adds a line to the log of the store, where there is one."""
    from alma_cli.hook import log
    from alma_cli.hook.turn import Turn, cache_of

    with suppress(Exception):  # there is nowhere left to say it
        turn = Turn(world, event, keeps=False)
        if folder := cache_of(turn.world, turn.place):
            log.write(folder, world.now(), f"{event.name}: {text}")
