"""Which domain a text belongs to, and whether it smuggles in one that its writer may not learn.

Evidence is the distinct keywords of a domain that stand in the text, inflected or not. A keyword
of several words counts when they stand together. Words of the domain's name count as keywords, and
so do those of the field it names (see `fields.py`); words of what it is about only lean. A keyword
that is an everyday word of software (`select`, `index`, `api`) also only leans, since people say it
about everything; alone it proves nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from fnmatch import fnmatchcase
from functools import cache
from typing import Final, Literal, TypeAlias

from alma_cli.model import GENERAL
from alma_cli.rules.fields import vocabulary
from alma_cli.text import STOP_WORDS, stem, stems, words
from alma_cli.value import frozen

LEAN: Final = 0.4
"""What an everyday word weighs; a word of the trade weighs 1."""
NEAR: Final = 0.25
"""Relevance below which an existing memory says nothing about where a new one belongs."""
TWICE: Final = 2.0
"""How many times the evidence for the writer's own domain the other one must have."""
FEW, ENOUGH = 2, 3
"""Distinct keywords that make one look twice, and that make a case."""

EVERYDAY: Final = frozenset(
    """
    access account action add api app application argument array assert attribute auth backup
    batch block body branch browser build button cache call case change check class click client
    code column command commit component condition config connection constraint consumer container
    content context contract control cookie count create cursor data date debug default delete
    dependency deploy design detail device dialog document domain dom drop element endpoint
    environment error event example exception execute export expression failure feature fetch field
    file filter find fix flag flow foreign form format function get group handler header heading
    history hook host html http https id image import index input insert instance integration
    interface item job join json key label layer layout library limit line link list load lock log
    logic login logout loop loss memory menu merge message method mock mode model module
    name navigation network node note number object open operation option order output package page
    pagination panel parameter parse password path pattern payload performance permission pool port
    print problem process product production project property protocol query queue read record
    reference refresh region registration relation release render repository request reset resource
    response rest result retry return review role rollback root route row rule run runtime save
    scale schema scope screen script search section security select sequence server service session
    set setting setup sign size slow sort source speed staging standard start state statement status
    step stop storage store strategy stream string structure style submit sync system tab table tag
    target task template test text thread time timeout title token tool transaction tree trigger
    type union unique unit update upload url user validate validation value variable version view
    wait web webhook widget window work worker workflow workload write xml
    """.split()
)
"""Words that people who build, test and run software use about anything."""

SHORT_FORMS: Final = frozenset("api dom html http https id json url xml".split())
"""Everyday words that are written in capitals anyway."""

Level: TypeAlias = Literal["refuse", "warn"]
How: TypeAlias = Literal["words", "near", "only", "first", "general"]


@frozen
class Described:
    """A domain and the words that tell it, as under `[domains.X]`; only the name is needed."""

    domain: str
    about: str = ""
    keywords: tuple[str, ...] = ()


@frozen
class Score:
    """The evidence that a text is about a domain.

    `score` adds 1 for each distinct word of the trade and `LEAN` for each everyday word; `words`
    are the ones that stand in the text, words of the trade first, and `trade` counts those.
    """

    domain: str
    score: float
    words: tuple[str, ...]
    trade: int


@frozen
class Inferred:
    """The domain a text was taken to be about, why, and the words or nothing that say so."""

    domain: str
    how: How
    words: tuple[str, ...] = ()


@frozen
class Smuggled:
    """A forbidden domain that a text is about, and the words that gave it away."""

    domain: str
    level: Level
    words: tuple[str, ...]

    @property
    def refused(self) -> bool:
        """Says whether the text is refused rather than warned about."""
        return self.level == "refuse"


def score(text: str, described: Described) -> Score:
    """Returns the evidence in a text that it is about a domain."""
    return _score(_read(text), described)


def smuggled(
    text: str, declared: Described | None, forbidden: Sequence[Described]
) -> Smuggled | None:
    """Returns the forbidden domain that a text is about, None where nothing speaks for one.

    Refused are three distinct keywords of one forbidden domain, one of them a word of the trade,
    that weigh at least twice what speaks for the declared domain, where every word counts in full.
    Fewer that weigh more than those of the declared domain are a warning.
    """
    if not forbidden:
        return None
    read = _read(text)
    own = len(_score(read, declared).words) if declared else 0
    worst = max((_score(read, each) for each in forbidden), key=_strength, default=None)
    if worst is None or not worst.trade:
        return None
    if len(worst.words) >= ENOUGH and worst.score >= TWICE * own:
        return Smuggled(worst.domain, "refuse", worst.words)
    if worst.score > own:
        return Smuggled(worst.domain, "warn", worst.words)
    return None


