"""An index that stays open answers each question as one that is opened for it."""

import shutil
import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest

from alma_cli.rules.evidence import Fading
from alma_cli.search import cache
from alma_cli.search.kept import Kept


@pytest.fixture
def ask(store):
    """Asks a kept index, and says whether it was open already."""
    kept, before, moment = Kept(), [], [store.now]

    def titles(question):
        moment[0] += timedelta(seconds=5)
        index = kept.open(store.place, now=moment[0], fading=Fading())
        found = [one.row.title for one in index.search(question, index.buckets())]
        index.rest()
        connection = index._opened.db
        titles.anew = connection not in before
        before[:] = [connection]
        return found

    return titles


def test_what_was_added_edited_and_removed_meanwhile_is_seen(store, ask):
    file = store.memory("aaaa", "Validate forms")
    assert ask("forms pages") == ["Validate forms"]
    store.memory("bbbb", "Reload pages")
    assert sorted(ask("forms pages")) == ["Reload pages", "Validate forms"]
    assert not ask.anew
    file.write_bytes(file.read_bytes().replace(b"forms", b"tables"))
    assert ask("forms pages") == ["Reload pages"]
    assert ask("tables") == ["Validate tables"]
    file.unlink()
    assert ask("tables") == []
    assert not ask.anew


def test_the_same_question_is_not_answered_from_what_was_known_before(store, ask):
    """How rare a word is, and what a slip may have meant, is asked anew."""
    store.memory("aaaa", "Validate forms")
    assert ask("tabels") == []
    store.memory("bbbb", "Sort the tables")
    assert ask("tabels") == ["Sort the tables"]


def test_an_index_that_somebody_removed_is_made_anew(store, ask):
    store.memory("aaaa", "Validate forms")
    assert ask("forms") == ["Validate forms"]
    shutil.rmtree(store.place.cache)
    assert ask("forms") == ["Validate forms"]
    assert ask.anew
    assert (store.place.cache / cache.NAME).is_file()
    assert ask("forms") == ["Validate forms"]
    assert not ask.anew


def test_an_index_that_another_process_put_in_its_place_is_taken(store, ask):
    store.memory("aaaa", "Validate forms")
    assert ask("forms") == ["Validate forms"]
    store.rebuilt().close()
    assert ask("forms") == ["Validate forms"]
    assert ask.anew


def test_at_rest_it_keeps_nothing_from_being_tidied_up(store, ask):
    store.memory("aaaa", "Validate forms")
    ask("forms")
    store.memory("bbbb", "Reset forms")
    store.titles("forms")
    with closing(sqlite3.connect(store.place.cache / cache.NAME)) as other:
        (busy, _, _) = other.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    assert busy == 0
    assert sorted(ask("forms")) == ["Reset forms", "Validate forms"]


def test_an_index_in_memory_is_not_kept(store, ask):
    store.memory("aaaa", "Validate forms")
    store.place.cache.write_text("in the way")
    assert ask("forms") == ["Validate forms"]
    assert ask("forms") == ["Validate forms"]
    assert ask.anew
    store.place.cache.unlink()
    assert ask("forms") == ["Validate forms"]
    ask("forms")
    assert not ask.anew
