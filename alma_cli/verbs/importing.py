"""Brings in memories from JSON Lines: a report of what would become what, or one event."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Final

from alma_cli.compose import Wording, compose
from alma_cli.errors import AlmaError, Malformed, Refused, Usage
from alma_cli.files.disk import digest
from alma_cli.files.memory import id_of_path, parse
from alma_cli.files.tombstone import Tombstone, digest_of_title, tombstones
from alma_cli.gate import NO_PASS, Gate, Pass, about, check_plain
from alma_cli.here import Here
from alma_cli.library import Found, Library
from alma_cli.model import LESSONS, TEAM, Draft, Kind, Memory, Origin, Plan, Put, Record
from alma_cli.names import fold_agent, fold_domain
from alma_cli.place import FOLDERS, owner_in, path_of
from alma_cli.rules import domains
from alma_cli.rules.scope import Agent, may_learn
from alma_cli.value import frozen, replace

FIELDS = frozenset(
    "kind agent domain title body why_bad better better_alternative when why code tags ref"
    " id created path raw".split()
)
PLACE: Final = re.compile(
    rf"agents/[^/]+/(?:{'|'.join(FOLDERS.values())})/(?:[^/]+/){{0,3}}[^/]+\.md"
)
"""Where a store keeps a memory."""
MOST_NAME: Final = 200
"""Bytes of a name in such a path; file systems hold 255."""
Progress = Callable[[int, int], None]


@frozen
class Refusal:
    """A row that is left out, and why."""

    line: int
    reason: str


@frozen
class Imported:
    """What an import would do: a plan, rows that were here already, rows that are left out."""

    draft: Draft
    counts: tuple[tuple[str, str, int], ...]
    known: int
    refused: tuple[Refusal, ...]

    @property
    def plan(self) -> Plan:
        """Returns all that the import wants written."""
        return self.draft.plan


@frozen
class _Row:
    kind: Kind
    agent: str
    domain: str
    wording: Wording


def import_rows(
    here: Here,
    library: Library,
    text: str,
    *,
    agent: str = "",
    source: str = "",
    leave: Pass = NO_PASS,
    progress: Progress = lambda _done, _all: None,
) -> Imported:
    """Returns the plan that brings in JSON Lines; rows that cannot be taken are listed.

    `agent` is the owner of rows that name none. A row whose `ref` is here already, or without one
    all that it says, is not taken twice, nor one with `raw` whose file is here. What was forgotten
    is refused.
    """
    if agent and agent != TEAM:
        here.agent(agent)
    event = here.world.new_id()
    intake = _Intake(here, library, agent, leave, event)
    counts: Counter[tuple[str, str]] = Counter()
    puts: list[Put] = []
    refused: list[Refusal] = []
    already = 0
    lines = [(number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
    for done, (number, line) in enumerate(lines):
        progress(done, len(lines))
        try:
            taken = intake.take(_fields(line))
        except AlmaError as error:
            refused.append(Refusal(number, error.message))
            continue
        if taken is None:
            already += 1
            continue
        puts.append(taken)
        counts[owner_in(taken.path), str(taken.kind)] += 1
    progress(len(lines), len(lines))
    what = f" from {source}" if source else ""
    plan = Plan(event, "import", f"import {len(puts)} memories{what}", tuple(puts))
    draft = Draft(plan, (f"imported {len(puts)} memories{what}",))
    told = tuple((owner, kind, count) for (owner, kind), count in sorted(counts.items()))
    return Imported(draft, told, already, tuple(refused))


class _Intake:
    """Takes rows one after the other; what was taken before counts as here already."""

    def __init__(self, here: Here, library: Library, agent: str, leave: Pass, event: str) -> None:
        self._here = here
        self._library = library
        self._agent = agent
        self._leave = leave
        self._event = event
        self._paths: set[str] = set()

    def take(self, row: dict[str, object]) -> Put | None:
        """Returns the file that a row becomes, None for one that is here already."""
        if "raw" in row:
            return self._whole(row)
        told = _row(row, self._agent)
        owner = self._owner(told.agent)
        memory = compose(
            self._here,
            told.kind,
            told.wording,
            owner,
            domain=_domain(self._here, owner, told),
            origin=Origin.IMPORTED,
            event=self._event,
        )
        alike = self._alike(memory)
        if any(memory.source.ref or _said(memory) == self._texts_of(one) for one in alike):
            return None
        buried = (memory.agent, memory.kind.value, digest_of_title(memory.title))
        if tombstone := self._titles.get(buried):
            raise Refused(tombstone.of_the_same)
        put = Gate(owner, self._here.config.domains, self._leave).admit(memory).put
        alike.append(_said(memory))
        return put

    def _alike(self, memory: Memory) -> list[Found | Said]:
        """Returns what may be this memory: what has its `ref`, or without one its title."""
        ref = memory.source.ref
        key = ("ref", ref) if ref else (memory.kind.value, memory.title.casefold())
        return self._known.setdefault((memory.agent, *key), [])

    def _texts_of(self, one: Found | Said) -> Said | None:
        if isinstance(one, tuple):
            return one
        try:
            record = self._library.read(one).record
        except (FileNotFoundError, Malformed):
            return None
        return _said(record) if isinstance(record, Memory) else None

    @cached_property
    def _known(self) -> dict[tuple[str, ...], list[Found | Said]]:
        """What the project has, by owner and `ref`, and by owner, kind and title."""
        known: dict[tuple[str, ...], list[Found | Said]] = {}
        for found in self._library.all(lambda b: b.kind is not Kind.OUTCOME, hidden=True):
            row = found.row
            if found.place == self._here.place:
                title = (row.agent, row.kind.value, row.title.casefold())
                known.setdefault(title, []).append(found)
                if row.ref:
                    known.setdefault((row.agent, "ref", row.ref), []).append(found)
        return known

    def _whole(self, row: dict[str, object]) -> Put | None:
        """Returns the file that an export held, byte for byte unless the gate adds a note."""
        record, content = self._record(row)
        if tombstone := self._forgotten.get(record.id):
            raise Refused(f"it was {tombstone.said} (`alma restore {record.id}`)")
        if held := self._ids.get(record.id):
            if held == digest(content):
                return None
            raise Refused(f"the id `{record.id}` belongs to a memory that says something else")
        owner = self._owner(record.agent)
        admitted = Gate(owner, self._here.config.domains, self._leave).admit(record)
        if admitted.record != record:
            content = admitted.put.content
        if not self._leave.allow_secret:
            check_plain(content.decode())  # the gate knows the texts, not the rest of a header
        put = Put(self._path(row, record), content, None, record.kind, record.id)
        self._ids[record.id] = digest(content)
        self._paths.add(put.path)
        return put

    def _record(self, row: dict[str, object]) -> tuple[Record, bytes]:
        texts = _texts(row)
        try:
            content = texts["raw"].encode()
        except UnicodeEncodeError as error:
            raise Usage("has a `raw` that is not Unicode") from error
        path = texts.get("path", "")
        if path and not _is_place(path):
            raise Usage("has a `path` where no store keeps a memory")
        record = parse(content, path, self._here.world.now())
        if not path and record.id == id_of_path(path):
            raise Usage("has neither a `path` nor an id in its `raw`")
        if not record.agent:
            record = replace(record, agent=texts.get("agent", "") or self._agent)
        if record.agent != TEAM:
            record = replace(record, agent=fold_agent(record.agent))
        if texts.get("id", record.id) != record.id:
            raise Usage(f"has the id `{texts['id']}` and another one in `raw`")
        return record, content

    def _path(self, row: dict[str, object], record: Record) -> str:
        """Returns where the file was if that is free here, else where a new one would be."""
        wanted = str(row.get("path") or "")
        for path in (wanted, path_of(record)):
            free = path not in self._paths and not (self._here.place.root / path).exists()
            named = path == wanted or record.id != id_of_path(wanted)
            if path and owner_in(path) == record.agent and free and named:
                return path
        raise Refused(f"the place of `{record.id}` is taken by another file")

    def _owner(self, name: str) -> Agent | None:
        return None if name == TEAM else self._here.agent(name)

    @cached_property
    def _ids(self) -> dict[str, str]:
        """The ids of this store with the digests of their files."""
        found = self._library.all(lambda _bucket: True, hidden=True)
        return {one.row.id: one.row.digest for one in found if one.place == self._here.place}

    @cached_property
    def _forgotten(self) -> dict[str, Tombstone]:
        return {tombstone.id: tombstone for tombstone in tombstones(self._here.place.root)}

    @cached_property
    def _titles(self) -> dict[tuple[str, str, str], Tombstone]:
        """The same by owner, kind and digest of the title, for rows that bring no id."""
        tombs = self._forgotten.values()
        return {(owner_in(tomb.path), tomb.kind, tomb.title): tomb for tomb in tombs}


def _is_place(path: str) -> bool:
    parts = path.encode(errors="replace").split(b"/")
    plain = path.isprintable() and all(
        part[:1] != b"." and len(part) <= MOST_NAME for part in parts
    )
    return bool(plain and PLACE.fullmatch(path))


Said = tuple[str, ...]


def _said(memory: Memory) -> Said:
    return (memory.text, memory.why, memory.better, memory.when, memory.code)


def _domain(here: Here, owner: Agent | None, row: _Row) -> str:
    """Returns the domain of a row, by its words alone where it names none."""
    if row.domain:
        return fold_domain(row.domain)
    return domains.infer(
        row.wording.text,
        about(owner, here.config.domains),
        (),
        lambda domain: owner is None or may_learn(owner, domain),
        (owner.can_learn if owner else None) or (),
    ).domain


def _fields(line: str) -> dict[str, object]:
    """Returns the fields of a row that say something."""
    try:
        value = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise Usage(f"is not JSON: {error}") from error
    if not isinstance(value, dict):
        raise Usage("is not a JSON object")
    if unknown := sorted(value.keys() - FIELDS):
        raise Usage(f"has fields that memories do not have: {', '.join(unknown)}")
    return {key: held for key, held in value.items() if held is not None}


def _texts(row: dict[str, object]) -> dict[str, str]:
    texts = {key: held for key, held in row.items() if key != "tags"}
    if wrong := sorted(key for key, held in texts.items() if not isinstance(held, str)):
        raise Usage(f"has fields that are not texts: {', '.join(wrong)}")
    return {key: str(held) for key, held in texts.items()}


def _row(row: dict[str, object], agent: str) -> _Row:
    texts = _texts(row)
    kind = texts.get("kind", "")
    if kind == Kind.OUTCOME:
        raise Usage("has the kind `outcome`, which is imported only with its `raw`")
    if kind not in list(Kind):
        raise Usage(f"has the kind `{kind}`, which cannot be imported")
    tags = row.get("tags") or []
    if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
        raise Usage("has `tags` that are not a list of texts")
    return _Row(
        Kind(kind),
        texts.get("agent", "") or agent,
        texts.get("domain", ""),
        _wording(Kind(kind), texts, tuple(tags)),
    )


def _wording(kind: Kind, texts: dict[str, str], tags: tuple[str, ...]) -> Wording:
    body = texts.get("body", "")
    why = texts.get("why_bad", "") or texts.get("why", "")
    better = texts.get("better", "") or texts.get("better_alternative", "")
    when = texts.get("when", "")
    if kind not in LESSONS:  # what has no such sections keeps the words
        body = "\n\n".join(part for part in (body, when, why, better) if part)
        why = better = when = ""
    return Wording(
        texts.get("title", ""),
        body,
        why,
        better,
        when,
        texts.get("code", ""),
        tags,
        ref=texts.get("ref", ""),
    )


def report(imported: Imported) -> Iterator[str]:
    """Yields the lines of a mapping report."""
    for owner, kind, count in imported.counts:
        yield f"{count:>6}  {owner}  {kind}"
    if imported.known:
        yield f"{imported.known:>6}  here already"
    if imported.refused:
        yield f"{len(imported.refused):>6}  left out"
