"""Records how a task ended, and what that teaches: one outcome, at most one lesson, one event."""

from __future__ import annotations

from alma_cli.advice import likeness, offered, warned_of
from alma_cli.compose import Wording, compose
from alma_cli.domain_choice import choose
from alma_cli.errors import Usage
from alma_cli.files.edit import fill_sections
from alma_cli.files.memory import MOST_FILE, tidy
from alma_cli.files.tombstone import forgotten_like
from alma_cli.gate import NO_PASS, Gate, Pass
from alma_cli.here import Here
from alma_cli.library import Found, Library
from alma_cli.model import (
    LESSONS,
    Change,
    Draft,
    Kind,
    LessonUsed,
    Memory,
    Origin,
    Plan,
    Put,
    Result,
)
from alma_cli.rules.matching import Likeness
from alma_cli.rules.scope import Agent
from alma_cli.testimony import Ending, applied, outcome_of
from alma_cli.uncommitted import COMMITTABLE, by_hand, replaced
from alma_cli.value import frozen, replace

HOW = 'say both: --task "what was to be done" --strategy "how it was tried"'
CANDIDATES = 20
"""Lessons whose words are compared with the strategy."""
NEAR_MISSES = 3
_EDITED = "the lesson is not completed, since it holds what no commit has"


@frozen
class Report:
    """What happened, as it is reported; texts may be empty but for task and strategy.

    `lesson` and `used` are ids or prefixes of ids; `new` asks for a lesson of its own.
    """

    result: Result
    task: str
    strategy: str
    why_bad: str = ""
    better: str = ""
    error: str = ""
    note: str = ""
    domain: str = ""
    tags: tuple[str, ...] = ()
    lesson: str = ""
    used: tuple[str, ...] = ()
    workflow: str = ""
    duration_ms: int | None = None
    new: bool = False

    def check(self) -> None:
        """Raises `Usage` for what is missing and for what contradicts itself."""
        named = (("--task", self.task), ("--strategy", self.strategy))
        if missing := [flag for flag, text in named if not text.strip()]:
            raise Usage(f"missing {' and '.join(f'`{flag}`' for flag in missing)}", HOW)
        for text in (self.task, self.strategy, self.why_bad, self.better, self.error, self.note):
            tidy(text)
        if self.duration_ms is not None and self.duration_ms < 0:
            raise Usage("a duration is not below 0")
        if self.result is Result.SUCCESS and (self.why_bad or self.better):
            raise Usage("`--why-bad` and `--better` tell of a failure", "use `--note`")
        if self.lesson and self.new:
            raise Usage("`--lesson` names a lesson and `--new` asks for another")


@frozen
class _Told:
    """The lesson an outcome is about: an old one as found, or one that is made now."""

    used: LessonUsed
    domain: str = ""
    found: Found | None = None


def learn(
    here: Here, library: Library, agent: Agent, report: Report, leave: Pass = NO_PASS
) -> Draft:
    """Returns the plan that records a report.

    Raises `NotFound` for a lesson that does not exist, `Refused` from the gate.
    """
    report.check()
    told, near = _lesson_of(library, agent, report)
    text = f"{report.strategy}\n{report.task}\n{report.why_bad}\n{report.better}"
    declared = report.domain or (told.domain if told else "")
    domain, notes = choose(here, library, agent, text, declared)
    event = here.world.new_id()
    gate = Gate(agent, here.config.domains, leave, notes)
    changes: list[Change] = []
    warnings: tuple[str, ...] = ()
    if told is None:
        made = gate.admit(_new_lesson(here, agent, report, domain, event))
        told = _Told(LessonUsed(made.record.id, made.record.title, made.record.kind, new=True))
        changes.append(made.put)
        warnings += made.warnings
        warnings += forgotten_like(here.place.root, agent.name, told.used.kind, told.used.title)
    elif told.found is not None:
        completed = _completed(here, library, gate, told.found, report)
        if _takes_in(here, completed):  # the writer would refuse, and nothing may block evidence
            warnings += (f"{_EDITED}: `{completed[0].path}`",)
        else:
            changes += completed
    used, unknown = applied(library, agent, report.used)
    outcome = outcome_of(
        here,
        agent,
        Ending(
            report.result,
            report.task,
            report.strategy,
            report.error,
            report.note,
            domain,
            report.tags,
            (told.used.id,),
            used,
            report.workflow,
            report.duration_ms,
        ),
        event,
    )
    admitted = gate.admit(outcome)
    changes.append(admitted.put)
    warnings += admitted.warnings + unknown + _repeated(library, agent, report, told)
    if report.result is Result.SUCCESS and told.used.kind is Kind.HEURISTIC:
        near += offered(library, outcome)
    plan = Plan(event, "learn", _summary(report, told.used), tuple(changes), agent.name)
    return Draft(plan, _said(report, told), told.used, notes + near, tuple(dict.fromkeys(warnings)))


