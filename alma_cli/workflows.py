"""The workflows of a store as their files tell them: found, read, and the checkpoint one means."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from functools import cached_property

from alma_cli import exact
from alma_cli.checkpoint import NO_HANDOFF, Checkpoint, Work
from alma_cli.errors import Forked, Malformed, NotFound, Usage
from alma_cli.files.checkpoint import MOST_CHECKPOINT, parse, state_of
from alma_cli.files.disk import Reader, digest
from alma_cli.names import NAME
from alma_cli.place import WORKFLOWS, Place, id_in
from alma_cli.rules import lineage
from alma_cli.value import frozen

LEAST_PREFIX = 4
"""Characters of an id that people type at least; fewer digits are a number in its line."""


@frozen
class Kept:
    """A checkpoint and the file that holds it; `path` is relative to the store."""

    checkpoint: Checkpoint
    path: str
    digest: str


class Workflow:
    """The checkpoints of one workflow that are in the tree, oldest first, and damaged files."""

    def __init__(self, name: str, files: tuple[Kept, ...], damaged: tuple[Malformed, ...]) -> None:
        self.name = name
        self._files = {one.checkpoint.id: one for one in files}
        self.damaged = damaged
        self.checkpoints = lineage.in_order(one.checkpoint for one in self._files.values())

    @cached_property
    def heads(self) -> tuple[Checkpoint, ...]:
        """The newest of each line of work: one, unless work went on in two places at once."""
        return lineage.heads(self.checkpoints)

    @property
    def work(self) -> Work:
        """Returns where it stands."""
        told = [one.handoff for head in self.heads for one in self.run(head)]
        due = [handoff.next_steps for handoff in told if handoff != NO_HANDOFF]
        return Work(self.name, self.heads, due[-1] if due else ())

    @property
    def moved(self) -> float:
        """Returns when it moved last, in seconds since 1970, 0 for never."""
        return max((head.created.timestamp() for head in self.heads), default=0.0)

    @property
    def head(self) -> Checkpoint:
        """Returns the newest checkpoint.

        Raises `NotFound` for a workflow that nobody began, `Malformed` where the newest may be one
        that is damaged, `Forked` where there are several.
        """
        self.check_whole()
        if len(self.heads) > 1:
            raise forked(self)
        if not self.heads:
            raise unknown(self.name)
        return self.heads[0]

    def file(self, one: Checkpoint) -> Kept:
        """Returns the file of a checkpoint that is here."""
        return self._files[one.id]

    def damage(self) -> Iterator[Malformed]:
        """Yields all that is damaged: files, and the states of others."""
        yield from self.damaged
        for one in self.checkpoints:
            try:
                self.state(one)
            except Malformed as error:
                yield error

    def find(self, asked: str) -> Checkpoint:
        """Returns the checkpoint of a number or of the start of an id.

        Raises `NotFound` for none, `Usage` for several.
        """
        folded = asked.lower()
        number = _number(folded)
        found = [one for one in self.checkpoints if one.seq == number]
        if not found and len(folded) >= LEAST_PREFIX:
            found = [one for one in self.checkpoints if one.id.startswith(folded)]
        if not found:
            raise NotFound(
                f"`{self.name}` has no checkpoint `{asked}` here",
                f"`alma workflow show {self.name}` lists them; older ones are in git",
            )
        if len(found) > 1:
            ids = ", ".join(one.id for one in found)
            raise Usage(f"`{asked}` is {len(found)} checkpoints: {ids}", "give an id")
        return found[0]

    def run(self, head: Checkpoint) -> tuple[Checkpoint, ...]:
        """Returns the line of work that led to a checkpoint, oldest first, itself last."""
        return lineage.run(self.checkpoints, head)

    def earlier(self, head: Checkpoint) -> int:
        """Returns how many checkpoints of the line of work are no longer in the tree, about."""
        run = self.run(head)
        before = lineage.ancestors(self.checkpoints, [head.id]) - {one.id for one in run}
        closed = (one.seq for one in self.checkpoints if one.id in before and not one.is_open)
        return max(0, head.seq - max(closed, default=0) - len(run))

    def check_whole(self) -> None:
        """Raises `Malformed` where a damaged file may be newer than all that can be read."""
        newest = max((one.seq for one in self.checkpoints), default=0)
        for error in sorted(self.damaged, key=lambda one: number_in(one.path), reverse=True):
            if number_in(error.path) >= newest:
                raise _to_mend(error)

    def state(self, one: Checkpoint) -> exact.Tree:
        """Returns the state of a checkpoint; raises `Malformed` where somebody made it no JSON."""
        try:
            return state_of(one, self.file(one).path)
        except Malformed as error:
            raise _to_mend(error) from error


def read(place: Place, name: str) -> Workflow:
    """Returns a workflow as it is now, without any checkpoint where nobody began it."""
    files: list[Kept] = []
    damaged: list[Malformed] = []
    with Reader(place.root) as reader:
        for path in _paths(place, name):
            try:
                content = reader.read(path, MOST_CHECKPOINT)
                files.append(Kept(parse(content, path), path, digest(content)))
            except FileNotFoundError:
                continue  # taken out just now
            except PermissionError as error:
                damaged.append(Malformed(f"cannot be read: {error.strerror}", path=path))
            except Malformed as error:
                damaged.append(error)
    return Workflow(name, tuple(files), tuple(damaged))


def names(place: Place) -> tuple[str, ...]:
    """Returns the names of all workflows that have files, in order."""
    with suppress(FileNotFoundError, NotADirectoryError, PermissionError):
        folders = sorted((place.root / WORKFLOWS).iterdir())
        return tuple(one.name for one in folders if NAME.match(one.name) and not one.is_symlink())
    return ()


def open_ones(place: Place) -> Iterator[Workflow]:
    """Yields the workflows with work left or with damage, the one that moved last first.

    Of one whose newest file says that it is done and names all others no other is read: they grow
    in number, and a brief is to be quick.
    """
    found = [whole for name in names(place) if (whole := _if_open(place, name))]
    yield from sorted(found, key=lambda one: (-one.moved, one.name))


def _if_open(place: Place, name: str) -> Workflow | None:
    paths = (*_paths(place, name),)
    if not paths or _is_done(place, paths):
        return None
    whole = read(place, name)
    return whole if whole.work.is_open or whole.damaged else None


def _is_done(place: Place, paths: tuple[str, ...]) -> bool:
    """Says whether the newest of some files does, and leaves no other to be a head."""
    newest = max(paths, key=number_in)
    with suppress(Malformed, FileNotFoundError, PermissionError), Reader(place.root) as reader:
        one = parse(reader.read(newest, MOST_CHECKPOINT), newest)
        named = {one.id, *one.parents, *one.before}
        return not one.is_open and named.issuperset(map(id_in, paths))
    return False


def _paths(place: Place, name: str) -> Iterator[str]:
    with suppress(FileNotFoundError, NotADirectoryError, PermissionError):
        for file in (place.root / WORKFLOWS / name).iterdir():
            if file.suffix == ".md" and number_in(file.name):  # what else lies there is a person's
                yield f"{WORKFLOWS}/{name}/{file.name}"


def number_in(path: str) -> int:
    """Returns the number that the name of a checkpoint's file begins with, 0 for none."""
    return _number(path.rpartition("/")[2].partition("-")[0])


