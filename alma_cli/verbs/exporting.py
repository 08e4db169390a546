"""Writes memories down for elsewhere: for `alma import`, for other programs, or to be read."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from enum import StrEnum
from itertools import groupby
from typing import Final

from alma_cli.errors import Malformed, Usage
from alma_cli.files.disk import write
from alma_cli.files.header import format_time
from alma_cli.files.memory import parse
from alma_cli.here import Here
from alma_cli.library import Found, Library
from alma_cli.model import TEAM, Kind, Memory, Record
from alma_cli.names import fold_domain
from alma_cli.printable import clean, clean_json, clean_line
from alma_cli.recollection import Hit
from alma_cli.render import elsewhere
from alma_cli.render.bullet import SECTIONS, counted
from alma_cli.rules.scope import covers
from alma_cli.search.row import Hidden
from alma_cli.value import frozen


@frozen
class Which:
    """Which memories to export; empty parts mean all."""

    agent: str = ""
    kinds: tuple[Kind, ...] = ()
    domains: tuple[str, ...] = ()


class Format(StrEnum):
    """How an export is written."""

    JSONL = "jsonl"
    JSON = "json"
    MD = "md"
    AGENTS_MD = "agents-md"
    MEM0 = "mem0"
    LANGGRAPH = "langgraph"


WITHOUT_OUTCOMES: Final = (Format.AGENTS_MD, Format.MEM0, Format.LANGGRAPH)


def export(here: Here, library: Library, which: Which, form: Format) -> Iterator[str]:
    """Returns the lines of an export, safe to show.

    Raises `Usage` for an agent that is not configured, for what is no domain, and for outcomes in a
    format that has none.
    """
    if form in WITHOUT_OUTCOMES and Kind.OUTCOME in which.kinds:
        raise Usage(f"`{form}` holds no outcomes", "leave out `--kind outcome`")
    found = _chosen(here, library, which)
    match form:
        case Format.MD:
            return _page(library, found, which)
        case Format.JSON:
            return _listed('{"schema": 1, "memories": [', _rows(library, found), "]}")
        case Format.JSONL:
            return (_line(row) for row in _rows(library, found))
        case Format.AGENTS_MD:
            return elsewhere.agents_block(_hits(library, found, which))
        case Format.MEM0 | Format.LANGGRAPH:
            begin, end, item = elsewhere.ITEMS[form]
            return _listed(begin, map(item, _memories(library, found)), end)


def save(here: Here, name: str, lines: Iterable[str], form: Format) -> None:
    """Writes a file whole or not at all; raises `Usage` for a place where it must not go.

    A block for `AGENTS.md` takes the place of the one that is there, and the rest stays.
    """
    file = (here.world.cwd / name).resolve()
    if any(store.root.resolve() in (file, *file.parents) for store in here.stores):
        raise Usage(f"`{name}` lies in a store", "an export belongs outside of it")
    if not file.parent.is_dir():
        raise Usage(f"`{name}` cannot be written: there is no folder `{file.parent}`")
    if file.exists() and not file.is_file():
        raise Usage(f"`{name}` is not a file", "leave `--output` out for standard output")
    text = "".join(f"{line}\n" for line in lines)
    if form is Format.AGENTS_MD and file.exists():
        text = elsewhere.into(file.read_bytes().decode("utf-8", "surrogateescape"), text)
    content = text.encode("utf-8", "surrogateescape")
    part = file.with_name(f".{here.world.new_id()}.part")
    try:
        write(part, content)
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)


def _chosen(here: Here, library: Library, which: Which) -> tuple[Found, ...]:
    """Returns the memories of the store that are wanted, by path; what is forgotten stays so."""
    owner = which.agent.lower()
    if owner not in {"", TEAM}:
        owner = here.config.agent(owner).name
    domains = [fold_domain(domain) for domain in which.domains]
    found = library.all(
        lambda b: (
            owner in {"", b.agent}
            and (not which.kinds or b.kind in which.kinds)
            and (not domains or any(covers(entry, b.domain) for entry in domains))
        ),
        hidden=True,
    )
    return tuple(
        one for one in found if one.place == here.place and one.row.hidden is not Hidden.FORGOTTEN
    )


def _line(row: dict[str, object]) -> str:
    return clean_json(json.dumps(row, ensure_ascii=False))


def _listed(begin: str, rows: Iterable[dict[str, object]], end: str) -> Iterator[str]:
    """Yields one JSON document with a line a memory."""
    yield begin
    comma = ""
    for row in rows:
        yield f"{comma}{_line(row)}"
        comma = ","
    yield end


def _memories(library: Library, found: Iterable[Found]) -> Iterator[Memory]:
    """Yields the memories that count and are no outcomes."""
    for one in found:
        if one.row.hidden or one.row.kind is Kind.OUTCOME:
            continue
        try:
            record = library.read(one).record
        except (FileNotFoundError, Malformed):
            continue  # gone or damaged since the index was brought up to date, which names it
        if isinstance(record, Memory):
            yield record


def _hits(library: Library, found: Iterable[Found], which: Which) -> Iterator[Hit]:
    """Yields the memories that count, with how far each is believed and whose it is."""
    shown = [one for one in found if not one.row.hidden and one.row.kind is not Kind.OUTCOME]
    evidence = library.evidence(shown)
    for one in shown:
        owner = "" if which.agent or one.row.agent == TEAM else one.row.agent
        try:
            stored = library.read(one)
        except (FileNotFoundError, Malformed):
            continue  # likewise
        weighed = evidence[one.place, one.row.id]
        yield Hit(stored, weighed, 0.0, inherited=owner, length=library.length(one))


def _rows(library: Library, found: tuple[Found, ...]) -> Iterator[dict[str, object]]:
    """Yields each memory with the fields that an import reads, and its file in `raw`."""
    for one in found:
        try:
            content = library.content(one)
            record = parse(content, one.row.path, one.row.created)
        except (FileNotFoundError, Malformed):
            continue  # gone or damaged since the index was brought up to date, which names it
        yield {
            "kind": record.kind.value,
            "agent": record.agent,
            "domain": record.domain,
            "title": record.title,
            **dict(_texts(record)),
            **({"tags": list(record.tags)} if record.tags else {}),
            **({"ref": record.source.ref} if record.source.ref else {}),
            "id": record.id,
            "created": format_time(record.created),
            "path": one.row.path,
            "raw": content.decode(),
        }


def _texts(record: Record) -> list[tuple[str, str]]:
    """Returns what a memory says below its title, by the names that an import has for it."""
    if not isinstance(record, Memory):
        return []
    why = "why_bad" if record.kind is Kind.ANTI_PATTERN else "why"
    named = [("body", record.text), ("when", record.when), (why, record.why)]
    named += [("better", record.better), ("code", record.code)]
    return [(name, text) for name, text in named if text]


def _page(library: Library, found: tuple[Found, ...], which: Which) -> Iterator[str]:
    """Yields the lines of a page in Markdown: a heading an owner, one a kind, a bullet a memory.

    Outcomes are on it only when asked for by kind, what is superseded never.
    """
    names = dict(SECTIONS)
    order = list(names)
    shown = [
        one
        for one in found
        if not one.row.hidden and (which.kinds or one.row.kind is not Kind.OUTCOME)
    ]
    shown.sort(
        key=lambda one: (one.row.agent, order.index(one.row.kind), one.row.title, one.row.id)
    )
    evidence = library.evidence(shown)
    yield "# Memories"
    for (agent, kind), some in groupby(shown, key=lambda one: (one.row.agent, one.row.kind)):
        yield from ("", f"## {clean_line(agent)}: {names[kind]}", "")
        for one in some:
            try:
                hit = Hit(library.read(one), evidence[one.place, one.row.id], 0.0)
            except (FileNotFoundError, Malformed):
                continue
            yield from _bullet(hit)


def _bullet(hit: Hit) -> Iterator[str]:
    about = " · ".join([hit.record.id, hit.record.domain, *counted(hit)])
    yield f"- **{clean_line(hit.record.title)}** ({about})"
    for name, text in _texts(hit.record):
        label = f"  - {name.replace('_', ' ')}:"
        if "\n" not in text:
            yield f"{label} {clean(text)}"
            continue
        yield from (label, "")  # so that what begins with a fence stays one
        yield from (f"    {line}".rstrip() for line in clean(text).split("\n"))
