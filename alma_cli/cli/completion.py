"""What a shell offers for the values of options and arguments: agents, ids, domains, keys.

A completion runs at a keystroke, in a store that may have come with a pull request. So it reads a
bounded number of files, writes nothing (not even an index), and offers nothing where anything is
wrong. Shells run what they are given through `eval`: a text from a store goes to them without the
characters that mean something there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, Final, NamedTuple

import typer

from alma_cli.errors import Malformed
from alma_cli.files.disk import read
from alma_cli.files.memory import MOST_FILE, parse
from alma_cli.files.tombstone import tombstones
from alma_cli.here import Here, stand
from alma_cli.model import Kind, Outcome, Record
from alma_cli.place import FOLDERS, Place, id_in
from alma_cli.printable import shorten
from alma_cli.world import World

MOST_READ: Final = 200
"""Files that one completion reads."""
MOST_HELP: Final = 50
"""Bytes of a description; Typer breaks longer lines, and a shell takes each for a value."""
PLAIN: Final = frozenset(" .,-_/+=#@")
"""What a description may hold besides letters and digits."""


class Offer(NamedTuple):
    """A value and what is said about it, as Typer formats it for a shell."""

    value: str
    help: str


Values = Callable[[Here, typer.Context, str], Iterable[tuple[str, str]]]


def with_values(command: Any, path: str) -> None:  # noqa: ANN401 - Typer's own type
    """Gives the parameters of a command, and of those in it, what they offer."""
    for name, inner in getattr(command, "commands", {}).items():
        with_values(inner, f"{path} {name}")
    for parameter in command.params:
        for name in (*parameter.opts, getattr(parameter, "metavar", None) or ""):
            if values := VALUES.get(f"{path} {name}") or VALUES.get(name):
                parameter.shell_complete = partial(_offered, values)


def _offered(values: Values, context: typer.Context, incomplete: str) -> list[Offer]:
    offers: list[Offer] = []
    with suppress(Exception):  # a shell has no place for a complaint, and a prompt no time
        root = context.find_root()
        here = stand(root.obj or World(), root.params.get("store") or "", strict=False)
        for value, said in values(here, context, incomplete):
            if value.startswith(incomplete):
                offers.append(Offer(value, _harmless(said)))
    return offers


def _harmless(text: str) -> str:
    plain = "".join(char if char.isalnum() or char in PLAIN else " " for char in text)
    return shorten(" ".join(plain.split()), MOST_HELP)


def _agents(here: Here, _context: typer.Context, _incomplete: str) -> Iterator[tuple[str, str]]:
    for agent in here.config.agents.values():
        yield agent.name, agent.about


def _domains(here: Here, _context: typer.Context, _incomplete: str) -> Iterator[tuple[str, str]]:
    """Yields the domains described, named in a scope, or of the first memories."""
    described = here.config.domains
    named = {
        entry
        for agent in here.config.agents.values()
        for entry in (*(agent.can_learn or ()), *agent.cannot_learn)
        if "*" not in entry
    }
    used = {record.domain for _, record in _records(here, "") if record}
    for name in sorted({*described, *named, *used}):
        yield name, described[name].about if name in described else ""


def _ids(here: Here, _context: typer.Context, incomplete: str) -> Iterator[tuple[str, str]]:
    """Yields the ids of advice with their titles; outcomes are many, and nobody types them."""
    for id_, record in _records(here, incomplete):
        yield id_, record.title if record else ""


def _forgotten(here: Here, _context: typer.Context, incomplete: str) -> Iterator[tuple[str, str]]:
    for place in here.stores:
        for tombstone in tombstones(place.root, incomplete):
            yield tombstone.id, tombstone.said


def _workflows(here: Here, _context: typer.Context, _incomplete: str) -> Iterator[tuple[str, str]]:
    """Yields the workflows of the first outcomes that are read, and those with checkpoints."""
    found = {folder.name for folder in (here.place.root / "workflows").glob("*/")}
    outcomes = (here.place.root / "agents").glob(f"*/{FOLDERS[Kind.OUTCOME]}/**/*.md")
    for file in islice(outcomes, MOST_READ):
        record = _record(here, here.place, file)
        if isinstance(record, Outcome) and record.workflow:
            found.add(record.workflow)
    yield from ((name, "") for name in sorted(found))


def _records(here: Here, prefix: str) -> Iterator[tuple[str, Record | None]]:
    """Yields the ids in file names that begin so; the first with what the file holds."""
    left = MOST_READ
    for place in here.stores:
        found = [(id_, file) for file in _files(place) if (id_ := id_in(file.name))]
        for id_, file in sorted(one for one in found if one[0].startswith(prefix)):
            left -= 1
            yield id_, _record(here, place, file) if left >= 0 else None


def _files(place: Place) -> Iterator[Path]:
    for kind, folder in FOLDERS.items():
        if kind is not Kind.OUTCOME:
            yield from (place.root / "agents").glob(f"*/{folder}/**/*.md")


def _record(here: Here, place: Place, file: Path) -> Record | None:
    path = file.relative_to(place.root).as_posix()
    with suppress(OSError, Malformed):
        return parse(read(place.root, path, MOST_FILE), path, here.world.now())
    return None


def _kinds(_here: Here, _context: typer.Context, _incomplete: str) -> Iterator[tuple[str, str]]:
    for kind in Kind:
        if kind is not Kind.OUTCOME:
            yield kind.value, ""


def _formats(_here: Here, _context: typer.Context, _incomplete: str) -> Iterator[tuple[str, str]]:
    from alma_cli.config import FORMATS

    for name in FORMATS:
        yield name, ""


def _sources(_here: Here, _context: typer.Context, _incomplete: str) -> Iterator[tuple[str, str]]:
    from alma_cli.sources.telling import REPORT, SOURCES

    for name in (*(source.name for source in SOURCES), REPORT):
        yield name, ""


def _keys(here: Here, _context: typer.Context, _incomplete: str) -> Iterator[tuple[str, str]]:
    from alma_cli.verbs.settings import keys_of

    for key in keys_of(here):
        yield key, ""


def _settings(here: Here, context: typer.Context, incomplete: str) -> Iterable[tuple[str, str]]:
    """Returns what the key before it can be set to."""
    key = str(context.params.get("key") or "").rpartition(".")[2]
    match key:
        case "commit":
            return [("true", "at once"), ("false", "never"), ("batch", "with alma commit")]
        case "sign":
            return [("true", ""), ("false", "")]
        case "default_agent" | "share_with" | "inherit_from":
            return _agents(here, context, incomplete)
        case "can_learn" | "cannot_learn":
            return _domains(here, context, incomplete)
        case _:
            return ()


VALUES: Final[dict[str, Values]] = {
    **dict.fromkeys(("--agent", "--with", "--share-with", "--inherit-from"), _agents),
    **dict.fromkeys(("agent explain NAME", "agent share NAME", "agent unshare NAME"), _agents),
    **dict.fromkeys(("--domain", "--can-learn", "--cannot-learn"), _domains),
    **dict.fromkeys(("ID", "[ID]", "--lesson", "--used", "--must", "--must-not"), _ids),
    **dict.fromkeys(("--workflow", "WORKFLOW"), _workflows),
    "restore ID": _forgotten,
    "add KIND": _kinds,
    "recall --format": _formats,
    "import --as": _sources,
    "config set KEY": _keys,
    "config set VALUE": _settings,
}
"""What parameters offer, by what they are called in the help, of one command or of all."""
