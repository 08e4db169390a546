"""Which of many strategies are compared: all that are near, and few of the others."""

import tomllib
from pathlib import Path

from alma_cli.rules.matching import compare
from alma_cli.rules.pairing import pairs
from alma_cli.rules.strategy import read

PAIRS = tomllib.loads((Path(__file__).parent / "pairs.toml").read_text("utf-8"))


def found(titles):
    return {
        frozenset((place, other))
        for place, others in pairs([read(title) for title in titles])
        for other in others
    }


def test_nearly_all_that_say_the_same_are_compared():
    same = [pair for pair in PAIRS["same"] if compare(*pair[:2]).same]
    missed = [pair for pair in same if not found(pair[:2])]
    assert len(missed) <= 0.03 * len(same), missed


def test_of_unrelated_strategies_none_are_compared():
    titles = ["Use Redis for sessions", "Give every remote call a timeout", "Seed the database"]
    assert found(titles) == set()


def test_a_misspelled_word_of_two_does_not_keep_them_apart():
    assert found(["Seed databases", "Sede databases"]) == {frozenset((0, 1))}


def test_each_pair_is_yielded_once_and_each_place_is_reached():
    yielded = list(pairs([read("Seed the database")] * 4))
    assert [place for place, _ in yielded] == [0, 1, 2, 3]
    assert sum(len(others) for _, others in yielded) == 6


def test_what_says_nothing_is_compared_with_nothing():
    assert found(["to be or not", "to be or not", ""]) == set()
