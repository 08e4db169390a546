"""What is looked at in the file of a checkpoint: where it lies, and its words."""

from __future__ import annotations

from collections.abc import Iterator

from alma_cli.check import codes, memories
from alma_cli.check.facts import Saved
from alma_cli.check.finding import Finding
from alma_cli.place import id_in, workflow_in
from alma_cli.workflows import number_in


def looked_at(saved: Saved) -> Iterator[Finding]:
    """Finds what is wrong with a checkpoint; agents resume from it, so its words count too."""
    yield from _place(saved)
    yield from memories.said(saved.path, saved.content, saved.parts, saved.allowed_secret)


def _place(saved: Saved) -> Iterator[Finding]:
    said, named, folder = saved.parts.header, id_in(saved.path), workflow_in(saved.path)
    if named and said["id"] != named:
        message = f"is named `{named}`, but its header has the id `{said['id']}`, which counts"
        yield Finding(codes.OTHER_ID, message, saved.path, _line_of(saved, "id"))
    number = number_in(saved.path)
    if number and said["seq"] != number:
        message = f"is numbered {number}, but its header has the number {said['seq']}, which counts"
        yield Finding(codes.OTHER_ID, message, saved.path, _line_of(saved, "seq"))
    if said.get("workflow", folder) != folder:
        message = f'says `workflow = "{said["workflow"]}"`, but lies in the folder of `{folder}`'
        yield Finding(codes.OTHER_FOLDER, message, saved.path, _line_of(saved, "workflow"))


def _line_of(saved: Saved, key: str) -> int:
    lines = saved.content.decode("utf-8-sig").split("\n")
    return next((n for n, line in enumerate(lines, 1) if line.startswith(key)), 1)
