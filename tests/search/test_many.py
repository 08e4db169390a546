"""In a large store the telling words of a question lead to what is found, where that is enough."""

from datetime import UTC, datetime

import pytest

from alma_cli.model import Kind, Memory, Stored
from alma_cli.search.index import MOST_FOUND, Index
from alma_cli.search.reading import Reading

OLD = datetime(2026, 11, 1, tzinfo=UTC)


def stored(number, title):
    memory = Memory(id=f"m{number:09}", kind=Kind.KNOWLEDGE, agent="qa", title=title, created=OLD)
    return Stored(memory, f"agents/qa/knowledge/{number}.md", str(number))


def asked(titles, question, monkeypatch, **more):
    """Returns the titles that are found, and in how many memories the words led to look."""
    led = []
    best = Reading.best

    def watched(*given):
        led.append(given[2])
        return best(*given)

    monkeypatch.setattr(Reading, "best", watched)
    with Index.of([stored(*each) for each in enumerate(titles)]) as index:
        found = index.search(question, index.buckets(), **more)
    return [one.row.title for one in found], led


@pytest.mark.parametrize("rare", [MOST_FOUND, MOST_FOUND + 20])
def test_words_that_nearly_all_have_lead_nowhere_where_the_others_lead_to_enough(rare, monkeypatch):
    titles = ["Paint zebras on pages"] * rare + ["Print pages"] * 500
    found, led = asked(titles, "zebras on pages", monkeypatch)
    assert found == ["Paint zebras on pages"] * MOST_FOUND
    assert led == [["zebra"]]


def test_they_do_where_there_is_room_and_count_for_the_order_in_any_case(monkeypatch):
    titles = ["Paint zebras"] * 30 + ["Paint zebras on pages"] * 30 + ["Print pages"] * 500
    found, led = asked(titles, "zebras on pages", monkeypatch)
    assert found[:60] == ["Paint zebras on pages"] * 30 + ["Paint zebras"] * 30
    assert found[60:] == ["Print pages"] * (MOST_FOUND - 60)
    assert led == [["zebra"], ["zebra", "page"]]


def test_with_a_filter_every_word_leads_at_once(monkeypatch):
    titles = ["Paint zebras"] * MOST_FOUND + ["Print pages"] * 500
    found, _ = asked(titles, "zebras pages", monkeypatch, only=lambda row: "pages" in row.title)
    assert found == ["Print pages"] * MOST_FOUND
