"""One memory in one bullet: title, why, what instead, and how far to believe it."""

from __future__ import annotations

from typing import Final

from alma_cli.model import LESSONS, Kind, Outcome
from alma_cli.printable import clean_line, shorten, tokens
from alma_cli.recollection import Hit, Recollection
from alma_cli.rules.evidence import word

SECTIONS: Final = (
    (Kind.ANTI_PATTERN, "Avoid"),
    (Kind.HEURISTIC, "Do"),
    (Kind.KNOWLEDGE, "Know"),
    (Kind.PREFERENCE, "Preferences"),
    (Kind.OUTCOME, "Before"),
)
"""The order an agent reads an answer in: what not to do comes first."""
SHORT_ID: Final = 4
LEAST: Final = 80
"""Characters that a shortened memory keeps at least."""
MOST_QUERY: Final = 80
"""Characters of a question that an answer repeats."""
FRAME: Final = 130
"""Tokens that the lines around the memories of a prompt take at most."""


def short_ids(hits: tuple[Hit, ...]) -> dict[str, str]:
    """Returns the shortest prefix of each id, 4 characters or more, that no other one here has."""
    ids = [hit.record.id for hit in hits]
    shorts = {}
    for one in ids:
        size = SHORT_ID
        while any(other != one and other.startswith(one[:size]) for other in ids):
            size += 1
        shorts[one] = one[:size]
    return shorts


def bullet(hit: Hit, short: str, most: int = 0, copies: int = 0) -> str:
    """Returns a memory on one line; `most` is how many characters its texts take, 0 for all."""
    parts = [_ended(clean_line(hit.record.title))]
    parts += [_ended(f"{label}: {clean_line(text)}") for label, text in _texts(hit) if text]
    said = " ".join(parts)
    room = max(most, len(parts[0]), LEAST) if most else 0
    return f"{shorten(said, room) if room else said} [{label_of(hit, short, copies)}]"


def _texts(hit: Hit) -> tuple[tuple[str, str], ...]:
    record = hit.record
    if isinstance(record, Outcome):
        strategy = "" if record.strategy == record.title else record.strategy
        return (
            ("Task", record.task),
            ("Tried", strategy),
            ("Error", record.error),
            ("Note", record.notes),
        )
    body = (("", record.text),)
    if record.kind is Kind.ANTI_PATTERN:
        return (("Why", record.why), ("Instead", record.better), *body, ("When", record.when))
    return (*body, ("When", record.when), ("Why", record.why), ("Instead", record.better))


def _ended(text: str) -> str:
    text = text.removeprefix(": ")
    return text if text[-1:] in ".!?:;" else f"{text}."


def label_of(hit: Hit, short: str, copies: int = 0) -> str:
    """Returns what stands in brackets behind a memory: id, evidence, confidence, owner."""
    parts = [short, *counted(hit)]
    if hit.inherited:
        parts.append(f"from {hit.inherited}")
    if copies:
        parts.append(f"and {copies} more like it")
    return " · ".join(parts)


def counted(hit: Hit) -> list[str]:
    """Returns the evidence for a memory in words, then its confidence."""
    record, evidence = hit.record, hit.evidence
    if isinstance(record, Outcome):
        return [record.result.value, f"{record.created:%Y-%m-%d}"]
    parts = []
    if evidence.failures:
        parts.append(plural(evidence.failures, "failure"))
    if evidence.successes:
        parts.append(plural(evidence.successes, "success"))
    if record.kind in LESSONS:
        sure = word(evidence.mean)
        tentative = evidence.status is not None and evidence.status.value != "established"
        parts.append(f"{evidence.status} {sure}" if tentative else sure)
    return parts


def plural(number: int, noun: str) -> str:
    """Returns `1 failure`, `2 failures`, `2 successes`."""
    ending = "" if number == 1 else "es" if noun.endswith("s") else "s"
    return f"{number} {noun}{ending}"


def collapsed(recollection: Recollection) -> tuple[tuple[Hit, int], ...]:
    """Returns the hits that are shown in a text, each with how many more say the same."""
    copies: dict[str, int] = {}
    for hit in recollection.hits:
        if hit.duplicate_of:
            copies[hit.duplicate_of] = copies.get(hit.duplicate_of, 0) + 1
    return tuple(
        (hit, copies.get(hit.record.id, 0)) for hit in recollection.hits if not hit.duplicate_of
    )


def lengths(recollection: Recollection) -> int:
    """Returns how many characters each memory may take so that all fit the budget, 0 for all."""
    shown = collapsed(recollection)
    shorts = short_ids(recollection.hits)

    def cost(most: int) -> int:
        return sum(
            tokens(f"| - {bullet(hit, shorts[hit.record.id], most, n)}\n") for hit, n in shown
        )

    room = recollection.budget - FRAME
    if cost(0) <= room:
        return 0
    low, high = LEAST, 4096
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if cost(middle) <= room else (low, middle - 1)
    return low


def least_cost(hit: Hit) -> int:
    """Returns the tokens of a memory that is shortened as far as it may be."""
    return tokens(f"| - {bullet(hit, hit.record.id[:SHORT_ID], LEAST)}\n")
