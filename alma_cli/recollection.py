"""The answer to a recall: memories with the reasons they are in it, and what was left out."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

from alma_cli.model import Kind, Memory, Outcome, Stored
from alma_cli.rules.evidence import Evidence
from alma_cli.sha import sha256
from alma_cli.value import frozen

if TYPE_CHECKING:
    from alma_cli.checkpoint import Work

Review: TypeAlias = Callable[[str, str], bool]
"""Says whether the file at a path of the project's store, of this digest, is as reviewed."""


class Match(StrEnum):
    """How well the best memory fits the question."""

    STRONG = "strong"
    WEAK = "weak"
    NONE = "none"


@frozen
class Reason:
    """One part of a score: its name, its share of the score, and what it rests on in words."""

    name: str
    value: float
    words: str = ""


@frozen
class Hit:
    """One memory of an answer.

    `inherited` is the owner it comes from when that is not the reader, `duplicate_of` the id of
    an earlier hit that says the same, `copies` how many others were found that say the same, in the
    answer or not; `score` has no unit and compares within one answer,
    `length` is how many characters of its id no other memory's id begins with, `reviewed` None
    where nobody asked; `nearness` (0..1) is how near it is to the question, None without one.
    """

    stored: Stored
    evidence: Evidence
    score: float
    reasons: tuple[Reason, ...] = ()
    inherited: str = ""
    duplicate_of: str = ""
    copies: int = 0
    length: int = 4
    reviewed: bool | None = None
    nearness: float | None = None

    @property
    def short(self) -> str:
        """Returns as much of the id as names it in its store."""
        return self.stored.record.id[: self.length]

    @property
    def record(self) -> Memory | Outcome:
        """Returns the memory itself."""
        return self.stored.record

    @property
    def kind(self) -> Kind:
        """Returns what the memory is."""
        return self.stored.record.kind


@frozen
class Shown:
    """One memory, why recall hides it ("" for not at all), and the outcomes that count for it.

    `hidden` is one word and `because` the words after it; `heir` is the id that counts instead.
    """

    hit: Hit
    hidden: str
    outcomes: tuple[Hit, ...]
    because: str = ""
    heir: str = ""


@frozen
class Witness:
    """An outcome that names a memory, and its weight now: above 0 for the memory, below against."""

    outcome: Outcome
    weight: float


@frozen
class Contradiction:
    """A lesson that cannot be right together with another, and in what."""

    hit: Hit
    because: str


@frozen
class Grounds:
    """What a memory stands on.

    `prior` is what spoke for and against it before any outcome, `witnesses` are oldest first,
    `readers` the names of agents.
    """

    hit: Hit
    prior: tuple[float, float]
    witnesses: tuple[Witness, ...]
    readers: tuple[str, ...]
    contradictions: tuple[Contradiction, ...]


@frozen
class Reflection:
    """What a model is to think about: a record of what happened, and the lessons near to it.

    `may_learn` is None where the agent may learn all.
    """

    agent: str
    may_learn: tuple[str, ...] | None
    may_not_learn: tuple[str, ...]
    happened: str
    near: tuple[Hit, ...]


@frozen
class Omitted:
    """How many memories an answer leaves out: below the floor, over the budget, out of scope.

    `unreviewed` counts those that were better than the last one shown, `doubted` those near enough
    that are refuted, or believed less than was asked for.
    """

    floor: int = 0
    budget: int = 0
    scope: int = 0
    unreviewed: int = 0
    doubted: int = 0


@frozen
class Recollection:
    """The memories that bear on a task, best first; `query` is empty for the wake-up brief.

    A brief also has the `works` that somebody may go on with.
    """

    agent: str
    query: str
    match: Match
    hits: tuple[Hit, ...]
    budget: int
    omitted: Omitted = Omitted()
    warnings: tuple[str, ...] = ()
    works: tuple[Work, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Says whether there is nothing to say."""
        return not self.hits and not self.works

    @property
    def shown(self) -> tuple[Hit, ...]:
        """Returns the hits that a text shows: each thing is said once."""
        return tuple(hit for hit in self.hits if not hit.duplicate_of)

    @property
    def digest(self) -> str:
        """Returns the stamp of the ids and file versions in the answer."""
        versions = "".join(f"{hit.record.id} {hit.stored.digest}\n" for hit in self.hits)
        versions += "".join(work.stamp for work in self.works)
        return sha256(versions.encode()).hexdigest()
