"""Stores to measure on: any size, the same in every run, in words that fall off as in real text."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import accumulate
from pathlib import Path
from random import Random

from alma_cli.files.memory import format_record
from alma_cli.model import Kind, Memory, Origin, Outcome, Record, Result
from alma_cli.names import make_id
from alma_cli.place import path_of
from alma_cli.store import shelve
from alma_cli.text import STOP_WORDS

AGENT = "bench"
MOST_ADVICE = 10_000
"""Memories that advise or inform; what a store has beyond them are outcomes."""
WORDS = 40_000
SEED = 12
NEWEST = datetime(2026, 11, 1, tzinfo=UTC)
DOMAINS = ("backend", "build", "database", "frontend", "general", "security", "testing")
KINDS = (Kind.ANTI_PATTERN, Kind.HEURISTIC, Kind.KNOWLEDGE, Kind.PREFERENCE)
SHARES = (4, 4, 3, 1)
SYLLABLES = [
    start + vowel for start in "b c d f g h l m n p r s t v z st tr pl".split() for vowel in "aeiou"
]
ENDINGS = ("", "", "n", "r", "s", "ing", "ed", "tion")


@cache
def vocabulary() -> list[str]:
    """Returns words that can be spoken, the commonest first."""
    draw, made = Random(SEED), dict[str, None]()
    while len(made) < WORDS:
        word = "".join(draw.choices(SYLLABLES, k=draw.choice((2, 2, 3, 3, 4))))
        made[word + draw.choice(ENDINGS)] = None
    return list(made)


class Text:
    """Draws words by Zipf's law, a third of them English stop words."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self._weights = list(accumulate(1 / (rank + 2) for rank in range(WORDS)))
        self._small = sorted(STOP_WORDS)

    def sentence(self, least: int, most: int) -> str:
        """Returns a sentence of that many words, without its full stop."""
        length = self.random.randint(least, most)
        drawn = self.random.choices(vocabulary(), cum_weights=self._weights, k=length)
        for place in range(1, length, 3):
            drawn[place] = self.random.choice(self._small)
        return " ".join(drawn).capitalize()

    def paragraph(self) -> str:
        """Returns two to five sentences."""
        return " ".join(f"{self.sentence(6, 18)}." for _ in range(self.random.randint(2, 5)))


def records(size: int, seed: int = SEED) -> Iterator[Record]:
    """Returns that many memories, at most `MOST_ADVICE` of them no outcomes."""
    text = Text(seed)
    lessons: list[Memory] = []
    for number in range(size):
        if number < MOST_ADVICE:
            memory = _memory(text)
            if memory.kind in KINDS[:2]:
                lessons.append(memory)
            yield memory
        else:
            yield _outcome(text, lessons)


def _memory(text: Text) -> Memory:
    draw = text.random
    (kind,) = draw.choices(KINDS, SHARES)
    is_lesson = kind in KINDS[:2]
    return Memory(
        id=make_id(draw.randrange),
        kind=kind,
        agent=AGENT,
        title=text.sentence(4, 9),
        created=_moment(draw),
        domain=draw.choice(DOMAINS),
        text="" if is_lesson else text.paragraph(),
        why=text.paragraph() if is_lesson else "",
        better=text.sentence(5, 12) if kind is Kind.ANTI_PATTERN else "",
        origin=draw.choice(list(Origin)),
    )


def _outcome(text: Text, lessons: list[Memory]) -> Outcome:
    draw = text.random
    lesson = lessons[min(int(draw.paretovariate(0.5)) - 1, len(lessons) - 1)]
    return Outcome(
        id=make_id(draw.randrange),
        agent=AGENT,
        title=lesson.title,
        created=_moment(draw),
        result=draw.choices(list(Result), (6, 3, 1, 1))[0],
        domain=lesson.domain,
        task=text.sentence(5, 12),
        strategy=lesson.title,
        notes=text.sentence(6, 18),
        lessons=(lesson.id,),
        duration_ms=draw.randrange(1_000, 600_000),
    )


def _moment(draw: Random) -> datetime:
    return NEWEST - timedelta(seconds=draw.randrange(365 * 24 * 3600))


def fill(store: Path, size: int, seed: int = SEED) -> None:
    """Writes memories into a store that was just made; full folders are split as the store does."""
    sizes: Counter[str] = Counter()
    for record in records(size, seed):
        file = store / shelve(path_of(record), record.id, sizes)
        if not file.parent.is_dir():
            file.parent.mkdir(parents=True)
        file.write_bytes(format_record(record))


def advice(store: Path) -> list[Path]:
    """Returns the files of a store that are not outcomes, in order."""
    files = (store / "agents").rglob("*.md")
    return sorted(file for file in files if "outcomes" not in file.parts)


def rewrite(file: Path, note: str) -> None:
    """Adds a line to a memory and saves it by rename, as editors and git do."""
    draft = file.with_suffix(".new")
    draft.write_bytes(file.read_bytes() + f"\n{note}.\n".encode())
    draft.replace(file)
