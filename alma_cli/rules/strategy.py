"""A strategy read: what it says, and what in it can make it another one."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from alma_cli.text import stem, stop_stems, words
from alma_cli.value import frozen, replace

_NEGATION: Final = re.compile(
    r"\b(?:not|no|never|neither|nobody|none|nothing|without|avoid\w*|stop(?:ped|ping)?|skip\w*|disallow\w*|forbid\w*|cannot"
    r"|(?:do|does|did|is|are|was|were|has|have|had|ca|could|should|would|wo|must|need)n['\u2019]?t)\b",
    re.IGNORECASE,
)
_TURNED_AWAY: Final = re.compile(
    r"\b(?:instead of|rather than|replac\w*|remov\w*|drop\w*|ban\w*)\b", re.IGNORECASE
)
_UNITS: Final = (
    "%|[munµ]?s(?:ec(?:ond)?s?)?|milliseconds?|min(?:ute)?s?|h(?:(?:ou)?rs?)?|days?|weeks?|months?"
    "|years?|[kmgt]i?b(?:ytes?)?|bytes?|px|r?em|[km]?hz|times?|x"
)
_NUMBER: Final = re.compile(
    rf"(?<![\w.])(?:(?<=\s)-)?v?\d+(?:[.,_]\d+)*(?:[ ]?(?:{_UNITS})(?![\w]))?", re.IGNORECASE
)
"""Numbers with their units."""
_SIGN: Final = re.compile(r"[-=]+>|<[-=]+|[<>=]=*|!=+|&+|\|+")
"""Arrows, and signs that compare or join."""
_FLAG: Final = re.compile(r"(?:(?<![\w+-])|\b[augo]+)[-+][A-Za-z]+(?![\w-])")
"""Options of few letters, and modes: `-v` is not `-V`, nor `u+x` `u-x`."""
_IDENTIFIER: Final = re.compile(
    r"`[^`\n]+`|[A-Za-z_][\w.]*\(|\b[A-Za-z]+_\w+|\b[a-z]+[A-Z]\w*|\b[A-Z]{1,6}\d{2,}\b"
    r"|(?:[\w.-]*/)+[\w.-]+|(?<![\w-])--?[a-z][\w-]+|\b\w+\.[a-z]{2,4}\b"
)
_NUMERALS: Final = {
    **{
        name: str(number)
        for number, name in enumerate(
            "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"
            " sixteen seventeen eighteen nineteen twenty".split(),
            2,
        )
    },
    **{
        name: str(tens)
        for tens, name in zip(
            range(30, 100, 10),
            "thirty forty fifty sixty seventy eighty ninety".split(),
            strict=True,
        )
    },
}
"""Not `one`, which is a pronoun more often."""
_NUMERAL: Final = re.compile(rf"\b(?:{'|'.join(_NUMERALS)})\b", re.IGNORECASE)
_PHRASES: Final = {"prior to": "before", "one by one": "individually"}
_PHRASE: Final = re.compile(rf"\b(?:{'|'.join(_PHRASES)})\b", re.IGNORECASE)
_VERSIONED: Final = re.compile(r"(?<![\w-])([A-Za-z]+)-?(\d+)(?!\w|\.\w)")
"""A name with its number, which is written as `SHA-256`, `SHA 256` and `SHA256`."""
_BRITISH: Final = (
    (re.compile(r"(?<=[a-z]{3})is(?=(?:e[ds]?|ing|ations?)$)"), "iz"),
    (re.compile(r"(?<=[a-z]{3})our(?=(?:s|ed|ing)?$)"), "or"),
    (re.compile(r"(?<=[a-z]{3})ell(?=(?:ed|ing)$)"), "el"),
    (re.compile(r"^artef(?=acts?$)"), "artif"),
    (re.compile(r"^analys(?=e[ds]?$|ing$)"), "analyz"),
    (re.compile(r"^seper(?=at)"), "separ"),  # as often as not
)
_LEADING: Final = re.compile(
    r"(?P<clause>(?:after|at|before|because|during|for|from|if|in|instead of|on|once|rather than|to"
    r"|under|unless|until|when|while|with|without)\b[^,]+),\s*(?P<rest>.+)",
    re.IGNORECASE | re.DOTALL,
)
"""A clause in front of what is to be done: "before deploying, run the migrations"."""
_RUNS: Final = (4, 3, 2)
"""Words that may be written as one, the most first: `getUserProfile` has three."""
_TELLING: Final = frozenset({"id", "ids"})
"""Stop words, "I'd" here, that name something in a strategy."""


@frozen
class Strategy:
    """What a text says of how to do something.

    `spoken` are its words in order, wholes without their parts; `telling` those that are no stop
    words; `negations` how many there are; `plain` the text in lower case.
    """

    spoken: tuple[str, ...]
    telling: tuple[str, ...]
    negations: int
    numbers: frozenset[str]
    signs: tuple[str, ...]
    flags: frozenset[str]
    identifiers: frozenset[str]
    plain: str


@lru_cache(maxsize=4096)
def read(text: str) -> Strategy:
    """Returns a text as a strategy."""
    text = _in_order(text)
    # `30s` is one word and `30 s` two.
    spoken = tuple(map(_american, _wholes(words(_NUMBER.sub(" ", text)))))
    return Strategy(
        spoken,
        tuple(filter(tells, spoken)),
        len(_NEGATION.findall(text)),
        frozenset(re.sub(r"[\s,_]", "", found.lower()) for found in _NUMBER.findall(text)),
        tuple(_SIGN.findall(text)),
        frozenset(_FLAG.findall(text)),
        frozenset(found.strip("`(").lower() for found in _IDENTIFIER.findall(text)),
        text.replace("`", "").lower(),
    )


def _in_order(text: str) -> str:
    """Returns a text with numbers in digits, and with a clause that leads it at its end."""
    text = _NUMERAL.sub(lambda found: _NUMERALS[found[0].lower()], text)
    text = _PHRASE.sub(lambda found: _PHRASES[found[0].lower()], text)
    text = _VERSIONED.sub(r"\1 \2", text)
    led = _LEADING.fullmatch(text.strip().rstrip("."))
    return f"{led['rest']} {led['clause']}" if led else text


def tells(word: str) -> bool:
    """Says whether a word says something by itself: it is neither a number nor a stop word."""
    return word in _TELLING or not (word.isdigit() or stem(word) in stop_stems())


@lru_cache(maxsize=4096)
def _american(word: str) -> str:
    for british, american in _BRITISH:
        word = british.sub(american, word)
    return word


def _wholes(spoken: list[str]) -> tuple[str, ...]:
    """Returns the words without the parts that a whole, such as `getbyrole`, stands behind."""
    kept: list[str] = []
    for word in spoken:
        start, length = len(kept), 0
        while start and length < len(word):
            start -= 1
            length += len(kept[start])
        if len(kept) - start > 1 and "".join(kept[start:]) == word:
            del kept[start:]
        kept.append(word)
    return tuple(kept)


def joined(left: Strategy, right: Strategy) -> tuple[Strategy, Strategy]:
    """Returns both with two words as one where the other writes them so, as in `stacktrace`."""
    return _compounded(left, right), _compounded(right, left)


def _compounded(one: Strategy, other: Strategy) -> Strategy:
    there = {stem(word) for word in other.spoken}
    kept: list[str] = []
    rest = one.spoken
    while rest:
        run = next((n for n in _RUNS if n <= len(rest) and stem("".join(rest[:n])) in there), 1)
        kept.append("".join(rest[:run]))
        rest = rest[run:]
    if len(kept) == len(one.spoken):
        return one
    return replace(one, spoken=(*kept,), telling=(*filter(tells, kept),))


def turns_away(strategy: str) -> bool:
    """Says whether a strategy is about not doing what it names: "do not", "instead of"."""
    return bool(_NEGATION.search(strategy) or _TURNED_AWAY.search(strategy))
