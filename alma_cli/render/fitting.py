"""Cuts an answer to its budget, and finds the memories in it that say the same."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from alma_cli.model import Kind
from alma_cli.printable import tokens
from alma_cli.recollection import Hit, Recollection
from alma_cli.render.bullet import LEAST, SECTIONS, bullet, collapsed, head
from alma_cli.text import stems
from alma_cli.value import replace

MOST = 4096
"""Bytes that the texts of one memory take at most where a budget is tight."""
Write = Callable[[Hit, int, int], str]
"""Writes a memory with so many bytes of text, and how many more say the same."""


def in_prompt(hit: Hit, most: int, copies: int) -> str:
    """Returns a memory as a prompt has it."""
    return f"| - {bullet(hit, most, copies)}\n"


def room(recollection: Recollection) -> int:
    """Returns the tokens that an answer leaves to its memories, once its frame is paid for."""
    kinds = {hit.kind for hit in recollection.hits}
    names = [name for kind, name in SECTIONS if kind in kinds]
    fence = f"<alma-memories {'0' * 8}>\n</alma-memories {'0' * 8}>\n"
    lines = "".join(f"| {line}\n" for line in head(recollection))
    return recollection.budget - tokens(fence + lines + "".join(f"| {n}:\n" for n in names))


def lengths(recollection: Recollection, write: Write = in_prompt) -> int:
    """Returns the bytes that the texts of each memory may take so that all fit, 0 for all."""
    shown = collapsed(recollection)
    most = room(recollection)

    def cost(length: int) -> int:
        return sum(tokens(write(hit, length, copies)) for hit, copies in shown)

    if cost(0) <= most:
        return 0
    low, high = LEAST, MOST
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if cost(middle) <= most else (low, middle - 1)
    return low


def fit(recollection: Recollection) -> Recollection:
    """Returns the answer with as many memories as fit its budget when they are shortened.

    The worst go first, but one anti-pattern keeps its place: what not to do is worth most.
    """
    costs = {hit.record.id: tokens(in_prompt(hit, LEAST, MOST)) for hit in recollection.hits}
    kept = list(recollection.hits)
    while len(kept) > 1 and sum(costs[hit.record.id] for hit in kept) > room(recollection):
        warnings = [hit for hit in kept if hit.kind is Kind.ANTI_PATTERN]
        kept.remove(kept[-1] if [kept[-1]] != warnings else kept[-2])
        recollection = replace(recollection, hits=tuple(kept))
    return recollection


def mark_duplicates(hits: Iterable[Hit]) -> tuple[Hit, ...]:
    """Returns the hits, each that says what an earlier one of its kind says marked with its id."""
    earlier: dict[tuple[Kind, tuple[str, ...]], list[Hit]] = {}
    marked = []
    for hit in hits:
        title = hit.record.title
        words = tuple(stems(title)) or (title.casefold(),)
        alike = earlier.setdefault((hit.kind, words), [])
        first = next((one for one in alike if _same(one.record.title, title)), None)
        if first is None:
            alike.append(hit)
        marked.append(hit if first is None else replace(hit, duplicate_of=first.record.id))
    return tuple(marked)


def _same(one: str, other: str) -> bool:
    if one == other:
        return True
    from alma_cli.rules.matching import compare  # patterns that few answers need

    return compare(one, other).same
