"""Comments that let something pass that an anti-pattern warns of: `alma: allow 8ab2 -- reason`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from alma_cli.value import frozen

_ALLOW: Final = re.compile(
    r"(?i:alma:\s{0,4}allow)\s{1,4}(?P<ids>[0-9a-z]{4,10}(?:\s{0,4},\s{0,4}[0-9a-z]{4,10}){0,50})\b"
    r"(?:\s{0,4}--\s{0,4}(?P<reason>[^\n]{1,1000}))?"
)
HINT: Final = "alma: *allow "
"""An extended regular expression that each such line matches, and few others."""
_CLOSERS: Final = {
    "/*": "*/",
    "<!--": "-->",
    "(*": "*)",
    "{#": "#}",
    "<%": "%>",
    "{{": "}}",
    '"""': '"""',
    "'''": "'''",
}
"""What ends a comment that does not end with its line, by what begins it."""


@frozen
class Allowance:
    """What a comment lets pass: ids as they were typed, and why, "" where it does not say."""

    ids: tuple[str, ...]
    reason: str
    alone: bool

    def covers(self, id_: str) -> bool:
        """Says whether it names a memory."""
        return any(id_.startswith(each) for each in self.ids)


def allowances(line: str) -> Iterator[Allowance]:
    """Yields what the comments of a line let pass; `alone` where no code stands before them."""
    if "alma" not in line.lower():  # nearly always, and the pattern costs more
        return
    for found in _ALLOW.finditer(line):
        ids = tuple(each.strip() for each in found["ids"].split(","))
        before = line[: found.start()]
        reason, after = _parted(found["reason"] or "", _closer(before))
        yield Allowance(ids, reason, not any(map(str.isalnum, before + after)))


def _closer(before: str) -> str:
    """Returns what ends the comment that was begun last, "" for one that ends with its line."""
    begun = max((before.rfind(opener), closer) for opener, closer in _CLOSERS.items())
    return begun[1] if begun[0] >= 0 else ""


def _parted(said: str, closer: str) -> tuple[str, str]:
    """Returns the reason in a comment, and what stands behind the comment."""
    if closer:
        reason, _, after = said.partition(closer)
        return reason.strip(), after
    ends = (end for end in _CLOSERS.values() if said.rstrip().endswith(end))  # begun further up
    return said.rstrip().removesuffix(next(ends, "")).strip(), ""


def allowance(text: Sequence[str], line: int, id_: str) -> Allowance | None:
    """Returns what lets a memory pass in a line: a comment in it, or alone in the line above.

    One with a reason is preferred; only that counts.
    """
    found = [one for one in allowances(text[line]) if one.covers(id_)]
    if line:
        found += [one for one in allowances(text[line - 1]) if one.alone and one.covers(id_)]
    return next((one for one in found if one.reason), found[0] if found else None)
