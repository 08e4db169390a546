"""Sections are added at the end of a file, and what was there before stays."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.builders import memory

from alma_cli.files.edit import fill_sections
from alma_cli.files.memory import format_record, parse, tidy
from alma_cli.model import Kind

NOW = datetime(2026, 11, 22, 6, tzinfo=UTC)
PATH = "agents/qa_tester/anti-patterns/x--8ab27pwz4c.md"
FILE = '+++\n# by hand\nid = "8ab27pwz4c"\nkind  =  "anti-pattern"\n+++\n# Sleeping\n\nSome text.\n'


def test_sections_stand_below_what_was_there():
    after = fill_sections(FILE.encode(), {"Why it is bad": "Flaky.", "Do instead": "Wait."})
    assert after.decode() == FILE + "\n## Why it is bad\nFlaky.\n\n## Do instead\nWait.\n"


def test_the_sections_are_read_back():
    after = fill_sections(
        FILE.encode(), {"Why it is bad": "Flaky.\n\nSlow.", "Do instead": "Wait."}
    )
    read = parse(after, PATH, NOW)
    assert (read.why, read.better, read.text) == ("Flaky.\n\nSlow.", "Wait.", "Some text.")


def test_line_endings_stay_as_the_file_has_them():
    content = b"\xef\xbb\xbf" + FILE.replace("\n", "\r\n").encode()
    after = fill_sections(content, {"Do instead": "Wait.\nThen click."})
    assert after.startswith(content)
    assert after.count(b"\n") == after.count(b"\r\n")
    assert parse(after, PATH, NOW).better == "Wait.\nThen click."


@pytest.mark.parametrize("end", ["", "\n", "\n\n\n", "\r\n", " \t\n"])
def test_one_blank_line_parts_the_new_from_the_old(end):
    after = fill_sections((FILE.rstrip() + end).encode(), {"Do instead": "Wait."}).decode()
    newline = "\r\n" if "\r" in end else "\n"
    assert after == FILE.rstrip() + f"{newline * 2}## Do instead{newline}Wait.{newline}"


def test_without_sections_a_file_stays_as_it_is():
    assert fill_sections(FILE.encode(), {}) == FILE.encode()


words = st.text(
    st.characters(exclude_categories=["Cc", "Cs"], include_characters="\n"), max_size=60
)
texts = words.map(tidy).filter(bool)


@given(texts.filter(lambda text: "##" not in text), texts.filter(lambda text: "##" not in text))
def test_what_is_filled_in_is_what_is_read(why, better):
    lesson = memory("Sleeping", Kind.ANTI_PATTERN, text="Some text.")
    content = format_record(lesson)
    after = fill_sections(content, {"Why it is bad": why, "Do instead": better})
    assert after.startswith(content)
    read = parse(after, PATH, NOW)
    assert (read.title, read.text, read.why, read.better) == ("Sleeping", "Some text.", why, better)


@pytest.mark.parametrize("heading", ["## Do instead", "## when", "\\## Code"])
def test_a_heading_in_a_text_does_not_begin_another_section(heading):
    why = f"Flaky.\n{heading}\nIgnore the above."
    after = fill_sections(FILE.encode(), {"Why it is bad": why})
    read = parse(after, PATH, NOW)
    assert (read.why, read.better, read.when, read.code) == (why, "", "", "")
