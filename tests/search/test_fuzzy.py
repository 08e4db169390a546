"""A word that no memory holds is taken for the nearest one that some memory does."""

import pytest

from alma_cli.search import fuzzy
from alma_cli.text import stem


def near(word, *vocabulary):
    return [one.word for one in found(word, vocabulary)]


def found(word, vocabulary):
    alike = fuzzy.alike(word, [(other, stem(other)) for other in vocabulary])
    return fuzzy.nearest(alike, lambda _: True)


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


@pytest.mark.parametrize(
    ("word", "other"),
    [
        ("ahead", "threads"),
        ("migrations", "operations"),
        ("resize", "beside"),
        ("terraform", "errors"),
        ("thanks", "hangs"),
    ],
)
def test_a_word_that_is_more_than_a_slip_or_two_away_is_another_word(word, other):
    assert near(word, other) == []


def test_a_long_word_may_have_two_slips():
    assert near("authetnicaton", "authentication") == ["authentication"]


def test_only_what_is_about_as_near_as_the_best_is_proposed():
    words = found("selectr", ("selector", "select", "sector"))
    assert words[0].word == "selector"
    assert all(one.similarity >= words[0].similarity - fuzzy.MARGIN for one in words)


def test_a_word_that_no_memory_holds_any_more_gives_way_to_the_next():
    alike = fuzzy.alike("froms", [("forms", "form"), ("form", "form"), ("frost", "frost")])
    assert [one.word for one in alike][:2] == ["forms", "form"]
    assert [one.word for one in fuzzy.nearest(alike, lambda one: one.word == "form")] == ["form"]


def test_error_codes_are_not_slips_of_each_other():
    assert near("e0502", "e0503", "e0520") == []
    assert near("utf8decodr", "utf8decoder", "utf16decoder") == ["utf8decoder"]


def test_the_order_of_the_vocabulary_does_not_matter():
    some = ("forms", "frogs", "roms", "form", "firms")
    assert near("froms", *some) == near("froms", *reversed(some))
