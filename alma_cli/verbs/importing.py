"""Brings in memories from JSON Lines: a report of what would become what, or one event."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from alma_cli.compose import Wording, compose
from alma_cli.errors import AlmaError, Usage
from alma_cli.files.memory import title_and_rest
from alma_cli.gate import NO_PASS, Gate, Pass, about
from alma_cli.here import Here
from alma_cli.library import Library
from alma_cli.model import LESSONS, TEAM, Draft, Kind, Origin, Plan, Put
from alma_cli.names import fold_domain
from alma_cli.rules import domains
from alma_cli.rules.scope import Agent, may_learn

FIELDS = frozenset(
    "kind agent domain title body why_bad better better_alternative when why code tags ref".split()
)
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Refusal:
    """A row that is left out, and why."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
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


@dataclass(frozen=True, slots=True)
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

    `agent` is the owner of rows that name none. A row whose `ref`, or whose owner, kind and title
    are here already is not taken twice.
    """
    event = here.world.new_id()
    known = _known(library)
    counts: Counter[tuple[str, str]] = Counter()
    puts: list[Put] = []
    refused: list[Refusal] = []
    already = 0
    lines = [(number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
    for done, (number, line) in enumerate(lines):
        progress(done, len(lines))
        try:
            row = _row(line, agent)
            owner = None if row.agent == TEAM else here.agent(row.agent)
            keys = _keys(owner.name if owner else TEAM, row)
            if keys & known:
                already += 1
                continue
            memory = compose(
                here,
                row.kind,
                row.wording,
                owner,
                domain=_domain(here, owner, row),
                origin=Origin.IMPORTED,
                event=event,
            )
            puts.append(Gate(owner, here.config.domains, leave).admit(memory).put)
        except AlmaError as error:
            refused.append(Refusal(number, error.message))
            continue
        known |= keys
        counts[memory.agent, memory.kind.value] += 1
    progress(len(lines), len(lines))
    what = f" from {source}" if source else ""
    plan = Plan(event, "import", f"import {len(puts)} memories{what}", tuple(puts))
    draft = Draft(plan, (f"imported {len(puts)} memories{what}",))
    told = tuple((owner, kind, count) for (owner, kind), count in sorted(counts.items()))
    return Imported(draft, told, already, tuple(refused))


def _known(library: Library) -> set[tuple[str, ...]]:
    known: set[tuple[str, ...]] = set()
    for found in library.all(lambda bucket: bucket.kind is not Kind.OUTCOME, hidden=True):
        row = found.row
        known.add((row.agent, row.kind.value, row.title.casefold()))
        if row.ref:
            known.add((row.agent, "ref", row.ref))
    return known


def _keys(owner: str, row: _Row) -> set[tuple[str, ...]]:
    if row.wording.ref:
        return {(owner, "ref", row.wording.ref)}
    return {(owner, row.kind.value, title_and_rest(row.wording.title)[0].casefold())}


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


def _row(line: str, agent: str) -> _Row:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise Usage(f"is not JSON: {error}") from error
    if not isinstance(value, dict):
        raise Usage("is not a JSON object")
    if unknown := sorted(value.keys() - FIELDS):
        raise Usage(f"has fields that memories do not have: {', '.join(unknown)}")
    texts = {key: held for key, held in value.items() if held is not None and key != "tags"}
    if wrong := sorted(key for key, held in texts.items() if not isinstance(held, str)):
        raise Usage(f"has fields that are not texts: {', '.join(wrong)}")
    kind = texts.get("kind", "")
    if kind not in list(Kind) or kind == Kind.OUTCOME:
        raise Usage(f"has the kind `{kind}`, which cannot be imported")
    tags = value.get("tags") or []
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
