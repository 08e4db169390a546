"""`alma-memory`: its SQLite database and its JSON files, with the agents of its configuration.

Checked with 0.11.0. What became of a strategy comes along as outcomes, so that confidence is
computed anew from them; its own numbers are left behind.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from alma_cli.errors import Malformed
from alma_cli.model import TEAM, Kind, Result
from alma_cli.sources.alma_memory_agents import has_agents, is_config, members
from alma_cli.sources.database import is_database, tables
from alma_cli.sources.jsontext import is_json, says, text_of, values
from alma_cli.sources.paper import Given, Paper, each
from alma_cli.sources.piece import (
    LeftOut,
    Member,
    Piece,
    Row,
    Trial,
    Whence,
    domain_of,
    name_of,
    names_of,
    ref_of,
)

Fields = Mapping[str, object]
ELSEWHERE: Final = "has no counterpart here"
PLUMBING: Final = frozenset({"_schema_versions", "embeddings"})
"""Tables that say nothing of their own."""
OF_TASKS: Final = "task type: "
"""How the condition begins of what it made itself of outcomes; those are by type of task."""
UNKNOWN: Final = "[To be determined"
"""How it begins what it writes in place of an alternative that nobody has found."""


def looks(given: Given) -> bool:
    """Says whether there is a database, a file or a configuration of it."""
    return any(_looks(paper, given) for paper in given.papers)


def read(given: Given) -> Iterator[Piece]:
    """Yields the agents, then the memories, then the outcomes, which may be about those."""
    pieces = [*each(given, _is_mine, _read)]
    for kind in ((Member,), (Row, LeftOut), (Trial,)):
        yield from (piece for piece in pieces if isinstance(piece, kind))


def _looks(paper: Paper, given: Given) -> bool:
    try:
        return _is_mine(paper)
    except Malformed:
        if given.is_folder:  # where what cannot be read costs only itself
            return False
        raise


def _is_mine(paper: Paper) -> bool:
    return _is_tables(paper) or has_agents(paper)


def _is_tables(paper: Paper) -> bool:
    if paper.ending == ".json":
        return paper.name.removesuffix(".json") in READERS
    return paper.ending in {".db", ".sqlite", ".sqlite3"} and is_database(paper)


def _read(paper: Paper) -> Iterator[Piece]:
    if is_config(paper):
        return members(paper)
    if is_json(paper):
        return _file(paper)
    return _database(paper)


def _file(paper: Paper) -> Iterator[Piece]:
    name = paper.name.removesuffix(".json")
    for found in values(paper):
        if isinstance(found.value, dict):
            yield READERS[name](Whence(paper.path, found.line, name), found.table)
        else:
            yield LeftOut(Whence(paper.path, found.line, name), "is no object")


def _database(paper: Paper) -> Iterator[Piece]:
    held = tables(paper, READERS)
    if not held.rows:
        raise Malformed("has none of the tables of `alma-memory`", path=paper.path)
    for name, rows in held.rows.items():
        for fields in rows:
            yield READERS[name](Whence(paper.path, 0, name), fields)
    for name, count in held.others.items():
        if count and name not in PLUMBING:
            rows_of = f"{count} row{'s' * (count > 1)} of `{name}`"
            yield LeftOut(Whence(paper.path, 0, name), f"{rows_of}: {ELSEWHERE}")


def _heuristic(whence: Whence, fields: Fields) -> Piece:
    condition = text_of(fields.get("condition"))
    task_type = condition.removeprefix(OF_TASKS) if condition.startswith(OF_TASKS) else ""
    return Row(
        _at(whence, fields, "strategy condition agent"),
        text_of(fields.get("strategy")),
        Kind.HEURISTIC,
        when="" if task_type else condition,
        agent=_agent(fields),
        domain=domain_of(task_type),
        created=text_of(fields.get("created_at")),
    )


def _anti_pattern(whence: Whence, fields: Fields) -> Piece:
    better = text_of(fields.get("better_alternative"))
    return Row(
        _at(whence, fields, "pattern why_bad better_alternative agent"),
        text_of(fields.get("pattern")),
        Kind.ANTI_PATTERN,
        why=text_of(fields.get("why_bad")),
        better="" if better.startswith(UNKNOWN) else better,
        agent=_agent(fields),
        created=text_of(fields.get("created_at")),
    )


def _fact(whence: Whence, fields: Fields) -> Piece:
    return Row(
        _at(whence, fields, "fact domain agent"),
        text_of(fields.get("fact")),
        Kind.KNOWLEDGE,
        agent=_agent(fields),
        domain=domain_of(text_of(fields.get("domain"))),
        created=text_of(fields.get("last_verified")),
    )


def _preference(whence: Whence, fields: Fields) -> Piece:
    return Row(
        _at(whence, fields, "preference category user_id timestamp"),
        text_of(fields.get("preference")),
        Kind.PREFERENCE,
        tags=names_of((fields.get("category"), fields.get("user_id"))),
        agent=TEAM,  # its preferences are a user's, and every agent reads them
        created=text_of(fields.get("timestamp")),
    )


def _outcome(whence: Whence, fields: Fields) -> Piece:
    used = "task_description strategy_used success error_message user_feedback task_type agent"
    at = _at(whence, fields, f"{used} duration_ms timestamp")
    task, strategy = (text_of(fields.get(key)) for key in ("task_description", "strategy_used"))
    if not (task and strategy and at.ref):
        return LeftOut(at, "has no id, no task or no strategy")
    duration = fields.get("duration_ms")
    return Trial(
        at,
        _agent(fields),
        Result.SUCCESS if fields.get("success") else Result.FAILURE,
        task,
        strategy,
        error=text_of(fields.get("error_message")),
        notes=text_of(fields.get("user_feedback")),
        domain=domain_of(text_of(fields.get("task_type"))),
        created=text_of(fields.get("timestamp")),
        duration_ms=duration if isinstance(duration, int) and duration >= 0 else None,
    )


def _elsewhere(whence: Whence, _fields: Fields) -> Piece:
    return LeftOut(whence, ELSEWHERE)


READERS: Final[Mapping[str, Callable[[Whence, Fields], Piece]]] = {
    "heuristics": _heuristic,
    "anti_patterns": _anti_pattern,
    "domain_knowledge": _fact,
    "preferences": _preference,
    "outcomes": _outcome,
    "retrieval_feedback": _elsewhere,
}
"""What each table becomes; the files of its other storage have the same names."""


def _at(whence: Whence, fields: Fields, used: str) -> Whence:
    known = {"id", "created_at", "embedding", *used.split()}
    # Metadata stands as JSON in a database.
    said = (key for key in fields if says(fields[key]) and fields[key] not in ("{}", "null"))
    unused = tuple(key for key in said if key not in known)
    ref = ref_of("alma-memory", text_of(fields.get("id")))
    return Whence(whence.path, whence.line, whence.called, ref, unused)


def _agent(fields: Fields) -> str:
    return name_of(text_of(fields.get("agent")))
