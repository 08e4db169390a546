"""What justifies the floor, the word `strong`, and the bounds of what else is known of a memory.

A question to one set, put to the memories of another, has no answer there: it is a stranger. What
lies above the floor for it, or is called strong, is a mistake; a right answer below is the other.
"""

import random
from collections.abc import Callable, Iterator
from itertools import cycle
from pathlib import Path
from statistics import mean

from alma_cli.rules import priors
from alma_cli.search.lookup import Candidate
from alma_cli.search.rank import STRONG
from benchmarks.engines import DEPTH, Row, Search, group_of, grouped, search_of
from benchmarks.retrieval import answers, gain, lines

CUTS = (0.10, 0.15, 0.20, 0.25, 0.30, 0.40, 0.50)
MOST_STRANGERS = 200
"""Questions of other sets, drawn evenly."""


def tables(folders: list[Path]) -> Iterator[str]:
    """Returns the lines of two tables about the `clean` questions of each set."""
    asked = {one: list(lines(one / "queries_clean.jsonl")) for one in folders}
    yield f"| set | as near as | {' | '.join(map(shown, CUTS))} |"
    yield f"|---|---|{'---:|' * len(CUTS)}"
    rows = []
    for folder in folders:
        corpus = list(lines(folder / "corpus.jsonl"))
        search, gold = search_of(corpus), answers(folder)
        questions = [each for each in asked[folder] if each["id"] in gold]
        own = [(search(each["text"], group_of(each)), gold[each["id"]]) for each in questions]
        right = [
            hit.score.nearness
            for hits, wanted in own
            for name, hit in hits[:DEPTH]
            if name in wanted
        ]
        strange = [each for one in folders if one != folder for each in asked[one]]
        groups = [group for group, _ in grouped(corpus)]
        for name, nears in (
            ("right answers", right),
            ("the best for a question", [nearest(hits) for hits, _ in own]),
            ("the best for a stranger", strangers(search, strange, groups)),
        ):
            shares = (mean(near >= cut for near in nears) if nears else None for cut in CUTS)
            cells = map(shown, shares)
            yield f"| {folder.name} | {name} | {' | '.join(cells)} |"
        rows.append(f"| {folder.name} | {' | '.join(map(shown, figures(own)))} |")
    yield ""
    yield "| set | first is right, strong | weak | nDCG@10 | priors at random |"
    yield "|---|---:|---:|---:|---:|"
    yield from rows


def strangers(search: Search, questions: list[Row], groups: list[str]) -> list[float]:
    """Returns how near the best is for questions of other sets, each put to one group in turn."""
    some = questions[:: len(questions) // MOST_STRANGERS + 1]
    return [
        nearest(search(each["text"], group))
        for each, group in zip(some, cycle(groups), strict=False)
    ]


def figures(own: list[tuple[list[tuple[str, Candidate]], set[str]]]) -> Iterator[float | None]:
    """Returns how often the first answer is right, and nDCG@10 without priors and with blind ones.

    Blind priors are drawn from the whole range of each share but that of `paths`.
    """
    for is_strong in (True, False):
        some = [(hits, wanted) for hits, wanted in own if (nearest(hits) >= STRONG) is is_strong]
        right = [bool(hits) and hits[0][0] in wanted for hits, wanted in some]
        yield mean(right) if right else None
    move = blind()
    yield mean(gain([name for name, _ in hits], wanted) for hits, wanted in own)
    yield mean(gain([name for name, _ in sorted(hits, key=move)], wanted) for hits, wanted in own)


def blind() -> Callable[[tuple[str, Candidate]], float]:
    """Returns a key for sorting by relevance and by priors that know nothing."""
    chance = random.Random(1)
    factors: dict[str, float] = {}

    def key(one: tuple[str, Candidate]) -> float:
        name, hit = one
        if name not in factors:
            factors[name] = (
                1
                + chance.uniform(-priors.CONFIDENCE, priors.CONFIDENCE)
                + chance.uniform(0, priors.RECENCY)
                + chance.uniform(-priors.EXPERIENCE, priors.EXPERIENCE)
                - chance.choice((0, priors.INHERITED))
            )
        return -hit.score.relevance * factors[name]

    return key


def nearest(hits: list[tuple[str, Candidate]]) -> float:
    return max((hit.score.nearness for _, hit in hits), default=0.0)


def shown(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}".removeprefix("0")
