"""What is known of a memory besides its words, as bounded shares of how well it fits.

    score = relevance * (1 + the sum of the shares)

Each share is a bound times a number in -1..1, so a memory passes another only if it fits at least
`LEAST_FIT` as well. docs/ranking.md says why the bounds are what they are.
"""

from __future__ import annotations

from typing import Final

from alma_cli.model import LESSONS, Kind
from alma_cli.rules.evidence import Evidence
from alma_cli.value import frozen

CONFIDENCE: Final = 0.10
"""Gained or lost at most by how far a memory is believed."""
RECENCY: Final = 0.05
"""Gained at most by what is new, or was just borne out."""
EXPERIENCE: Final = 0.05
"""Gained or lost at most by what became of it in the hands of the agent that asks."""
PATHS: Final = 0.10
"""Gained by what is about a file that was named."""
INHERITED: Final = 0.03
"""Lost by what another agent learned in its work."""

MOST: Final = CONFIDENCE + RECENCY + EXPERIENCE + PATHS
LEAST: Final = -(CONFIDENCE + EXPERIENCE + INHERITED)
LEAST_FIT: Final = (1 + LEAST) / (1 + MOST)
"""The share of another memory's relevance that one needs at least to pass it: 0.63."""
NAMES: Final = ("confidence", "recency", "evidence", "paths", "inherited")
"""What the shares are called, in their order."""


@frozen
class Known:
    """What is known of a memory when somebody asks.

    `own` is the evidence by the reader itself, `age` the days since the memory or its newest
    outcome, `inherited` the other agent it comes from, `covered` the glob of the memory that covers
    a file that was named, and that file.
    """

    kind: Kind
    evidence: Evidence
    own: Evidence
    age: float
    half_life: float
    inherited: str = ""
    covered: tuple[str, str] = ("", "")


def shares(known: Known) -> tuple[float, ...]:
    """Returns what counts for and against a memory, by `NAMES`; within `LEAST` and `MOST`."""
    evidence = known.evidence
    # What advises nothing has feedback but no confidence: it is neither doubted nor believed first.
    belief = 2 * evidence.caution - 1 if known.kind in LESSONS else evidence.lean
    return (
        CONFIDENCE * belief,
        RECENCY * 0.5 ** min(known.age / known.half_life, 1000.0),
        EXPERIENCE * known.own.lean,
        PATHS if known.covered[0] else 0.0,
        -INHERITED if known.inherited else 0.0,
    )


def words(known: Known) -> tuple[str, ...]:
    """Returns what each of the shares rests on."""
    evidence = known.evidence
    right = f": right {100 * evidence.caution:.0f} % of the time or more, 90 % sure"
    glob, file = known.covered
    return (
        said(evidence) + (right if known.kind in LESSONS else ""),
        _ago(known),
        f"in this agent's hands: {said(known.own)}",
        f"{glob} covers {file}" if glob else "about no file that was named",
        f"from {known.inherited or 'nobody else'}",
    )


def score(relevance: float, shares: tuple[float, ...]) -> float:
    """Returns how high a memory stands, from its relevance (0..1)."""
    return relevance * (1 + sum(shares))


def said(evidence: Evidence) -> str:
    """Returns evidence in words: `5 for, 1 against`."""
    return f"{evidence.wins} for, {evidence.losses} against"


def _ago(known: Known) -> str:
    days = int(known.age)
    ago = "today" if not days else f"{days} day{'' if days == 1 else 's'} ago"
    return f"made or last tried {ago}"
