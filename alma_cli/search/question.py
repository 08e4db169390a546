"""A question made ready to be asked: its words, what else each may mean, and what each is worth."""

from __future__ import annotations

from errno import errorcode
from math import log
from typing import TYPE_CHECKING, Final

from alma_cli.printable import unpainted
from alma_cli.text import STOP_WORDS, stem, stop_stems, words
from alma_cli.value import frozen

if TYPE_CHECKING:
    from collections.abc import Container, Mapping, Sequence

STOP_WEIGHT: Final = 0.5
"""What a stop word counts; dropped they cost .01 of nDCG, at full weight the same."""
ASIDE_WEIGHT: Final = 0.05
"""What a word counts that only stands in stack frames and the like; .1 and .02 do as well."""
CODE_WEIGHT: Final = 4.0
"""What the code of an error counts that a memory holds: as much as a name of three parts, which
counts by each and as a whole. Two texts with `ECONNREFUSED` are about one error."""
MOST_READ: Final = 256 * 1024
"""Characters of a question that are read; of a longer one, half of them at either end."""
FEWEST: Final = 6
"""Lines of a text from which on it may be a log or a stack trace rather than a question."""
MOST_TERMS: Final = 40
"""Words of a question that count: the ones that say most, wherever a stack trace has them."""
MOST_UNKNOWN: Final = 8
"""Words known to no memory that count besides those, against all memories alike."""
BACKGROUND: Final = 50
"""Memories of which nothing is known that every store is taken to hold besides its own.

Without them every word would be common in a store of three memories. Half of them have any given
stop word, or else `what` would be as telling there as `xpath`.
"""

MOST_LETTERS: Final = 5
"""Letters before the number of a code; `python311` is a name, and a hash is no code either."""
NUMBERS: Final = range(3, 7)
"""How many digits that number has."""
_ERRNOS: Final = frozenset(map(str.lower, errorcode.values()))


@frozen
class Near:
    """A word that may have been meant: its stem, its spelling, and how alike it is (0 to 1)."""

    stem: str
    similarity: float
    word: str


@frozen
class Asked:
    """A distinct word of a question.

    `is_whole` when it only joins the parts before it, `is_aside` when only a listing has it.
    `whole` is the name that it is a part of, as `hub` is of `github`, else empty.
    """

    word: str
    stem: str
    weight: float
    is_whole: bool
    is_aside: bool
    whole: str = ""


@frozen
class Term:
    """What one word looks for: alternatives that memories hold, none for a word unknown to all.

    `mass` is its information: inverse document frequency times the weight of the word.
    `is_aside` when only a listing has the word.
    """

    word: str
    nears: tuple[Near, ...]
    mass: float
    is_aside: bool = False


@frozen
class Corpus:
    """What is known of all memories.

    `rows` is how many there are, `averages` the mean number of words in each field,
    `frequencies` in how many of them each stem occurs.
    """

    rows: int
    averages: tuple[float, ...]
    frequencies: Mapping[str, int]

    def idf(self, word_stem: str) -> float:
        """Returns the inverse document frequency of BM25 (Robertson and Sparck Jones), above 0."""
        seen: float = self.frequencies.get(word_stem, 0)
        if word_stem in stop_stems():
            seen += BACKGROUND / 2
        return log(1 + (self.rows + BACKGROUND - seen + 0.5) / (seen + 0.5))


@frozen
class Question:
    """Terms in the order of the text, and the places of those that stood side by side.

    `is_pasted` when it may be a log, of which no memory holds all.
    """

    terms: tuple[Term, ...]
    pairs: frozenset[tuple[int, int]]
    corpus: Corpus
    is_pasted: bool = False


def is_pasted(text: str) -> bool:
    """Says whether a text has so many lines that it may be a log or a stack trace."""
    return text.count("\n") >= FEWEST - 1


def read(text: str) -> tuple[tuple[Asked, ...], tuple[tuple[int, int], ...]]:
    """Returns the distinct words of a question in order, and the places of neighbours."""
    spoken, aside = _spoken(text)
    places: dict[str, int] = {}
    counts: list[int] = []
    wholes: list[bool] = []
    pairs: dict[tuple[int, int], None] = {}
    joined: dict[str, str] = {}
    before = -1
    for at, word in enumerate(spoken):
        place = places.setdefault(word, len(places))
        parts = _parts(spoken, at)
        joined.update(dict.fromkeys(parts, word))
        is_whole = bool(parts)
        if place == len(counts):
            counts.append(0)
            wholes.append(is_whole)
        counts[place] += 1
        if not is_whole:
            if before not in {-1, place}:
                pairs[before, place] = None
            before = place
    asked = tuple(
        Asked(
            word,
            stem(word),
            _weight(word, counts[place], is_aside=word in aside),
            wholes[place],
            word in aside,
            joined.get(word, ""),
        )
        for word, place in places.items()
    )
    return asked, tuple(pairs)


