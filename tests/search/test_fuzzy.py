"""A word that no memory holds is taken for the nearest one that some memory does."""

import pytest

from alma_cli.search import fuzzy
from alma_cli.text import stem


def near(word, *vocabulary):
    return [one.word for one in fuzzy.near(word, [(other, stem(other)) for other in vocabulary])]


@pytest.mark.parametrize(
    ("typo", "meant"),
    [
        ("froms", "forms"),
        ("loign", "login"),
        ("valdate", "validate"),
        ("selecctor", "selector"),
        ("databse", "database"),
        ("getbyroel", "getbyrole"),
        ("playwrigth", "playwright"),
    ],
)
def test_a_slip_finds_the_word_meant(typo, meant):
    others = ("network", "payment", "timeout", "invoice", "cache")
    assert near(typo, *others, meant)[0] == meant


def test_froms_finds_form_where_the_plural_is_unknown():
    assert near("froms", "form", "network", "payment") == ["form"]


def test_stop_words_are_never_proposed():
    assert near("froms", "from", "form") == ["form"]
    assert near("whihc", "which") == []


def test_what_is_not_near_is_not_proposed():
    assert near("kubernetes", "form", "login", "selector") == []


def test_only_what_is_about_as_near_as_the_best_is_proposed():
    found = fuzzy.near("selectr", [(word, stem(word)) for word in ("selector", "select", "sector")])
    assert found[0].word == "selector"
    assert all(one.similarity >= found[0].similarity - fuzzy.MARGIN for one in found)


def test_error_codes_are_not_slips_of_each_other():
    assert near("e0502", "e0503", "e0520") == []
    assert near("utf8decodr", "utf8decoder", "utf16decoder") == ["utf8decoder"]


def test_the_order_of_the_vocabulary_does_not_matter():
    some = ("forms", "frogs", "roms", "form", "firms")
    assert near("froms", *some) == near("froms", *reversed(some))
