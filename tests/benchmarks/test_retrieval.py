"""The measures of retrieval, worked by hand."""

import json
import sys
from math import log2

import pytest

from benchmarks import engines, retrieval, thresholds

CORPUS = [
    {"id": "a", "title": "Wait for the button", "body": "Clicks get lost before.", "group": "ada"},
    {"id": "b", "title": "Close every file", "better": "with open(path)", "group": "ada"},
    {"id": "c", "title": "Wait for the server", "body": "It starts slowly.", "group": "bob"},
]


def test_gain_is_what_was_won_over_what_could_be():
    best = 1 + 1 / log2(3)
    assert retrieval.gain(["a", "b"], {"a", "b"}) == 1
    assert retrieval.gain(["x", "a", "y"], {"a", "b"}) == pytest.approx(1 / log2(3) / best)
    assert retrieval.gain(["a", "x", "b"], {"a", "b"}) == pytest.approx((1 + 0.5) / best)
    assert retrieval.gain(["x"], {"a"}) == 0


def test_only_ten_answers_count():
    late = [*"0123456789", "a"]
    assert retrieval.gain(late, {"a"}) == retrieval.recall(late, {"a"}) == 0
    many = {str(number) for number in range(20)}
    assert retrieval.gain(late, many) == 1
    assert retrieval.recall(late, many) == 0.5


@pytest.mark.parametrize("engine", [engines.alma, engines.fts5])
def test_an_engine_answers_within_the_group(engine):
    ask = engine(CORPUS)
    assert ask("waiting for a button", "ada") == ["a"]
    assert ask("wait", "bob") == ["c"]
    assert ask("open a path", "ada") == ["b"]


def folder_of(folder, corpus, text, gold):
    """Writes a set with one question that has the answer `gold`, and one that has none."""
    group = corpus[0]["group"]
    question = {"id": "q", "text": text, "group": group}
    unanswered = {"id": "r", "text": "close", "group": group}
    files = {"corpus": corpus, "qrels": [{"qid": "q", "did": gold, "rel": "1"}]}
    files |= {f"queries_{variant}": [question, unanswered] for variant in retrieval.VARIANTS}
    folder.mkdir()
    for name, rows in files.items():
        (folder / f"{name}.jsonl").write_text("\n".join(map(json.dumps, rows)))
    return folder


def test_the_table_has_a_line_for_each_engine_and_says_what_is_missing(
    tmp_path, monkeypatch, capsys
):
    folder = folder_of(tmp_path / "small", CORPUS, "lost clicks", "a")
    monkeypatch.setattr(retrieval, "find_spec", lambda _: None)
    monkeypatch.setattr(sys, "argv", ["retrieval", str(folder)])
    retrieval.main()
    said = capsys.readouterr()
    assert said.err == f"{retrieval.MISSING}\n"
    figures = " | ".join(["1.000"] * 6)
    assert said.out.splitlines()[2:5] == [
        f"| small | alma | {figures} |",
        f"| small | SQLite FTS5, porter | {figures} |",
        "",
    ]
    assert said.out.splitlines()[5:] == list(thresholds.tables([folder]))


def test_what_is_near_is_told_from_what_is_near_to_strangers(tmp_path):
    sea = [{"id": "x", "title": "Lighthouses of the northern sea", "group": "eve"}]
    folders = [
        folder_of(tmp_path / "small", CORPUS, "lost clicks", "a"),
        folder_of(tmp_path / "sea", sea, "lighthouses at sea", "x"),
    ]
    told = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in thresholds.tables(folders)
        if line.startswith("| s")
    ]
    near = {(row[0], row[1]): row[2:] for row in told if len(row) == 9}
    assert near["sea", "right answers"] == near["sea", "the best for a question"] == ["1.000"] * 7
    assert near["sea", "the best for a stranger"] == [".000"] * 7
    assert near["small", "the best for a stranger"] == [".000"] * 7
    assert [row for row in told if len(row) == 5][1:] == [
        ["small", "1.000", "-", "1.000", "1.000"],
        ["sea", "1.000", "-", "1.000", "1.000"],
    ]


def test_priors_that_know_nothing_stay_within_the_bounds_and_are_the_same_for_a_memory():
    hits = engines.search_of(CORPUS)("wait for the button", "ada")
    key = thresholds.blind()
    for one in hits * 2:
        assert 0.79 < -key(one) / one[1].score.relevance < 1.2
    assert key(hits[0]) == key(hits[0])
