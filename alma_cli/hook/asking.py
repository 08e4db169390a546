"""The one request at the end of a session: to write down what was learned in it."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from contextlib import suppress
from typing import Final

from alma_cli.errors import AlmaError
from alma_cli.library import Library
from alma_cli.printable import clean_line, shorten
from alma_cli.rules.scope import Agent

MOST_LESSONS: Final = 5
"""Lessons that are named, the last ones told."""
MOST_TITLE: Final = 80


def request(
    library: Library,
    agent: Agent,
    told: Sequence[str],
    turned: Sequence[str],
    *,
    corrected: bool,
) -> str:
    """Returns what to ask for: the command to fill in, and the lessons that it may be about."""
    signs = [f"`{clean_line(effort)}` failed and then worked" for effort in turned]
    signs += ["the user corrected you"] if corrected else []
    lessons = _lessons(library, agent, told)
    lesson = f" --lesson {lessons[0][0] if len(lessons) == 1 else 'ID'}" if lessons else ""
    name = shlex.quote(agent.name)
    lines = [
        f"Once before you stop: {'; '.join(signs)}.",
        "If that taught something that will hold next time, fill in the line that fits and run it:",
    ]
    if turned:
        lines.append(
            f"alma learn --success --agent {name}{lesson} --task 'THE TASK'"
            " --strategy 'WHAT WORKED'"
        )
    if corrected or not turned:
        lines.append(
            f"alma learn --failure --agent {name}{lesson} --task 'THE TASK'"
            " --strategy 'WHAT WAS WRONG' --why-bad 'WHY' --better 'WHAT TO DO INSTEAD'"
        )
    if lessons:
        known = "; ".join(f'{short} "{title}"' for short, title in lessons)
        lines.append(f"--lesson is for one of these, leave it out for something new: {known}")
    lines.append("If it taught nothing, just stop. You are not asked again in this session.")
    return "\n".join(lines)


def _lessons(library: Library, agent: Agent, told: Sequence[str]) -> list[tuple[str, str]]:
    """Returns the lessons among what was told, each with as much of its id as names it."""
    found = []
    for id_ in told:
        with suppress(AlmaError):  # it is gone since it was told
            one = library.find(id_, agent)
            if one.row.kind.value in {"heuristic", "anti-pattern"}:
                title = shorten(clean_line(one.row.title), MOST_TITLE)
                found.append((one.row.id[: library.length(one)], title))
    return found[:MOST_LESSONS]
