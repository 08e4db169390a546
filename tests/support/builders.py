"""Values for tests: only what a test cares about is written, the rest is plain."""

from datetime import UTC, datetime

from alma_cli.files.disk import digest
from alma_cli.files.memory import format_record
from alma_cli.model import Kind, Memory, Outcome, Result, Stored
from alma_cli.names import ALPHABET
from alma_cli.place import path_of
from alma_cli.recollection import Hit, Match, Omitted, Recollection
from alma_cli.rules.evidence import Evidence, Tally

NOW = datetime(2026, 11, 22, 6, tzinfo=UTC)


def id_at(number: int) -> str:
    """Returns the id of that number; ids of numbers below 32**4 differ within 4 characters."""
    return "".join(ALPHABET[number >> 5 * place & 31] for place in range(10))


def memory(title="Use explicit waits", kind=Kind.HEURISTIC, number=1, **more):
    """Returns a memory; `number` makes its id."""
    fixed = {"agent": "qa_tester", "created": NOW, "domain": "testing_strategies"}
    return Memory(id=id_at(number), kind=kind, title=title, **{**fixed, **more})


def outcome(title="sleep(5000) before clicking", result=Result.FAILURE, number=1, **more):
    """Returns an outcome; its strategy is its title."""
    fixed = {"agent": "qa_tester", "created": NOW, "strategy": title}
    return Outcome(id=id_at(number), title=title, result=result, **{**fixed, **more})


def tally(result, number=1, *, full=True, weight=None, newest=NOW):
    """Returns outcomes that all ended now, or at `newest`."""
    return Tally(result, full, number, float(number) if weight is None else weight, newest)


def evidence(wins=0, losses=0, **more):
    """Returns evidence that makes nothing of its numbers but what is said here."""
    fixed = {"successes": 0, "failures": 0, "mean": 0.5, "caution": 0.2, "status": None}
    return Evidence(wins, losses, **{**fixed, **more})


def hit(record, believed=None, score=0.5, **more):
    """Returns a hit on a record as its own file would hold it."""
    stored = Stored(record, path_of(record), digest(format_record(record)))
    return Hit(stored, evidence() if believed is None else believed, score, **more)


def recollection(*hits, query="Test the signup form", budget=800, **more):
    """Returns an answer that holds these hits."""
    match = Match.STRONG if hits else Match.NONE
    fixed = {"agent": "qa_tester", "match": match, "omitted": Omitted()}
    return Recollection(query=query, hits=hits, budget=budget, **{**fixed, **more})
