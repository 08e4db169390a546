"""How well recall finds, beside what one would take off the shelf.

    python -m benchmarks.retrieval DATA...

Prints nDCG@10 and Recall@10 as a Markdown table, and then what `benchmarks.thresholds` says of
questions that have an answer and, with two folders or more, of those that have none. A folder of
data holds `corpus.jsonl` {id, title, body, better, code, [group]}, `queries_clean.jsonl`,
`queries_typo.jsonl`, `queries_kw.jsonl` {id, text, [group]} and `qrels.jsonl` {qid, did, rel}. A
question is answered in its own group.
"""

import json
import sys
from argparse import ArgumentParser
from collections import defaultdict
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from math import log2
from pathlib import Path
from statistics import mean

from benchmarks.engines import DEPTH, ENGINES, Ask, Row, group_of

VARIANTS = ("clean", "typo", "kw")
MISSING = "left out bm25s, which is not installed: pip install -e '.[bench]'"


def lines(path: Path) -> Iterator[Row]:
    with path.open(encoding="utf-8") as file:
        yield from map(json.loads, file)


def answers(folder: Path) -> dict[str, set[str]]:
    """Returns the right answers of each question that has any."""
    gold: dict[str, set[str]] = defaultdict(set)
    for judged in lines(folder / "qrels.jsonl"):
        if int(judged["rel"]) > 0:
            gold[judged["qid"]].add(judged["did"])
    return gold


def gain(names: Sequence[str], wanted: set[str]) -> float:
    """Returns nDCG of binary answers: what was gained over what could be."""
    places = (1 / log2(place + 2) for place in range(min(DEPTH, len(wanted))))
    won = (1 / log2(place + 2) for place, name in enumerate(names[:DEPTH]) if name in wanted)
    return sum(won) / sum(places)


def recall(names: Sequence[str], wanted: set[str]) -> float:
    """Returns the share of the right answers that were found."""
    return len(wanted.intersection(names[:DEPTH])) / len(wanted)


def judge(ask: Ask, questions: list[Row], gold: dict[str, set[str]]) -> tuple[float, float]:
    """Returns the mean nDCG@10 and Recall@10 over the questions that have answers."""
    judged = [
        (ask(question["text"], group_of(question)), gold[question["id"]])
        for question in questions
        if question["id"] in gold
    ]
    return mean(gain(*each) for each in judged), mean(recall(*each) for each in judged)


def measure(folder: Path, engines: list[str]) -> Iterator[str]:
    """Returns a line of the table for each engine."""
    corpus, gold = list(lines(folder / "corpus.jsonl")), answers(folder)
    variants = [list(lines(folder / f"queries_{variant}.jsonl")) for variant in VARIANTS]
    for name in engines:
        ask = ENGINES[name](corpus)
        figures = [judge(ask, questions, gold) for questions in variants]
        cells = [
            f"{value:.3f}".lstrip("0") for pair in zip(*figures, strict=True) for value in pair
        ]
        yield f"| {folder.name} | {name} | {' | '.join(cells)} |"


def main() -> None:
    parser = ArgumentParser("python -m benchmarks.retrieval", description="how well recall finds")
    parser.add_argument("data", nargs="*", type=Path, metavar="DATA", help="a folder of data")
    folders = parser.parse_args().data
    if not folders:
        sys.exit("no data given: name folders as `python -m benchmarks.retrieval DATA...`")
    engines = list(ENGINES)
    if not find_spec("bm25s"):
        print(MISSING, file=sys.stderr)
        engines = [name for name in engines if not name.startswith("bm25s")]
    heads = [f"{metric} {each}" for metric in ("nDCG@10", "Recall@10") for each in VARIANTS]
    print(f"| set | engine | {' | '.join(heads)} |\n|---|---|{'---:|' * len(heads)}")
    for folder in folders:
        for line in measure(folder, engines):
            print(line, flush=True)
    from benchmarks import thresholds  # which measures as this module does

    print()
    for line in thresholds.tables(folders):
        print(line, flush=True)


if __name__ == "__main__":
    main()
