"""Learns from a run of tests: an outcome for each that failed or passes again, one event in all."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from typing import Final

from alma_cli.domain_choice import choose
from alma_cli.errors import Refused, Usage
from alma_cli.gate import NO_PASS, Gate, Pass
from alma_cli.here import Here
from alma_cli.library import Library
from alma_cli.model import Draft, Kind, Outcome, Plan, Put, Result
from alma_cli.names import fold_domain
from alma_cli.printable import both_ends, clean_line, shorten, unpainted
from alma_cli.render.bullet import plural
from alma_cli.rules.scope import Agent, check_learn
from alma_cli.rules.secrets import redact
from alma_cli.search.row import Row
from alma_cli.sources.cases import Case, Verdict
from alma_cli.testimony import Ending, outcome_of
from alma_cli.value import frozen, replace

MOST_ERROR: Final = 4096
"""Bytes of an error that its outcome keeps."""
MOST_NAME: Final = 200
"""Bytes of the name of a test, and of where it is."""
MOST_SAID: Final = 20
"""Tests that are named one by one."""
MOST_OFFERED: Final = 3
"""Tests that pass again of which it is shown how to tell why."""
NAMELESS: Final = "a failed test has no name, and neither has its class or its suite"


@frozen
class Run:
    """The tests of one run; `digest` is the same for the same run only, `name` says where from.

    `domain` and `tags` are those of all outcomes; the domain is inferred when left out. `loaded`
    are files of tests that could be read, and perhaps could not the last time.
    """

    cases: tuple[Case, ...]
    digest: str
    name: str = ""
    domain: str = ""
    tags: tuple[str, ...] = ()
    loaded: tuple[Case, ...] = ()


@frozen
class LeftOut:
    """A test that may not be learned from, and why."""

    test: str
    reason: str


@frozen
class Learned:
    """What a run teaches: a plan, and how many tests failed, pass again, were known."""

    draft: Draft
    failed: int
    mended: int
    known: int
    left_out: tuple[LeftOut, ...]

    @property
    def plan(self) -> Plan:
        """Returns all that is to be written."""
        return self.draft.plan


def learn_run(
    here: Here, library: Library, agent: Agent, run: Run, leave: Pass = NO_PASS
) -> Learned:
    """Returns the plan that records the failures of a run, and what has been mended since.

    A failed test says that something is wrong, and not which strategy is: its outcome names no
    lesson and makes none. A test that passes is recorded only if it failed the last time. Raises
    `Refused` or `Usage` where none of it can be learned.
    """
    if run.domain and not leave.force:
        check_learn(agent, fold_domain(run.domain))
    intake = _Intake(here, library, agent, run, leave)
    for case in (*run.cases, *run.loaded):
        intake.take(case)
    if intake.refused and not intake.taken and not intake.known:
        raise intake.refused[0][1]
    return intake.learned()


class _Intake:
    """Takes the tests of a run one after the other."""

    def __init__(self, here: Here, library: Library, agent: Agent, run: Run, leave: Pass) -> None:
        self._here, self._library, self._agent, self._run = here, library, agent, run
        self._event = here.world.new_id()
        self._gate = Gate(agent, here.config.domains, leave)
        recorded = sorted(_recorded(here, library, agent), key=lambda row: (row.created, row.id))
        self._refs = {row.ref for row in recorded}
        self._last = {row.ref.rpartition(":")[0]: row for row in recorded}
        self._domains: dict[str, str] = {}
        self._secrets: dict[str, None] = {}
        self._notes: dict[str, None] = {}
        self._warnings: dict[str, None] = {}
        self.known = 0
        self.taken: list[tuple[Outcome, Put]] = []
        self.refused: list[tuple[str, Refused | Usage]] = []

    def take(self, case: Case) -> None:
        """Records what is new of a test."""
        name = f"test:{case.key}"
        ref, before = f"{name}:{self._run.digest}", self._last.get(name)
        if ref in self._refs:
            self.known += 1
        elif case.verdict in {Verdict.FAILED, Verdict.FLAKY}:
            self._record(case, Result.FAILURE, ref)
        elif case.verdict is Verdict.PASSED and before and before.result is Result.FAILURE:
            self._record(case, Result.SUCCESS, ref, before.domain)

    def _record(self, case: Case, result: Result, ref: str, domain: str = "") -> None:
        task = self._named(replace(case, name=self._cut(case.name)).readable)
        where = self._named(self._cut(case.where))
        if not (task := task or where):
            self.refused.append(("a test without a name", Usage(NAMELESS)))
            return
        failed = result is Result.FAILURE
        ending = Ending(
            result,
            task,
            f"Run {task}" if where in {"", task} else f"Run {task} ({where})",
            error=both_ends(self._cut(case.error or case.output), MOST_ERROR) if failed else "",
            note=_note(case) if failed else "It failed before, and passes again.",
            domain=self._run.domain or domain or self._domain(where, task),
            tags=self._run.tags,
            duration_ms=case.duration_ms,
        )
        outcome = outcome_of(self._here, self._agent, ending, self._event)
        outcome = replace(outcome, source=replace(outcome.source, ref=ref))
        try:
            admitted = self._gate.admit(outcome)
        except (Refused, Usage) as refusal:
            self.refused.append((task, refusal))
            return
        self.taken.append((outcome, admitted.put))
        self._warnings |= dict.fromkeys(admitted.warnings)

    def _cut(self, text: str) -> str:
        """Returns what a program printed as a memory may hold it: secrets are cut out."""
        text = text.encode("utf-8", "replace").decode().replace("\0", "\ufffd")
        plain, kinds = redact(unpainted(text))
        self._secrets |= dict.fromkeys(kinds)
        return plain.strip()

    @staticmethod
    def _named(text: str) -> str:
        """Returns a name on a line, as much of it as tells: parameters may be whole documents."""
        return shorten(clean_line(text), MOST_NAME)

    def _domain(self, where: str, task: str) -> str:
        """Returns what a test is about; all tests of one place are about the same."""
        if where not in self._domains:
            text = f"{where}\n{task}"
            found, notes = choose(self._here, self._library, self._agent, text, "")
            self._domains[where] = found
            self._notes |= dict.fromkeys(notes)
        return self._domains[where]

    def learned(self) -> Learned:
        """Returns all that was taken, as one plan."""
        mended = [one for one, _ in self.taken if one.result is Result.SUCCESS]
        failed = len(self.taken) - len(mended)
        counted = [plural(failed, "failed test")] * bool(failed)
        counted += [f"{plural(len(mended), 'test')} passing again"] * bool(mended)
        summary = f"{' and '.join(counted)}{' in ' * bool(self._run.name)}{self._run.name}"
        puts = tuple(put for _, put in self.taken)
        plan = Plan(self._event, "learn", summary, puts, self._agent.name)
        cut = f"secrets were cut out: {', '.join(self._secrets)}"
        draft = Draft(
            plan,
            tuple(self._said(counted)),
            notes=(*self._notes, *_offers(mended, self._agent)),
            warnings=(*[cut] * bool(self._secrets), *self._warnings),
        )
        left_out = tuple(LeftOut(test, refusal.message) for test, refusal in self.refused)
        return Learned(draft, failed, len(mended), self.known, left_out)

    def _said(self, counted: list[str]) -> Iterator[str]:
        ran = plural(len(self._run.cases), "test")
        if not counted:
            yield f"nothing new in {ran}"
            return
        yield f"recorded {' and '.join(counted)}, of {ran}"
        for outcome, _ in self.taken[:MOST_SAID]:
            how = "failed" if outcome.result is Result.FAILURE else "passes"
            yield f"  {how}  {outcome.id}  {outcome.title.removeprefix('Run ')}"
        if len(self.taken) > MOST_SAID:
            yield f"  and {len(self.taken) - MOST_SAID} more"


def _recorded(here: Here, library: Library, agent: Agent) -> Iterator[Row]:
    """Yields the outcomes of tests that an agent has, forgotten ones too."""
    found = library.all(
        lambda bucket: bucket.kind is Kind.OUTCOME and bucket.agent == agent.name, hidden=True
    )
    for one in found:
        if one.place == here.place and one.row.ref.startswith("test:"):
            yield one.row


def _note(case: Case) -> str:
    """Returns what a run says of a failed test besides the error."""
    if case.verdict is Verdict.FLAKY:
        return f"Flaky: it failed {_times(case.failures)}, then passed in the same run."
    return f"It failed {_times(case.failures)} in this run." if case.failures > 1 else ""


def _times(number: int) -> str:
    return "once" if number == 1 else plural(number, "time")


def _offers(mended: list[Outcome], agent: Agent) -> Iterator[str]:
    """Yields for some tests that pass again the command that tells what mended them."""
    for outcome in mended[:MOST_OFFERED]:
        task = shlex.quote(outcome.task)
        command = f"alma learn --success --agent {agent.name} --task {task} --strategy '...'"
        yield f"what mended it? `{command}`"
