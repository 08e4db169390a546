"""In which order memories are told, and why: by how well they answer, or as a brief."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Final, TypeAlias

from alma_cli.library import Found, Weighed
from alma_cli.model import LESSONS, TEAM, Kind
from alma_cli.recollection import Reason
from alma_cli.rules import priors
from alma_cli.search.rank import TITLE_BONUS, Score
from alma_cli.value import frozen

AT_HAND: Final = 1.0
"""What being about a file at hand adds in a brief: more than any confidence."""
Scored: TypeAlias = tuple[float, Found]
"""A score and the memory that has it; `reasons` has the parts that add up to it."""


@frozen
class View:
    """Who looks at memories, when, and with what at hand.

    `evidence` is of all agents, `own` of the reader's outcomes only, `files` are relative to the
    project; `half_life` gives the days until evidence for a memory weighs half.
    """

    reader: str
    day: datetime
    half_life: Callable[[Found], float]
    evidence: Weighed
    own: Weighed
    files: tuple[str, ...] = ()


def by_score(found: Iterable[Found], view: View) -> list[Scored]:
    """Returns what a question found, best first; advice comes before past outcomes.

    The score is relevance times what `rules.priors` makes of all else that is known.
    """
    scored = [(priors.score(one.relevance, priors.shares(_known(one, view))), one) for one in found]
    return sorted(scored, key=lambda each: (each[1].row.kind is Kind.OUTCOME, *_place(each)))


def as_brief(found: Iterable[Found], view: View) -> list[Scored]:
    """Returns what to wake up with: preferences and the strongest lessons in turn.

    What is about a file at hand comes before all that.
    """
    scored = [(_strength(one, view), one) for one in found]
    scored.sort(key=_place)
    at_hand = [each for each in scored if _covered(each[1], view)[0]]
    others = scored[len(at_hand) :]
    preferences = [each for each in others if each[1].row.kind is Kind.PREFERENCE]
    lessons = [each for each in others if each[1].row.kind in LESSONS]
    rest = [each for each in others if each[1].row.kind not in {*LESSONS, Kind.PREFERENCE}]
    return [*at_hand, *preferences[:2], *lessons[:6], *preferences[2:], *lessons[6:], *rest]


def reasons(one: Found, view: View) -> tuple[Reason, ...]:
    """Returns the parts that add up to the score of a memory, in words: for the few that are told.

    It needs a question that found the memory; without one, it is told as a brief has it.
    """
    if one.score is None:
        return _strong(one, view)
    known = _known(one, view)
    told = zip(priors.NAMES, priors.shares(known), priors.words(known), strict=True)
    return (
        *_fitting(one, one.score),
        *(Reason(name, one.relevance * share, words) for name, share, words in told),
    )


def _strength(one: Found, view: View) -> float:
    """Returns how much a memory is one to wake up with: the sum of what `_strong` tells."""
    caution = view.evidence[one.place, one.row.id].caution
    return caution + AT_HAND if _covered(one, view)[0] else caution


def _strong(one: Found, view: View) -> tuple[Reason, ...]:
    """Returns what makes a memory one to wake up with."""
    believed = view.evidence[one.place, one.row.id]
    confidence = Reason("confidence", believed.caution, priors.said(believed))
    glob, file = _covered(one, view)
    if not glob:
        return (confidence,)
    return confidence, Reason("paths", AT_HAND, f"{glob} covers {file}")


def _place(scored: Scored) -> tuple[float, str, bool]:
    """Returns what orders memories whatever order they came in: no two have the same."""
    score, one = scored
    return -score, one.row.id, one.place.personal


def _known(one: Found, view: View) -> priors.Known:
    key = one.place, one.row.id
    evidence = view.evidence[key]
    since = max(one.row.created, evidence.newest or one.row.created)
    ours = one.place.personal or one.row.agent in {view.reader, TEAM}
    return priors.Known(
        one.row.kind,
        evidence,
        view.own[key],
        max(0.0, (view.day - since).total_seconds() / 86_400),
        view.half_life(one),
        "" if ours else one.row.agent,
        _covered(one, view),
    )


def _fitting(one: Found, score: Score) -> tuple[Reason, ...]:
    """Returns how the words of a question make up the relevance of a memory."""
    lexical = one.relevance / (1 + score.title)
    matched = "; ".join(f"{field}: {' '.join(words)}" for field, words in score.matched)
    spelled = "".join(f", {word} taken as {near}" for word, near in score.replaced)
    asked = f"{100 * score.title / TITLE_BONUS:.0f} % of its words were asked for"
    share = f"; {100 * score.coverage:.0f} % of the question"
    return (
        Reason("words", lexical, f"{matched}{spelled}{share}"),
        Reason("title", one.relevance - lexical, asked),
    )


def _covered(one: Found, view: View) -> tuple[str, str]:
    if not view.files or not one.row.paths:
        return "", ""
    from alma_cli.rules.paths import covered  # few questions name a file

    return covered(one.row.paths, view.files)
