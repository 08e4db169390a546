"""Finds what anti-patterns warn of in a text, a file, a diff or a tool call."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Final

from alma_cli.errors import Malformed
from alma_cli.here import Here
from alma_cli.library import Found, Library, Weighed
from alma_cli.model import Guard, Kind, Memory
from alma_cli.rules import guarding, patch, sieve, titles, toolcall
from alma_cli.rules.allowing import allowance
from alma_cli.rules.evidence import Status
from alma_cli.rules.guarding import Match, Severity, Suspect, Watch
from alma_cli.rules.passage import Passage, encodable, of_text, pieces
from alma_cli.rules.patterns import refusal
from alma_cli.rules.scope import Agent, may_read
from alma_cli.sighting import Guarded, Sighting
from alma_cli.value import replace

PATIENCE: Final = timedelta(seconds=5)
"""How long patterns are looked for; what is left then counts as an error."""
STDIN: Final = "<stdin>"


def look(here: Here, text: str, path: str = "") -> tuple[Passage, ...]:
    """Returns what there is to look at in a text: a diff, a tool call in JSON, or all of it.

    What has a path is taken as the text of that file. Memories are left out: they say what they
    warn of.
    """
    if path:
        return _placed(here, (of_text(text, path),))
    if (call := _call(text)) is not None:
        return look_at_call(here, call)
    if patch.is_patch(text):
        return _placed(here, patch.passages(text), _top(here))
    return _placed(here, (of_text(text, label=STDIN),) if text else ())


def look_at_call(here: Here, call: Mapping[str, object]) -> tuple[Passage, ...]:
    """Returns what there is to look at in a tool call, as `look` does."""
    return _placed(here, toolcall.passages(call))


def _placed(here: Here, found: Iterable[Passage], *tops: Path) -> tuple[Passage, ...]:
    """Returns passages as globs name them, without those of memories.

    Their paths start at one of `tops`, or at the folder one is in.
    """
    bases = (*tops, here.world.cwd)
    store = here.inside(str(here.place.root)) or ""
    names: dict[str, str] = {"": ""}
    placed = []
    for one in found:
        if one.path not in names:
            names[one.path] = _inside(here, one.path, bases)
        if not (store and names[one.path].startswith(f"{store}/")):
            placed.append(replace(one, inside=names[one.path]))
    return tuple(placed)


def _call(text: str) -> dict[str, object] | None:
    """Returns a tool call that a text is, None for another text."""
    if not text.lstrip().startswith("{"):
        return None
    import json

    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value if toolcall.is_call(value) else None


def _inside(here: Here, path: str, bases: tuple[Path, ...]) -> str:
    """Returns a file as globs name it; its path starts at one of `bases`."""
    files = [base / path for base in bases]
    file = next((each for each in files if each.exists()), files[0])
    return encodable(here.inside(str(file)) or file.as_posix().lstrip("/"))


def _top(here: Here) -> Path:
    """Returns the folder that the paths of a diff start from: that of the repository, if any."""
    project = here.place.root.parent
    return next((each for each in (project, *project.parents) if (each / ".git").exists()), project)


def guard(
    here: Here,
    library: Library,
    name: str,
    passages: Sequence[Passage],
    patience: timedelta | None = None,
) -> Guarded:
    """Returns where new lines do what an anti-pattern warns of that an agent reads.

    Refuted ones are left out, and the user's own where the project has one of the same title.
    What there is no time for within `patience` is named in `late`.
    Raises `Usage` without an agent.
    """
    agent = here.agent(name)
    until = here.world.now() + (PATIENCE if patience is None else patience)
    parts = [piece for passage in passages for piece in pieces(passage)]
    known = _known(library, agent)
    watched = [
        _watch(key, one.row.title, guard, one.row.paths) for key, (one, guard) in known.items()
    ]
    suspects = sieve.sift(watched, parts)
    told = [(one, known[one.key][0].row.title) for one in watched if known[one.key][1] is None]
    near = tuple(titles.near(told, parts))
    reading = _Reading(library, agent, known)
    fresh = tuple(reading.freshened(suspects, parts))
    matches, late = _search(fresh, lambda: here.world.now() > until)
    matches += [one for one in near if reading.has_title(one.key, known[one.key][0].row.title)]
    sightings = reading.sightings(_in_order(matches, parts))
    return Guarded(
        agent.name,
        tuple(one for one in sightings if not one.allowed),
        tuple(one for one in sightings if one.allowed),
        tuple(reading.named(key) for key in late),
        _unplaced([one.watch for one in fresh], parts),
        sum(passage.number for passage in passages),
        (*map(str, (*library.broken, *reading.broken)), *library.trouble, *reading.complaints()),
    )


_Known = dict[str, tuple[Found, Guard | None]]
"""The anti-patterns that are looked for, by a key of their own."""


def _known(library: Library, agent: Agent) -> _Known:
    readable = library.readable(agent)
    found = library.guarded(lambda b: b.kind is Kind.ANTI_PATTERN and readable(b))
    ours = {one.row.title.casefold() for one, _ in found if not one.place.personal}
    wanted = (
        (one, guard)
        for one, guard in found
        if not (one.place.personal and one.row.title.casefold() in ours)
    )
    return {str(at): each for at, each in enumerate(wanted)}


def _watch(key: str, title: str, guard: Guard | None, paths: tuple[str, ...]) -> Watch:
    if guard is None:
        return titles.watch(key, title, paths)
    return guarding.watch(key, guard, paths)


def _search(
    suspects: Sequence[Suspect], is_late: Callable[[], bool]
) -> tuple[list[Match], list[str]]:
    """Returns the matches, and the keys of what there was no time for."""
    matches, late = [], []
    for found in guarding.search(suspects, is_late):
        if isinstance(found, Match):
            matches.append(found)
        else:
            late.append(found.key)
    return matches, late


def _in_order(matches: Iterable[Match], passages: Sequence[Passage]) -> Iterator[Match]:
    """Yields the matches as they stand in the passages, one a line of each anti-pattern."""
    places = {id(passage): place for place, passage in enumerate(passages)}
    told = set()
    for one in sorted(matches, key=lambda m: (places[id(m.passage)], m.line, m.start, int(m.key))):
        if (place := (one.key, id(one.passage), one.line)) not in told:
            told.add(place)
            yield one


def _unplaced(watched: Iterable[Watch], passages: Iterable[Passage]) -> int:
    """Returns how many are only about certain files, where a text does not say which it is."""
    texts = [one for one in passages if not one.path and one.label == STDIN]
    return sum(bool(one.paths) for one in watched) if texts else 0


class _Reading:
    """The anti-patterns that may have matched, read from their files as they are now."""

    def __init__(self, library: Library, agent: Agent, known: _Known) -> None:
        self._library = library
        self._agent = agent
        self._known = known
        self._read: dict[str, Memory | None] = {}
        self.broken: list[Malformed] = []

    def freshened(
        self, suspects: Iterable[Suspect], passages: Sequence[Passage]
    ) -> Iterator[Suspect]:
        """Yields what is still an anti-pattern; one that looks for something else, everywhere."""
        for one in suspects:
            key = one.watch.key
            if memory := self._memory(key):
                fresh = _watch(key, memory.title, memory.guard, memory.paths)
                yield one if fresh == one.watch else Suspect(fresh, tuple(passages))

    def has_title(self, key: str, title: str) -> bool:
        """Says whether an anti-pattern still has that title, and is recognised by it."""
        memory = self._memory(key)
        return memory is not None and memory.title == title and memory.guard is None

    def named(self, key: str) -> str:
        """Returns the id of an anti-pattern, as short as may be, with its title."""
        found = self._known[key][0]
        return f'{self._short(found)} "{found.row.title}"'

    def sightings(self, matches: Iterable[Match]) -> list[Sighting]:
        """Returns the matches of what is not refuted, each with what it is of."""
        matches = list(matches)
        found = {key: self._known[key][0] for key in {one.key for one in matches}}
        evidence = self._library.evidence(found.values())
        short = {key: self._short(one) for key, one in found.items()}
        return [
            Sighting(one, memory, short[one.key], _allowed(one, memory.id))
            for one in matches
            if (memory := self._memory(one.key)) is not None
            and not (memory.guard is None and titles.is_talk(one, memory.title))
            and _status(evidence, found[one.key]) is not Status.REFUTED
        ]

    def complaints(self) -> Iterator[str]:
        """Yields what is wrong with the patterns of what may have matched."""
        for key, memory in self._read.items():
            guard = memory.guard if memory else None
            for pattern in guard.regex if guard else ():
                if reason := refusal(pattern):
                    yield f"{self.named(key)}: its pattern `{pattern}` finds nothing: {reason}"
            if guard and guard.severity not in {"", *Severity}:
                yield f"{self.named(key)}: its severity `{guard.severity}` is taken for `error`"

    def _short(self, found: Found) -> str:
        return found.row.id[: self._library.length(found)]

    def _memory(self, key: str) -> Memory | None:
        if key not in self._read:
            self._read[key] = self._fresh(self._known[key][0])
        return self._read[key]

    def _fresh(self, found: Found) -> Memory | None:
        try:
            record = self._library.read(found).record
        except FileNotFoundError:
            return None  # somebody removed it just now
        except Malformed as error:
            self.broken.append(error)
            return None
        readable = may_read(self._agent, record.kind, record.domain)
        return record if readable and isinstance(record, Memory) else None


def _status(evidence: Weighed, found: Found) -> Status | None:
    return evidence[found.place, found.row.id].status


def _allowed(match: Match, id_: str) -> str | None:
    """Returns the reason of a comment that lets a match pass, None without one."""
    found = allowance(match.passage.lines, match.line, id_)
    return found.reason if found else None
