"""Text that speaks to a model rather than about the work.

A list of the plain cases: whoever rewords them gets past it. What protects is review; this shows a
reviewer where to look.
"""

from __future__ import annotations

import re
from typing import Final

_ORDERS: Final = "(?:previous|prior|above|earlier|all|other)"
_WHAT: Final = "(?:instructions?|prompts?|rules?|messages?)"
_SECRETS: Final = r"(?:api\W?keys?|secrets?|credentials?|environment\W+variables)"
_PHRASES: Final = (
    rf"(?:ignore|disregard|forget|override)(?:\W+\w+){{0,3}}?\W+{_ORDERS}\W+(?:\w+\W+){{0,2}}?{_WHAT}",
    r"(?:system|developer)\W+prompt",
    r"you\W+are\W+now\b",
    r"(?:act|behave|respond)\W+as\W+(?:if\W+you\W+(?:are|were)|an?\W+(?:unrestricted|uncensored))",
    r"new\W+instructions?\W*:",
    r"do\W+not\W+(?:tell|inform)\W+the\W+user",
    r"without\W+(?:asking|telling|informing)\W+the\W+user",
    r"<\W{0,2}(?:system|assistant|im_start|alma-memories)\b",
    r"\[/?INST\]",
    r"(?:curl|wget)\b[^\n|]{0,200}\|\s{0,4}(?:sudo\s{1,4})?(?:ba|z)?sh\b",
    rf"(?:reveal|send|exfiltrate|upload)(?:\W+\w+){{0,3}}?\W+{_SECRETS}\b",
)
_NEEDLES: Final = (
    *("instruction", "prompt", "rule", "message", "are now", "as if you", "unrestricted"),
    *("uncensored", "the user", "<", "[inst", "[/inst", "curl", "wget", "key", "secret"),
    *("credential", "variables"),
)
"""No phrase is without one of these; most texts are without all of them."""
_ANY: Final = re.compile("|".join(f"(?:{phrase})" for phrase in _PHRASES), re.IGNORECASE)


def find(text: str) -> tuple[int, str] | None:
    """Returns where a text first speaks to a model, and the words; None where it does not."""
    lowered = text.lower()
    if not any(needle in lowered for needle in _NEEDLES):
        return None
    found = _ANY.search(text)
    return (found.start(), found[0]) if found else None
