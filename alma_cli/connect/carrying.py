"""What connecting changes in files, as a value, and those files changed."""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Final

from alma_cli.connect.clients import GITHUB, SERVERS, TOOLS, Target, targets
from alma_cli.connect.state import Edit, State
from alma_cli.errors import AlmaError, Conflict, Malformed, Usage
from alma_cli.value import frozen
from alma_cli.world import World

BACKUP: Final = ".before-alma"
MOST_FILE: Final = 16 * 1024 * 1024
MISSING: Final = Edit(State.MISSING, "\n")


@frozen
class Change:
    """A file of a client: the text there was and the text there will be, "" for no file.

    `serves` says that it makes the client start the server.
    """

    client: str
    file: Path
    state: State
    before: str
    after: str
    serves: bool = False

    @property
    def is_needed(self) -> bool:
        """Says whether anything changes."""
        return self.before != self.after

    def diff(self) -> Iterator[str]:
        """Yields the lines of a unified diff."""
        before, after = self.before.splitlines(), self.after.splitlines()
        there = str(self.file) if self.after else "/dev/null"
        here = str(self.file) if self.before else "/dev/null"
        return difflib.unified_diff(before, after, here, there, lineterm="")


def changes(
    world: World, client: str, *, user: bool, remove: bool, check: bool = False, package: str = ""
) -> list[Change]:
    """Returns what connecting a client, or removing it, changes in each of its files.

    With `check` the texts there will be do not count. `package` is what a workflow of GitHub's
    installs. Raises `Malformed` for a file that cannot be read as what it should be, and changes
    none then.
    """
    if package and client != GITHUB:
        raise Usage(f"`--package` is what `{GITHUB}` installs", "leave it out")
    files = targets(client, folder_of(world, client, user=user), user=user)
    return [change(*one, remove=remove, check=check, package=package) for one in files]


def change(
    name: str, file: Path, target: Target, *, remove: bool, check: bool = False, package: str = ""
) -> Change:
    """Returns what connecting changes in one file; takes and raises what `changes` does."""
    before = _read(file)
    more = {"package": package} if package else {}
    try:
        is_gone = check and not before  # whatever would be made of it
        edit = MISSING if is_gone else target.edit(before, remove=remove, **more)
        if remove and (kept := _as_it_was(file, target, before)):
            edit = Edit(edit.state, kept)
    except Malformed as error:
        hints = ("mend it by hand; nothing was changed",)
        raise Malformed(error.reason, *hints, path=str(file), line=error.line) from error
    return Change(name, file, edit.state, before, edit.text, target.edit in SERVERS)


def _as_it_was(file: Path, target: Target, now: str) -> str:
    """Returns what a file was before it was connected, "" where more has changed in it since.

    Taking entries out cannot tell whether an empty `hooks` around them was there before.
    """
    kept = _read(_backup(file.resolve()))
    try:
        made = target.edit(kept, remove=False)
    except AlmaError:  # it was never connected from there
        return ""
    return kept if made.state is State.MISSING and made.text == now else ""


def _backup(file: Path) -> Path:
    return file.with_name(file.name + BACKUP)


def carry_out(change: Change) -> None:
    """Writes a file, with a copy of what it was beside it; a link stays one.

    Raises `Conflict` where somebody changed the file meanwhile, `AlmaError` where the disk refuses.
    """
    file = change.file.resolve()
    if _read(file) != change.before:
        raise Conflict(f"`{change.file}` changed meanwhile", "try again")
    if change.before:
        _replace(_backup(file), change.before, file)
    if change.after:
        file.parent.mkdir(parents=True, exist_ok=True)
        _replace(file, change.after, file)
    else:
        file.unlink()


def _replace(file: Path, text: str, like: Path) -> None:
    """Puts a text in place of a file, all at once, with the permissions of another.

    Raises `AlmaError` where the disk refuses; nothing is left of the text then.
    """
    new = None
    try:
        with NamedTemporaryFile("wb", dir=file.parent, prefix=".alma-", delete=False) as made:
            new = Path(made.name)
            made.write(text.encode("utf-8", "surrogateescape"))
            made.flush()
            os.fsync(made.fileno())
        new.chmod(like.stat().st_mode & 0o777 if like.exists() else 0o644)
        new.replace(file)
    except OSError as error:
        if new:
            new.unlink(missing_ok=True)
        raise AlmaError(f"cannot write `{file}`: {error.strerror}") from error


def _read(file: Path) -> str:
    try:
        content = file.read_bytes()
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise Malformed(f"cannot be read: {error.strerror}", path=str(file)) from error
    if len(content) > MOST_FILE:
        raise Malformed("is too large", path=str(file))
    return content.decode("utf-8", "surrogateescape")


def folder_of(world: World, client: str, *, user: bool) -> Path:
    """Returns the folder that the files of a client lie below: a person's own, or the project's."""
    return home(world) if user else top(world) if client in TOOLS else project(world)


def project(world: World) -> Path:
    """Returns the folder of the project: the nearest with a store, else the nearest with git."""
    for mark in (".alma", ".git"):
        for folder in (world.cwd, *world.cwd.parents):
            if (folder / mark).exists():
                return folder
    return world.cwd


def top(world: World) -> Path:
    """Returns the top of the repository, which is where its tools look.

    Raises `Usage` where the store lies deeper: they would not find it.
    """
    folder = project(world)
    if (folder / ".alma").exists() and not (folder / ".git").exists():
        above = next((each for each in folder.parents if (each / ".git").exists()), folder)
        if above != folder:
            raise Usage(f"the store is in `{folder}`, and not at the top of its repository")
    return folder


def home(world: World) -> Path:
    """Returns the folder with a person's own files."""
    return Path(world.environ.get("HOME") or Path.home())
