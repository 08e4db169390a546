"""A title gives away code that it names, and lines that say the same."""

import pytest

from alma_cli.rules.guarding import search
from alma_cli.rules.passage import of_text
from alma_cli.rules.titles import near, pieces, watch

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
    ],
)
def test_code_in_a_title(title, found):
    assert pieces(title) == found


def by_title(title, text):
    found = search([watch("1", title, ())], [of_text(text, "x.py")], lambda: False)
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


def test_a_line_that_warns_of_the_same_is_not():
    assert lines(TITLE, "never load related rows inside a loop") == []


def test_a_file_that_cites_the_title_is_not():
    assert lines(TITLE, f'title = "{TITLE}"') == []
    assert lines(TITLE, f"My plan: {TITLE}", path="") == [0]


def test_a_short_title_is_near_in_prose_only():
    title = "Using sleep for async waits"
    assert lines(title, "sleep while it waits for the async result", path="") == [0]
    assert lines(title, "await sleep(1)  // wait for async") == []


def test_a_very_long_line_is_data():
    assert lines(TITLE, "load related rows inside loop " + "x" * 400) == []
