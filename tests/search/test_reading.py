"""What is remembered of an index answers as the index does, until the index changes."""

import sqlite3
from contextlib import closing
from itertools import combinations
from random import Random

import pytest

from alma_cli.model import Kind
from alma_cli.rules.evidence import Fading
from alma_cli.search import cache, reading
from alma_cli.search.kept import Kept
from alma_cli.search.reading import Reading, Remembering
from alma_cli.search.row import Table

STEMS = ("form", "page", "tabl", "login", "wait")


@pytest.fixture
def index(store):
    chance = Random(1)
    for number in range(60):
        words = chance.choices(("forms", "pages", "tables", "login", "waits", "other"), k=7)
        title, text = " ".join(words[: chance.randint(1, 4)]), " ".join(words[4:])
        kind = chance.choice((Kind.KNOWLEDGE, Kind.PREFERENCE))
        store.memory(f"a{number:03}", title, kind=kind, text=text)
    store.memory("bbbb", "Forms of old", supersedes=("a001000000",))
    with store.index() as index:
        yield index


@pytest.mark.parametrize("most", [-1, 5, 100])
@pytest.mark.parametrize("number", [1, 2, 5])
def test_what_words_give_one_by_one_adds_up_to_the_order_of_all_together(index, number, most):
    db, buckets = index._opened.db, index.buckets()
    remembering = Remembering(db)
    for stems in combinations(STEMS, number):
        for some in (buckets, buckets[1:2]):
            asked = (Table.ADVICE, stems, some, most)
            assert remembering.best(*asked) == Reading(db).best(*asked)


def test_with_no_room_to_remember_it_answers_alike(index, monkeypatch):
    for most in ("MOST_STEMS", "MOST_GAINS", "MOST_ROWS"):
        monkeypatch.setattr(reading, most, 3)
    db, buckets = index._opened.db, index.buckets()
    remembering, plain = Remembering(db), Reading(db)
    for stems in [*combinations(STEMS, 2)] * 2:
        keys = plain.best(Table.ADVICE, stems, buckets, 10)
        assert remembering.best(Table.ADVICE, stems, buckets, 10) == keys
        assert remembering.rows(Table.ADVICE, keys) == plain.rows(Table.ADVICE, keys)
        asked = (Table.ADVICE, [*stems, "unheard"])
        assert remembering.frequencies(*asked) == plain.frequencies(*asked)


@pytest.fixture
def searched(store):
    """Asks an index that is kept, and says whether the words were looked up in it."""
    kept = Kept()

    def ask(question):
        index = kept.open(store.place, now=store.now, fading=Fading())
        told = []
        index._opened.db.set_trace_callback(told.append)
        index.search(question, index.buckets())
        index._opened.db.set_trace_callback(None)
        index.rest()
        return any("MATCH" in statement for statement in told)

    return ask


def test_a_word_is_looked_up_once_until_a_memory_changes(store, searched):
    store.memory("aaaa", "Validate forms")
    searched("validate forms")  # the first question is that of any command
    assert searched("validate forms")
    assert not searched("forms validate")
    store.memory("bbbb", "Reset forms")
    assert searched("validate forms")


def test_what_another_process_notes_of_its_looking_changes_nothing(store, searched):
    store.memory("aaaa", "Validate forms")
    searched("forms")
    assert searched("forms")
    with closing(sqlite3.connect(store.place.cache / cache.NAME)) as other, other:
        cache.note(other, "looked", 1)
    assert not searched("forms")
