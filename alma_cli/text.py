"""The words of a text: split, folded and stemmed, the same way for files and for questions."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from sys import intern
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

LONGEST: Final = 64
"""Characters of a word that count; a longer one is a blob (base64, a key) rather than a word."""
MOST_REMEMBERED: Final = 100_000

_JOINTS = r"(?:::|[-./\\:@'\u2019])"
# Compiled by their first use, through the cache of `re`: plain words need none of them.
_PLAIN: Final = rf"(?a:\w(?:\+\+|#)(?!\w)|\w+(?:{_JOINTS}\w+)*)"
_SEAMS: Final = r"[-_./\\:@]+"
_POSSESSIVE: Final = r"'(?:[sS]\b)?"
_LOOSE: Final = "\"'`.,;:!?()[]{}<>*"
_CAMEL: Final = (
    r"[A-Z]{2,}(?<!TP)s(?![a-z])"  # `PRs`, but not `HTTPs`
    r"|[A-Z]+(?![a-z])[0-9]*|[A-Z]?[a-z]+[0-9]*|[0-9]+[a-z]*|[A-Z]"
)
_PLURAL: Final = r"(?<=[A-Z]{2})s$"
_IN_US: Final = {f"{word}s": word for word in "menu submenu cpu vcpu gpu vgpu tpu npu sku".split()}
"""Plurals that look like `status`, which the stemmer therefore leaves as they are."""

_MARKS = "\u0300-\u036f\u0591-\u05bd\u05bf-\u05c7\u0610-\u061a\u064b-\u065f\u0670"
_INDIC = "\u0900-\u0963\u0966-\u0dff"
_SPACELESS = (  # Thai to Myanmar, Khmer, kana and Han, Hangul, and the rarer Han characters
    "\u0e00-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003ffff"
)
_SPACELESS_RUN: Final = f"([{_SPACELESS}]+)"
# Accents and vowel signs are not `\w`, but belong to the words they stand in.
_LETTER = rf"[\w{_MARKS}{_INDIC}{_SPACELESS}]"
_ANY_SCRIPT: Final = rf"[A-Za-z](?:\+\+|#)(?!\w)|{_LETTER}+(?:{_JOINTS}{_LETTER}+)*"

STOP_WORDS: Final = frozenset(
    """
    a about above after again against all also although always am among an and another any anyone
    anything are arent around as at away back be became because become been before being below
    between both but by came can cannot cant come could couldnt did didnt do does doesnt doing done
    dont down during each either else enough etc even ever every everything few first for from
    further get gets getting give given go goes going gone got had hadnt has hasnt have havent
    having he hed hell her here hers herself hes him himself his how however i id if ill im in
    instead into is isnt it itd itll its itself ive just know last least less let lets like made
    make makes many may maybe me might more most much must my myself near need needs neither never
    next no nobody none nor not nothing now of off often on once one only onto or other others our
    ours ourselves out over own per perhaps please put quite rather really same say says see seem
    seems several shall she shes should shouldnt since so some someone something still such take
    than that thats the their theirs them themselves then there theres therefore these they theyd
    theyll theyre theyve thing things this those though through thus to together too toward towards
    under until up upon us use used uses using very via want wants was wasnt way we wed well went
    were werent weve what whatever when whenever where wherever whether which while who whoever
    whole whom whose why will with within without wont would wouldnt yes yet you youd youll your
    youre yours yourself youve
    """.split()
)
"""English words that say little by themselves; they count half in ranking, they are not dropped.

