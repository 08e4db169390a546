"""Stops a program at its n-th call to the disk, for every n until it gets through."""

import contextlib
import os
from collections.abc import Callable, Iterator

CALLS = ("open", "write", "fsync", "rename", "replace", "unlink", "mkdir", "rmdir", "sync")


class Stopped(BaseException):
    """What a kill looks like from inside: nobody catches it."""


def stops(
    monkeypatch, action: Callable[[], object], fault: Callable[[], BaseException]
) -> Iterator[int]:
    """Runs `action` again and again, each time with one more call let through before the fault.

    Yields after each run that was stopped, so that the caller looks at what is left and puts
    things back; ends with the first run that nothing stopped.
    """
    number = 0
    while True:
        number += 1
        left = number
        with monkeypatch.context() as patched:

            def counted(real):
                def call(*arguments, **more):
                    nonlocal left
                    left -= 1
                    if left == 0:
                        raise fault()
                    return real(*arguments, **more)

                return call

            for name in CALLS:
                patched.setattr(os, name, counted(getattr(os, name)))
            with contextlib.suppress(Stopped, OSError):
                action()
        if left > 0:
            return
        yield number


__all__ = ["Stopped", "stops"]
