"""A review as a document, for programs."""

from __future__ import annotations

from alma_cli.check.finding import document as checked_document
from alma_cli.flow.probing import Asked
from alma_cli.render.changes import diff_document
from alma_cli.review.compare import Review
from alma_cli.review.watched import Watched


def document(review: Review, markdown: str) -> dict[str, object]:
    """Returns all that is known; `markdown` is the same as a comment."""
    checked = checked_document(review.checked, (), strict=False)
    violated = any(one.after.violated for one in review.watched)
    return {
        **diff_document(review.told),
        "ok": bool(checked["ok"]) and not violated,
        "check": {key: checked[key] for key in ("errors", "warnings", "ignored", "findings")},
        "probes": [_watched(one) for one in review.watched],
        "markdown": markdown,
    }


def _watched(one: Watched) -> dict[str, object]:
    probe = one.after.probe
    return {
        "agent": probe.agent,
        "query": probe.query,
        "must": list(probe.must),
        "must_not": list(probe.must_not),
        "removed": not one.known,
        "violated": list(one.after.violated),
        "weakened": list(one.weakened),
        "changed": one.is_changed,
        "steps": [
            {
                "id": step.id,
                "title": step.title,
                "before": step.before or None,
                "after": step.after or None,
            }
            for step in one.steps
        ],
        "before": _asked(one.before),
        "after": _asked(one.after),
    }


def _asked(asked: Asked | None) -> dict[str, object] | None:
    if asked is None or asked.answer is None:
        return None
    return {"memories": list(asked.told), "prompt": asked.text}
