"""Logs of all shapes, as people paste them, find the memory that names their cause."""

import pytest

from benchmarks import traces


@pytest.fixture(scope="module")
def asked():
    return list(traces.ask())


@pytest.mark.parametrize("is_held_out", [True, False])
def test_most_logs_find_the_memory_that_names_their_cause(asked, is_held_out):
    some = [one for one in asked if one.is_held_out is is_held_out]
    assert len(some) == 15
    found, among_three, first, _something, strong = traces.shares(some)
    assert found >= 0.85
    assert among_three >= 0.85
    assert first >= 0.75
    assert strong <= 0.1


def test_the_table_says_so(asked, capsys, monkeypatch):
    monkeypatch.setattr("sys.argv", ["traces"])
    monkeypatch.setattr(traces, "ask", lambda _: asked)
    traces.main()
    out = capsys.readouterr().out
    assert out.startswith("| logs | number | found |")
    assert "| held out | 15 |" in out
    assert "- ld: defined twice: at place -, after nothing\n" in out
