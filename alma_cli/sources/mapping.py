"""The map that somebody gives to an import: what their words mean here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Final

from alma_cli.errors import BadConfig, Usage
from alma_cli.files.toml import line_of, toml_of
from alma_cli.model import TEAM, Kind
from alma_cli.names import fold_agent, fold_domain
from alma_cli.rules.near import nearest
from alma_cli.sources.piece import Piece, Row, Trial
from alma_cli.value import frozen

SKIP: Final = "skip"
"""In the place of a kind: leave these out."""
FIELDS: Final = "title body why better when code kind agent domain tags ref created".split()
_NONE: Final[Mapping[str, str]] = MappingProxyType({})


@frozen
class Map:
    """What the words of a source mean; a key `*` stands for those that are not named.

    `kinds` are keyed by what the source calls a piece (a table, a heading, a namespace, a
    category), `domains` by its domains or by that, `agents` by its names of owners, `fields` by
    its names of fields.
    """

    kinds: Mapping[str, str] = _NONE
    domains: Mapping[str, str] = _NONE
    agents: Mapping[str, str] = _NONE
    fields: Mapping[str, str] = _NONE


TABLES: Final = ("kinds", "domains", "agents", "fields")


def parse(content: bytes, path: str) -> Map:
    """Returns the map that a TOML file says.

    Raises `BadConfig` with the line for an unknown key, and for a value that means nothing.
    """
    text, held = toml_of(content, path)
    found: dict[str, Mapping[str, str]] = {}
    for table, rules in held.items():
        if table not in TABLES:
            near = nearest(table, TABLES)
            hint = f"did you mean `{near}`?" if near else f"known are {', '.join(TABLES)}"
            line = line_of(text, (table,))
            raise BadConfig(f"`{table}` is not a known key", hint, path=path, line=line)
        if not isinstance(rules, dict):
            line = line_of(text, (table,))
            raise BadConfig(f"`{table}` is no table", path=path, line=line)
        found[table] = {}
        for theirs, ours in rules.items():
            try:
                found[table] |= {theirs: _meant(table, ours)}  # type: ignore[operator]
            except Usage as error:
                line = line_of(text, (table, theirs))
                raise BadConfig(error.message, *error.hints, path=path, line=line) from error
    return Map(**found)


def meaning(rules: Mapping[str, str], words: Iterable[str]) -> str:
    """Returns what the first word that the rules name means, "" where they name none."""
    return next((rules[word] for word in [*words, "*"] if word in rules), "")


def unmet(rules: Map, pieces: Iterable[Piece]) -> Iterator[str]:
    """Yields what to say of words in a map that no piece of a source uses."""
    met: dict[str, set[str]] = {"kinds": set(), "domains": set(), "agents": set()}
    for piece in pieces:
        met["kinds"].add(piece.whence.called)
        met["domains"].add(piece.whence.called)
        if isinstance(piece, Row | Trial):
            met["domains"].add(piece.domain)
            met["agents"].add(piece.agent)
        if isinstance(piece, Row):
            met["agents"].update(piece.owners)
    for table, words in met.items():
        for word in getattr(rules, table):
            if word not in words and word != "*":
                yield f"`{word}` in `[{table}]` of the map is not in the source"


def _meant(table: str, value: object) -> str:
    if not isinstance(value, str):
        raise Usage(f"a value in `[{table}]` is not a string")
    match table:
        case "kinds":
            kinds = [kind.value for kind in Kind if kind is not Kind.OUTCOME]
            return _one_of(value, [*kinds, SKIP], "a kind")
        case "fields":
            return _one_of(value, FIELDS, "a field")
        case "domains":
            return fold_domain(value)
        case _:
            return value if value == TEAM else fold_agent(value)


def _one_of(value: str, known: list[str], what: str) -> str:
    if value in known:
        return value
    near = nearest(value, known)
    hint = f"did you mean `{near}`?" if near else f"known are {', '.join(known)}"
    raise Usage(f"`{value}` is not {what}", hint)
