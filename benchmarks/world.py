"""A made-up job with mistakes to repeat: 20 kinds of tasks, six strategies each, hidden odds."""

import random
from dataclasses import dataclass
from typing import Final

KINDS: Final = (
    *("login form", "checkout page", "search box", "upload dialog", "profile settings"),
    *("invoice export", "email digest", "calendar sync", "chat widget", "image gallery"),
    *("price filter", "password reset", "order history", "admin dashboard", "mobile menu"),
    *("payment webhook", "report builder", "audit log", "cart drawer", "map overlay"),
)
TASKS: Final = (
    "Test the {}",
    "Write a test for the {}",
    "Check that the {} works",
    "Cover the {} with tests",
    "Verify the {} after the refactoring",
)
STRATEGIES: Final = (
    ("Wait for the {} spinner to disappear", "waiting for the {} spinner to disappear"),
    ("Mock the backend of the {}", "mocking the backend of the {}"),
    ("Sleep before clicking in the {}", "sleeping before clicking in the {}"),
    ("Seed the {} data through the API", "seeding {} data through the API"),
    ("Drive the {} by keyboard", "driving the {} by keyboard"),
    ("Replay recorded traffic of the {}", "replaying the recorded traffic of the {}"),
)
GOOD: Final = 0.9
"""How often the one good strategy of a kind works."""
BAD: Final = (0.45, 0.35, 0.25, 0.2, 0.1)
"""How often the others do."""
TYPO: Final = 0.15
"""How often one letter of a strategy is wrong."""


@dataclass(frozen=True, slots=True)
class Task:
    """A task as it is worded, of a kind, and the strategies as the agent would word them today.

    `meant` is how it thinks of them, `wordings` how it types them, with a slip now and then.
    """

    kind: int
    words: str
    meant: tuple[str, ...]
    wordings: tuple[str, ...]


class Job:
    """Draws tasks and how they end; the odds of half of the kinds change half-way."""

    def __init__(self, seed: int, tasks: int) -> None:
        self._chance = random.Random(seed)
        self._half = tasks // 2
        self._odds = [self._shuffled() for _ in KINDS]
        self._later = [
            self._shuffled() if kind % 2 else odds for kind, odds in enumerate(self._odds)
        ]

    def odds(self, number: int, kind: int) -> tuple[float, ...]:
        """Returns how often each strategy works, when that many tasks are done."""
        return (self._later if number >= self._half else self._odds)[kind]

    def task(self) -> Task:
        """Returns the next task."""
        kind = self._chance.randrange(len(KINDS))
        words = self._chance.choice(TASKS).format(KINDS[kind])
        meant = tuple(self._chance.choice(forms).format(KINDS[kind]) for forms in STRATEGIES)
        return Task(kind, words, meant, tuple(map(self._mistyped, meant)))

    def ends_well(self, number: int, kind: int, strategy: int) -> bool:
        """Says how one attempt ends."""
        return self._chance.random() < self.odds(number, kind)[strategy]

    def _shuffled(self) -> tuple[float, ...]:
        odds = [GOOD, *BAD]
        self._chance.shuffle(odds)
        return tuple(odds)

    def _mistyped(self, text: str) -> str:
        if self._chance.random() >= TYPO:
            return text
        longest = max(text.split(), key=len)
        at = self._chance.randrange(1, len(longest) - 1)
        slip = longest[:at] + longest[at + 1] + longest[at] + longest[at + 2 :]
        return text.replace(longest, slip)
