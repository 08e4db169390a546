"""Takes the rows of a source: each becomes a memory, an edit of one, or nothing new."""

from __future__ import annotations

from datetime import UTC, datetime

from alma_cli.compose import Wording, cleaned, compose
from alma_cli.errors import Malformed, Refused, Usage
from alma_cli.files.disk import digest
from alma_cli.files.edit import set_part, set_value
from alma_cli.files.header import to_millisecond
from alma_cli.files.memory import parse, tidy
from alma_cli.files.tombstone import digest_of_title
from alma_cli.gate import Gate, Pass, about
from alma_cli.here import Here
from alma_cli.intake.known import WORDS, Known, digest_of
from alma_cli.intake.points import Points
from alma_cli.library import Found, Library
from alma_cli.model import LESSONS, TEAM, Kind, Memory, Origin, Put
from alma_cli.names import fold_domain
from alma_cli.rules import domains
from alma_cli.rules.scope import Agent, may_learn
from alma_cli.sources.mapping import SKIP, Map, meaning
from alma_cli.sources.piece import Row, Trial
from alma_cli.testimony import Ending, outcome_of
from alma_cli.value import frozen, replace


@frozen
class Terms:
    """On what terms rows are taken: whose they are where they say nothing, what words mean."""

    event: str
    agent: str = ""
    leave: Pass = Pass()
    rules: Map = Map()


@frozen
class Edited:
    """A memory that a row edits: its title before, and the one it has now."""

    id: str
    was: str
    title: str


