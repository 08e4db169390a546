"""Whether what somebody has a client run is ours, in whatever way it is started."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

_BETWEEN: Final = re.compile(r"[\s\"'`;&|()]+")
_PROGRAM: Final = re.compile(r"(?:.*[/\\])?alma(_cli|-hook)?(?:\.exe)?")


def runs(entry: object, *wanted: str) -> bool:
    """Says whether a server or a hook runs `alma` with these arguments, whatever else it is given.

    `uv run alma mcp` and `python -m alma_cli --store S mcp` run `alma mcp`; `alma-hook` is
    `alma hook`.
    """
    if not isinstance(entry, Mapping):
        return False
    words = iter(_words(entry))
    return all(word in words for word in ("alma", *wanted))


def _words(entry: Mapping[str, Any]) -> list[str]:
    arguments = entry.get("args")
    parts = [entry.get("command"), *(arguments if isinstance(arguments, list) else ())]
    words = _BETWEEN.split(" ".join(part for part in parts if isinstance(part, str)))
    return [name for word in words for name in _names(word)]


def _names(word: str) -> list[str]:
    found = _PROGRAM.fullmatch(word)
    return [word] if found is None else ["alma", "hook"] if found[1] == "-hook" else ["alma"]
