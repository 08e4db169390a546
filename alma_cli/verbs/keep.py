"""Keeps what another program has under names of its own: each name a memory, each call an event."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from alma_cli.burying import burial
from alma_cli.compose import Wording, compose
from alma_cli.domain_choice import choose
from alma_cli.errors import Usage
from alma_cli.files.disk import digest
from alma_cli.files.edit import set_section, set_title, set_value
from alma_cli.files.header import format_time, to_millisecond
from alma_cli.files.memory import parse
from alma_cli.gate import NO_PASS, Gate, Pass
from alma_cli.here import Here
from alma_cli.library import Found, Library
from alma_cli.model import Change, Draft, Kind, Memory, Origin, Plan, Put, Record
from alma_cli.printable import some
from alma_cli.rules.scope import Agent
from alma_cli.value import frozen, replace

GONE: Final = "the program that kept it deleted it"
USUAL: Final = "|\n"
"""The white space before and after a text that needs no saying: a line feed at its end."""


@frozen
class Terms:
    """By what a program keeps: its name, the domain of what is new, and what the gate lets pass."""

    program: str
    domain: str = ""
    leave: Pass = NO_PASS


@frozen
class Page:
    """What another program keeps under a name, its `ref`: a line to show, and a text or code.

    A text comes back to the byte. `was` is the name it had until now, where that changes.
    """

    ref: str
    title: str
    text: str | None = None
    code: str = ""
    was: str = ""

    @property
    def body(self) -> str:
        """Returns the text without the white space around it."""
        return (self.text or "").strip()

    @property
    def edges(self) -> str:
        """Returns the white space around the text, what is before and after parted by `|`."""
        if self.text is None:
            return ""
        before, _, after = self.text.partition(self.body) if self.body else ("", "", self.text)
        edges = f"{before}|{after}"
        return "" if edges == USUAL else edges


def text_of(record: Record) -> str:
    """Returns the text of a page as its program wrote it."""
    before, _, after = (record.source.edges or USUAL).partition("|")
    return before + (record.text if isinstance(record, Memory) else "") + after


def keep(
    here: Here,
    library: Library,
    agent: Agent,
    terms: Terms,
    *,
    pages: Iterable[Page] = (),
    drops: Iterable[str] = (),
) -> Draft:
    """Returns the plan that writes pages as memories of an agent, and forgets the names in `drops`.

    A new name of no domain is of the one that its text is nearest to; a page that says nothing new
    changes nothing. Raises `Refused` from the gate, `Usage` for what no memory can hold.
    """
    writing = _Writing(here, library, agent, terms)
    changes = [change for page in pages for change in writing.put(page)]
    changes += [change for ref in drops for change in writing.drop(ref)]
    said = writing.said
    plan = Plan(writing.event, "keep", said, tuple(changes), agent.name)
    return Draft(plan, (said or "nothing new",), warnings=tuple(dict.fromkeys(writing.warnings)))


class _Writing:
    """The changes of one event, and what is to be said of them."""

    def __init__(self, here: Here, library: Library, agent: Agent, terms: Terms) -> None:
        self._here = here
        self._library = library
        self._agent = agent
        self._terms = terms
        self.event = here.world.new_id()
        self.warnings: list[str] = []
        self._kept: list[str] = []
        self._gone: list[str] = []

    @property
    def said(self) -> str:
        """Returns what the event does: `keep "notes.md"`, `forget "old.md"`."""
        done = (("keep", self._kept), ("forget", self._gone))
        return ", ".join(f"{verb} {some([*names])}" for verb, names in done if names)

    def put(self, page: Page) -> Iterator[Change]:
        """Yields what writes a page, and forgets others of its name."""
        standing = self._standing(page.was or page.ref)
        put = self._edited(page, standing[-1]) if standing else self._new(page)
        if put:
            self._kept.append(f'"{page.title}"')
            yield put
        for one in standing[:-1]:
            yield from self._buried(one)

    def drop(self, ref: str) -> Iterator[Change]:
        """Yields what forgets a name, nothing where nobody has it."""
        for one in self._standing(ref):
            self._gone.append(f'"{one.row.title}"')
            yield from self._buried(one)

    def _standing(self, ref: str) -> tuple[Found, ...]:
        """Returns what has a name, the newest last; several have it where two machines made it."""
        return self._library.named(ref, self._agent)

    def _buried(self, one: Found) -> list[Change]:
        return burial(self._here, self._library, one, self.event, GONE)

    def _new(self, page: Page) -> Put:
        wording = Wording(page.title, page.body, code=page.code)
        domain, notes = choose(
            self._here, self._library, self._agent, wording.text, self._terms.domain
        )
        memory = compose(
            self._here,
            Kind.KNOWLEDGE,
            wording,
            self._agent,
            domain=domain,
            origin=Origin.LEARNED,
            event=self.event,
        )
        memory = replace(
            memory,
            source=replace(memory.source, by=self._terms.program, ref=page.ref, edges=page.edges),
        )
        _check(page, memory)
        gate = Gate(self._agent, self._here.config.domains, self._terms.leave, notes)
        admitted = gate.admit(memory)
        self.warnings += admitted.warnings
        return admitted.put

    def _edited(self, page: Page, found: Found) -> Put | None:
        """Returns what writes a page over its memory; all else in the file stays as it is."""
        path, before = found.row.path, self._library.content(found)
        old = parse(before, path, found.row.created)
        content = set_section(set_title(before, page.title), "", page.body)
        content = set_section(content, "Code", page.code)
        for key, value in (("ref", page.ref), ("edges", page.edges)):
            if getattr(old.source, key) != value:
                content = set_value(content, ("source", key), value)
        if content == before:
            return None
        now = format_time(to_millisecond(self._here.world.now()))
        content = set_value(content, ("source", "changed"), now)
        new = parse(content, path, found.row.created)
        _check(page, new)
        # What once let a text pass says nothing of another; what stands outside of its scope, does.
        bare = replace(new, source=replace(new.source, allowed_secret=""))
        leave = self._terms.leave
        passing = replace(leave, force=leave.force or bool(old.source.forced))
        gate = Gate(self._agent, self._here.config.domains, passing)
        content, warnings = gate.admit_file(bare, content)
        self.warnings += warnings
        return Put(path, content, digest(before), found.row.kind, found.row.id)


def _check(page: Page, record: Record) -> None:
    """Raises `Usage` for a page that would not come back as it is."""
    told = record if isinstance(record, Memory) else None
    same = told and (told.title, told.code, told.source.ref) == (page.title, page.code, page.ref)
    if not same or text_of(record) != (page.text if page.text is not None else USUAL[1:]):
        raise Usage(
            f"`{page.title}` would not come back as it is",
            "a text has line feeds alone at the ends of its lines, a name 200 characters",
        )