class Rows:
    """Takes one row after the other; what was taken before counts as here already."""

    def __init__(
        self, here: Here, library: Library, known: Known, points: Points, terms: Terms
    ) -> None:
        self._here = here
        self._library = library
        self._known = known
        self._points = points
        self._terms = terms
        self._lessons: dict[tuple[str, str], str] = {}
        self.edited: list[Edited] = []

    def take(self, row: Row) -> Put | None:
        """Returns the file that a row becomes or changes, None for one that is here already."""
        kind = self._kind(row)
        owner = self._owner(row.agent, row.owners)
        memory = self._memory(row, kind, owner)
        if held := self._known.by_ref(memory):
            return self._again(held, memory, owner)
        if not row.named and (alike := self._known.alike(memory)):
            if isinstance(alike, Found):
                self._points.keep(alike)
            return None
        buried = (memory.agent, memory.kind.value, digest_of_title(memory.title))
        if tombstone := self._known.forgotten_titles.get(buried):
            raise Refused(tombstone.of_the_same)
        if before := self._points.before(row, memory):
            return self._again(before, memory, owner)
        put = self._gate(owner).admit(memory).put
        self._known.add(memory)
        self._note(memory, memory.id)
        return put

    def take_trial(self, trial: Trial) -> Put | None:
        """Returns the file of an outcome, None for one that is here already.

        It is evidence for the lesson of this source that is about its very strategy.
        """
        owner = self._owner(trial.agent, ())
        if owner is None:
            raise Usage("is an outcome of the team, which tries nothing itself")
        ref = tidy(trial.whence.ref)
        if (owner.name, ref) in self._known.outcomes:
            return None
        about = self._lessons.get((owner.name, _plain(trial.strategy)), "")
        ending = Ending(
            trial.result,
            trial.task,
            trial.strategy,
            trial.error,
            trial.notes,
            self._domain(owner, trial.domain, trial.whence.called, trial.task),
            lessons=(about,) if about else (),
            duration_ms=trial.duration_ms,
        )
        outcome = outcome_of(self._here, owner, ending, self._terms.event)
        outcome = replace(
            outcome,
            created=self._time(trial.created),
            source=replace(outcome.source, ref=ref),
        )
        put = self._gate(owner).admit(outcome).put
        self._known.outcomes.add((owner.name, ref))
        return put

    def _kind(self, row: Row) -> Kind:
        called = row.whence.called
        mapped = meaning(self._terms.rules.kinds, [called])
        if mapped == SKIP:
            raise Refused(f"the map says to skip `{called}`")
        if row.skip and not mapped:
            raise Refused(row.skip)
        kind = mapped or row.kind
        if kind not in list(Kind) or kind == Kind.OUTCOME:
            rule = f'`--map FILE` says what it is: `"{called}" = "knowledge"` below `[kinds]`'
            hints = (rule,) if called else ()
            raise Usage(f"has the kind `{kind}`, which cannot be imported", *hints)
        return Kind(kind)

    def _owner(self, agent: str, owners: tuple[str, ...]) -> Agent | None:
        agents = self._here.config.agents
        words = [name for name in (agent, *owners) if name]
        name = meaning(self._terms.rules.agents, words) or agent
        if not name:
            known = (each.lower() for each in owners)
            name = next((each for each in known if each in agents or each == TEAM), "")
        name = name or self._terms.agent
        return None if name == TEAM else self._here.agent(name)

    def _memory(self, row: Row, kind: Kind, owner: Agent | None) -> Memory:
        wording = _wording(row, kind)
        memory = compose(
            self._here,
            kind,
            wording,
            owner,
            domain=self._domain(owner, row.domain, row.whence.called, wording.text),
            origin=Origin.IMPORTED,
            event=self._terms.event,
        )
        mark = digest_of(memory) if row.whence.ref else ""
        source = replace(memory.source, digest=mark)
        return replace(memory, created=self._time(row.created), source=source)

    def _domain(self, owner: Agent | None, domain: str, called: str, text: str) -> str:
        """Returns the domain of a row, by its words alone where nobody names one."""
        words = [word for word in (domain, called) if word]
        if named := meaning(self._terms.rules.domains, words) or domain:
            return fold_domain(named)
        return domains.infer(
            text,
            about(owner, self._here.config.domains),
            (),
            lambda each: owner is None or may_learn(owner, each),
            (owner.can_learn if owner else None) or (),
        ).domain

    def _time(self, said: str) -> datetime:
        """Returns when something was written, if a source says so: never later than now."""
        now = self._here.world.now()
        try:
            moment = datetime.fromisoformat(said)
        except ValueError:
            return to_millisecond(now)
        aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return to_millisecond(min(aware.astimezone(UTC), now))

    def _again(self, found: Found | Memory, memory: Memory, owner: Agent | None) -> Put | None:
        """Returns the edit of a memory whose row says something else by now, None for the same.

        Raises `Refused` where the memory was edited here as well: a person decides then.
        """
        if isinstance(found, Memory):
            if digest_of(found) != memory.source.digest:
                raise Refused(f"`{memory.source.ref}` was told before, and said something else")
            return None
        self._note(memory, found.row.id)
        try:
            before = self._library.content(found)
            held = parse(before, found.row.path, found.row.created)
        except (FileNotFoundError, Malformed):
            return None
        if not isinstance(held, Memory):
            return None
        if memory.source.digest in (digest_of(held), held.source.digest):
            return None
        if held.source.digest != digest_of(held):
            said = f"{held.id} was edited here and says something else"
            raise Refused(f"{said}; see `alma show {held.id}`")
        content = _reworded(before, held, memory)
        after = parse(content, found.row.path, found.row.created)
        if not isinstance(after, Memory) or digest_of(after) != memory.source.digest:
            raise Usage(f"the layout of `{found.row.path}` does not let a command edit it")
        content, _ = self._gate(owner).admit_file(after, content)
        self.edited.append(Edited(held.id, held.title, after.title))
        self._known.add(after)
        return Put(found.row.path, content, digest(before), held.kind, held.id)

    def _gate(self, owner: Agent | None) -> Gate:
        return Gate(owner, self._here.config.domains, self._terms.leave)

    def _note(self, memory: Memory, id_: str) -> None:
        if memory.kind in LESSONS:
            strategy = f"{memory.title}\n{memory.text}"
            self._lessons.setdefault((memory.agent, _plain(strategy)), id_)


def _reworded(content: bytes, held: Memory, memory: Memory) -> bytes:
    """Returns the file of a memory with what a row says now, and with where it says it."""
    for name in WORDS:
        if getattr(held, name) != getattr(memory, name):
            content = set_part(content, held.kind, name, getattr(memory, name))
    for key in ("ref", "digest"):
        content = set_value(content, ("source", key), getattr(memory.source, key))
    return content


def _plain(strategy: str) -> str:
    return " ".join(strategy.split()).casefold()


def _wording(row: Row, kind: Kind) -> Wording:
    body, why, better, when = row.body, row.why, row.better, row.when
    if kind not in LESSONS:  # what has no such sections keeps the words
        body = "\n\n".join(part for part in (body, when, why, better) if part)
        why = better = when = ""
    return Wording(
        row.title, body, why, better, when, row.code, cleaned(row.tags), row.paths, row.whence.ref
    )
