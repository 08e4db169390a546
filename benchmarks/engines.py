"""Three engines that answer the same questions: this project, bm25s with stems, SQLite FTS5."""

import re
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import TypeAlias

from alma_cli.model import Kind, Memory, Stored
from alma_cli.search.index import Index
from alma_cli.search.lookup import Candidate

DEPTH = 10
"""Answers that count."""

Row: TypeAlias = dict[str, str]
Ask: TypeAlias = Callable[[str, str], list[str]]
"""From a question and its group to the ids of the best answers, the best first."""
Search: TypeAlias = Callable[[str, str], list[tuple[str, Candidate]]]
"""The same with all that was found, and how well each answers."""


def search_of(corpus: list[Row]) -> Search:
    """Indexes the corpus by the code that indexes memories; a group is an agent."""
    made = datetime(2026, 1, 1, tzinfo=UTC)
    index = Index.of(
        Stored(
            Memory(
                id=f"{number:010d}",
                kind=Kind.KNOWLEDGE,
                agent=group_of(one),
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
    buckets = {bucket.agent: [bucket] for bucket in index.buckets()}

    def search(question: str, group: str) -> list[tuple[str, Candidate]]:
        hits = index.search(question, buckets[group])
        return [(corpus[int(hit.row.id)]["id"], hit) for hit in hits]

    return search


def alma(corpus: list[Row]) -> Ask:
    """This project: memories by how well they answer, nothing else being known of them."""
    search = search_of(corpus)
    return lambda question, group: [id_ for id_, _ in search(question, group)[:DEPTH]]


def bm25s(corpus: list[Row]) -> Ask:
    """BM25 as bm25s has it by default, with its English stop words and Snowball's stems."""
    import bm25s
    import Stemmer

    stemmer = Stemmer.Stemmer("english")

    def tokens(texts: list[str]) -> list[list[str]]:
        made = bm25s.tokenize(
            texts, stopwords="en", stemmer=stemmer, return_ids=False, show_progress=False
        )
        return list(made)

    groups = {}
    for group, rows in grouped(corpus):
        engine = bm25s.BM25()
        engine.index(tokens([text_of(row) for row in rows]), show_progress=False)
        groups[group] = (engine, [row["id"] for row in rows])

    def ask(question: str, group: str) -> list[str]:
        engine, ids = groups[group]
        (words,) = tokens([question])
        if not words:
            return []
        scores = engine.get_scores(words)
        best = (-scores).argsort(kind="stable")[:DEPTH]
        return [ids[place] for place in best if scores[place] > 0]

    return ask


def fts5(corpus: list[Row]) -> Ask:
    """SQLite FTS5 with Porter's stems: one column, the words of the question joined by OR."""
    groups = {}
    for group, rows in grouped(corpus):
        db = sqlite3.connect(":memory:")
        db.execute("CREATE VIRTUAL TABLE memories USING fts5(id UNINDEXED, text, tokenize=porter)")
        db.executemany(
            "INSERT INTO memories VALUES (?, ?)", ((row["id"], text_of(row)) for row in rows)
        )
        groups[group] = db

    def ask(question: str, group: str) -> list[str]:
        words = " OR ".join(f'"{word}"' for word in re.findall(r"\w+", question.lower()))
        found = groups[group].execute(
            "SELECT id FROM memories WHERE memories MATCH ? ORDER BY rank LIMIT ?", (words, DEPTH)
        )
        return [id_ for (id_,) in found]

    return ask


ENGINES: dict[str, Callable[[list[Row]], Ask]] = {
    "alma": alma,
    "bm25s + PyStemmer": bm25s,
    "SQLite FTS5, porter": fts5,
}


def text_of(row: Row) -> str:
    """Returns all that a memory says, for an engine that knows no fields."""
    return "\n".join(row.get(name, "") or "" for name in ("title", "body", "better", "code"))


def group_of(row: Row) -> str:
    """Returns the group in which a question is answered."""
    return row.get("group", "") or "all"


def grouped(corpus: list[Row]) -> Iterator[tuple[str, list[Row]]]:
    """Returns the memories of each group."""
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in corpus:
        groups[group_of(row)].append(row)
    yield from groups.items()