def _repeated(library: Library, agent: Agent, report: Report, told: _Told) -> tuple[str, ...]:
    """Returns a warning for each anti-pattern that is advised now; evidence advises nothing."""
    advises = told.used.new and told.used.kind is Kind.HEURISTIC
    return warned_of(library, agent, *filter(None, (report.strategy * advises, report.better)))


def _lesson_of(
    library: Library, agent: Agent, report: Report
) -> tuple[_Told | None, tuple[str, ...]]:
    """Returns the lesson that names the strategy, if any, and a line for each near miss."""
    if report.lesson:
        found = library.find(report.lesson, agent)
        row = found.row
        if row.kind not in LESSONS:
            raise Usage(f"{row.id} is no lesson but a {row.kind.value}", "see `alma list`")
        return _Told(LessonUsed(row.id, row.title, row.kind, new=False), row.domain, found), ()
    if report.new:
        return None, ()
    alike: list[tuple[Likeness, Found]] = []
    for found in library.lessons(report.strategy, agent, CANDIDATES):
        if report.domain and found.row.domain != report.domain.lower():
            continue
        alike.append((likeness(library, found, report.strategy), found))
    alike.sort(
        key=lambda pair: (-pair[0].similarity, pair[1].row.agent != agent.name, pair[1].row.id)
    )
    for how, found in alike:
        if how.same:
            row = found.row
            used = LessonUsed(row.id, row.title, row.kind, new=False, similarity=how.similarity)
            return _Told(used, row.domain, found), ()
    return None, tuple(_near(found, how) for how, found in alike if how.near)[:NEAR_MISSES]


def _near(found: Found, how: Likeness) -> str:
    short = found.row.id[:4]
    said = f'near {short} ({how.similarity:.2f}) "{found.row.title}"'
    return f"{said}, but {how.apart}" if how.apart else f"{said}: use `--lesson {short}`"


def _new_lesson(here: Here, agent: Agent, report: Report, domain: str, event: str) -> Memory:
    kind = Kind.HEURISTIC if report.result is Result.SUCCESS else Kind.ANTI_PATTERN
    wording = Wording(
        title=report.strategy,
        why=report.why_bad,
        better=report.better,
        when=report.task if kind is Kind.HEURISTIC else "",
        tags=report.tags,
    )
    return compose(
        here,
        kind,
        wording,
        agent,
        domain=domain,
        origin=Origin.LEARNED,
        event=event,
        task=report.task,
    )


def _completed(
    here: Here, library: Library, gate: Gate, found: Found, report: Report
) -> list[Change]:
    """Returns the change that fills in why and what instead, where the lesson lacks them."""
    stored = library.read(found)
    memory = stored.record
    if not isinstance(memory, Memory) or memory.kind is not Kind.ANTI_PATTERN:
        return []
    if gate.agent is None or memory.agent != gate.agent.name or found.place != here.place:
        return []
    new = {
        heading: tidy(text)
        for heading, text, held in (
            ("Why it is bad", report.why_bad, memory.why),
            ("Do instead", report.better, memory.better),
        )
        if text and not held
    }
    if not new:
        return []
    gate.admit(replace(memory, why=report.why_bad, better=report.better))
    content = fill_sections(library.content(found), new)
    if len(content) > MOST_FILE:
        raise Usage("the lesson would grow too large", "shorten `--why-bad` or `--better`")
    return [Put(stored.path, content, stored.digest, memory.kind, memory.id)]


def _takes_in(here: Here, changes: list[Change]) -> bool:
    """Says whether an event of these changes would take in what a person has not committed."""
    if here.config.git.commit is False:
        return False
    held = by_hand(here.place, replaced(changes), here.world.environ)
    return not COMMITTABLE.isdisjoint(held.values())


def _summary(report: Report, lesson: LessonUsed) -> str:
    if lesson.new:
        return f'{"avoid" if lesson.kind is Kind.ANTI_PATTERN else "do"} "{lesson.title}"'
    return f'{report.result.value} of "{lesson.title}"'


def _said(report: Report, told: _Told) -> tuple[str, ...]:
    lesson = told.used
    name = f'{lesson.kind.value} {lesson.id} "{lesson.title}"'
    if lesson.new:
        return (f"learned {name}",)
    backs = (lesson.kind is Kind.HEURISTIC) == (report.result is Result.SUCCESS)
    how = "" if lesson.similarity is None else f" (similarity {lesson.similarity:.2f})"
    return (f"recorded {report.result.value} {'for' if backs else 'against'} {name}{how}",)