def _number(text: str) -> int:
    """Returns the number of a checkpoint that a text is, 0 for none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0  # noqa: PLR2004


def _to_mend(error: Malformed) -> Malformed:
    from shlex import quote

    how = f"mend it, or in the store `git checkout HEAD -- {quote(error.path)}`"
    return Malformed(error.reason, how, path=error.path, line=error.line)


def unknown(name: str) -> NotFound:
    """Returns the complaint that nobody began a workflow."""
    return NotFound(f"there is no workflow `{name}`", "see `alma workflow list`")


def forked(workflow: Workflow) -> Forked:
    """Returns the complaint that a workflow went on in several places at once."""
    heads = workflow.heads
    told = "; ".join(
        f"{one.id} is {one.name}{f' by {one.agent}' if one.agent else ''},"
        f" {one.created:%Y-%m-%d %H:%M}"
        for one in heads
    )
    pair = f" {heads[0].id}..{heads[-1].id}" if len(heads) > 2 else ""  # noqa: PLR2004
    return Forked(
        f"`{workflow.name}` went on in {len(heads)} places at once: {told}",
        f"`alma workflow merge {workflow.name}` joins them,"
        f" `alma workflow diff {workflow.name}{pair}` shows how {'two' if pair else 'they'} differ",
        "`alma resume --at ID` and `alma checkpoint --expect ID` take one of them as it is",
        heads=tuple(
            {
                "id": one.id,
                "seq": one.seq,
                "step": one.step,
                "status": one.status.value,
                "agent": one.agent or None,
            }
            for one in heads
        ),
    )
