"""A misspelled word is answered with the one that was meant, or with nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alma_cli.rules.near import nearest

KNOWN = ["can_learn", "cannot_learn", "share_with", "inherit_from", "about"]


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("can_lern", "can_learn"),
        ("cannot_lern", "cannot_learn"),
        ("sharewith", "share_with"),
        ("inherits_from", "inherit_from"),
        ("abuot", "about"),
        ("about", "about"),
        ("xyz", ""),
        ("", ""),
        ("\u65e5\u672c", ""),
    ],
)
def test_the_nearest_known_word_is_meant(word, meant):
    assert nearest(word, KNOWN) == meant


def test_nothing_is_near_where_nothing_is_known():
    assert nearest("word", []) == ""


words = st.text("abcde_", max_size=8)


@given(words, st.lists(words, max_size=6))
def test_the_answer_is_a_known_word_and_does_not_depend_on_their_order(word, known):
    found = nearest(word, known)
    assert found in {*known, ""}
    assert found == nearest(word, reversed(known))
    if word and word in known:
        assert found == word
