"""Whether a text shows what an anti-pattern warns of, by the patterns it brings along."""

from __future__ import annotations

from alma_cli.model import Guard


def matches(guard: Guard, text: str) -> bool:
    """Says whether a guard's regular expressions or literals are found in a text.

    RE2 runs in time linear in the text, so no pattern of a pull request can hang the reader; a
    pattern that it refuses matches nothing here and is a finding of `alma check`.
    """
    if any(literal and literal in text for literal in guard.literal):
        return True
    if not guard.regex:
        return False
    import re2

    options = re2.Options()
    options.log_errors = False
    searched = text.encode("utf-8", "replace").decode()
    for pattern in guard.regex:
        try:
            if pattern and re2.compile(pattern, options).search(searched):
                return True
        except re2.error:
            continue
    return False
