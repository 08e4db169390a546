"""Names are folded once and fit every file system; ids are drawn from 32 signs."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alma_cli.errors import Usage
from alma_cli.names import (
    ALPHABET,
    ID,
    NAME,
    RESERVED,
    fold,
    fold_agent,
    fold_domain,
    make_id,
    slug,
)


@pytest.mark.parametrize(
    ("name", "folded"),
    [
        ("qa", "qa"),
        ("QA_Tester", "qa_tester"),
        ("a", "a"),
        ("7", "7"),
        ("a-b_c-1", "a-b_c-1"),
        ("a--b", "a--b"),
        ("a" * 64, "a" * 64),
        ("console", "console"),
        ("com10", "com10"),
        ("team", "team"),
    ],
)
def test_a_name_is_folded_to_lower_case(name, folded):
    assert fold(name, "a workflow") == folded


@pytest.mark.parametrize(
    "name",
    [
        *("", "a" * 65, "-a", "a-", "_a", "a_", "a b", " a", "a ", "a\n", "a.b", "a/b", ".", ".."),
        *(
            "a\0",
            "caf\u00e9",
            "\u212a",
            "\u0130",
            "\uff41",
            "\u0430",
            "\u0661",
            "a\u200b",
            "*",
            "~",
        ),
    ],
)
def test_what_is_no_name_is_refused(name):
    with pytest.raises(Usage, match="is not a name for a workflow"):
        fold(name, "a workflow")


@pytest.mark.parametrize("name", [*sorted(RESERVED), "CON", "Lpt9"])
def test_what_windows_reserves_is_refused(name):
    with pytest.raises(Usage, match="reserved name on Windows"):
        fold(name, "a workflow")


def test_the_reserved_names_are_all_of_them():
    assert len(RESERVED) == 4 + 9 + 9


@pytest.mark.parametrize("name", ["team", "Team", "TEAM"])
def test_no_agent_is_the_team(name):
    with pytest.raises(Usage, match="what every agent reads") as refusal:
        fold_agent(name)
    assert "--team" in refusal.value.hints[0]


@pytest.mark.parametrize(
    ("domain", "folded"),
    [("Testing", "testing"), ("testing/Selectors", "testing/selectors"), ("a/b/c", "a/b/c")],
)
def test_a_domain_is_names_with_slashes_between(domain, folded):
    assert fold_domain(domain) == folded


@pytest.mark.parametrize("domain", ["", "/", "a/", "/a", "a//b", "a/../b", "a\\b", "a/con", "*"])
def test_what_is_no_domain_is_refused(domain):
    with pytest.raises(Usage):
        fold_domain(domain)


@given(st.text(max_size=70) | st.from_regex(NAME))
def test_a_name_is_refused_or_safe_and_folded_once(name):
    try:
        folded = fold(name, "an agent")
    except Usage:
        return
    assert re.fullmatch(r"[a-z0-9](?:[a-z0-9_-]{0,62}[a-z0-9])?", folded)
    assert fold(folded, "an agent") == folded == name.lower()


def test_an_id_is_ten_signs_each_drawn_by_itself():
    drawn = iter(range(31, 21, -1))
    assert make_id(lambda below: next(drawn) % below) == "zyxwvtsrqp"
    assert len(set(ALPHABET)) == 32
    assert not set("ilou") & set(ALPHABET)


@given(st.lists(st.integers(0, 31), min_size=10, max_size=10))
def test_every_id_that_is_drawn_is_one(numbers):
    drawn = iter(numbers)
    assert ID.match(make_id(lambda _: next(drawn)))


@pytest.mark.parametrize(
    "id_", ["", "8ab27pwz4", "8ab27pwz4cc", "8AB27PWZ4C", "8ab27pwz4l", "8ab27pwz4c\n"]
)
def test_what_is_no_id_is_not_taken_for_one(id_):
    assert not ID.match(id_)


@pytest.mark.parametrize(
    ("title", "made"),
    [
        ("Validate forms incrementally", "validate-forms-incrementally"),
        ("Using sleep() for async waits", "using-sleep-for-async-waits"),
        ("Caf\u00e9 \u00e0 la carte", "cafe-a-la-carte"),
        ("\ufb01le ./../../etc/passwd", "file-etc-passwd"),
        ("\u65e5\u672c\u8a9e", "memory"),
        ("", "memory"),
        ("!?", "memory"),
        ("CON", "memory"),
        ("a" * 60, "a" * 50),
        ("a" * 45 + " bcdef", "a" * 45),
        ("a" * 45 + " bcde", "a" * 45 + "-bcde"),
        ("one\ntwo\0three", "one-two-three"),
        ("--force", "force"),
    ],
)
def test_a_title_makes_a_part_of_a_file_name(title, made):
    assert slug(title) == made


@given(st.text(), st.integers(1, 80))
def test_a_slug_is_short_ascii_and_never_empty(title, most):
    made = slug(title, most)
    assert re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)*", made)
    assert len(made) <= max(most, len("memory"))
    assert made not in RESERVED
