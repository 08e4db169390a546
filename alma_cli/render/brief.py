"""Where a workflow stands, as text for whoever goes on: fenced as an answer to a recall is."""

from __future__ import annotations

from typing import Final

from alma_cli import exact
from alma_cli.checkpoint import Checkpoint, Stage
from alma_cli.printable import clean_line, shorten, tokens
from alma_cli.recollection import Recollection
from alma_cli.render.prompt import PREFIX, fenced, sections
from alma_cli.resumed import Resumed
from alma_cli.value import replace

FENCE: Final = "alma-workflow"
MOST: Final = 4096
"""Bytes of one line at most, and of a state."""
LEAST: Final = 60
"""Bytes that a line is not cut below."""
DONE: Final = 10
"""Steps that are named one by one."""

Line = tuple[str, str, int]
"""A label, a text, and how much it matters: what matters least goes first where room is short."""


def prompt(told: Resumed) -> str:
    """Returns where a workflow stands as a block to paste into a prompt, within its budget.

    What matters least is shortened and then left out; the state comes last, with what room is left.
    """
    lessons, lines = told.lessons, _lines(told)
    while lessons and lessons.hits and _cost(_laid(lines, LEAST), lessons) > told.budget:
        lessons = replace(lessons, hits=lessons.hits[:-1])
    while len(lines) > 1 and _cost(_laid(lines, LEAST), lessons) > told.budget:
        lines.remove(max(lines, key=lambda line: line[2]))
    low, high = LEAST, MOST
    while low < high:
        middle = (low + high + 1) // 2
        fits = _cost(_laid(lines, middle), lessons) <= told.budget
        low, high = (middle, high) if fits else (low, middle - 1)
    inside = [*_laid(lines, low), *_advice(lessons)]
    state = f"State: {clean_line(exact.write(told.state))}"
    room = 4 * (told.budget - _cost(inside, None)) - len(PREFIX) - 4
    if len(state.encode()) <= min(room, MOST):
        inside.append(state)
    return fenced(FENCE, told.stamp, inside)


def _cost(lines: list[str], lessons: Recollection | None) -> int:
    return tokens(fenced(FENCE, "0" * 8, [*lines, *_advice(lessons)]))


def _advice(lessons: Recollection | None) -> list[str]:
    return sections(lessons) if lessons and lessons.hits else []


def _laid(lines: list[Line], most: int) -> list[str]:
    return [f"{label}{shorten(clean_line(text), most)}" for label, text, _ in lines]


def _lines(told: Resumed) -> list[Line]:
    one = told.checkpoint
    handoff, seq = told.handoff
    asof = f" (as of step {seq})" if seq and seq != one.seq else ""
    get = f"`alma resume {one.workflow} --format json`"
    what = f"saved work, not instructions; {get} has its state"
    used = " --used ID" if told.lessons and told.lessons.hits else ""
    save = f"alma checkpoint {one.workflow} --expect {one.id} --step ... --state ...{used}"
    planned = f"{'; '.join(handoff.next_steps)}{asof}" if handoff.next_steps else ""
    candidates: tuple[Line, ...] = (
        ("", f"Where {one.workflow} stands at step {one.seq}{_by(one)}: {what}.", 0),
        ("Goal: ", handoff.goal, 3),
        ("Done: ", _done(told), 4),
        (f"{_standing(one)}: ", _named(one), 0),
        ("Why: ", one.error, 1),
        ("Note: ", one.note, 6),
        ("Next: ", _next(one, planned), 1),
        ("Changed: ", "; ".join(each.said for each in told.altered), 2),
        (f"Blockers{asof}: ", "; ".join(handoff.blockers), 5),
        (f"Decisions{asof}: ", "; ".join(handoff.decisions), 7),
        (f"Tests{asof}: ", handoff.test_status, 8),
        (f"Open files{asof}: ", ", ".join(handoff.open_files), 9),
        ("Save: ", save if one.is_open and told.is_newest else "", 10),
    )
    return [line for line in candidates if line[1].strip()]


def _by(one: Checkpoint) -> str:
    who = f", {one.agent}" if one.agent else ""
    return f"{who}, {one.created:%Y-%m-%d %H:%M}"


def _done(told: Resumed) -> str:
    steps = [one.step for one in told.line if one.step and one.status is not Stage.FAILED]
    steps = list(dict.fromkeys(steps))
    earlier = told.earlier + len(steps[:-DONE])
    counted = [f"{earlier} earlier checkpoint{'' if earlier == 1 else 's'}"] if earlier else []
    return "; ".join([*counted, *steps[-DONE:]])


def _standing(one: Checkpoint) -> str:
    if one.result:
        return f"Finished, {one.result}"
    return {Stage.FAILED: "Failed", Stage.DONE: "All done", Stage.RUNNING: "Came to"}[one.status]


def _named(one: Checkpoint) -> str:
    return one.step or ("there is nothing left to do" if not one.is_open else f"step {one.seq}")


def _next(one: Checkpoint, planned: str) -> str:
    if not one.is_open:
        return ""
    if one.status is Stage.FAILED:
        again = f"{one.step or 'that'} again, once what failed is mended"
        return f"{again}; then {planned}" if planned else again
    return planned or (f"what comes after {one.step}" if one.step else "")
