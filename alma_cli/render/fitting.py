"""Cuts an answer to its budget, and finds the memories in it that say the same."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from alma_cli.model import Kind, Outcome
from alma_cli.printable import tokens
from alma_cli.recollection import Hit, Recollection
from alma_cli.render.bullet import LEAST, SECTIONS, bullet, head
from alma_cli.text import stems
from alma_cli.value import replace

MOST = 4096
"""Bytes that the texts of one memory take at most where a budget is tight."""
Write = Callable[[Hit, int], str]
"""Writes a memory with so many bytes of text."""


def in_prompt(hit: Hit, most: int) -> str:
    """Returns a memory as a prompt has it."""
    return f"| - {bullet(hit, most)}\n"


def room(recollection: Recollection) -> int:
    """Returns the tokens that an answer leaves to its memories, once its frame is paid for."""
    kinds = {hit.kind for hit in recollection.hits}
    names = [name for kind, name in SECTIONS if kind in kinds]
    fence = f"<alma-memories {'0' * 8}>\n</alma-memories {'0' * 8}>\n"
    lines = "".join(f"| {line}\n" for line in head(recollection))
    return recollection.budget - tokens(fence + lines + "".join(f"| {n}:\n" for n in names))


def lengths(recollection: Recollection, write: Write = in_prompt) -> int:
    """Returns the bytes that the texts of each memory may take so that all fit, 0 for all."""
    most = room(recollection)
    whole = [(hit, write(hit, 0)) for hit in recollection.shown]

    def cost(length: int) -> int:
        # What is no longer than that with all around its texts need not be cut to know its cost.
        fits = (text if _size(text) <= length else write(hit, length) for hit, text in whole)
        return sum(map(tokens, fits))

    if sum(tokens(text) for _, text in whole) <= most:
        return 0
    low, high = LEAST, min(MOST, max((_size(text) for _, text in whole), default=LEAST))
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if cost(middle) <= most else (low, middle - 1)
    return low


def fit(recollection: Recollection) -> Recollection:
    """Returns the answer with as many memories as fit its budget when they are shortened.

    The worst go first, but one anti-pattern keeps its place: what not to do is worth most.
    """
    costs = {hit.record.id: tokens(in_prompt(hit, LEAST)) for hit in recollection.shown}
    kept = list(recollection.shown)
    while len(kept) > 1 and sum(costs[hit.record.id] for hit in kept) > room(recollection):
        warnings = [hit for hit in kept if hit.kind is Kind.ANTI_PATTERN]
        dropped = kept.pop(-1 if [kept[-1]] != warnings else -2).record.id
        hits = (h for h in recollection.hits if dropped not in {h.record.id, h.duplicate_of})
        recollection = replace(recollection, hits=tuple(hits))
    return recollection


def told_once(hits: Iterable[Hit], most: int) -> tuple[Hit, ...]:
    """Returns at most so many hits: those that say something of their own, then copies of them.

    A copy says what an earlier hit of its kind says, of an outcome also how it ended; it is marked
    with the id of that one, which counts it. No more hits are asked for than it takes.
    """
    earlier: dict[tuple[Kind, str, tuple[str, ...]], list[Hit]] = {}
    copies: dict[str, int] = {}
    told: list[Hit] = []
    room = most
    for hit in hits:
        title = hit.record.title
        ended = hit.record.result if isinstance(hit.record, Outcome) else ""
        said = tuple(stems(title)) or (title.casefold(),)
        alike = earlier.setdefault((hit.kind, ended, said), [])
        first = next((one.record for one in alike if _same(one.record.title, title)), None)
        if first is None:
            alike.append(hit)
            room -= 1
        else:
            copies[first.id] = copies.get(first.id, 0) + 1
        told.append(replace(hit, duplicate_of=first.id if first else ""))
        if not room:
            break
    kept = {one.record.id for one in [one for one in told if one.duplicate_of][:room]}
    return tuple(
        replace(one, copies=copies.get(one.record.id, 0))
        for one in told
        if not one.duplicate_of or one.record.id in kept
    )


def _size(text: str) -> int:
    return len(text.encode())


def _same(one: str, other: str) -> bool:
    if one == other:
        return True
    from alma_cli.rules.matching import compare  # patterns that few answers need

    return compare(one, other).same
