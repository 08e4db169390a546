"""What the kernel tells of a store, so that a program that runs for hours need not look each time.

Linux's inotify(7). An event is queued before the call that caused it returns, so whoever asks
afterwards is told of it, whichever process it was. docs/decisions/0015-a-server-is-told.md.
"""

from __future__ import annotations

import ctypes
import errno
import os
import struct
import sys
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TRUSTED: Final = 50.0
"""Seconds after which all is looked at all the same: what is written through a mapping in memory or
through a hard link from elsewhere is told to nobody. It is within the minute that is promised."""
LOCAL: Final = frozenset(
    {
        0xEF53,  # ext2, ext3, ext4
        0x58465342,  # XFS
        0x9123683E,  # Btrfs
        0x2FC12FC1,  # ZFS
        0xF2F52010,  # F2FS
        0xCA451A4E,  # bcachefs
        0x01021994,  # tmpfs
        0x794C7630,  # overlayfs, as in a container
    }
)
"""File systems (`f_type` of statfs(2)) that no other machine writes to behind the kernel's back."""

_MODIFY, _ATTRIBUTES, _CLOSE_WRITE = 0x2, 0x4, 0x8
_MOVED_FROM, _MOVED_TO, _CREATE, _DELETE = 0x40, 0x80, 0x100, 0x200
_DELETE_SELF, _MOVE_SELF = 0x400, 0x800
_ONLY_FOLDERS, _NO_LINK, _WHILE_NAMED = 0x01000000, 0x02000000, 0x04000000
_INSIDE: Final = _MODIFY | _ATTRIBUTES | _CLOSE_WRITE | _MOVED_FROM | _MOVED_TO | _CREATE | _DELETE
_ITSELF: Final = _DELETE_SELF | _MOVE_SELF
_WANTED: Final = _INSIDE | _ITSELF | _ONLY_FOLDERS | _NO_LINK | _WHILE_NAMED
_EVENT: Final = struct.Struct("iIII")
_GONE: Final = frozenset({errno.ENOENT, errno.ENOTDIR, errno.ELOOP})
_AT_ONCE: Final = 64 * 1024
_STATFS: Final = 256
"""Bytes, more than any system fills; the kind of the file system stands first, as a long."""
_KIND: Final = struct.Struct("l")


class Watch:
    """The watch over one store: asked what it is `told`, or begun anew before all is looked at.

    Whoever looks lets it `cover` each folder before looking there, so that nothing happens between
    the two unseen. Where it cannot be trusted, `told` says that all has to be looked at: on another
    system, over a network, with more folders than a user may watch, or when too much happened.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._kernel = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None
        self._queue = -1
        self._folders: dict[int, str] = {}
        self._begun = 0

    def told(self, now: int) -> frozenset[str] | None:
        """Returns the paths where something changed since it was asked last; None for everywhere.

        `now` is in nanoseconds. Paths are relative to the store, with `/`.
        """
        if self._queue < 0 or not 0 <= now - self._begun < TRUSTED * 1e9:
            return None
        paths = set()
        for number, name in self._events():
            if not name:  # of a folder itself, what may concern all below it, or too many to tell
                return None
            if name.startswith("."):
                continue
            folder = self._folders[number]
            paths.add(f"{folder}/{name}" if folder else name)
        return frozenset(path for path in paths if path.partition("/")[0] == "agents")

    def begin(self, now: int) -> bool:
        """Starts anew; returns whether it will be told of anything."""
        self.close()
        if self._kernel is not None:
            self._queue = self._kernel.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
        self._begun = now
        self.cover("")
        if not self._folders:
            self.close()
        return self._queue >= 0

    def cover(self, folder: str) -> None:
        """Is told from now on of what happens in a folder of the store, not in those in it."""
        if self._queue < 0 or self._kernel is None:
            return
        path = os.fsencode(f"{self._root}/{folder}")
        number = self._kernel.inotify_add_watch(self._queue, path, _WANTED)
        if number >= 0 and self._is_local(path):
            self._folders[number] = folder
        elif number >= 0 or ctypes.get_errno() not in _GONE:
            self.close()  # elsewhere, or more than a user may watch
            self._kernel = None

    def close(self) -> None:
        """Is told of nothing more."""
        if self._queue >= 0:
            os.close(self._queue)
        self._queue = -1
        self._folders.clear()

    def __del__(self) -> None:
        self.close()

    def _events(self) -> Iterator[tuple[int, str]]:
        """Yields the number of the folder and the name in it, of each event in the queue."""
        while True:
            try:
                events = os.read(self._queue, _AT_ONCE)
            except BlockingIOError:
                return
            at = 0
            while at < len(events):
                number, _, _, length = _EVENT.unpack_from(events, at)
                at += _EVENT.size + length
                yield number, os.fsdecode(events[at - length : at].rstrip(b"\0"))

    def _is_local(self, path: bytes) -> bool:
        told = ctypes.create_string_buffer(_STATFS)
        if self._kernel is None or self._kernel.statfs(path, told):
            return ctypes.get_errno() in _GONE
        (kind,) = _KIND.unpack_from(told)
        return kind & 0xFFFFFFFF in LOCAL
