"""What the title of an anti-pattern gives away of how it looks in code.

A title is written for people. Only what is surely code is looked for as it stands, and a line is
near to a title only when it says all that the title says.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Final

from alma_cli.rules.guarding import MOST, By, Match, Severity, Watch
from alma_cli.rules.passage import Passage
from alma_cli.rules.patterns import as_bytes
from alma_cli.text import stem_each, stop_stems
from alma_cli.value import frozen

LEAST_WORDS: Final = 4
"""Words that a title says at least for a line of a file to be near to it; code has many words."""
LEAST_IN_PROSE: Final = 3
"""The same for a text without a path: a plan, a command."""
LONGEST: Final = 400
"""Characters of a line that is compared with titles; longer ones are data or minified code."""
_CALL: Final = re.compile(r"(?<![\w.])[A-Za-z_][\w.]{2,60}\((?!(?:s|es|ies|ed|ing)\))")
"""A call, and not the plural of `file(s)`."""
_SPAN: Final = re.compile(r"`([^`\n]{3,80})`")
_NO_QUOTE: Final = re.compile(r"\\.|(?<=\w)'(?=\w)|//.*|#.*")
"""What begins no string: escaped quotes, apostrophes, and what stands in a comment."""
_STRING: Final = re.compile(r""""(?:\\.|[^"\\])*"|(?<!\w)\w{0,2}'(?:\\.|[^'\\])*'|`[^`]*`""")
"""A string, whose quotes are no apostrophes: `b'it'` and not `Ada's`."""
_PROSE: Final = (".md", ".rst", ".txt", ".adoc")
_DEFINES: Final = ("def ", "function ", "func ", "fn ")
_FUNCTIONS: Final = frozenset({"eval(", "exec(", "input(", "open(", "print("})
"""Functions whose names methods have too, which are something else."""
_WORD: Final = re.compile(
    "[a-zß-ɏ]+|[A-ZÀ-Þ]+(?![a-zß-ɏ])|[A-ZÀ-Þ][a-zß-ɏ]*"
    r"|[^\W\d_a-zA-ZÀ-ɏ]+"
)
"""A word, or a part of a name such as `getByRole`."""
_LETTERS: Final = bytes(
    code if chr(code).isalpha() or code > ord("\x7f") else ord(" ") for code in range(256)
)
"""Turns what is no letter of ASCII, and no part of another letter, into blanks."""


def pieces(title: str) -> tuple[str, ...]:
    """Returns the code in a title: backticked spans and calls, `sleep(` of `sleep(5000)`.

    Plain words alone, as `assert`, are none: they stand everywhere.
    """
    spans = [_opened(span.strip()) for span in _SPAN.findall(title)]
    calls = _CALL.findall(_SPAN.sub(" ", title))
    found = tuple(dict.fromkeys(piece for piece in (*spans, *calls) if len(piece) > 2))  # noqa: PLR2004
    return () if all(piece.isalpha() and piece.islower() for piece in found) else found


def _opened(span: str) -> str:
    """Returns a call without its arguments, since others may be given."""
    call = _CALL.match(span)
    return call[0] if call and span.endswith(")") else span


def watch(key: str, title: str, paths: tuple[str, ...]) -> Watch:
    """Returns what is looked for on behalf of a title; without any code in it, nothing is."""
    return Watch(key, (), pieces(title), paths, Severity.WARNING, By.TITLE, together=True)


@frozen
class Saying:
    """A title for comparing, with the stems of what it says."""

    watch: Watch
    title: str
    stems: frozenset[str]

    def is_for(self, passage: Passage) -> bool:
        """Says whether lines of a passage are compared with it: of a file, few titles are."""
        if not passage.path:
            return len(self.stems) >= LEAST_IN_PROSE
        return len(self.stems) >= LEAST_WORDS and not self.watch.literals  # code says it better


