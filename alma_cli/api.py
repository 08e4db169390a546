"""The Python API: the commands as methods, with the flags as keyword arguments."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TypedDict, Unpack

from alma_cli import exact, store
from alma_cli.answers import Checked, Recalled, Recorded, Resumed, Saved
from alma_cli.checkpoint import Stage
from alma_cli.compose import Wording
from alma_cli.errors import Usage
from alma_cli.flow.checkpoint import Keep, Progress, checkpoint
from alma_cli.flow.resume import resume
from alma_cli.gate import Pass
from alma_cli.here import Here, stand
from alma_cli.library import Library
from alma_cli.model import Draft, Kind, Origin, Result
from alma_cli.rules.handoff import handoff_of
from alma_cli.rules.scope import Agent
from alma_cli.search.kept import Kept
from alma_cli.verbs.add import add
from alma_cli.verbs.feedback import feedback
from alma_cli.verbs.forget import forget
from alma_cli.verbs.guard import guard, look
from alma_cli.verbs.learn import Report, learn
from alma_cli.verbs.recall import Ask, recall
from alma_cli.whereabouts import settle
from alma_cli.world import World


class More(TypedDict, total=False):
    """What every kind of memory may be given besides its own texts."""

    domain: str
    tags: Iterable[str]
    paths: Iterable[str]
    body: str
    force: bool
    allow_secret: str


class Alma:
    """A store, open for agents to recall from and to learn into.

    Every method raises `AlmaError` and its kinds, as the commands exit: `Usage`, `Refused`,
    `NotFound`, `Conflict`.
    """

    def __init__(self, here: Here, kept: Kept | None = None) -> None:
        self._world = here.world
        self._store = str(here.place.root)
        self._kept = kept

    @classmethod
    def open(cls, path: str | Path | None = None, *, world: World | None = None) -> Alma:
        """Opens the store at `path`, else the nearest `.alma` above; raises `NoStore`."""
        return cls(stand(world or World(), str(path) if path else ""))

    def recall(
        self,
        query: str = "",
        *,
        agent: str = "",
        limit: int = 0,
        budget: int = 0,
        kinds: Iterable[str] = (),
        domains: Iterable[str] = (),
        tags: Iterable[str] = (),
        min_confidence: float | None = None,
        own: bool = False,
        paths: Iterable[str] = (),
        fresh: bool = False,
        at: str | None = None,
        reviewed: bool = False,
        mark_unreviewed: bool = False,
    ) -> Recalled:
        """Returns the memories that bear on a task, or the wake-up brief without a query."""
        here = self._here(strict=False)
        ask = Ask(
            query,
            tuple(map(_kind, _texts(kinds))),
            _texts(domains),
            _texts(tags),
            limit,
            budget,
            min_confidence,
            own,
            _texts(paths),
            fresh,
            at,
            reviewed,
            mark_unreviewed,
        )
        return Recalled(recall(here, agent, ask, kept=self._kept))

    def learn(
        self,
        *,
        task: str,
        strategy: str,
        outcome: str,
        agent: str = "",
        why_bad: str = "",
        better: str = "",
        better_alternative: str = "",
        error: str = "",
        note: str = "",
        domain: str = "",
        tags: Iterable[str] = (),
        lesson: str = "",
        used: Iterable[str] = (),
        workflow: str = "",
        duration_ms: int | None = None,
        new: bool = False,
        force: bool = False,
        allow_secret: str = "",
    ) -> Recorded:
        """Records how a task ended: `outcome` is "success" or "failure"."""
        if outcome not in {Result.SUCCESS, Result.FAILURE}:
            raise Usage(f'`outcome` is "success" or "failure", not "{outcome}"')
        report = Report(
            Result(outcome),
            task,
            strategy,
            why_bad,
            better or better_alternative,
            error,
            note,
            domain,
            _texts(tags),
            lesson,
            _texts(used),
            workflow,
            duration_ms,
            new,
        )
        leave = Pass(force, allow_secret)
        return self._write(
            agent, lambda here, library, learner: learn(here, library, learner, report, leave)
        )

    def guard(self, text: str, *, path: str = "", agent: str = "", strict: bool = False) -> Checked:
        """Returns what anti-patterns warn of in a diff, a tool call in JSON or any text.

        `path` names the file that the text is of.
        """
        here = self._here(strict=False)
        with Library(here, kept=self._kept) as library:
            return Checked(guard(here, library, agent, look(here, text, path)), strict)

    def add_anti_pattern(
        self,
        *,
        agent: str,
        pattern: str,
        why_bad: str = "",
        better_alternative: str = "",
        better: str = "",
        **more: Unpack[More],
    ) -> Recorded:
        """Adds what not to do, why, and what to do instead."""
        wording = Wording(pattern, why=why_bad, better=better_alternative or better)
        return self._add(Kind.ANTI_PATTERN, agent, wording, **more)

    def add_heuristic(
        self, *, agent: str, strategy: str, when: str = "", why: str = "", **more: Unpack[More]
    ) -> Recorded:
        """Adds what works, when, and why."""
        return self._add(Kind.HEURISTIC, agent, Wording(strategy, when=when, why=why), **more)

    def add_knowledge(self, *, agent: str, fact: str, **more: Unpack[More]) -> Recorded:
        """Adds a fact."""
        return self._add(Kind.KNOWLEDGE, agent, Wording(fact), **more)

    def add_preference(self, *, agent: str, preference: str, **more: Unpack[More]) -> Recorded:
        """Adds what somebody wants."""
        return self._add(Kind.PREFERENCE, agent, Wording(preference), **more)

    def remember(
        self,
        kind: str,
        title: str,
        *,
        agent: str = "",
        why_bad: str = "",
        better: str = "",
        when: str = "",
        why: str = "",
        **more: Unpack[More],
    ) -> Recorded:
        """Adds what an agent found out by itself, which counts as learned: it vouches for nothing.

        `kind` is "heuristic", "anti-pattern", "knowledge" or "preference".
        """
        if (why_bad and kind != Kind.ANTI_PATTERN) or (why and kind == Kind.ANTI_PATTERN):
            raise Usage("`why_bad` is for an anti-pattern, `why` for a heuristic")
        wording = Wording(title, why=why_bad or why, better=better, when=when)
        return self._add(_kind(kind), agent, wording, origin=Origin.LEARNED, **more)

    def forget(self, id: str, *, reason: str = "") -> Recorded:  # noqa: A002 - likewise
        """Takes a memory out, and keeps it out."""
        here, whole = settle(self._here(), id)
        return _written(here, lambda library: forget(here, library, whole, reason))

    def feedback(
        self,
        id: str,  # noqa: A002 - the word that people know
        *,
        helpful: bool,
        agent: str = "",
        note: str = "",
    ) -> Recorded:
        """Records that a memory helped, or did harm."""
        verdict = Result.HELPFUL if helpful else Result.HARMFUL
        return self._write(
            agent,
            lambda here, library, reader: feedback(here, library, id, verdict, reader, note=note),
        )

    def checkpoint(
        self,
        workflow_id: str,
        state: object = Keep.STATE,
        *,
        step: str = "",
        status: str = "",
        error: str = "",
        note: str = "",
        agent: str = "",
        handoff: Mapping[str, object] | None = None,
        expect: str | int = "",
        artifacts: Iterable[str] = (),
        used: Iterable[str] = (),
        allow_secret: str = "",
    ) -> Saved:
        """Saves where a workflow stands; without a `state` it stays as it is.

        `status` is "running", "failed" or "done", `expect` the number or id that it has to go on
        from, 0 for the first.
        """
        told = Progress(
            state if isinstance(state, Keep) else exact.of(state),
            step,
            _stage(status) if status else None,
            error,
            note,
            None if handoff is None else handoff_of(exact.of(dict(handoff), "handoff")),
            str(expect),
            _texts(artifacts),
            _texts(used),
        )
        here = self._here()
        who, leave = here.at_work(agent), Pass(allow_secret=allow_secret)
        return Saved(
            *store.write(
                here.place,
                here.world,
                here.git(),
                lambda: checkpoint(here, workflow_id, told, who, leave),
            )
        )

    def resume(
        self, workflow_id: str, *, at: str | int = "", agent: str = "", budget: int = 0
    ) -> Resumed:
        """Returns where a workflow stands, with its `state`; `at` is a number or an id.

        Raises `Forked`, a `Conflict` with the `heads`, where it went on in several places at once.
        """
        here = self._here(strict=False)
        return Resumed(resume(here, workflow_id, at=str(at), agent=agent, budget=budget))

    def _add(
        self,
        kind: Kind,
        agent: str,
        wording: Wording,
        *,
        domain: str = "",
        tags: Iterable[str] = (),
        paths: Iterable[str] = (),
        body: str = "",
        force: bool = False,
        allow_secret: str = "",
        origin: Origin | None = None,
    ) -> Recorded:
        said = replace(wording, tags=_texts(tags), paths=_texts(paths), body=body)
        leave = Pass(force, allow_secret)
        return self._write(
            agent,
            lambda here, library, owner: add(
                here, library, kind, said, owner, domain=domain, leave=leave, origin=origin
            ),
        )

    def _write(self, agent: str, verb: Callable[[Here, Library, Agent], Draft]) -> Recorded:
        here = self._here()
        learner = here.agent(agent)
        return _written(here, lambda library: verb(here, library, learner))

    def _here(self, *, strict: bool = True) -> Here:
        """Reads the configuration anew, since a long-lived program outlives an edit of it."""
        return stand(self._world, self._store, strict=strict)


def _written(here: Here, verb: Callable[[Library], Draft]) -> Recorded:
    def think() -> Draft:
        with Library(here) as library:
            return verb(library)

    return Recorded(*store.write(here.place, here.world, here.git(), think))


def _texts(values: Iterable[str]) -> tuple[str, ...]:
    """Returns the texts as a tuple; one alone is one, and not its letters."""
    return (values,) if isinstance(values, str) else tuple(values)


def _stage(name: str) -> Stage:
    if name not in list(Stage):
        raise Usage(f"`{name}` is not a status", f"one of {', '.join(Stage)}")
    return Stage(name)


def _kind(name: str) -> Kind:
    if name not in list(Kind):
        raise Usage(f"`{name}` is not a kind", f"one of {', '.join(Kind)}")
    return Kind(name)