def infer(
    text: str,
    described: Sequence[Described],
    near: Sequence[tuple[str, float]],
    may: Callable[[str], bool],
    can_learn: tuple[str, ...],
) -> Inferred:
    """Returns the domain a text without one belongs to.

    `near` are the domains of the nearest memories with their relevance (0 to 1), `may` says what
    the agent may learn, `can_learn` is its scope, empty for all. Domains the agent may learn are
    taken by their words and the relevance of their memories. A text that clearly belongs to
    another domain gets that one, so that the check of the scope refuses it: three keywords that
    weigh twice what speaks for a domain of the agent's own, or two where nothing does. One
    everyday word alone decides nothing.
    """
    read = _read(text)
    scores = {each.domain: _score(read, each) for each in described}
    said = {domain: len(found.words) for domain, found in scores.items() if may(domain)}
    most = max(said.values(), default=0)
    foreign = [found for domain, found in scores.items() if not may(domain)]
    worst = max(foreign, key=_strength, default=None)
    # Memories do not count here: an agent's own all lie in domains that it may learn.
    clear = ENOUGH if most else FEW
    if worst and worst.trade and len(worst.words) >= clear and worst.score >= TWICE * most:
        return Inferred(worst.domain, "words", worst.words)
    votes: dict[str, float] = {}
    for domain, relevance in near:
        if relevance >= NEAR and may(domain):
            votes[domain] = votes.get(domain, 0) + relevance
    for domain, found in scores.items():
        if not found.trade and len(found.words) < FEW:
            said.pop(domain, None)
    both = {domain: said.get(domain, 0) + votes.get(domain, 0) for domain in (*said, *votes)}
    best = max(both, key=lambda domain: both[domain], default=GENERAL)
    if both.get(best):
        how: How = "near" if votes.get(best, 0) > said.get(best, 0) else "words"
        return Inferred(best, how, scores[best].words if best in scores else ())
    return _fallback(can_learn, (GENERAL, *scores), may)


def _fallback(
    can_learn: tuple[str, ...], known: Iterable[str], may: Callable[[str], bool]
) -> Inferred:
    """Returns the domain of a text that says nothing about one: the first that may be learnt."""
    if not can_learn:
        return Inferred(GENERAL, "general")
    names = [name for entry in can_learn for name in _names(entry, known) if may(name)]
    return Inferred(names[0] if names else GENERAL, "only" if len(can_learn) == 1 else "first")


def _names(entry: str, known: Iterable[str]) -> list[str]:
    """Returns the domains an entry of a scope may stand for: `testing/*` is a known one, if any."""
    if not re.search(r"[*?\[]", entry):
        return [entry]
    stub = re.sub(r"[*?\[].*", "", entry)
    matching = [domain for domain in known if fnmatchcase(domain, entry)]
    return [*matching, stub + GENERAL, stub.rstrip("/_-")]


@frozen
class _Read:
    """A text taken apart: its words, their stems and where those stand, and what is in capitals."""

    words: tuple[str, ...]
    stems: tuple[str, ...]
    places: Mapping[str, Sequence[int]]
    shouted: frozenset[str]


def _read(text: str) -> _Read:
    capitals = re.findall(r"\b[A-Z]{4,64}\b", text)
    shouted = frozenset(word.lower() for word in capitals) - SHORT_FORMS
    read = tuple(words(text))
    stemmed = tuple(map(stem, read))
    places: dict[str, list[int]] = {}
    for at, each in enumerate(stemmed):
        places.setdefault(each, []).append(at)
    return _Read(read, stemmed, places, frozenset(map(stem, shouted)))


def _score(read: _Read, described: Described) -> Score:
    found: dict[tuple[str, ...], str] = {}
    taken: set[int] = set()
    weights = _weights(described)
    for term in weights:
        for at in read.places.get(term[0], ()):
            places = range(at, at + len(term))
            if read.stems[at : at + len(term)] == term and taken.isdisjoint(places):
                found.setdefault(term, " ".join(read.words[at : at + len(term)]))
                taken.update(places)
    capital = [term for term in found if len(term) == 1 and term[0] in read.shouted]
    # `SELECT ... JOIN` is a statement; one word in capitals may be the label of a button.
    strong = {term for term in found if weights[term] == 1}
    strong |= set(capital) if len(capital) >= FEW else set()
    total = len(strong) + LEAN * (len(found) - len(strong))
    ordered = sorted(found, key=lambda term: term not in strong)
    return Score(described.domain, total, tuple(found[term] for term in ordered), len(strong))


@cache
def _weights(described: Described) -> Mapping[tuple[str, ...], float]:
    """Returns what each term of a domain weighs; long terms stand first, they take their words."""
    weights: dict[tuple[str, ...], float] = {}
    for word in words(described.about):
        if word not in STOP_WORDS:
            weights[(stem(word),)] = LEAN
    name = re.split(r"[-_/]", described.domain)
    for keyword in (*name, *described.keywords, *vocabulary(name)):
        term = tuple(stems(keyword))
        if term:
            everyday = len(term) == 1 and term[0] in _everyday()
            weights[term] = LEAN if everyday else 1
    return {term: weights[term] for term in sorted(weights, key=len, reverse=True)}


@cache
def _everyday() -> frozenset[str]:
    return frozenset(map(stem, EVERYDAY))


def _strength(found: Score) -> tuple[bool, float]:
    return found.trade > 0, found.score