Negations are among them: whoever compares two strategies looks for those first.
"""


def words(text: str) -> list[str]:
    """Returns the words of a text in order, lower-case, without diacritics or punctuation.

    `getByRole`, `snake_case`, `kebab-case`, paths and names with dots give their parts and then
    the whole, joined: get, by, role, getbyrole. Letters are not parted from digits, so `E0502`
    stays one word; `C++` is cpp, `C#` is csharp, `PRs` is pr, `it's` is it. Scripts that do not put
    spaces between words give overlapping pairs of characters.
    """
    return "".join(spelled(text)).split()


def stems(text: str) -> list[str]:
    """Returns the stems of the words of a text, in order."""
    return stemmed(spelled(text)).split()


def spelled(text: str) -> list[str]:
    """Returns for each run of a text without spaces its words, each followed by a space."""
    return list(map(_WORDS.__getitem__, text.split()))


def stemmed(spelled: Iterable[str]) -> str:
    """Returns the stems of words that `spelled` returned, each followed by a space."""
    return "".join(map(_STEMS.__getitem__, spelled))


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """Returns what the inflections of an English word share; other words come back as they are."""
    return stem_each([word])[0]


def stem_each(words: list[str]) -> list[str]:
    """Returns the stem of each of many words, most of them not seen before."""
    stems: list[str] = _stemmer().stemWords([_IN_US.get(word, word) for word in words])
    return stems


@cache
def stop_stems() -> frozenset[str]:
    """Returns the stems of `STOP_WORDS`, for those who hold stems only."""
    return frozenset(_stemmer().stemWords(STOP_WORDS))


@cache
def _stemmer() -> Any:  # noqa: ANN401 - a module in C
    import Stemmer

    return Stemmer.Stemmer("english", 0)  # its own cache is slower than `stem`'s when it overflows


def _fold(chunk: str) -> str:
    """Returns a chunk without accents and points; marks that make another letter stay."""
    from unicodedata import combining, normalize

    # Classes 7 to 9 and 84 to 199 are nukta, kana voicing, virama, and signs of Telugu to Tibetan.
    marked = normalize("NFKD", chunk.replace("\u2019", "'"))
    bare = (mark for mark in marked if not (10 <= combining(mark) <= 35 or combining(mark) >= 200))  # noqa: PLR2004
    return normalize("NFC", "".join(bare))


class _Remembered(dict[str, str]):
    """What is made of a text, once: most of what is read was seen before.

    What is alike is one object, which is the quickest to count and to look up.
    """

    def __init__(self, make: Callable[[str], str]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, text: str) -> str:
        if len(self) >= MOST_REMEMBERED:
            self.clear()
        made = intern(self._make(text))
        if len(text) <= LONGEST:
            self[text] = made
        return made


def _spell(run: str) -> str:
    bare = run if run.isalpha() else run.strip(_LOOSE)
    if bare.isascii() and bare.isalpha() and (bare.islower() or bare[1:].islower()):
        return f"{bare.lower()[:LONGEST]} "
    found: list[str] = []
    for chunk in re.findall(_PLAIN if run.isascii() else _ANY_SCRIPT, run):
        found.extend(_words_of(chunk if chunk.isascii() else _fold(chunk)))
    return " ".join([*found, ""])


def _stem(words: str) -> str:
    if words.count(" ") == 1:  # as of most runs of text
        word = words[:-1]
        return f"{_stemmer().stemWord(_IN_US.get(word, word))} "
    return " ".join([*stem_each(words.split()), ""])


_WORDS: Final = _Remembered(_spell)
_STEMS: Final = _Remembered(_stem)


def _words_of(chunk: str) -> list[str]:
    if chunk[-1:] in {"+", "#"}:
        return [chunk[0].lower() + ("pp" if chunk[-1] == "+" else "sharp")]
    parts: list[str] = []
    pieces = re.split(_SEAMS, re.sub(_POSSESSIVE, "", chunk))
    for piece in pieces:
        parts.extend(_parts_of(piece))
    if len(parts) > 1 and chunk.isascii():
        whole = "".join(pieces).lower()
        if len(whole) <= LONGEST:
            parts.append(whole)
    return parts


def _parts_of(piece: str) -> list[str]:
    if not piece.isascii():
        parts: list[str] = []
        for place, run in enumerate(re.split(_SPACELESS_RUN, piece.casefold())):
            if place % 2:
                parts.extend(run[at : at + 2] for at in range(max(1, len(run) - 1)))
            elif run:
                parts.append(run[:LONGEST])
        return parts
    if len(piece) > LONGEST or piece.islower() or piece.isupper() or piece.isdigit():
        return [piece.lower()[:LONGEST]] if piece else []
    return [re.sub(_PLURAL, "", part).lower() for part in re.findall(_CAMEL, piece)]
