"""An answer as text for a model: fenced, so that nothing in a memory can pretend to be outside."""

from __future__ import annotations

from collections.abc import Iterable

from alma_cli.recollection import Recollection
from alma_cli.render.bullet import SECTIONS, bullet, head
from alma_cli.render.fitting import lengths

PREFIX = "| "


def prompt(recollection: Recollection) -> str:
    """Returns the answer as a block to paste into a prompt, "" when there is nothing to say.

    Every line inside the fence starts with `| `, memories are on one line each, and the fence
    carries the first 8 hex digits of the answer's digest, so no content can forge it.
    """
    if recollection.is_empty:
        return ""
    inside = [*head(recollection), *sections(recollection)]
    return fenced("alma-memories", recollection.digest, inside)


def fenced(name: str, digest: str, inside: Iterable[str]) -> str:
    """Returns lines in a fence that is named after a digest of what stands in it."""
    nonce = digest[:8]
    lines = (f"{PREFIX}{line}".rstrip() for line in inside)
    return "\n".join([f"<{name} {nonce}>", *lines, f"</{name} {nonce}>", ""])


def sections(recollection: Recollection, heading: str = "{}:") -> list[str]:
    """Returns the memories by kind, what to avoid first, a bullet each, within the budget."""
    most = lengths(recollection)
    lines = []
    for kind, name in SECTIONS:
        shown = [hit for hit in recollection.shown if hit.kind is kind]
        if shown:
            lines += [heading.format(name)]
            lines += [f"- {bullet(hit, most)}" for hit in shown]
    return lines


def remarks(answer: Recollection, least: float | None = None) -> list[str]:
    """Returns what is said beside an answer: why it is empty, what it leaves out.

    `least` is the confidence that was asked for, if any.
    """
    omitted = answer.omitted
    doubted = "refuted" if least is None else f"believed less than {least:g}"
    counts = [
        (omitted.floor, "below the floor"),
        (omitted.budget, "over budget"),
        (omitted.scope, "hidden by scope"),
        (omitted.unreviewed, "unreviewed"),
        (omitted.doubted, doubted),
    ]
    left_out = ", ".join(f"{count} {why}" for count, why in counts if count)
    if not answer.hits:
        if not answer.query and not left_out:
            return [f"no memories yet for {answer.agent}"]
        what = "nothing relevant" if answer.query else "nothing to begin with"
        return [f"{what} for {answer.agent}" + (f" ({left_out})" if left_out else "")]
    return [f"left out: {left_out}"] if left_out else []
