"""What a memory stands on, as a page and as a document."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from alma_cli.files.header import format_time
from alma_cli.git.events import Event
from alma_cli.model import Memory
from alma_cli.printable import clean_line, shorten
from alma_cli.recollection import Grounds, Witness
from alma_cli.render.bullet import counted
from alma_cli.render.changes import event_document, event_line
from alma_cli.render.document import memory

MOST = 160
"""Bytes of a task that a line shows; `--json` has all of it."""


def page(grounds: Grounds, events: Sequence[Event] | None) -> str:
    """Returns it in paragraphs: what it is, what speaks for and against it, who made it so."""
    return "\n\n".join("\n".join(block) for block in _blocks(grounds, events) if block)


def _blocks(grounds: Grounds, events: Sequence[Event] | None) -> Iterator[list[str]]:
    record = grounds.hit.record
    about = " · ".join(counted(grounds.hit))
    yield [
        f"{record.kind.value} {record.id}: {clean_line(record.title)}",
        f"  of {record.agent}, about {record.domain}" + (f"  [{about}]" if about else ""),
    ]
    if isinstance(record, Memory):
        yield [_sum(grounds), _confirmed(grounds), *map(_witness, grounds.witnesses)]
    if grounds.contradictions:
        yield [
            "contradicted by",
            *(
                f"  {one.hit.short}  {one.hit.record.agent}  {one.hit.kind.value}"
                f"  {clean_line(one.hit.record.title)}  ({one.because})"
                for one in grounds.contradictions
            ),
        ]
    yield [f"read by {', '.join(grounds.readers) or 'nobody'}"]
    if events is None:
        yield ["no history: the store is in no git repository"]
    else:
        yield ["events", *(f"  {event_line(one)}" for one in events)]


def _sum(grounds: Grounds) -> str:
    """Returns the confidence as it is counted: (a + for) / (a + for + b + against)."""
    before, (a, b) = grounds.hit.record, grounds.prior
    for_ = sum(one.weight for one in grounds.witnesses if one.weight > 0)
    against = -sum(one.weight for one in grounds.witnesses if one.weight < 0)
    origin = f", {before.origin.value}" if isinstance(before, Memory) and before.origin else ""
    counted_as = f"({a:g} + {for_:.2f}) / ({a:g} + {for_:.2f} + {b:g} + {against:.2f})"
    return f"confidence {grounds.hit.evidence.mean:.2f} = {counted_as}{origin}"


def _confirmed(grounds: Grounds) -> str:
    confirmed = grounds.hit.evidence.confirmed
    return f"last confirmed {confirmed:%Y-%m-%d}" if confirmed else "never confirmed"


def _witness(witness: Witness) -> str:
    outcome = witness.outcome
    task = shorten(clean_line(outcome.task), MOST)
    said = f" on {task}" if task else ""
    about = f"{outcome.id[:4]}  {outcome.created:%Y-%m-%d}  {outcome.result.value:<8}"
    return f"  {witness.weight:+.2f}  {about} {outcome.agent}{said}"


def document(grounds: Grounds, events: Sequence[Event] | None) -> dict[str, object]:
    """Returns it as a document; weights are as they count at this moment."""
    a, b = grounds.prior
    return {
        "schema": 1,
        **memory(grounds.hit),
        "prior": {"for": a, "against": b},
        "outcomes": [
            {
                "id": one.outcome.id,
                "result": one.outcome.result.value,
                "agent": one.outcome.agent,
                "task": one.outcome.task,
                "created": format_time(one.outcome.created),
                "weight": round(one.weight, 4),
            }
            for one in grounds.witnesses
        ],
        "contradicted_by": [
            {**memory(one.hit), "because": one.because} for one in grounds.contradictions
        ],
        "readers": list(grounds.readers),
        "events": None if events is None else [event_document(one) for one in events],
    }
