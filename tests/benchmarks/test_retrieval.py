"""The measures of retrieval, worked by hand."""

import json
import sys
from math import log2

import pytest

from benchmarks import engines, retrieval

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


def test_the_table_has_a_line_for_each_engine_and_says_what_is_missing(
    tmp_path, monkeypatch, capsys
):
    question = {"id": "q", "text": "lost clicks", "group": "ada"}
    unanswered = {"id": "r", "text": "close", "group": "ada"}
    files = {"corpus": CORPUS, "qrels": [{"qid": "q", "did": "a", "rel": "1"}]}
    files |= {f"queries_{variant}": [question, unanswered] for variant in retrieval.VARIANTS}
    folder = tmp_path / "small"
    folder.mkdir()
    for name, rows in files.items():
        (folder / f"{name}.jsonl").write_text("\n".join(map(json.dumps, rows)))
    monkeypatch.setattr(retrieval, "find_spec", lambda _: None)
    monkeypatch.setattr(sys, "argv", ["retrieval", str(folder)])
    retrieval.main()
    said = capsys.readouterr()
    assert said.err == f"{retrieval.MISSING}\n"
    figures = " | ".join(["1.000"] * 6)
    assert said.out.splitlines()[2:] == [
        f"| small | alma | {figures} |",
        f"| small | SQLite FTS5, porter | {figures} |",
    ]
