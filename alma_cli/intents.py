"""Events under way: what a plan will write, made durable before anything of it can be seen.

Each event has a folder in `.pending/` with its new files and, written last, `intent.json`. Without
that file the event never began; with it the event is finished by whoever comes next.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from alma_cli.errors import Malformed, Refused
from alma_cli.files.disk import digest, digest_at, make_folder, read, sync_folder, write
from alma_cli.model import Change, Put
from alma_cli.place import MOST
from alma_cli.value import frozen

INTENT = "intent.json"
PLACED = "placed"
TOP = frozenset({".gitattributes", ".gitignore"})
"""The hidden files that a store has."""
MOST_INTENT = 64 * 1024 * 1024
"""Bytes of an intent: some 200 for each file of an event."""
MANY = 64
"""Files from which on the whole disk is flushed once, which is faster than each by itself."""


@frozen
class Step:
    """One file of an event: the digest it will have and the one it replaces, None for no file."""

    path: str
    becomes: str | None
    replaces: str | None


@frozen
class Intent:
    """An event under way, in the folder that holds its new files as `0`, `1`, ..."""

    folder: Path
    event: str
    message: str
    steps: tuple[Step, ...]
    joins: str = ""
    """The commit that its own is to be merged with."""

    @property
    def subject(self) -> str:
        """Returns the first line of its commit."""
        return self.message.partition("\n")[0]

    def staged(self, number: int) -> Path:
        """Returns the durable copy of the new file of that step."""
        return self.folder / str(number)

    def placing(self, number: int) -> Path:
        """Returns the copy of it that is moved to where it belongs."""
        return self.folder / f"{number}.placing"

    @property
    def placed(self) -> bool:
        """Says whether its files were where they belong once: since then they are a person's."""
        return (self.folder / PLACED).exists()

    def keep(self) -> None:
        """Marks it as placed, for the time until it can be committed.

        The event is saved by now, so a disk that refuses is no error: placed again it is the same.
        """
        if not self.placed:
            with suppress(OSError):
                write(self.folder / PLACED, b"")
                sync_folder(self.folder)

    def discard(self) -> None:
        """Forgets the event: it is complete. Without its intent the rest is only rubbish.

        A disk that refuses is no error here either: finished again it is the same.
        """
        with suppress(OSError):
            (self.folder / INTENT).unlink(missing_ok=True)
            shutil.rmtree(self.folder, ignore_errors=True)


def stage(
    pending: Path,
    name: str,
    event: str,
    message: str,
    changes: tuple[Change, ...],
    *,
    joins: str = "",
) -> Intent:
    """Makes an event durable; raises `OSError` and leaves nothing when the disk refuses."""
    if pending.is_symlink():
        raise Refused(f"`{pending}` is a link", "remove it and try again")
    if not pending.is_dir():
        pending.mkdir()
        sync_folder(pending.parent)
    folder = pending / name
    folder.mkdir()
    try:
        steps = []
        for number, change in enumerate(changes):
            becomes = digest(change.content) if isinstance(change, Put) else None
            if isinstance(change, Put):
                write(folder / str(number), change.content, sync=len(changes) < MANY)
            steps.append(Step(change.path, becomes, change.replaces))
        intent = Intent(folder, event, message, tuple(steps), joins)
        plain = [[step.path, step.becomes, step.replaces] for step in steps]
        about = {"event": event, "message": message, "steps": plain, "here": _here(folder)}
        content = json.dumps({**about, "joins": joins} if joins else about).encode()
        if len(changes) >= MANY:
            os.sync()
        write(folder / f"{INTENT}.new", content)
        (folder / f"{INTENT}.new").rename(folder / INTENT)
        sync_folder(folder)
        sync_folder(pending)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return intent


def waiting(pending: Path) -> Iterator[Intent]:
    """Yields the events under way, oldest first.

    What never began is passed over: another process may be about to write its intent. What is not
    whole, was made in another folder, or names a file outside the store, is not ours and is left
    alone: a pull request may bring a `.pending/` of its own.
    """
    if not pending.is_dir() or pending.is_symlink():
        return
    for folder in sorted(pending.iterdir()):
        try:
            intent = _load(folder)
        except (FileNotFoundError, Malformed, OSError, ValueError, KeyError, TypeError):
            continue
        else:
            yield intent


def clear(pending: Path) -> None:
    """Removes what is left of events that never began, for whoever holds the lock."""
    if pending.is_dir() and not pending.is_symlink():
        for folder in pending.iterdir():
            if not folder.is_symlink() and folder.is_dir() and not (folder / INTENT).exists():
                shutil.rmtree(folder, ignore_errors=True)


def _load(folder: Path) -> Intent:
    held = json.loads(read(folder, INTENT, MOST_INTENT))
    if held["here"] != _here(folder):
        raise Malformed("was not made in this folder", path=str(folder))
    steps = tuple(Step(*step) for step in held["steps"])
    joins = str(held.get("joins", ""))
    if joins and not joins.isalnum():
        raise Malformed("joins what is no commit", path=str(folder))
    intent = Intent(folder, str(held["event"]), str(held["message"]), steps, joins)
    for number, step in enumerate(steps):
        check_path(step.path)
        if step.becomes is not None and digest_at(folder, str(number), MOST) != step.becomes:
            raise Malformed("is not what the intent says", path=str(intent.staged(number)))
    return intent


def _here(folder: Path) -> int:
    """Returns what tells the folder that an event was begun in from one that came with a copy."""
    return folder.stat().st_ino


def place(root: Path, intent: Intent) -> None:
    """Moves the files of an event to where they belong; doing it again changes nothing.

    A file that is neither what the event found nor what it makes was changed by somebody since,
    and is left alone: the event's own version is in its commit. Raises `OSError`.
    """
    due = [
        (number, step)
        for number, step in enumerate(intent.steps)
        if (now := digest_at(root, step.path, MOST)) != step.becomes and now == step.replaces
    ]
    due.sort(key=lambda each: ("/outcomes/" in each[1].path) != (each[1].becomes is not None))
    for number, step in due:
        if step.becomes is not None:
            make_folder(root, step.path)
            # A copy and not a link: whoever edits the file in place edits it alone.
            placing = intent.placing(number)
            placing.unlink(missing_ok=True)
            write(placing, intent.staged(number).read_bytes(), sync=len(intent.steps) < MANY)
    if len(intent.steps) >= MANY:
        os.sync()
    for number, step in due:
        final = root / step.path
        if step.becomes is None:
            final.unlink()
        else:
            intent.placing(number).replace(final)
    for folder in {(root / step.path).parent for _, step in due}:
        sync_folder(folder)


def check_path(path: str) -> None:
    """Raises `Malformed` for a path that is no place for a file of a store.

    Hidden names are none: a separate store has its own `.git` beside its memories.
    """
    parts = path.split("/")
    if "\0" in path or (path not in TOP and any(not part or part[0] == "." for part in parts)):
        raise Malformed("leads out of the store", path=path)
