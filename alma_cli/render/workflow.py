"""Workflows and their checkpoints, as lines and as documents."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from alma_cli import exact
from alma_cli.checkpoint import NO_HANDOFF, Checkpoint, Offer, Work
from alma_cli.files.header import format_time
from alma_cli.printable import clean_line, shorten
from alma_cli.resumed import Resumed
from alma_cli.rules.handoff import tree_of
from alma_cli.rules.reducing import Absent, Held
from alma_cli.rules.state_changes import Change

SCHEMA = 1
MOST_VALUE = 80
"""Bytes of a value that a line shows; `--json` has all of it."""


def resumed(told: Resumed) -> exact.Tree:
    """Returns what is gone on from, with the state exactly as it was given."""
    one = told.checkpoint
    handoff, seq = told.handoff
    document = {
        "schema": SCHEMA,
        "workflow": one.workflow,
        "seq": one.seq,
        "step": one.step,
        "status": one.status.value,
        "state": told.state,
        "id": one.id,
        "parent": list(one.parents),
        "agent": one.agent or None,
        "created": format_time(one.created),
        "error": one.error,
        "note": one.note,
        "result": one.result or None,
        "handoff": {**tree_of(handoff), "seq": seq} if handoff != NO_HANDOFF else None,
        "artifacts": _artifacts(told),
        "used": list(one.used),
    }
    return exact.around(document)


def moved(one: Checkpoint, offers: Iterable[Offer] = ()) -> dict[str, object]:
    """Returns what the answer to a command that made a checkpoint says of it."""
    told: dict[str, object] = {"workflow": one.workflow, "id": one.id, "seq": one.seq}
    if not one.result:
        return told
    parts = ("step", "failed", "worked", "command")
    listed = [{part: getattr(offer, part) for part in parts} for offer in offers]
    return {**told, "result": one.result, "offers": listed}


def _artifacts(told: Resumed) -> list[dict[str, object]]:
    altered = {each.path: each.how for each in told.altered}
    return [
        {
            "path": each.path,
            "sha256": each.digest,
            "seq": each.seq,
            "now": altered.get(each.path, "same"),
        }
        for each in told.checkpoint.artifacts
    ]


def checkpoint(one: Checkpoint) -> dict[str, object]:
    """Returns a checkpoint as a document, without its state."""
    return {
        "id": one.id,
        "seq": one.seq,
        "parent": list(one.parents),
        "step": one.step,
        "status": one.status.value,
        "agent": one.agent or None,
        "created": format_time(one.created),
        "error": one.error,
        "note": one.note,
        "result": one.result or None,
    }


def lines(checkpoints: Iterable[Checkpoint], heads: Iterable[Checkpoint]) -> list[str]:
    """Returns a line for each checkpoint, with a star at each head where there are several."""
    marked = {one.id for one in heads}
    several = len(marked) > 1
    rows = [
        (
            f"{'*' if several and one.id in marked else ' ' if several else ''}{one.seq}",
            one.id,
            f"{one.created:%Y-%m-%d %H:%M}",
            one.result or one.status.value,
            clean_line(one.agent) or "-",
            _said(one),
        )
        for one in checkpoints
    ]
    return aligned(rows)


def _said(one: Checkpoint) -> str:
    what = (one.error or one.note).partition("\n")[0]
    return shorten(clean_line(": ".join(filter(None, (one.step, what)))), MOST_VALUE)


def aligned(rows: Sequence[tuple[str, ...]]) -> list[str]:
    """Returns rows as lines with their columns below one another."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]


def overview(works: Iterable[Work]) -> list[str]:
    """Returns a line for each workflow: where it stands, and when it moved last."""
    return aligned([_row(one) for one in works])


def _row(work: Work) -> tuple[str, ...]:
    moved = max((head.created for head in work.heads), default=None)
    when = f"{moved:%Y-%m-%d %H:%M}" if moved else "-"
    if len(work.heads) == 1:
        (head,) = work.heads
        return work.workflow, str(head.seq), when, head.result or head.status.value, _said(head)
    names = ", ".join(head.name for head in work.heads)
    said = f"went on in {len(work.heads)} places at once: {names}" if names else "damaged"
    return work.workflow, "-", when, "forked" if names else "-", clean_line(said)


def workflow(work: Work) -> dict[str, object]:
    """Returns where a workflow stands as a document."""
    return {
        "workflow": work.workflow,
        "open": work.is_open,
        "heads": [checkpoint(head) for head in work.heads],
    }


def change(one: Change) -> str:
    """Returns on a line what became of a part of a state."""
    old, new = (_shown(value) for value in (one.old, one.new))
    if one.old is Absent.NONE:
        return f"new      {clean_line(one.path)}: {new}"
    if one.new is Absent.NONE:
        return f"removed  {clean_line(one.path)}: {old}"
    return f"changed  {clean_line(one.path)}: {old} -> {new}"


def _shown(value: Held) -> str:
    text = "" if isinstance(value, Absent) else exact.write(value)
    return shorten(clean_line(text), MOST_VALUE)


def difference(
    name: str, old: Checkpoint, new: Checkpoint, changes: Iterable[Change]
) -> exact.Tree:
    """Returns what differs between two states; a part that is not there has no `old` or `new`."""
    return exact.around(
        {
            "schema": SCHEMA,
            "workflow": name,
            "from": checkpoint(old),
            "to": checkpoint(new),
            "changes": [_change(one) for one in changes],
        }
    )


def _change(one: Change) -> dict[str, exact.Tree]:
    values = {"old": one.old, "new": one.new}
    held: dict[str, exact.Tree] = {
        key: value for key, value in values.items() if not isinstance(value, Absent)
    }
    return {"path": one.path, **held}
