"""Finds the memories that bear on a task, best first, within a budget."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from alma_cli.config import LEAST_BUDGET
from alma_cli.errors import Malformed, Usage
from alma_cli.here import Here, in_project
from alma_cli.library import Found, Held, Library, Only, Table, Wanted
from alma_cli.model import Kind
from alma_cli.names import fold_domain
from alma_cli.ordering import View, as_brief, by_score
from alma_cli.place import WORKFLOWS
from alma_cli.recollection import Hit, Match, Omitted, Recollection, Review
from alma_cli.render.fitting import fit
from alma_cli.rules.evidence import Evidence, Status
from alma_cli.rules.scope import Agent, covers, may_read, one_sided, owners
from alma_cli.search.rank import FLOOR, STRONG
from alma_cli.search.row import Bucket
from alma_cli.selection import Selection
from alma_cli.value import frozen, replace

if TYPE_CHECKING:
    from alma_cli.checkpoint import Work
    from alma_cli.search.kept import Kept

FEWEST_CUT: Final = 50
"""Memories found from which on there may be more that answer: the fewest that end a search."""


@frozen
class Ask:
    """What is asked; empty parts ask for everything, `limit` and `budget` 0 mean the configured.

    `min_confidence` None leaves refuted lessons out; any number lets in what reaches it. `paths`
    are the files at hand: what is about them is preferred, or with `about_paths` all there is.
    `told` are ids that were told before and are left out. `at` is a revision, event or date;
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
    about_paths: bool = False
    told: frozenset[str] = frozenset()


def recall(
    here: Here, name: str, ask: Ask, held: Held | None = None, *, kept: Kept | None = None
) -> Recollection:
    """Returns the memories that bear on a question of an agent, or the wake-up brief without one.

    `held` stands in for the stores of `here`, unless a moment or a review is asked for; `kept` has
    indexes that stay open.
    Raises `Usage` for a budget too small to say anything, for what is no confidence and for an
    unknown agent, `NotFound` for a moment or a review that history does not have.
    """
    least = ask.min_confidence
    if least is not None and not 0 <= least <= 1:  # as `nan` is not
        raise Usage(f"{least:g} is no confidence", "give a number from 0 to 1")
    review = ask.reviewed or ask.mark_unreviewed
    ask = replace(ask, paths=tuple(in_project(here, path) for path in ask.paths))
    if ask.at is None and not review:
        return _recall(here, here.agent(name), ask, held=held, kept=kept)
    from alma_cli.hindsight import asking  # with git, which no other recall runs

    with asking(here, ask.at, review=review) as (there, then, passed):
        return _recall(there, there.agent(name), ask, passed, then)


def _recall(
    here: Here,
    agent: Agent,
    ask: Ask,
    review: Review | None = None,
    held: Held | None = None,
    *,
    kept: Kept | None = None,
) -> Recollection:
    with Library(here, fresh=ask.fresh, held=held, kept=kept) as library:
        return recall_from(library, here, agent, ask, review)


def recall_from(
    library: Library, here: Here, agent: Agent, ask: Ask, review: Review | None = None
) -> Recollection:
    """Returns what `recall` does, from a library that is open; no git runs for it."""
    budget = ask.budget or here.config.recall.budget
    if budget < LEAST_BUDGET:
        raise Usage(f"a budget of {budget} tokens holds no memory", f"give {LEAST_BUDGET} or more")
    works, complaints = ((), ()) if ask.at else _open(here, ask)
    chosen = _Choice(here, library, agent, ask, review).made()
    said = (*map(str, (*library.broken, *chosen.broken)), *library.trouble)
    answer = Recollection(
        agent.name,
        ask.text,
        _match(chosen, ask),
        chosen.hits,
        budget,
        warnings=tuple(dict.fromkeys([*one_sided(agent, here.config.agents), *complaints, *said])),
        works=works,
    )
    fitting = fit(answer)
    over = len(chosen.hits) - len(fitting.hits)
    return replace(fitting, omitted=replace(chosen.omitted, budget=over))


def _open(here: Here, ask: Ask) -> tuple[tuple[Work, ...], tuple[str, ...]]:
    """Returns the work that is left, for a brief about nothing particular, and what is damaged."""
    if ask.text.strip() or ask.kinds or ask.domains or ask.tags or ask.about_paths:
        return (), ()
    if not (here.place.root / WORKFLOWS).is_dir():
        return (), ()
    from alma_cli.workflows import open_ones  # no question needs it

    found = tuple(open_ones(here.place))
    complaints = (str(error) for one in found for error in one.damaged)
    return tuple(one.work for one in found if one.work.is_open), tuple(complaints)


@frozen
class _Chosen:
    """What an answer is made of: all that was near enough, and the hits in their order."""

    found: tuple[Found, ...]
    hits: tuple[Hit, ...]
    omitted: Omitted
    broken: tuple[Malformed, ...]


