"""Text that is shown moves no cursor, changes no colour and turns no direction."""

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alma_cli.printable import clean, clean_json, clean_line, shorten, tokens

HIDDEN = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
any_text = st.text(st.characters(), max_size=200)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("", ""),
        ("two\nlines", "two\nlines"),
        ("a\tb", "a b"),
        ("\x1b[31mred\x1b[0m", "\\x1b[31mred\\x1b[0m"),
        ("over\rwritten", "over\\x0dwritten"),
        ("bell\a back\b nul\0 del\x7f", "bell\\x07 back\\x08 nul\\x00 del\\x7f"),
        ("c1\x9b31m next\x85line", "c1\\x9b31m next\\x85line"),
        ("\u202eevil\u2066\u200f", "\\u202eevil\\u2066\\u200f"),
        ("zero\u200bwidth \ufeff soft\u00ad", "zero\\u200bwidth \\ufeff soft\\xad"),
        ("line\u2028paragraph\u2029", "line\\u2028paragraph\\u2029"),
        ("half \ud800", "half \\ud800"),
        ("private \ue000 tag \U000e0041", "private \\ue000 tag \\U000e0041"),
        ("caf\u00e9 \u65e5\u672c \U0001f389", "caf\u00e9 \u65e5\u672c \U0001f389"),
    ],
)
def test_what_would_not_be_seen_is_written_out(text, shown):
    assert clean(text) == shown


@given(any_text)
def test_clean_text_holds_nothing_hidden_but_line_feeds(text):
    cleaned = clean(text)
    assert not {unicodedata.category(character) for character in cleaned.replace("\n", "")} & HIDDEN
    assert cleaned.count("\n") == text.count("\n")
    cleaned.encode()


@given(any_text)
def test_clean_text_stays_as_it_is(text):
    assert clean(clean(text)) == clean(text)


@given(any_text)
def test_a_clean_line_is_one_line_without_spare_spaces(text):
    line = clean_line(text)
    assert len(line.splitlines()) <= 1
    assert line == line.strip()
    assert "  " not in line


@given(st.recursive(any_text, lambda inner: st.dictionaries(any_text, inner), max_leaves=5))
def test_a_document_says_the_same_and_hides_nothing(value):
    document = json.dumps(value, ensure_ascii=False, indent=2)
    shown = clean_json(document)
    assert json.loads(shown) == json.loads(document)
    assert not {unicodedata.category(character) for character in shown.replace("\n", "")} & HIDDEN


@pytest.mark.parametrize(
    ("text", "count"), [("", 0), ("a", 1), ("abcd", 1), ("abcde", 2), ("\U0001f389\u65e5", 2)]
)
def test_a_token_is_four_bytes_rounded_up(text, count):
    assert tokens(text) == count


@given(st.text(), st.text())
def test_the_tokens_of_two_texts_are_at_least_those_of_both_in_one(one, other):
    assert tokens(one + other) <= tokens(one) + tokens(other)


@pytest.mark.parametrize(
    ("text", "most", "shown"),
    [
        ("short", 5, "short"),
        ("cut between the words", 15, "cut between ..."),
        ("cut between the words", 16, "cut between ..."),
        ("cut between the words", 19, "cut between the ..."),
        ("averyverylongwordwithoutspaces", 14, "averyveryl ..."),
        ("a verylongwordthatfollows", 14, "a verylong ..."),
        ("trailing space is dropped", 13, "trailing ..."),
        ("anything", 3, " .."),
        ("anything", 0, ""),
    ],
)
def test_a_text_is_cut_between_words_and_says_so(text, most, shown):
    assert shorten(text, most) == shown


@given(st.text(max_size=80), st.integers(0, 100))
def test_a_shortened_text_is_never_too_long_and_begins_as_before(text, most):
    short = shorten(text, most)
    assert len(short.encode()) <= most
    if len(text.encode()) <= most:
        assert short == text
    elif most > 4:
        assert short.endswith(" ...")
        assert text.startswith(short[:-4])
