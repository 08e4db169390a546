"""One command with a fault in it: what can go wrong, and where.

A fault is at a named point of a write, or at the n-th call to the disk. From a named point on the
disk stays broken; at the n-th call it is broken once.
"""

import errno
import importlib
import os
import signal
import stat
from collections.abc import Callable
from dataclasses import dataclass

SIGNALS = ("SIGKILL", "SIGINT", "SIGTERM", "group SIGKILL", "group SIGINT", "group SIGTERM")
ERRORS = ("ENOSPC", "EIO", "EACCES", "EROFS", "EDQUOT")
SHORT = "short write"
"""Half of what is written gets to the disk, and then the disk is full."""
FAULTS = (*SIGNALS, *ERRORS, SHORT)

POINTS = {
    "locked": ("alma_cli.store:_recover", "before"),
    "checked": ("alma_cli.store:check", "after"),
    "half written": ("os:write", "half"),
    "written": ("os:fsync", "before"),
    "synced": ("os:fsync", "after"),
    "staged": ("alma_cli.intents:stage", "after"),
    "placing": ("os:replace", "before"),
    "placed one": ("os:replace", "after"),
    "placed": ("alma_cli.intents:place", "after"),
    "objects": ("alma_cli.git.commit:build", "after"),
    "index": ("alma_cli.git.commit:_stage", "after"),
    "head": ("alma_cli.git.commit:_move_head", "after"),
    "dropped": ("alma_cli.intents:Intent.discard", "after"),
    "told": ("alma_cli.store:write", "after"),
}
"""What comes before or after a point is the first call of that function."""

SYNC_POINTS = {
    "meeting": ("alma_cli.git.remote:Remote.fetch", "before"),
    "fetched": ("alma_cli.git.remote:Remote.fetch", "after"),
    "composed": ("alma_cli.git.exchange:Exchange.compose", "after"),
    "pushing": ("alma_cli.git.remote:Remote.push", "before"),
    "pushed": ("alma_cli.git.remote:Remote.push", "after"),
}
"""The same for what only a sync does."""

CALLS = ("open", "write", "fsync", "rename", "replace", "unlink", "mkdir", "rmdir", "sync")
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT


@dataclass(frozen=True)
class Fault:
    """Which fault; at a point, or at the `number`-th call that would change the disk."""

    kind: str
    point: str = ""
    number: int = 0


def install(fault: Fault, reached: Callable[[], None]) -> None:
    """Puts a fault into this process; `reached` is called when it strikes."""
    happen = _happening(fault, reached)
    if fault.point:
        target, side = {**POINTS, **SYNC_POINTS}[fault.point]
        module, _, name = target.partition(":")
        holder = importlib.import_module(module)
        *outer, name = name.split(".")
        for part in outer:
            holder = getattr(holder, part)
        _wrap_once(holder, name, side, happen)
    elif fault.number:
        _count_calls(fault.number, happen)


def _happening(fault: Fault, reached: Callable[[], None]) -> Callable[[], None]:
    def strike() -> None:
        reached()
        if fault.kind in SIGNALS:
            number = signal.Signals[fault.kind.rpartition(" ")[2]]
            whom = -os.getpgrp() if fault.kind.startswith("group") else os.getpid()
            os.kill(whom, number)
        elif fault.point:
            _break_disk(fault.kind)
        else:
            raise _error(fault.kind)

    return strike


def _error(kind: str) -> OSError:
    number = getattr(errno, "ENOSPC" if kind == SHORT else kind)
    return OSError(number, os.strerror(number))


def _break_disk(kind: str) -> None:
    """Lets every later call that would change the disk fail."""
    real_open, real_write = os.open, os.write

    def fail(*_arguments, **_more):
        raise _error(kind)

    def open_to_read(path, flags, *arguments, **more):
        if flags & WRITING:
            fail()
        return real_open(path, flags, *arguments, **more)

    left = [1] if kind == SHORT else []

    def write(file, content):
        if not _on_disk(file):
            return real_write(file, content)
        if not left or len(content) < 2:
            fail()
        left.pop()
        return real_write(file, bytes(content)[: len(content) // 2])

    for name in CALLS:
        setattr(os, name, fail)
    os.open = real_open if kind == SHORT else open_to_read
    os.write = write


def _on_disk(file: int) -> bool:
    """Tells a file from a pipe, which no full disk stops."""
    return stat.S_ISREG(os.fstat(file).st_mode)


def _changes_disk(name: str, arguments: tuple[object, ...]) -> bool:
    if name == "open":
        return bool(arguments[1] & WRITING)
    return name != "write" or _on_disk(arguments[0])


def _wrap_once(holder: object, name: str, side: str, happen: Callable[[], None]) -> None:
    real = getattr(holder, name)

    def wrapped(*arguments, **more):
        if side == "half" and not _on_disk(arguments[0]):
            return real(*arguments, **more)
        setattr(holder, name, real)
        if side == "before":
            happen()
            return getattr(holder, name)(*arguments, **more)  # broken by now, it may be
        if side == "half":
            file, content = arguments
            done = real(file, bytes(content)[: len(content) // 2])
            happen()
            return done
        done = real(*arguments, **more)
        happen()
        return done

    setattr(holder, name, wrapped)


def _count_calls(number: int, happen: Callable[[], None]) -> None:
    left = number

    def counted(name, real):
        def call(*arguments, **more):
            nonlocal left
            if _changes_disk(name, arguments):
                left -= 1
                if left == 0:
                    happen()
            return real(*arguments, **more)

        return call

    for name in CALLS:
        setattr(os, name, counted(name, getattr(os, name)))
