"""What `alma guard` finds in a tool call, as an answer before the tool runs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from alma_cli.hook.event import SILENCE, Decision, Reply
from alma_cli.hook.turn import Turn
from alma_cli.library import Library
from alma_cli.render.guard import lines
from alma_cli.render.prompt import fenced
from alma_cli.rules.guarding import Severity
from alma_cli.rules.passage import Passage
from alma_cli.sha import sha256
from alma_cli.sighting import Guarded, Sighting
from alma_cli.value import replace
from alma_cli.verbs.guard import guard

DECISIONS: Final = {"ask": Decision.ASK, "deny": Decision.DENY, "inform": Decision.NONE}
"""What `[hook] block` makes of an error."""


def guarded(
    turn: Turn, library: Library, passages: Sequence[Passage], patience: timedelta
) -> Reply:
    """Returns the decision about a tool call, and what its agent was not told before about it.

    Errors decide each time, warnings only inform. What there was no time for is let through.
    """
    answer = guard(turn.here, library, turn.agent.name, passages, patience)
    if not answer.found:
        return SILENCE
    new = turn.session.tell(turn.where("tool"), [one.memory.id for one in answer.found])
    context = _context(answer, [one for one in answer.found if one.memory.id in new])
    errors = [one for one in answer.found if one.match.severity is Severity.ERROR]
    decision = DECISIONS[turn.here.config.hook.block] if errors else Decision.NONE
    if decision is Decision.NONE:
        return Reply(context)
    reason = "\n".join(["This failed before, says alma:", *_lines(answer, errors)])
    return Reply(context, decision, reason)


def _context(answer: Guarded, found: Sequence[Sighting]) -> str:
    if not found:
        return ""
    versions = "".join(f"{one.memory.id} {one.text}\n" for one in found)
    digest = sha256(versions.encode("utf-8", "replace")).hexdigest()
    return fenced("alma-guard", digest, _lines(answer, found))


def _lines(answer: Guarded, found: Sequence[Sighting]) -> list[str]:
    return [line for _, line in lines(replace(answer, found=tuple(found), late=()))]
