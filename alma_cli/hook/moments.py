"""What is said at each moment of a session."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from alma_cli.hook import signs
from alma_cli.hook.event import SILENCE, Decision, Moment, Reply
from alma_cli.hook.turn import Turn
from alma_cli.model import Kind
from alma_cli.value import replace

if TYPE_CHECKING:
    from alma_cli.library import Library
    from alma_cli.rules.scope import Agent
    from alma_cli.verbs.recall import Ask

ADVICE: Final = tuple(kind for kind in Kind if kind is not Kind.OUTCOME)
"""What is told unasked; past outcomes speak through the lessons they are evidence for."""
PATIENCE: Final = timedelta(seconds=1)
"""How long patterns are looked for before a tool runs."""
MOST_AT_HAND: Final = 3
"""Lessons that are told about a file."""
MOST_TALK: Final = 2
"""Words of a prompt that names no task: "thanks!", "go on"."""
MOST_ERROR: Final = 4_000
"""Characters of an error that are asked about, the first and the last."""
PROMPTED: Final = "prompted"
ASKED: Final = "asked"


def start(turn: Turn) -> Reply:
    """Gives the brief to wake up with, open workflows included."""
    from alma_cli.verbs.recall import Ask

    if turn.event.is_new:
        turn.session.forget_told()
    return Reply(_brief(turn, turn.agent, Ask()))


def subagent(turn: Turn) -> Reply:
    """Gives the brief of the agent that a subagent is named after."""
    from alma_cli.verbs.recall import Ask

    return Reply(_brief(turn, turn.named, Ask())) if turn.named else SILENCE


def heard(turn: Turn) -> Reply:
    """Notes that a person objected to what was done before."""
    if PROMPTED not in turn.session.notes():
        turn.session.note(PROMPTED)
    elif signs.is_correction(turn.event.prompt):
        turn.session.note(signs.CORRECTED)
    return SILENCE


def prompt(turn: Turn) -> Reply:
    """Gives what bears on a prompt and was not told at an earlier one."""
    from alma_cli.verbs.recall import Ask

    heard(turn)
    said = turn.event.prompt.strip()
    if len(said.split()) <= MOST_TALK:
        return SILENCE
    with turn.library() as library:
        return Reply(_recalled(turn, library, "prompt", Ask(said, kinds=ADVICE)))


def before_tool(turn: Turn) -> Reply:
    """Guards what a tool is about to write or run, and gives the lessons about its file."""
    from alma_cli.hook.guarding import guarded
    from alma_cli.verbs.guard import look_at_call
    from alma_cli.verbs.recall import Ask

    passages = look_at_call(turn.here, turn.event.call)
    if not passages:
        return SILENCE
    with turn.library() as library:
        reply = guarded(turn, library, passages, PATIENCE)
        files = tuple(dict.fromkeys(one.inside for one in passages if one.path))
        if not files:
            return reply
        ask = Ask(paths=files, about_paths=True, limit=MOST_AT_HAND)
        about = _recalled(turn, library, "tool", ask)
    return replace(reply, context="\n".join(filter(None, (reply.context, about))))


def worked(turn: Turn) -> Reply:
    """Notes that something worked, where it failed before or is itself a lesson learned."""
    effort = signs.effort(turn.event.call)
    if signs.is_learning(turn.event.call):
        turn.session.note(signs.LEARNED)
    elif effort and signs.has_failed(turn.session.notes(), effort):
        turn.session.note(f"{signs.WORKED} {effort}")
    return SILENCE


def failed(turn: Turn) -> Reply:
    """Notes that something failed, and gives what is known of such an error."""
    from alma_cli.printable import both_ends
    from alma_cli.verbs.recall import Ask

    if not turn.event.error:
        return SILENCE
    effort = signs.effort(turn.event.call)
    if effort and not signs.has_failed(turn.session.notes(), effort):
        turn.session.note(f"{signs.FAILED} {effort}")
    with turn.library() as library:
        ask = Ask(both_ends(turn.event.error, MOST_ERROR), kinds=ADVICE)
        return Reply(_recalled(turn, library, "error", ask))


def compaction(turn: Turn) -> Reply:
    """Reminds of a checkpoint; what was told is about to go, and may be told again."""
    from alma_cli.workflows import open_ones

    turn.session.forget_told()
    names = [one.work.workflow for one in open_ones(turn.place) if one.work.is_open]
    name = names[0] if len(names) == 1 else "NAME"
    known = f" Open: {', '.join(names)}." if names else ""
    return Reply(
        notice="alma: the context is about to be compacted. To go on from here later, save where"
        f" the work stands: alma checkpoint {name} --state - --step STEP.{known}"
    )


def stop(turn: Turn) -> Reply:
    """Asks once for the lesson, where something failed and then worked, or a person objected."""
    from alma_cli.hook.asking import request

    notes = turn.session.notes()
    if turn.event.is_again or ASKED in notes:
        return SILENCE
    turned, corrected = signs.turned(notes), signs.was_corrected(notes)
    if not turned and not corrected:
        return SILENCE
    agent = turn.agent
    with turn.library() as library:
        reason = request(library, agent, turn.session.ids(), turned, corrected=corrected)
    turn.session.note(ASKED)
    return Reply(decision=Decision.GO_ON, reason=reason)


MOMENTS: Final[dict[Moment, Callable[[Turn], Reply]]] = {
    Moment.START: start,
    Moment.SUBAGENT: subagent,
    Moment.PROMPT: prompt,
    Moment.HEARD: heard,
    Moment.BEFORE_TOOL: before_tool,
    Moment.WORKED: worked,
    Moment.FAILED: failed,
    Moment.COMPACTION: compaction,
    Moment.STOP: stop,
}


def _brief(turn: Turn, agent: Agent, ask: Ask) -> str:
    from alma_cli.render.prompt import prompt
    from alma_cli.verbs.recall import recall_from

    with turn.library() as library:
        return prompt(recall_from(library, turn.here, agent, ask))


def _recalled(turn: Turn, library: Library, what: str, ask: Ask) -> str:
    """Returns an answer without what was told at such events, and notes what it tells."""
    from alma_cli.render.prompt import prompt
    from alma_cli.verbs.recall import recall_from

    where = turn.where(what)
    ask = replace(ask, told=turn.session.told(where))
    answer = recall_from(library, turn.here, turn.agent, ask)
    new = turn.session.tell(where, [hit.record.id for hit in answer.hits])
    return prompt(replace(answer, hits=tuple(h for h in answer.hits if h.record.id in new)))
