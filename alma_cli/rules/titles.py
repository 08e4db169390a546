"""What the title of an anti-pattern gives away of how it looks in code.

A title is written for people. Only what is surely code is looked for as it stands, and a line is
near to a title only when it says all that the title says.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from alma_cli.rules.guarding import By, Match, Severity, Watch
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
_WORD: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[^\W\d_a-zA-Z]+")
"""A word, or a part of a name such as `getByRole`."""


def pieces(title: str) -> tuple[str, ...]:
    """Returns the code in a title: backticked spans and calls, `sleep(` of `sleep(5000)`."""
    spans = [_opened(span.strip()) for span in _SPAN.findall(title)]
    calls = _CALL.findall(_SPAN.sub(" ", title))
    return tuple(dict.fromkeys(piece for piece in (*spans, *calls) if len(piece) > 2))  # noqa: PLR2004


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

    The words of all passages are looked at first, so that few titles are compared with lines.
    """
    counts = Counter(_WORD.findall("\n".join(passage.text for passage in passages)))
    stems = _stems([*counts])
    uses: Counter[str] = Counter()
    for word, number in counts.items():
        uses[stems[word]] += number
    keyed: dict[str, list[Saying]] = {}
    for one, title in titles:
        said = _said(title)
        if len(said) >= LEAST_IN_PROSE and said <= uses.keys():
            rarest = min(said, key=lambda each: (uses[each], each))
            keyed.setdefault(rarest, []).append(Saying(one, title, said))
    if keyed:
        for passage in passages:
            yield from _near(keyed, stems, passage)


def _near(
    keyed: dict[str, list[Saying]], stems: dict[str, str], passage: Passage
) -> Iterator[Match]:
    for at, line in enumerate(passage.text.split("\n")):
        if len(line) > LONGEST or not passage.is_new(at):
            continue
        told = {stems[word] for word in _WORD.findall(line)}
        for key in told & keyed.keys():
            for saying in keyed[key]:
                if saying.stems <= told and _does(line, saying, passage):
                    yield _match(saying.watch, passage, at, line)


def _does(line: str, saying: Saying, passage: Passage) -> bool:
    """Says whether a line does what a title warns of, and does not warn of it as well."""
    return (
        len(saying.stems) >= (LEAST_WORDS if passage.path else LEAST_IN_PROSE)
        and not cites(line, saying.title, passage)
        and read(line).negations == read(saying.title).negations
        and saying.watch.concerns(passage)
    )


def cites(line: str, title: str, passage: Passage) -> bool:
    """Says whether a line of a file has a title word for word: it speaks of the lesson then."""
    return bool(passage.path) and title.casefold() in line.casefold()


def _match(one: Watch, passage: Passage, at: int, line: str) -> Match:
    start = len(line) - len(line.lstrip())
    return Match(one.key, passage, at, start, len(line.rstrip()), Severity.WARNING, By.WORDS)


def _said(title: str) -> frozenset[str]:
    words = _WORD.findall(title)
    return frozenset(_stems(words).values()) - stop_stems()


def _stems(words: Sequence[str]) -> dict[str, str]:
    return dict(zip(words, stem_each([word.lower() for word in words]), strict=True))
