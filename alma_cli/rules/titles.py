"""What the title of an anti-pattern gives away of how it looks in code.

A title is written for people. Only what is surely code is looked for as it stands, and a line is
near to a title only when it says all that the title says.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Final

from alma_cli.rules.guarding import MOST, By, Match, Severity, Watch
from alma_cli.rules.passage import Passage
from alma_cli.rules.strategy import read
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
_PROSE: Final = (".md", ".rst", ".txt", ".adoc")
_DEFINES: Final = ("def ", "function ", "func ", "fn ")
_FUNCTIONS: Final = frozenset({"eval(", "exec(", "input(", "open(", "print("})
"""Functions whose names methods have too, which are something else."""
_WORD: Final = re.compile(r"[a-z]+|[A-Z]+(?![a-z])|[A-Z][a-z]*|[^\W\d_a-zA-Z]+")
"""A word, or a part of a name such as `getByRole`."""


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


def near(titles: Sequence[tuple[Watch, str]], passages: Sequence[Passage]) -> Iterator[Match]:
    """Yields the new lines that say all that a title says, a match each; by passage and line.

    Of one title they are `MOST` at most. The words of whole passages are looked at first, so that
    few lines are compared with titles.
    """
    lines = [_lines(passage) for passage in passages]
    words = [frozenset(_WORD.findall("\n".join(each.values()))) for each in lines]
    stems = _stems([*frozenset().union(*words)])
    told = [frozenset(map(stems.__getitem__, each)) for each in words]
    uses = Counter(chain.from_iterable(told))
    keyed: dict[str, list[Saying]] = {}
    for one, title in titles:
        said = _said(title)
        if len(said) >= LEAST_IN_PROSE and said <= uses.keys():
            rarest = min(said, key=lambda each: (uses[each], each))
            keyed.setdefault(rarest, []).append(Saying(one, title, said))
    left = Counter({one.key: MOST for one, _ in titles})
    for passage, new, all_told in zip(passages, lines, told, strict=True):
        keys = all_told & keyed.keys()
        sayings = [each for key in keys for each in keyed[key] if each.stems <= all_told]
        for at, line in new.items() if sayings else ():
            line_told = {stems[word] for word in _WORD.findall(line)}
            for saying in sayings:
                key = saying.watch.key
                if saying.stems <= line_told and left[key] and _does(line, saying, passage):
                    left[key] -= 1
                    yield _match(saying.watch, passage, at, line)


def _lines(passage: Passage) -> dict[int, str]:
    """Returns the new lines of a passage that are compared with titles, by their places."""
    lines = passage.text.split("\n")
    places = range(len(lines)) if passage.new is None else sorted(passage.new)
    return {at: lines[at] for at in places if len(lines[at]) <= LONGEST}


def _does(line: str, saying: Saying, passage: Passage) -> bool:
    """Says whether a line does what a title warns of, and does not warn of it as well."""
    in_file = bool(passage.path)
    return (
        len(saying.stems) >= (LEAST_WORDS if in_file else LEAST_IN_PROSE)
        and not (in_file and saying.watch.literals)  # its code says it better
        and read(line).negations == read(saying.title).negations
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
    line = match.passage.text.split("\n")[match.line]
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
