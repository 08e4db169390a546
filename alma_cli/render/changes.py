"""Events, and what differs between two moments, as lines and as documents."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime

from alma_cli.files.header import format_time
from alma_cli.git.events import Event
from alma_cli.model import Outcome, Stored
from alma_cli.printable import clean_line, shorten
from alma_cli.rules.differences import Difference, Differences, Field
from alma_cli.rules.evidence import Evidence

SCHEMA = 1
MOST_VALUE = 160
"""Bytes of a value that a line shows; `--json` has all of it."""
_SENTENCE_END = re.compile(r"(?<=[.!?:;])\s+")


def event_line(event: Event, then: Evidence | None = None) -> str:
    """Returns an event on a line: id, commit, time, author, agent, what, the evidence after it."""
    who = f"{event.agent}: " if event.agent else ""
    said = clean_line(f"{who}{event.summary}")
    about = [*(["squashed"] if event.squashed else []), *([weighed(then)] if then else [])]
    ending = f"  [{' · '.join(about)}]" if about else ""
    when = f"{event.at:%Y-%m-%d %H:%M}  {clean_line(event.by)}"
    return f"{event.event}  {event.commit[:7]}  {when}  {said}{ending}"


def memory_line(memory: Stored, now: Evidence | None, *, damaged: bool = False) -> str:
    """Returns the memory whose events are told, with the evidence for it now."""
    record = memory.record
    gone = "damaged" if damaged else "gone"
    standing = record.result.value if isinstance(record, Outcome) else weighed(now) if now else gone
    return f'{record.kind.value} {record.id} "{clean_line(record.title)}": {standing}'


def event_document(event: Event) -> dict[str, object]:
    """Returns an event as `--json` tells it."""
    return {
        "event": event.event,
        "commit": event.commit,
        "agent": event.agent,
        "verb": event.verb,
        "summary": event.summary,
        "by": event.by,
        "at": format_time(event.at),
        "memories": list(event.memories),
        "undoes": event.undoes or None,
        "squashed": event.squashed,
    }


def log_document(
    events: Iterable[Event],
    pending: int,
    memory: Stored | None,
    then: Mapping[str, Evidence],
    now: Evidence | None,
) -> dict[str, object]:
    """Returns a log as a document; of one memory also the evidence for it then and now."""
    told: dict[str, object] = {"schema": SCHEMA, "pending": pending}
    if memory is None:
        return told | {"events": [event_document(event) for event in events]}
    record = memory.record
    about = {"id": record.id, "kind": record.kind.value, "agent": record.agent}
    about |= {"title": record.title, "path": memory.path}
    return told | {
        "memory": {**about, **_belief(now)},
        "events": [event_document(one) | _belief(then.get(one.event)) for one in events],
    }


def lines(told: Differences) -> str:
    """Returns what differs, a paragraph for each memory and a line for each other file."""
    rows = [_row(one) for one in told.memories]
    widths = [max((len(row[column]) for row in rows), default=0) for column in range(4)]
    found = []
    for one, row in zip(told.memories, rows, strict=True):
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=False)]
        found.append("  ".join([*cells, row[4]]))
        found += [f"  {line}" for line in details(one)]
    found += [f"{what.value}  {clean_line(path)}" for what, path in told.files]
    return "\n".join(found)


def _row(one: Difference) -> tuple[str, str, str, str, str]:
    record = one.stored.record
    return one.what.value, record.id, record.agent, record.kind.value, clean_line(record.title)


def details(one: Difference, most: int = MOST_VALUE) -> Iterable[str]:
    """Returns what became of a memory, a line each part, of a value at most so many bytes."""
    if one.reason:
        yield f"because: {clean_line(one.reason)}"
    if one.heir:
        yield f"by: {one.heir}"
    for part in one.fields:
        yield from _field_lines(part, most)
    match one.before, one.after:
        case None, Evidence() as after:
            yield f"confidence: {weighed(after)}"
        case Evidence() as before, None:
            yield f"confidence was: {weighed(before)}"
        case Evidence() as before, Evidence() as after:
            yield f"confidence: {weighed(before)} -> {weighed(after)}"
        case _:
            pass


def _field_lines(part: Field, most: int) -> Iterable[str]:
    if part.name == "file":
        yield "what it says is the same, its bytes are not"
        return
    told = _apart(_shown(part.old), _shown(part.new), most)
    old, new = (shorten(value, most) for value in told)
    if old and new:
        yield f"{part.name}: {old}"
        yield f"{'->':>{len(part.name) + 1}} {new}"
    else:
        yield f"{part.name}: {f'added {new}' if new else f'removed {old}'}"


def _apart(old: str, new: str, most: int) -> tuple[str, str]:
    """Returns of two long texts what only one of them says, sentence by sentence.

    Both would be cut, and what differs may stand at the end.
    """
    if max(len(old), len(new)) <= most:
        return old, new
    before, after = _SENTENCE_END.split(old), _SENTENCE_END.split(new)
    gone = [each for each in dict.fromkeys(before) if each not in after]
    come = [each for each in dict.fromkeys(after) if each not in before]
    return (" ... ".join(gone), " ... ".join(come)) if gone or come else (old, new)


def _shown(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(map(_shown, value))
    return format_time(value) if isinstance(value, datetime) else clean_line(str(value))


def weighed(evidence: Evidence) -> str:
    """Returns evidence in short: `0.67 tentative (1 for, 0 against)`."""
    status = f" {evidence.status.value}" if evidence.status else ""
    return f"{evidence.mean:.2f}{status} ({evidence.wins} for, {evidence.losses} against)"


def diff_document(told: Differences) -> dict[str, object]:
    """Returns what differs as `--json` tells it."""
    return {
        "schema": SCHEMA,
        "from": {"name": told.old, "commit": told.old_commit or None},
        "to": {"name": told.new, "commit": told.new_commit or None},
        "memories": [_difference(one) for one in told.memories],
        "files": [{"what": what.value, "path": path} for what, path in told.files],
        "damaged": list(told.damaged),
    }


def _difference(one: Difference) -> dict[str, object]:
    record = one.stored.record
    weighs = one.before is not None or one.after is not None
    return {
        "what": one.what.value,
        "id": record.id,
        "kind": record.kind.value,
        "agent": record.agent,
        "title": record.title,
        "path": one.stored.path,
        "fields": [
            {"name": part.name, "old": _plain(part.old), "new": _plain(part.new)}
            for part in one.fields
        ],
        "reason": one.reason or None,
        "superseded_by": one.heir or None,
        "before": _belief(one.before) if weighs else None,
        "after": _belief(one.after) if weighs else None,
    }


def _belief(evidence: Evidence | None) -> dict[str, object]:
    """Returns evidence as a document; of a memory that is not there, three times nothing."""
    if evidence is None:
        return {"confidence": None, "status": None, "evidence": None}
    return {
        "confidence": round(evidence.mean, 4),
        "status": evidence.status.value if evidence.status else None,
        "evidence": {"for": evidence.wins, "against": evidence.losses},
    }


def _plain(value: object) -> object:
    if isinstance(value, tuple):
        return list(value)
    if isinstance(value, datetime):
        return format_time(value)
    return value if isinstance(value, int) else str(value)
