"""Finds the memories that bear on a task, best first, within a budget."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Final

from alma_cli.config import LEAST_BUDGET
from alma_cli.errors import Malformed, Usage
from alma_cli.here import Here, in_project
from alma_cli.library import Found, Held, Library, Table, Wanted, Weighed
from alma_cli.model import Kind, Memory, Outcome
from alma_cli.names import fold_domain
from alma_cli.ordering import Scored, View, as_brief, by_score
from alma_cli.place import WORKFLOWS
from alma_cli.recollection import Hit, Match, Omitted, Recollection, Review
from alma_cli.render.fitting import fit, told_once
from alma_cli.rules.evidence import Evidence, Status
from alma_cli.rules.scope import Agent, covers, may_read, one_sided, owners
from alma_cli.search.rank import FLOOR, STRONG
from alma_cli.search.row import Bucket, Only
from alma_cli.value import frozen, replace

if TYPE_CHECKING:
    from alma_cli.checkpoint import Work

MOST_TENTATIVE: Final = 2
"""Tentative heuristics in one answer."""
MOST_OUTCOMES: Final = 2
"""Past outcomes in an answer that did not ask for them."""


@frozen
class Ask:
    """What is asked; empty parts ask for everything, `limit` and `budget` 0 mean the configured.

    `min_confidence` None leaves refuted lessons out; any number lets in what reaches it. `paths`
    are the files at hand: what is about them is preferred. `at` is a revision, event or date;
    `reviewed` leaves out what no review has passed.
    """

    text: str = ""
    kinds: tuple[Kind, ...] = ()
    domains: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    limit: int = 0
    budget: int = 0
    min_confidence: float | None = None
    own: bool = False
    paths: tuple[str, ...] = ()
    fresh: bool = False
    at: str | None = None
    reviewed: bool = False
    mark_unreviewed: bool = False


def recall(here: Here, name: str, ask: Ask) -> Recollection:
    """Returns the memories that bear on a question of an agent, or the wake-up brief without one.

    Raises `Usage` for a budget too small to say anything and for an unknown agent, `NotFound` for
    a moment or a review that history does not have.
    """
    review = ask.reviewed or ask.mark_unreviewed
    ask = replace(ask, paths=tuple(in_project(here, path) for path in ask.paths))
    if ask.at is None and not review:
        return _recall(here, here.agent(name), ask)
    from alma_cli.hindsight import asking  # with git, which no other recall runs

    with asking(here, ask.at, review=review) as (there, held, passed):
        return _recall(there, there.agent(name), ask, passed, held)


def _recall(
    here: Here,
    agent: Agent,
    ask: Ask,
    review: Review | None = None,
    held: Held | None = None,
) -> Recollection:
    budget = ask.budget or here.config.recall.budget
    if budget < LEAST_BUDGET:
        raise Usage(f"a budget of {budget} tokens holds no memory", f"give {LEAST_BUDGET} or more")
    with Library(here, fresh=ask.fresh, held=held) as library:
        found, below, hidden = _look(here, library, agent, ask)
        evidence = library.evidence(found)
        chosen = _chosen(found, evidence, ask)
        asked = bool(ask.text.strip())
        own = library.evidence(chosen, by=agent.name) if asked else {}
        half_life = here.config.recall.half_life_days
        view = View(agent.name, library.day, half_life, evidence, own, ask.paths)
        order = by_score(chosen, view) if asked else as_brief(chosen, view)
        reading = _Reading(library, agent, evidence, ask, review)
        hits = reading.hits(order, ask.limit or here.config.recall.limit)
        said = (*map(str, (*library.broken, *reading.broken)), *library.trouble)
    answer = Recollection(
        agent.name,
        ask.text,
        _match(hits, found, ask),
        hits,
        budget,
        warnings=tuple(dict.fromkeys([*one_sided(agent, here.config.agents), *said])),
        works=() if held else _open(here, ask),
    )
    fitting = fit(answer)
    over = len(hits) - len(fitting.hits)
    return replace(fitting, omitted=Omitted(below, over, hidden, reading.unreviewed))


def _open(here: Here, ask: Ask) -> tuple[Work, ...]:
    """Returns the workflows with work left, for a brief about nothing particular."""
    if ask.text.strip() or ask.kinds or ask.domains or ask.tags:
        return ()
    if not (here.place.root / WORKFLOWS).is_dir():
        return ()
    from alma_cli.workflows import open_ones  # no question needs it

    return tuple(one.work for one in open_ones(here.place))


def _look(here: Here, library: Library, agent: Agent, ask: Ask) -> tuple[list[Found], int, int]:
    """Returns what may bear on the question, how much more is below the floor or out of scope."""
    shared = _shared(here, agent, ask)

    def readable(b: Bucket) -> bool:
        return shared(b) and may_read(agent, b.kind, b.domain)

    def unreadable(b: Bucket) -> bool:
        return shared(b) and not may_read(agent, b.kind, b.domain)

    if not ask.text.strip():
        return _wake_up(library, readable, unreadable, ask)
    tagged = _tagged(ask) if ask.tags else None
    found = library.search(ask.text, readable, only=tagged)
    if ask.paths:  # what is about a file may fit less well than a hundred others
        found = tuple({*found, *library.search(ask.text, readable, only=_at_hand(ask))})
    if not ask.kinds or Kind.OUTCOME in ask.kinds:
        found += library.search(ask.text, readable, table=Table.OUTCOMES, most=50, only=tagged)
    above = [one for one in found if _nearness(one) >= FLOOR]
    hidden = library.search(ask.text, unreadable, only=tagged)
    return above, len(found) - len(above), sum(_nearness(one) >= FLOOR for one in hidden)


def _wake_up(
    library: Library, readable: Wanted, unreadable: Wanted, ask: Ask
) -> tuple[list[Found], int, int]:
    """Returns what a brief may hold: past outcomes only when asked for by kind."""
    found = library.all(lambda b: (bool(ask.kinds) or b.kind is not Kind.OUTCOME) and readable(b))

    def out(b: Bucket) -> bool:
        return b.kind is not Kind.OUTCOME and unreadable(b)

    if not ask.tags:
        return list(found), 0, library.count(out)
    tagged = _tagged(ask)
    some = [one for one in found if tagged(one.row.tags, one.row.paths)]
    return some, 0, sum(tagged(one.row.tags, one.row.paths) for one in library.all(out))


def _shared(here: Here, agent: Agent, ask: Ask) -> Wanted:
    """Returns the buckets that sharing and the filters of the question let through."""
    names = {agent.name} if ask.own else {o.name for o in owners(agent, here.config.agents)}
    wanted = [fold_domain(domain) for domain in ask.domains]
    return lambda b: (
        b.agent in names
        and (not ask.kinds or b.kind in ask.kinds)
        and (not wanted or any(covers(entry, b.domain) for entry in wanted))
    )


def _tagged(ask: Ask) -> Only:
    """Says of what has one of the tags that are asked for, or of all where none is, that it may."""
    tags = {tag.lower() for tag in ask.tags}
    return lambda its, _: not tags or not tags.isdisjoint(tag.lower() for tag in its)


def _at_hand(ask: Ask) -> Only:
    """Says so of what is about a file that is named besides."""
    from alma_cli.rules.paths import covered  # few questions name a file

    tagged = _tagged(ask)
    return lambda tags, paths: bool(paths and covered(paths, ask.paths)[0]) and tagged(tags, paths)


def _nearness(one: Found) -> float:
    return one.score.nearness if one.score else 0.0


def _chosen(found: Iterable[Found], evidence: Weighed, ask: Ask) -> list[Found]:
    """Returns what is believed enough; the project wins over the user's own."""
    found = tuple(found)
    ours = {(one.row.kind, one.row.title.casefold()) for one in found if not one.place.personal}
    return [
        one
        for one in found
        if _believed(evidence[one.place, one.row.id], ask.min_confidence)
        and not (one.place.personal and (one.row.kind, one.row.title.casefold()) in ours)
    ]


