"""How far a client's file has what ALMA puts into it."""

from __future__ import annotations

from enum import StrEnum

from alma_cli.value import frozen


class State(StrEnum):
    """What there was of the entries before."""

    MISSING = "missing"
    STALE = "stale"
    CURRENT = "current"
    EDITED = "edited"


@frozen
class Edit:
    """What there was, and the text with it as it should be; "" for no file."""

    state: State
    text: str