def _spoken(text: str) -> tuple[list[str], set[str]]:
    """Returns the words of a text, and those that only stand in lines beside the point."""
    if len(text) > MOST_READ:
        text = f"{text[: MOST_READ // 2]}\n{text[-MOST_READ // 2 :]}"
    if not is_pasted(text):
        return words(unpainted(text)), set()
    from alma_cli.search.lines import asides  # which most questions can do without

    lines = unpainted(text).splitlines()
    spoken: list[str] = []
    aside: set[str] = set()
    telling: set[str] = set()
    for line, is_aside in zip(lines, asides(lines), strict=True):
        found = words(line)
        spoken += found
        (aside if is_aside else telling).update(found)
    return spoken, aside - telling if telling else set()


def pose(
    asked: Sequence[Asked],
    pairs: Sequence[tuple[int, int]],
    nears: Mapping[str, tuple[Near, ...]],
    corpus: Corpus,
    *,
    is_pasted: bool = False,
) -> Question:
    """Returns the question about a corpus; `nears` has alternatives for words it does not hold.

    Of a long text the words with most information are kept, not the first ones.
    """
    terms = [_term(one, nears.get(one.word), corpus) for one in asked]
    telling = sorted(range(len(terms)), key=lambda at: (-terms[at].mass, at))
    known = [at for at in telling if terms[at].nears][:MOST_TERMS]
    unknown = [at for at in telling if not terms[at].nears][:MOST_UNKNOWN]
    place = {at: new for new, at in enumerate(sorted(known + unknown))}
    return Question(
        tuple(terms[at] for at in place),
        frozenset((place[one], place[two]) for one, two in pairs if one in place and two in place),
        corpus,
        is_pasted,
    )


def _term(asked: Asked, nears: tuple[Near, ...] | None, corpus: Corpus) -> Term:
    own = (Near(asked.stem, 1.0, asked.word),)
    known = tuple(near for near in nears or own if corpus.frequencies.get(near.stem))
    if known:
        mass = asked.weight * max(corpus.idf(one.stem) for one in known)
        if nears is None and not asked.is_aside and _is_code(asked.word):
            mass *= CODE_WEIGHT
        return Term(asked.word, known, mass, asked.is_aside)
    # The parts of an unknown whole say what there is to say, and so does a whole that memories hold
    # (`github`) of its parts; ports and addresses are of one run alone; repetition adds nothing.
    is_said = asked.is_whole or is_part_of_known(asked, corpus.frequencies)
    is_mute = is_said or asked.word.isdigit() or asked.word.startswith("0x")
    weight = 0.0 if is_mute else min(1.0, asked.weight)
    return Term(asked.word, (), weight * corpus.idf(""), asked.is_aside)


def is_part_of_known(asked: Asked, known: Container[str]) -> bool:
    """Says whether the name that a word is a part of is among the stems that memories hold."""
    return bool(asked.whole) and stem(asked.whole) in known


def _is_code(word: str) -> bool:
    """Says whether a word is the code of an error, as `e0502`, `ts2345` and `econnrefused` are."""
    letters = word.rstrip("0123456789")
    is_numbered = len(word) - len(letters) in NUMBERS and len(letters) <= MOST_LETTERS
    return word in _ERRNOS or (is_numbered and letters.isalpha())


def _weight(word: str, count: int, *, is_aside: bool) -> float:
    # A word counts twice at most, however often a stack trace repeats it (BM25's k3 = 1).
    said = ASIDE_WEIGHT if is_aside else 2 * count / (1 + count)
    return said * (STOP_WEIGHT if word in STOP_WORDS else 1.0)


def _parts(spoken: Sequence[str], at: int) -> Sequence[str]:
    """Returns the words before one, two or more, that it joins; of any other word none."""
    word, start, length = spoken[at], at, 0
    while start and length < len(word):
        start -= 1
        length += len(spoken[start])
    parts = spoken[start:at]
    return parts if len(parts) > 1 and "".join(parts) == word else ()
