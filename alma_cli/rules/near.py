"""The nearest of several known words to one that is not known, for "did you mean"."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

CUT: Final = 70.0
"""Similarity in percent below which a suggestion is noise."""


def nearest(word: str, known: Iterable[str]) -> str:
    """Returns the known word that is most like `word`, "" when none is near."""
    from rapidfuzz import process
    from rapidfuzz.distance import JaroWinkler

    found = process.extractOne(
        word, sorted(known), scorer=JaroWinkler.normalized_similarity, score_cutoff=CUT / 100
    )
    return str(found[0]) if found else ""
