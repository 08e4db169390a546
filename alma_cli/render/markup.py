"""Text of unknown origin in Markdown, where nothing of it can become markup.

Only code is safe: in it a host neither renders markup nor HTML, and neither mentions people, links
addresses and issues, nor replaces `:names:`. A backslash is not enough, as mentions are looked for
in what is rendered. So foreign text stands in spans or fences of code, longer than any within it,
and without what looks like a secret: a comment has more readers than a branch, and outlives it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from alma_cli.printable import clean, clean_line, shorten
from alma_cli.rules.secrets import redact


def span(text: str, most: int = 300) -> str:
    """Returns a text as a span of code on one line, of at most so many bytes.

    spec.commonmark.org/0.31.2/#code-spans: one space at both ends is taken off again.
    """
    line = shorten(clean_line(redact(text)[0]), most)
    ticks = "`" * (_longest(line, "`") + 1)
    pad = " " if line.startswith("`") or line.endswith("`") or not line else ""
    return f"{ticks}{pad}{line or '-'}{pad}{ticks}"


def fence(text: str, language: str = "text") -> str:
    """Returns a text as a block of code."""
    said = clean(redact(text)[0]).strip("\n")
    tildes = "~" * max(3, _longest(said, "~") + 1)
    return f"{tildes}{language}\n{said}\n{tildes}"


def folded(summary: str, blocks: Iterable[str]) -> str:
    """Returns blocks that are shown on a click; `summary` is our own words."""
    inside = "\n\n".join(blocks)
    return f"<details>\n<summary>{summary}</summary>\n\n{inside}\n\n</details>"


def _longest(text: str, mark: str) -> int:
    return max((len(run) for run in re.findall(f"{mark}+", text)), default=0)
