"""A title gives away code that it names, and lines that say the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alma_cli.rules.guarding import MOST, Suspect, search
from alma_cli.rules.passage import of_text
from alma_cli.rules.titles import is_talk, near, pieces, watch

TITLE = "Loading related rows inside a loop"


@pytest.mark.parametrize(
    ("title", "found"),
    [
        ("Using sleep() for async waits", ("sleep(",)),
        ("sleep(5000) before clicking", ("sleep(",)),
        ("Making timestamps with `datetime.utcnow()`", ("datetime.utcnow(",)),
        ("Calling `requests` inside an `async def` handler", ("requests", "async def")),
        ("Clicking with `force: true`", ("force: true",)),
        ("Asserting `expect(a).toBe(b)`", ("expect(",)),
        ("Opening many file(s) (always) at once", ()),
        ("Running `a b` and f() in CI", ("a b",)),
        ("Retrying at every layer", ()),
        ("Using `assert` to check arguments", ()),
    ],
)
def test_code_in_a_title(title, found):
    assert pieces(title) == found


def code(title, text):
    return search([Suspect(watch("1", title, ()), (text,))], lambda: False)


def by_title(title, text):
    found = code(title, of_text(text, "x.py"))
    return [(one.line, one.start) for one in found]


def test_a_call_is_found_where_it_is_the_whole_name():
    text = "usleep(1)\n  time.sleep(2)\nsleep (3)\n\u00e4sleep(4)"
    assert by_title("Using sleep() for async waits", text) == [(1, 7)]


def test_pieces_of_one_title_stand_close_to_one_another():
    title = "Calling `requests` inside an `async def` handler"
    far = "\n" * 12
    assert by_title(title, "async def f():\n  pass\n  requests.get()") == [(2, 2)]
    assert by_title(title, f"async def f():{far}requests.get()") == []
    assert by_title(title, "import requests") == []


def lines(title, text, path="x.py"):
    found = near([(watch("1", title, ()), title)], [of_text(text, path)])
    return [one.line for one in found]


def test_a_line_that_says_all_that_a_title_says_is_near():
    assert lines(TITLE, "a\n  # here we load the related rows inside a loop\nload rows loop") == [1]


WORDS = {
    "load": {"load"},
    "Loaded": {"load"},
    "relatedRows": {"relat", "row"},
    "HTTPLoop2": {"http", "loop"},
    "Größe": {"größe"},
    "等待": {"等待"},
}
SAID = st.lists(st.sampled_from(sorted(WORDS)), max_size=6)


@given(st.lists(SAID, max_size=4), st.lists(SAID, max_size=6), st.sampled_from(["x.py", ""]))
def test_near_are_the_lines_that_have_each_stem_of_a_title(titles, lines, path):
    told = [(watch(str(at), " ".join(each), ()), " ".join(each)) for at, each in enumerate(titles)]
    texts = [of_text("\n".join(map("_".join, lines)), path), of_text("inner", "y.py")]
    stems = [set().union(*(WORDS[word] for word in each)) for each in titles]
    assert sorted((one.line, int(one.key)) for one in near(told, texts)) == [
        (line, at)
        for line, said in enumerate(lines)
        for at, needed in enumerate(stems)
        if len(needed) >= (4 if path else 3) and needed <= set().union(*map(WORDS.get, said))
    ]


@pytest.mark.parametrize("how", ["never", "instead of a join", "replace what"])
def test_a_line_that_warns_of_the_same_is_not(how):
    assert lines(TITLE, f"{how} load related rows inside a loop") == []


@pytest.mark.parametrize(
    ("line", "is_near"),
    [
        ('told = "load related rows inside a loop"', False),
        ("rf'load \\' related' + `rows inside` + \"a loop\"", False),
        ("# we don't load related rows inside this loop's body", False),  # a negation of its own
        ("# it's Ada's: load related rows inside Bob's loop", True),
        ('load(related.rows, "all")  # inside a loop', True),
    ],
)
def test_what_a_line_of_a_file_only_quotes_it_does_not_say(line, is_near):
    assert lines(TITLE, line) == [0] * is_near
    assert lines(TITLE, line.replace("n't", ""), path="") == [0]


def test_a_plan_that_has_a_title_is_near_and_a_file_only_cites_it():
    for path, is_it in (("a.py", True), ("", False)):
        (found,) = near([(watch("1", TITLE, ()), TITLE)], [of_text(f"I am {TITLE}", path)])
        assert is_talk(found, TITLE) is is_it


def test_code_in_a_title_says_more_than_its_words():
    title = "Waiting with time.sleep() in slow tests"
    assert lines(title, "the tests wait a slow time and sleep") == []


def test_a_short_title_is_near_in_prose_only():
    title = "Using sleep for async waits"
    assert lines(title, "sleep while it waits for the async result", path="") == [0]
    assert lines(title, "await sleep(1)  // wait for async") == []


def test_no_title_fills_the_page():
    assert len(lines(TITLE, "load related rows inside a loop\n" * 200)) == MOST


def test_a_very_long_line_is_data():
    assert lines(TITLE, "load related rows inside loop " + "x" * 400) == []


@pytest.mark.parametrize(
    ("line", "path", "is_it"),
    [
        ("await sleep(5)", "a.ts", False),
        ("it's; sleep(5)  # don't", "a.py", False),
        ('sleep(5) then "sleep(6)"', "a.py", False),
        ('learn("sleep(5) before clicking")', "a.py", True),
        ("learn('a \\' b sleep(5)')", "a.py", True),
        ("def sleep(page):", "a.py", True),
        ("# Using sleep() for async waits", "a.py", True),
        ("Wait with sleep(5)", "docs/a.md", True),
        ("Wait with 'sleep(5)'", "", False),
    ],
)
def test_talk_about_a_call_is_told_from_a_call(line, path, is_it):
    title = "Using sleep() for async waits"
    (found,) = code(title, of_text(line, path))
    assert is_talk(found, title) is is_it


def test_a_method_is_not_the_function_of_its_name():
    title = "Reading files with open() and no encoding"
    found = code(title, of_text("a.open()\nopen(a)", "a.py"))
    assert [is_talk(one, title) for one in found] == [True, False]
