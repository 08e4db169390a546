"""Text made safe to show: no control sequences, cut to a width, counted in tokens."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

_PLAIN: Final = {9: " ", 10: "\n"}
_PAINT: Final = r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?)"
"""What colours a terminal's text or makes a link of it (ECMA-48: CSI and OSC sequences)."""
_HIDDEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})


def unpainted(text: str) -> str:
    """Returns text without what colours it on a terminal, or makes a link of it."""
    return re.sub(_PAINT, "", text) if "\x1b" in text else text


def clean(text: str) -> str:
    r"""Returns text in which nothing moves a cursor, changes a colour or turns the direction.

    Control, format, surrogate and private characters and the Unicode line separators become
    `\xNN`, `\uNNNN` or `\UNNNNNNNN`; a tab becomes a space, line feeds stay.
    """
    if text.replace("\n", "").isprintable():  # which none of the hidden categories is
        return text
    return "".join(map(_visible, text))


def _visible(character: str) -> str:
    code = ord(character)
    if code in _PLAIN:
        return _PLAIN[code]
    if unicodedata.category(character) not in _HIDDEN:
        return character
    if code <= 0xFF:  # noqa: PLR2004
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"  # noqa: PLR2004


def clean_json(document: str) -> str:
    """Returns a JSON document that says the same with the characters `clean` hides escaped."""
    if document.replace("\n", "").isprintable():
        return document
    import json

    return "".join(
        character
        if character == "\n" or unicodedata.category(character) not in _HIDDEN
        # JSON writes what lies beyond the first plane as a pair of surrogates
        else json.dumps(character)[1:-1].replace("\x7f", "\\u007f")
        for character in document
    )


@lru_cache(maxsize=256)
def clean_line(text: str) -> str:
    """Returns `clean` text on one line; remembered, since an answer is fitted in many tries."""
    return " ".join(clean(text).split())


def tokens(text: str) -> int:
    """Returns an estimate of the tokens a model reads `text` as, never zero for some text.

    A token is taken as 4 bytes of UTF-8, rounded up: near the truth for English with the usual
    byte-pair vocabularies, and too high rather than too low for other scripts.
    """
    return -(-len(text.encode()) // 4)


MOST_NAMED: Final = 10
"""Words that a message lists."""


def some(names: Sequence[str]) -> str:
    """Returns the first of some names, and how many more there are."""
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return ", ".join(names[:MOST_NAMED]) + more


def both_ends(text: str, most: int) -> str:
    """Returns the lines at both ends of a text, at most `most` bytes of UTF-8 of them.

    What ends something is told at its end: two thirds of them come from there. A line that does
    not fit is cut.
    """
    if len(text.encode()) <= most:
        return text
    lines = text.split("\n")
    head = _fitting(lines, most // 3)
    tail = _fitting(lines[len(head) :][::-1], most - most // 3)[::-1]
    left_out = len(lines) - len(head) - len(tail)
    return "\n".join([*head, *([f"[{left_out:,} lines left out]"] if left_out else []), *tail])


def _fitting(lines: Sequence[str], most: int) -> list[str]:
    """Returns the first of some lines that fit into so many bytes, the first one cut if need be."""
    found: list[str] = []
    room = most
    for line in lines:
        room -= len(line.encode()) + 1
        if room < 0:
            break
        found.append(line)
    return found or [shorten(line, most) for line in lines[:1]]


def shorten(text: str, most: int) -> str:
    """Returns the text cut between words to at most `most` bytes of UTF-8, with ` ...` if cut."""
    if len(text.encode()) <= most:
        return text
    room = max(most - 4, 0)
    kept = text.encode()[:room].decode(errors="ignore")
    cut = text.encode()[: room + 1].decode(errors="ignore").rfind(" ")
    kept = kept[:cut] if cut > len(kept) // 2 else kept
    return f"{kept.rstrip()} ..."[: max(most, 0)]
