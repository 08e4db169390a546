"""Cuts an answer to its budget, and finds the memories in it that say the same."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from alma_cli.model import Kind
from alma_cli.recollection import Hit
from alma_cli.render.bullet import FRAME, least_cost
from alma_cli.text import stems


def fit(hits: Iterable[Hit], budget: int) -> tuple[tuple[Hit, ...], int]:
    """Returns the hits that fit into so many tokens when shortened, and how many do not.

    The worst go first, but one anti-pattern keeps its place: what not to do is worth most.
    """
    kept = list(hits)
    costs = {hit.record.id: least_cost(hit) for hit in kept}
    dropped = 0
    while len(kept) > 1 and sum(costs[hit.record.id] for hit in kept) > budget - FRAME:
        warnings = [hit for hit in kept if hit.kind is Kind.ANTI_PATTERN]
        last = kept[-1] if [kept[-1]] != warnings else kept[-2]
        kept.remove(last)
        dropped += 1
    return tuple(kept), dropped


def mark_duplicates(hits: Iterable[Hit]) -> tuple[Hit, ...]:
    """Returns the hits, each that says what an earlier one of its kind says marked with its id."""
    first: dict[tuple[Kind, tuple[str, ...]], str] = {}
    marked = []
    for hit in hits:
        says = (hit.kind, tuple(stems(hit.record.title)))
        earlier = first.setdefault(says, hit.record.id)
        marked.append(hit if earlier == hit.record.id else replace(hit, duplicate_of=earlier))
    return tuple(marked)