def near(titles: Sequence[tuple[Watch, str]], passages: Sequence[Passage]) -> Iterator[Match]:
    """Yields the new lines that say all that a title says, a match each; by passage and line.

    Of one title they are `MOST` at most. The words of whole passages are looked at first, so that
    few lines are compared with titles.
    """
    sorts = {bool(passage.path): passage for passage in passages}.values()
    every = (Saying(one, title, _said(title)) for one, title in titles)
    sayings = [one for one in every if any(map(one.is_for, sorts))]
    if not sayings:
        return
    chunks = [_chunks(passage.text) for passage in passages]
    stems = _telling(chunks, frozenset().union(*(one.stems for one in sayings)))
    told = [_told(each, stems) for each in chunks]
    keyed = _by_rarest(sayings, Counter(chain.from_iterable(told)))
    left = Counter({one.key: MOST for one, _ in titles})
    for passage, all_told in zip(passages, told, strict=True):
        here = [
            one
            for stem in all_told & keyed.keys()
            for one in keyed[stem]
            if one.stems <= all_told and one.is_for(passage)
        ]
        for at, line in _lines(passage) if here else ():
            said = _STRING.sub(" ", line) if passage.path else line
            line_told = _told(_chunks(said), stems)
            for one in here:
                key = one.watch.key
                if one.stems <= line_told and left[key] and _does(line, one, passage):
                    left[key] -= 1
                    yield _match(one.watch, passage, at, line)


def _by_rarest(sayings: Iterable[Saying], uses: Mapping[str, int]) -> dict[str, list[Saying]]:
    """Returns those all of whose stems are used, by the one that is used the least."""
    keyed: dict[str, list[Saying]] = {}
    for one in sayings:
        if one.stems <= uses.keys():
            keyed.setdefault(min(one.stems, key=lambda each: (uses[each], each)), []).append(one)
    return keyed


def _chunks(text: str) -> set[bytes]:
    """Returns the runs of letters in a text, some of which are several words."""
    return set(as_bytes(text).translate(_LETTERS).split())


def _telling(chunked: Iterable[set[bytes]], said: frozenset[str]) -> dict[bytes, tuple[str, ...]]:
    """Returns of each chunk that has any the stems that a title says."""
    words = {chunk: _WORD.findall(chunk.decode()) for chunk in set().union(*chunked)}
    stems = _stems([*set().union(*words.values())])
    found = (
        (c, tuple(stem for word in each if (stem := stems[word]) in said))
        for c, each in words.items()
    )
    return {chunk: each for chunk, each in found if each}


def _told(chunks: set[bytes], stems: Mapping[bytes, tuple[str, ...]]) -> frozenset[str]:
    return frozenset(chain.from_iterable(stems[each] for each in chunks & stems.keys()))


def _lines(passage: Passage) -> Iterator[tuple[int, str]]:
    """Yields the new lines of a passage that are compared with titles, with their places."""
    for at, line in enumerate(passage.lines):
        if passage.is_new(at) and len(line) <= LONGEST:
            yield at, line


def _does(line: str, saying: Saying, passage: Passage) -> bool:
    """Says whether a line does what a title warns of, and does not warn of it as well."""
    # Few lines get here, and compiling how strategies are read takes 8 ms.
    from alma_cli.rules.strategy import read, turns_away

    return (
        read(line).negations == read(saying.title).negations
        and turns_away(line) == turns_away(saying.title)
        and saying.watch.concerns(passage)
    )


def is_talk(match: Match, title: str) -> bool:
    """Says whether a match of a title is rather talk about it than the thing itself.

    So it is in a file of prose, where the title is cited word for word, in quotes, where the call
    is defined, and where a method has the name of a function.
    """
    path = match.passage.path
    if not path:
        return False
    line = match.passage.lines[match.line]
    before, found = line[: match.start], line[match.start : match.end]
    if path.lower().endswith(_PROSE) or title.casefold() in line.casefold():
        return True
    if not found.endswith("("):
        return False
    is_method = before.endswith(".") and found in _FUNCTIONS
    return is_method or before.endswith(_DEFINES) or _is_quoted(before)


def _is_quoted(before: str) -> bool:
    """Says whether a string has begun and not ended, as far as its line tells."""
    plain = _NO_QUOTE.sub("", before)
    return any(plain.count(quote) % 2 for quote in "\"'`")


def _match(one: Watch, passage: Passage, at: int, line: str) -> Match:
    start = len(line) - len(line.lstrip())
    return Match(one.key, passage, at, start, len(line.rstrip()), Severity.WARNING, By.WORDS)


def _said(title: str) -> frozenset[str]:
    words = _WORD.findall(title)
    return frozenset(_stems(words).values()) - stop_stems()


def _stems(words: Sequence[str]) -> dict[str, str]:
    return dict(zip(words, stem_each([word.lower() for word in words]), strict=True))