class _Choice:
    """The choice of what answers one question, among all that an agent may read."""

    def __init__(
        self, here: Here, library: Library, agent: Agent, ask: Ask, review: Review | None
    ) -> None:
        self._here = here
        self._library = library
        self._agent = agent
        self._ask = ask
        self._review = review
        self._limit = ask.limit or here.config.recall.limit

    def made(self) -> _Chosen:
        """Returns what is chosen among the best; where they leave places, among all that passes."""
        first = self._among_the_best()
        omitted = first.omitted
        is_short = len(first.hits) < self._limit and (omitted.doubted or omitted.unreviewed)
        is_cut = self._ask.text.strip() and len(first.found) + omitted.floor >= FEWEST_CUT
        if not (is_short and is_cut):
            return first
        second = self._among_the_best(self._passes)
        refused = {"doubted": omitted.doubted, "unreviewed": omitted.unreviewed}
        return replace(second, omitted=replace(second.omitted, **refused))

    def _among_the_best(self, only: Only | None = None) -> _Chosen:
        ask, library = self._ask, self._library
        found, below, hidden = _look(self._here, library, self._agent, ask, only)
        found = [one for one in found if one.row.id not in ask.told]
        evidence = library.evidence(found)
        believed = [one for one in found if self._is_believed(evidence[one.place, one.row.id])]
        chosen = _ours(believed)
        asked = bool(ask.text.strip())
        own = library.evidence(chosen, by=self._agent.name) if asked else {}
        view = View(self._agent.name, library.day, library.half_life, evidence, own, ask.paths)
        order = by_score(chosen, view) if asked else as_brief(chosen, view)
        selection = Selection(
            library,
            self._agent,
            view,
            all_outcomes=Kind.OUTCOME in ask.kinds,
            review=self._review,
            only_reviewed=ask.reviewed,
        )
        hits = selection.hits(order, self._limit)
        doubted = len(found) - len(believed)
        omitted = Omitted(below, 0, hidden, selection.unreviewed, doubted)
        return _Chosen(tuple(found), hits, omitted, tuple(selection.broken))

    def _passes(self, one: Found) -> bool:
        believed = self._is_believed(self._library.evidence([one])[one.place, one.row.id])
        # A person's own store is nobody else's to review.
        if not believed or not self._ask.reviewed or self._review is None or one.place.personal:
            return believed
        return self._review(one.row.path, one.row.digest)

    def _is_believed(self, evidence: Evidence) -> bool:
        least = self._ask.min_confidence
        return evidence.status is not Status.REFUTED if least is None else evidence.mean >= least


def _look(
    here: Here, library: Library, agent: Agent, ask: Ask, only: Only | None
) -> tuple[list[Found], int, int]:
    """Returns what may bear on the question, how much more is below the floor or out of scope."""
    shared = _shared(here, agent, ask)

    def readable(b: Bucket) -> bool:
        return shared(b) and may_read(agent, b.kind, b.domain)

    def unreadable(b: Bucket) -> bool:
        return shared(b) and not may_read(agent, b.kind, b.domain)

    if not ask.text.strip():
        return _wake_up(library, readable, unreadable, ask)
    tagged = _tagged(ask) if ask.tags else None
    wanted = _both(tagged, only)
    found = library.search(ask.text, readable, only=wanted)
    if ask.paths:  # what is about a file may fit less well than a hundred others
        at_hand = _both(_at_hand(ask), wanted)
        found = tuple({*found, *library.search(ask.text, readable, only=at_hand)})
    if not ask.kinds or Kind.OUTCOME in ask.kinds:
        found += library.search(
            ask.text, readable, table=Table.OUTCOMES, most=FEWEST_CUT, only=wanted
        )
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

    if not ask.tags and not ask.about_paths:
        return list(found), 0, library.count(out)
    tagged = _tagged(ask) if ask.tags else _at_hand(ask)
    some = [one for one in found if tagged(one)]
    return some, 0, sum(tagged(one) for one in library.all(out))


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
    """Says of what has one of the tags that are asked for that it may."""
    tags = {tag.lower() for tag in ask.tags}
    return lambda one: not tags.isdisjoint(tag.lower() for tag in one.row.tags)


def _at_hand(ask: Ask) -> Only:
    """Says so of what is about a file that is named."""
    from alma_cli.rules.paths import covered  # few questions name a file

    return lambda one: bool(one.row.paths and covered(one.row.paths, ask.paths)[0])


def _both(one: Only | None, other: Only | None) -> Only | None:
    """Says so of what both let through; None lets all through."""
    if one is None or other is None:
        return one or other
    return lambda found: one(found) and other(found)


def _nearness(one: Found) -> float:
    return one.score.nearness if one.score else 0.0


def _ours(found: list[Found]) -> list[Found]:
    """Returns all but what the user's own store says under a title that the project has too."""
    ours = {(one.row.kind, one.row.title.casefold()) for one in found if not one.place.personal}
    return [
        one
        for one in found
        if not (one.place.personal and (one.row.kind, one.row.title.casefold()) in ours)
    ]


def _match(chosen: _Chosen, ask: Ask) -> Match:
    """Returns how near the best hit is to the question; a brief that says anything is strong."""
    if not chosen.hits:
        return Match.NONE
    if not ask.text.strip():
        return Match.STRONG
    shown = {hit.record.id for hit in chosen.hits}
    best = max((_nearness(one) for one in chosen.found if one.row.id in shown), default=0.0)
    return Match.STRONG if best >= STRONG else Match.WEAK