def _believed(evidence: Evidence, least: float | None) -> bool:
    return evidence.status is not Status.REFUTED if least is None else evidence.mean >= least


class _Reading:
    """Reads memories from their files as they are now, and leaves out what there is enough of."""

    def __init__(
        self,
        library: Library,
        agent: Agent,
        evidence: Weighed,
        ask: Ask,
        review: Review | None,
    ) -> None:
        self._library = library
        self._agent = agent
        self._evidence = evidence
        self._all_outcomes = Kind.OUTCOME in ask.kinds
        self._review = review
        self._only_reviewed = ask.reviewed
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
        for score, one, reasons in order:
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
            passed = self._review(stored) if self._review and not one.place.personal else None
            if self._only_reviewed and passed is False:
                self._unreviewed.add(stored.path)
            elif may_read(self._agent, stored.record.kind, stored.record.domain):
                believed = self._evidence[one.place, one.row.id]
                yield Hit(
                    stored,
                    believed,
                    score,
                    reasons,
                    self._owner(one),
                    length=self._library.length(one),
                    reviewed=passed,
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


def _match(hits: tuple[Hit, ...], found: Iterable[Found], ask: Ask) -> Match:
    """Returns how near the best hit is to the question; a brief that says anything is strong."""
    if not hits:
        return Match.NONE
    if not ask.text.strip():
        return Match.STRONG
    shown = {hit.record.id for hit in hits}
    best = max((_nearness(one) for one in found if one.row.id in shown), default=0.0)
    return Match.STRONG if best >= STRONG else Match.WEAK
