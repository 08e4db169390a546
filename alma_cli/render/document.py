"""Values as JSON documents; their keys are a promise that a test holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

from alma_cli.errors import AlmaError, Forked
from alma_cli.files.header import format_time
from alma_cli.model import Applied, Change, Draft, Memory, Outcome, Put, Remove
from alma_cli.place import id_in, workflow_in
from alma_cli.recollection import Hit, Recollection
from alma_cli.value import parts_of

if TYPE_CHECKING:
    from alma_cli.checkpoint import Work

SCHEMA = 1


EvidenceDocument = TypedDict("EvidenceDocument", {"for": int, "against": int})
"""How many outcomes speak for and against a memory."""


class HitDocument(TypedDict):
    """One memory of an answer."""

    id: str
    kind: str
    agent: str
    domain: str
    tags: list[str]
    title: str
    text: str
    when: str
    why: str
    better: str
    score: float
    nearness: float | None
    confidence: float
    status: str | None
    evidence: EvidenceDocument
    inherited: str | None
    reviewed: bool | None
    duplicate_of: str | None
    ref: str | None
    path: str
    reasons: list[dict[str, object]]


class OmittedDocument(TypedDict):
    """How many memories were left out, and why."""

    floor: int
    budget: int
    scope: int
    unreviewed: int
    doubted: int


class RecallDocument(TypedDict):
    """The answer to a recall."""

    schema: int
    agent: str
    query: str
    match: str
    digest: str
    hits: list[HitDocument]
    workflows: list[dict[str, object]]
    omitted: OmittedDocument


def recollection(answer: Recollection) -> RecallDocument:
    """Returns an answer as `--json`, the API and MCP give it."""
    omitted = answer.omitted
    return {
        "schema": SCHEMA,
        "agent": answer.agent,
        "query": answer.query,
        "match": answer.match.value,
        "digest": answer.digest,
        "hits": [hit_document(hit) for hit in answer.hits],
        "workflows": [_work(work) for work in answer.works],
        "omitted": {
            "floor": omitted.floor,
            "budget": omitted.budget,
            "scope": omitted.scope,
            "unreviewed": omitted.unreviewed,
            "doubted": omitted.doubted,
        },
    }


def _work(work: Work) -> dict[str, object]:
    from alma_cli.render.workflow import workflow  # few answers have one

    return workflow(work)


def hit_document(hit: Hit) -> HitDocument:
    """Returns one memory with the reasons it was found."""
    record = hit.record
    advice = record if isinstance(record, Memory) else None
    text = advice.text if advice else _outcome_text(record)
    return {
        "id": record.id,
        "kind": record.kind.value,
        "agent": record.agent,
        "domain": record.domain,
        "tags": list(record.tags),
        "title": record.title,
        "text": text,
        "when": advice.when if advice else "",
        "why": advice.why if advice else "",
        "better": advice.better if advice else "",
        "score": round(hit.score, 4),
        "nearness": None if hit.nearness is None else round(hit.nearness, 4),
        "confidence": round(hit.evidence.mean, 4),
        "status": hit.evidence.status.value if hit.evidence.status else None,
        "evidence": {"for": hit.evidence.wins, "against": hit.evidence.losses},
        "inherited": hit.inherited or None,
        "reviewed": hit.reviewed,
        "duplicate_of": hit.duplicate_of or None,
        "ref": record.source.ref or None,
        "path": hit.stored.path,
        "reasons": [
            {"name": reason.name, "value": round(reason.value, 4), "words": reason.words}
            for reason in hit.reasons
        ],
    }


def _outcome_text(record: Memory | Outcome) -> str:
    if not isinstance(record, Outcome):
        return record.text
    parts = [("Task", record.task), ("Error", record.error), ("Notes", record.notes)]
    return "\n".join(
        f"{name}: {text}" for name, text in [("Result", record.result), *parts] if text
    )


def written(draft: Draft, applied: Applied | None) -> dict[str, object]:
    """Returns what a writing command did; `applied` is None for a dry run."""
    lesson = draft.lesson
    plan = applied.plan if applied else draft.plan
    document: dict[str, object] = {
        "schema": SCHEMA,
        "event": plan.event if plan.changes else None,
        "commit": applied.commit if applied else None,
        "written": [_changed(change) for change in plan.changes if isinstance(change, Put)],
        "removed": [_changed(change) for change in plan.changes if isinstance(change, Remove)],
        "lesson": lesson and {"id": lesson.id, "new": lesson.new, "similarity": lesson.similarity},
        "notes": list(draft.notes),
        "warnings": [*draft.warnings, *(applied.warnings if applied else ())],
    }
    if applied is None:
        document["dry_run"] = True
    elif applied.deferred:
        document["pending"] = applied.deferred
    return document


def _changed(change: Change) -> dict[str, object]:
    if workflow_in(change.path):
        return {"id": id_in(change.path) or None, "kind": "checkpoint", "path": change.path}
    kind = change.kind.value if change.kind else None
    return {"id": change.id or None, "kind": kind, "path": change.path}


def failed(error: AlmaError) -> dict[str, object]:
    """Returns an error as `--json` tells it."""
    about = {"code": error.code, "message": error.message, "hints": list(error.hints)}
    heads = {"heads": list(error.heads)} if isinstance(error, Forked) else {}
    return {"schema": SCHEMA, "error": about, **heads}


def memory(hit: Hit) -> dict[str, object]:
    """Returns one memory by itself, with all that its file says."""
    record = hit.record
    source = {
        key: value for key in parts_of(record.source) if (value := getattr(record.source, key))
    }
    document: dict[str, object] = dict(hit_document(hit))
    for key in ("score", "nearness", "reasons", "duplicate_of", "inherited", "reviewed"):
        document.pop(key)
    document |= {"created": format_time(record.created), "source": source}
    if isinstance(record, Outcome):
        names = ("task", "strategy", "error", "notes", "workflow", "duration_ms")
        document |= {"result": record.result.value, "lessons": list(record.lessons)}
        document |= {"used": list(record.used), **{name: getattr(record, name) for name in names}}
    else:
        confirmed = hit.evidence.confirmed
        document |= {"last_confirmed": format_time(confirmed) if confirmed else None}
        document |= {"origin": record.origin.value, "code": record.code}
        document |= {"supersedes": list(record.supersedes), "paths": list(record.paths)}
    return document
