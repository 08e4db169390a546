"""Names and ids: what an agent, a domain, a workflow or a memory may be called."""

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from typing import Final

from alma_cli.errors import Usage
from alma_cli.model import TEAM

NAME: Final = re.compile(r"[a-z0-9](?:[a-z0-9_-]{0,62}[a-z0-9])?\Z")
ALPHABET: Final = "0123456789abcdefghjkmnpqrstvwxyz"
"""Crockford's base32, lower case: no i, l, o, u (https://www.crockford.com/base32.html)."""
ID: Final = re.compile(rf"[{ALPHABET}]{{10}}\Z")
RESERVED: Final = frozenset(
    {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))}
)
"""Names that Windows gives to devices, in any folder and with any ending."""


def fold(name: str, what: str) -> str:
    """Returns the name in lower case; raises `Usage` when it is not a name."""
    folded = name.lower()
    if not name.isascii() or not NAME.match(folded):
        raise Usage(
            f"`{name}` is not a name for {what}",
            "use 1 to 64 of `a-z`, `0-9`, `_` and `-`, with a letter or digit at both ends",
        )
    if folded in RESERVED:
        raise Usage(f"`{name}` is a reserved name on Windows and cannot name {what}")
    return folded


def fold_agent(name: str) -> str:
    """Returns an agent's name in lower case; raises `Usage` for `team` and for what is no name."""
    folded = fold(name, "an agent")
    if folded == TEAM:
        raise Usage("`team` is what every agent reads, not an agent", "add to it with `--team`")
    return folded


@lru_cache(maxsize=256)
def fold_domain(name: str) -> str:
    """Returns a domain in lower case; parts are separated by `/`, each a name of its own."""
    return "/".join(fold(part, "a domain") for part in name.split("/"))


def make_id(below: Callable[[int], int]) -> str:
    """Returns a fresh id of 10 characters; `below(n)` draws a number under n."""
    return "".join(ALPHABET[below(32)] for _ in range(10))


def slug(title: str, most: int = 50) -> str:
    """Returns the title as a part of a file name: ASCII words joined by `-`, never empty."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()
    words = re.findall(r"[a-z0-9]+", plain.lower())
    made = ""
    for word in words:
        longer = f"{made}-{word}" if made else word[:most]
        if len(longer) > most:
            break
        made = longer
    return "memory" if not made or made in RESERVED else made
