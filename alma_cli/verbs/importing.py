"""Brings in memories of other programs: a report of what would become what, or one event."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Final, TypeAlias

from alma_cli.config_edit import ConfigEdit, Value
from alma_cli.errors import AlmaError, Refused
from alma_cli.gate import NO_PASS, Pass, check_plain
from alma_cli.here import Here
from alma_cli.intake.known import Known
from alma_cli.intake.points import Points
from alma_cli.intake.rows import Edited, Rows, Terms
from alma_cli.intake.whole import Files
from alma_cli.library import Found, Library
from alma_cli.model import TEAM, Draft, Plan, Put
from alma_cli.names import fold_agent, fold_domain
from alma_cli.place import owner_in
from alma_cli.printable import clean_line
from alma_cli.render.bullet import plural
from alma_cli.rules.scope import Agent
from alma_cli.sources.mapping import Map, unmet
from alma_cli.sources.piece import LeftOut, Member, Piece, Row, Trial, Whole
from alma_cli.value import frozen, replace

Progress: TypeAlias = Callable[[int, int], None]
MOST_TOLD: Final = 20
"""Memories that a report names one by one."""


@frozen
class Became:
    """What some pieces became: called so in the source, now memories of an owner and of a kind."""

    called: str
    owner: str
    kind: str
    count: int


@frozen
class Imported:
    """What an import would do: a plan, rows that were here already, what is left out and why.

    `agents` are those that it adds, `gone` is what files that were read whole say no more, `unused`
    are fields of rows that found no place, each with how many rows have it.
    """

    draft: Draft
    agents: tuple[str, ...]
    became: tuple[Became, ...]
    edited: tuple[Edited, ...]
    known: int
    left_out: tuple[LeftOut, ...]
    gone: tuple[Found, ...]
    unused: tuple[tuple[str, int], ...]

    @property
    def plan(self) -> Plan:
        """Returns all that the import wants written."""
        return self.draft.plan


def import_pieces(
    here: Here,
    library: Library,
    pieces: Sequence[Piece],
    *,
    agent: str = "",
    source: str = "",
    leave: Pass = NO_PASS,
    rules: Map = Map(),  # noqa: B008 - it is frozen
    progress: Progress = lambda _done, _all: None,
) -> Imported:
    """Returns the plan that brings in the pieces of a source; what cannot be taken is listed.

    `agent` is the owner of rows that name none. A row whose reference is here already, or without
    one all that it says, is not taken twice, but where it says something else by now the memory is
    edited. What was forgotten is refused.
    """
    if agent and agent != TEAM:
        here.agent(agent)
    settled = _settle(here, [piece for piece in pieces if isinstance(piece, Member)])
    terms = Terms(here.world.new_id(), agent, leave, rules)
    desk = _Desk(settled.here, library, terms, pieces)
    for done, piece in enumerate(pieces):
        progress(done, len(pieces))
        desk.take(piece)
    progress(len(pieces), len(pieces))
    what = f" from {source}" if source else ""
    edited = desk.edited
    left_out = (*settled.left_out, *desk.left_out)
    said = [f"added agent `{name}`" for name in settled.added]
    new = len(desk.puts) - len(edited)
    said += [f"imported {plural(new, 'memory')}{what}"] if new else []
    said += [f"edited {len(edited)} of those that were here"] if edited else []
    if not said:
        why = ", ".join(_counted(desk.known, "here already") + _counted(len(left_out), "left out"))
        said = [f"imported nothing{what}{': ' * bool(why)}{why}"]
    summary = f"import {plural(len(desk.puts), 'memory')}{what}"
    # An import changes memories and nothing else, and what is more in its commit is somebody's own.
    verb = "adopt" if settled.changes else "import"
    plan = Plan(desk.event, verb, summary, (*settled.changes, *desk.puts))
    return Imported(
        Draft(plan, tuple(said), warnings=tuple(unmet(rules, pieces))),
        settled.added,
        tuple(Became(*key, count) for key, count in sorted(desk.became.items(), key=_by_owner)),
        edited,
        desk.known,
        left_out,
        desk.gone,
        tuple(sorted(desk.unused.items())),
    )


def _counted(number: int, what: str) -> list[str]:
    return [f"{number} {'is' if number == 1 else 'are'} {what}"] if number else []


class _Desk:
    """Where pieces are taken one by one, and counted."""

    def __init__(self, here: Here, library: Library, terms: Terms, pieces: Sequence[Piece]) -> None:
        known = Known(here, library)
        self._points = Points(known, (piece for piece in pieces if isinstance(piece, Row)))
        self.event = terms.event
        self.puts: list[Put] = []
        self.became: Counter[tuple[str, str, str]] = Counter()
        self.unused: Counter[str] = Counter()
        self.left_out: list[LeftOut] = []
        self.known = 0
        self._rows = Rows(here, library, known, self._points, terms)
        self._files = Files(here, known, terms.agent, terms.leave)

    @property
    def edited(self) -> tuple[Edited, ...]:
        """Returns the memories that pieces edit."""
        return tuple(self._rows.edited)

    @property
    def gone(self) -> tuple[Found, ...]:
        """Returns the memories of files that were read whole and say no such thing any more."""
        return self._points.gone

    def take(self, piece: Piece) -> None:
        """Takes a piece, or notes why it is left out."""
        try:
            put = self._taken(piece)
        except AlmaError as error:
            self.left_out.append(LeftOut(piece.whence, error.message, error.hints))
            return
        self.unused.update(piece.whence.unused)
        if put:
            self.puts.append(put)
            self.became[piece.whence.called, owner_in(put.path), str(put.kind)] += 1

    def _taken(self, piece: Piece) -> Put | None:
        match piece:
            case Row():
                put = self._rows.take(piece)
            case Trial():
                put = self._rows.take_trial(piece)
            case Whole():
                put = self._files.take(piece)
            case Member():
                return None
            case LeftOut():
                raise Refused(piece.reason, *piece.hints)
        self.known += put is None
        return put


@frozen
class _Settled:
    """Where one stands with the agents of a source: those that are new, and who they cannot be."""

    here: Here
    added: tuple[str, ...]
    changes: tuple[Put, ...]
    left_out: tuple[LeftOut, ...]


def _settle(here: Here, members: Sequence[Member]) -> _Settled:
    """Adds the agents of a source to the configuration; those that are there keep their scope."""
    agents = dict(here.config.agents)
    edit = ConfigEdit(here.place)
    added: list[str] = []
    left_out: list[LeftOut] = []
    for member in members:
        try:
            agent = _agent(member)
        except AlmaError as error:
            left_out.append(LeftOut(member.whence, error.message))
            continue
        if agent.name not in agents:
            agents[agent.name] = agent
            edit.set("agents", agent.name, _values(agent))
            added.append(agent.name)
    here = replace(here, config=replace(here.config, agents=agents))
    return _Settled(here, tuple(added), (edit.put(),) if added else (), tuple(left_out))


def _agent(member: Member) -> Agent:
    check_plain(member.name, *member.can_learn, *member.cannot_learn)
    return Agent(
        fold_agent(member.name),
        can_learn=tuple(map(fold_domain, member.can_learn)) or None,
        cannot_learn=tuple(map(fold_domain, member.cannot_learn)),
        share_with=tuple(map(fold_agent, member.share_with)),
        inherit_from=tuple(map(fold_agent, member.inherit_from)) or None,
    )


def _values(agent: Agent) -> dict[str, Value]:
    names = ("can_learn", "cannot_learn", "share_with", "inherit_from")
    return {name: list(held) for name in names if (held := getattr(agent, name))}


def _by_owner(counted: tuple[tuple[str, str, str], int]) -> tuple[str, ...]:
    (called, owner, kind), _ = counted
    return owner, kind, called


def report(imported: Imported) -> Iterator[str]:
    """Yields the lines of a mapping report."""
    if imported.agents:
        yield f"{len(imported.agents):>6}  new among the agents: {', '.join(imported.agents)}"
    for each in imported.became:
        origin = f"  from {each.called}" if each.called not in ("", each.kind) else ""
        yield f"{each.count:>6}  {each.owner}  {each.kind}{origin}"
    yield from _of_those_here(imported)
    if imported.left_out:
        yield f"{len(imported.left_out):>6}  left out"
    if imported.unused:
        counts = ", ".join(f"{field} ({count})" for field, count in imported.unused)
        yield f"        not carried over: {counts}"
    if not (imported.agents or imported.became or imported.known or imported.left_out):
        yield "nothing to import"


def _of_those_here(imported: Imported) -> Iterator[str]:
    """Yields what is said of memories that are here: what an import edits is named."""
    if imported.edited:
        yield f"{len(imported.edited):>6}  of these edit what is here"
    for one in imported.edited[:MOST_TOLD]:
        was = f" (was: {one.was})" if one.was != one.title else ""
        yield f"        {one.id}  {clean_line(one.title + was)}"
    if imported.known:
        yield f"{imported.known:>6}  here already"
    if imported.gone:
        yield f"{len(imported.gone):>6}  no longer there; `alma forget ID` takes one out"
    for each in imported.gone[:MOST_TOLD]:
        yield f"        {each.row.id}  {clean_line(each.row.title)}"


def document(imported: Imported) -> dict[str, object]:
    """Returns the same for JSON, beside what every writing command says."""
    return {
        "agents": [*imported.agents],
        "became": [
            {
                "from": each.called or None,
                "agent": each.owner,
                "kind": each.kind,
                "count": each.count,
            }
            for each in imported.became
        ],
        "edited": len(imported.edited),
        "known": imported.known,
        "gone": [{"id": each.row.id, "title": each.row.title} for each in imported.gone],
        "refused": [
            {"path": each.whence.path, "line": each.whence.line, "reason": each.reason}
            for each in imported.left_out
        ],
        "unused": dict(imported.unused),
    }
