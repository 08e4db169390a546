"""Words are split, folded and stemmed the same way for files and for questions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alma_cli.text import LONGEST, STOP_WORDS, stem, stems, stop_stems, words

TABLE = [
    ("Test the login form", "test the login form"),
    ("getByRole", "get by role getbyrole"),
    ("parseXMLFile iOS", "parse xml file parsexmlfile i os ios"),
    ("HTTPServer2", "http server2 httpserver2"),
    ("PRs VMs getURLs HTTPs", "pr vm get url geturls htt ps https"),
    ("snake_case_name __init__ ____", "snake case name snakecasename init"),
    ("kebab-case", "kebab case kebabcase"),
    ("tests/e2e/login.spec.ts", "tests e2e login spec ts testse2eloginspects"),
    ("std::string a::b", "std string stdstring a b ab"),
    ("E0502 TS2345 err_2", "e0502 ts2345 err 2 err2"),
    ("5000ms utf8Decoder 2FA", "5000ms utf8 decoder utf8decoder 2fa"),
    ("C++ and C# (F#)", "cpp and csharp fsharp"),
    ("it's don't Caroline's users' don’t", "it dont caroline users dont"),  # noqa: RUF001
    ("foo...bar x--y -flag", "foo bar x y flag"),
    ("Ünïcödé naïveUser café's", "unicode naive user naiveuser cafe"),
    ("cafe\u0301", "cafe"),
    ("Straße ﬁle", "strasse file"),
    ("日本語の", "日本 本語 語の"),
    ("ガイド 猫", "ガイ イド 猫"),
    ("한국어 검색", "한국 국어 검색"),
    ("ภาษาไทย", "ภา าษ ษา าไ ไท ทย"),
    ("हिन्दी में", "हिन्दी में"),
    ("ПриветМир", "приветмир"),
    ("use日本語api", "use 日本 本語 api"),
    ("`sleep(5000)`; await page.click('#id')", "sleep 5000 await page click pageclick id"),
    ("\ud800x 🎉 — …", "x"),
    ("", ""),
]


@pytest.mark.parametrize(("text", "expected"), TABLE)
def test_a_text_is_split_into_words(text, expected):
    assert words(text) == expected.split()


def test_a_blob_is_cut_and_not_taken_apart():
    assert words("aB3" * 100) == [("ab3" * 100)[:LONGEST]]


def test_inflections_share_a_stem():
    assert stems("forms formed forming form") == ["form"] * 4


@pytest.mark.parametrize(
    ("one", "many"), [("menu", "menus"), ("GPU", "GPUs"), ("GPU", "gpus"), ("PR", "PRs")]
)
def test_plurals_that_look_like_status_share_a_stem_with_what_they_are_of(one, many):
    assert stems(one) == stems(many)


def test_a_status_is_no_plural():
    assert stems("status corpus bus") == ["status", "corpus", "bus"]


def test_stems_are_those_of_the_words_in_order():
    text = "Validate getByRole queries in tests/e2e before clicking 日本語"
    assert stems(text) == [stem(word) for word in words(text)]


def test_stop_words_are_words_by_themselves():
    assert [words(word) for word in sorted(STOP_WORDS)] == [[word] for word in sorted(STOP_WORDS)]
    assert stem("from") in stop_stems()


@given(st.text())
def test_words_are_letters_and_digits_only(text):
    for word in words(text):
        assert word
        assert len(word) <= LONGEST
        assert not set(word) & set(" \t\n_-./\\:@'\"()[]{}<>+#")


@given(st.text())
def test_splitting_the_words_again_changes_nothing_in_ascii(text):
    plain = [word for word in words(text) if word.isascii()]
    assert words(" ".join(plain)) == plain
