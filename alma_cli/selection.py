"""What an answer holds of all that was found: read from files, each thing once, enough of each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final

from alma_cli.errors import Malformed
from alma_cli.library import Found, Library
from alma_cli.model import Kind, Memory, Outcome
from alma_cli.ordering import Scored, View, reasons
from alma_cli.recollection import Hit, Review
from alma_cli.render.fitting import told_once
from alma_cli.rules.evidence import Status
from alma_cli.rules.scope import Agent, may_read

MOST_TENTATIVE: Final = 2
"""Tentative heuristics in one answer."""
MOST_OUTCOMES: Final = 2
"""Past outcomes in an answer that did not ask for them."""


class Selection:
    """Reads memories from their files as they are now, and leaves out what there is enough of.

    `all_outcomes` where they were asked for, `review` where somebody asked what is reviewed, and
    with `only_reviewed` nothing else is taken. `broken` has the files that could not be read.
    """

    def __init__(
        self,
        library: Library,
        agent: Agent,
        view: View,
        *,
        all_outcomes: bool = False,
        review: Review | None = None,
        only_reviewed: bool = False,
    ) -> None:
        self._library = library
        self._agent = agent
        self._view = view
        self._all_outcomes = all_outcomes
        self._review = review
        self._only_reviewed = only_reviewed
        self._unreviewed: set[str] = set()
        self.broken: list[Malformed] = []

    @property
    def unreviewed(self) -> int:
        """Returns how many memories were left out because no review has passed them."""
        return len(self._unreviewed)

    def hits(self, order: Iterable[Scored], limit: int) -> tuple[Hit, ...]:
        """Returns at most `limit` memories in this order, an anti-pattern among them if any.

        What says the same as another one takes the place of none.
        """
        order = tuple(order)
        hits = told_once(self._enough(order), limit)
        if len(hits) == limit and all(hit.kind is not Kind.ANTI_PATTERN for hit in hits):
            warnings = (each for each in order if each[1].row.kind is Kind.ANTI_PATTERN)
            hits = (*hits[:-1], *(tuple(islice(self._read(warnings), 1)) or hits[-1:]))
        return hits

    def _enough(self, order: Iterable[Scored]) -> Iterator[Hit]:
        """Yields the memories in this order but for those that there are enough of."""
        tentative = outcomes = 0
        told: set[str] = set()
        for hit in self._read(order):
            record = hit.record
            if hit.evidence.status is Status.TENTATIVE and hit.kind is Kind.HEURISTIC:
                tentative += 1
                if tentative > MOST_TENTATIVE:
                    continue
            if isinstance(record, Outcome) and not self._all_outcomes:
                if told.intersection(record.lessons) or outcomes == MOST_OUTCOMES:
                    continue
                outcomes += 1
            told.add(record.id)
            yield hit

    def _read(self, order: Iterable[Scored]) -> Iterator[Hit]:
        for score, one in order:
            try:
                stored = self._library.read(one)
            except FileNotFoundError:
                continue  # somebody removed it just now
            except Malformed as error:
                self.broken.append(error)
                continue
            if self._is_of_the_forgotten(one, stored.record):
                continue
            # A person's own store is nobody else's to review.
            passed = None
            if self._review and not one.place.personal:
                passed = self._review(stored.path, stored.digest)
            if self._only_reviewed and passed is False:
                self._unreviewed.add(stored.path)
            elif may_read(self._agent, stored.record.kind, stored.record.domain):
                yield Hit(
                    stored,
                    self._view.evidence[one.place, one.row.id],
                    score,
                    reasons(one, self._view),
                    self._owner(one),
                    length=self._library.length(one),
                    reviewed=passed,
                    nearness=one.score.nearness if one.score else None,
                )

    def _is_of_the_forgotten(self, one: Found, record: Memory | Outcome) -> bool:
        """Says whether an outcome would bring back, in its words, a lesson that was forgotten."""
        if not isinstance(record, Outcome) or self._all_outcomes:
            return False
        return self._library.are_forgotten(one, record.lessons)

    def _owner(self, one: Found) -> str:
        if one.place.personal:
            return "you"
        return "" if one.row.agent == self._agent.name else one.row.agent
