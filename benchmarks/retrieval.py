"""How well recall finds: nDCG@10 and Recall@10 over folders of memories, questions and answers.

    python -m benchmarks.retrieval DATA...

A folder holds `corpus.jsonl` {id, title, body, better, code, [group]}, `queries_clean.jsonl`,
`queries_typo.jsonl`, `queries_kw.jsonl` {id, text, [group]} and `qrels.jsonl` {qid, did, rel}. A
group is an agent. What is measured is the product's own index and ranking.
"""

import json
import sys
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from math import log2
from pathlib import Path
from statistics import mean

from alma_cli.model import Kind, Memory, Stored
from alma_cli.search.index import Index

VARIANTS = ("clean", "typo", "kw")
FLOOR = {
    "lint": (0.793, 0.782, 0.551),
    "cranfield": (0.360, 0.350, 0.150),
    "locomo": (0.482, 0.474, 0.429),
}
"""What the prototype reached, by the name of the folder."""
DEPTH = 10


def lines(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8") as file:
        yield from map(json.loads, file)


def index(corpus: list[dict[str, str]]) -> Index:
    """Returns an index of the corpus, by the code that indexes memories; ids are row numbers."""
    made = datetime(2026, 1, 1, tzinfo=UTC)
    return Index.of(
        Stored(
            Memory(
                id=f"{number:010d}",
                kind=Kind.KNOWLEDGE,
                agent=one.get("group", "all"),
                title=one.get("title", ""),
                created=made,
                text=one.get("body", ""),
                better=one.get("better", "") or "",
                code=one.get("code", "") or "",
            ),
            f"{number}.md",
            "",
        )
        for number, one in enumerate(corpus)
    )


def measure(folder: Path) -> None:
    corpus = list(lines(folder / "corpus.jsonl"))
    gold: dict[str, set[str]] = defaultdict(set)
    for judged in lines(folder / "qrels.jsonl"):
        if int(judged["rel"]) > 0:
            gold[judged["qid"]].add(judged["did"])
    found = index(corpus)
    buckets = {bucket.agent: [bucket] for bucket in found.buckets()}
    for variant, floor in zip(VARIANTS, FLOOR.get(folder.name, (0.0,) * 3), strict=True):
        gains, recalls = [], []
        for question in lines(folder / f"queries_{variant}.jsonl"):
            wanted = gold.get(question["id"])
            if not wanted:
                continue
            hits = found.search(question["text"], buckets[question.get("group", "all")])
            names = [str(corpus[int(hit.row.id)]["id"]) for hit in hits[:DEPTH]]
            gains.append(gain([name in wanted for name in names], len(wanted)))
            recalls.append(len(wanted.intersection(names)) / len(wanted))
        print(
            f"{folder.name:12} {variant:6} nDCG@10 {mean(gains):.3f} (floor {floor:.3f})"
            f"  Recall@10 {mean(recalls):.3f}  {len(gains)} questions",
            flush=True,
        )


def gain(hits: list[bool], answers: int) -> float:
    """Returns nDCG of binary answers: what was gained over what could be."""
    ideal = sum(1 / log2(place + 2) for place in range(min(DEPTH, answers)))
    return sum(1 / log2(place + 2) for place, hit in enumerate(hits) if hit) / ideal


if __name__ == "__main__":
    for argument in sys.argv[1:]:
        measure(Path(argument))
