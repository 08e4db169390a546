"""What is said about an answer beside it: why it is empty, and what it leaves out."""

from __future__ import annotations

from alma_cli.recollection import Recollection


def remarks(answer: Recollection, least: float | None = None) -> list[str]:
    """Returns the lines; `least` is the confidence that was asked for, if any."""
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
