"""An edit changes what it names and no other byte, whatever stands in the file."""

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alma_cli.errors import Usage
from alma_cli.files.edit import set_section, set_title, set_value
from alma_cli.files.memory import parse, section, tidy

NOW = datetime(2026, 11, 22, 6, tzinfo=UTC)
PATH = "agents/qa/anti-patterns/x--8ab27pwz4c.md"
HEADINGS = {"text": "", "when": "When", "why": "Why it is bad", "better": "Do instead"}
HEAD = [
    "# by hand, äöü",
    "",
    'id = "8ab27pwz4c"  # never changes',
    'future  =  { deep = [1, 2], "quoted key" = true }',
    "DOMAIN",
    "TAGS",
    "paths = [",
    '  "tests/**",  # the slow ones',
    "]",
    "  created = 2026-11-22T06:00:00Z",
    "",
    "# where it came from",
    "[source]",
    "event = 'e7k2m9qd0x'",
    "[future_table.inner]  # from a newer alma",
    "tags = [1]",
    'text = """',
    "[guard]",
    "tags = 5",
    '"""',
    "[guard]",
    "regex = ['sleep\\(\\d+\\)']",
]


@dataclass(frozen=True)
class File:
    """A memory file in pieces: what can be named, and how it is laid out."""

    title: str
    domain: str
    tags: tuple[str, ...]
    texts: dict[str, str]
    blanks: tuple[int, ...]
    newline: str
    mark: str
    end: int

    def bytes(self) -> bytes:
        lines = ["+++"]
        for line in HEAD:
            if line == "DOMAIN":
                lines.append(f'domain = "{self.domain}" # narrow')
            elif line == "TAGS":
                tags = ", ".join(json.dumps(tag) for tag in self.tags)
                lines.append(f"tags = [{tags}]\t# mine")
            else:
                lines.append(line)
        lines += ["+++", *[""] * self.blanks[0], f"# {self.title}"]
        first_the_text = sorted(self.texts.items(), key=lambda item: item[0] != "text")
        for number, (name, text) in enumerate(first_the_text, 1):
            lines += [f"## {HEADINGS[name]}"] if name != "text" else []
            lines += ["  "] * self.blanks[number % 4]
            lines += section("", text).split("\n") if text else []
            lines += [""] * self.blanks[-number % 4]
        return (self.mark + self.newline.join([*lines, *[""] * self.end])).encode()


letters = st.characters(exclude_categories=["Cs", "Cc"])
words = st.text(letters, min_size=1, max_size=12)
lines = words | st.sampled_from(
    ["## When", "\\## Do instead", "## Unknown", "# Not a title", "+++"]
)
texts = st.lists(lines, min_size=1, max_size=4).map("\n".join).map(tidy).filter(bool)
titles = words.map(lambda text: " ".join(tidy(text).split())).filter(bool)
names = st.text("abcxyz", min_size=1, max_size=5)
files = st.builds(
    File,
    title=titles,
    domain=names,
    tags=st.lists(names, max_size=3).map(tuple),
    texts=st.fixed_dictionaries(
        {"text": texts | st.just("")}, optional=dict.fromkeys(("why", "when", "better"), texts)
    ),
    blanks=st.tuples(*[st.integers(0, 2)] * 4),
    newline=st.sampled_from(["\n", "\r\n"]),
    mark=st.sampled_from(["", "\ufeff"]),
    end=st.integers(0, 2),
)


def read(content):
    return parse(content, PATH, NOW)


@given(files, titles)
def test_a_title_is_one_line_of_the_file(file, title):
    assert set_title(file.bytes(), title) == replace(file, title=title).bytes()


@given(files, st.lists(names, max_size=3).map(tuple), names)
def test_a_value_of_the_header_keeps_its_line_and_the_comment_on_it(file, tags, domain):
    after = set_value(set_value(file.bytes(), ("tags",), tags), ("domain",), domain)
    assert after == replace(file, tags=tags, domain=domain).bytes()


@given(files, texts, st.data())
def test_a_section_that_is_there_is_replaced_in_its_place(file, text, data):
    name = data.draw(st.sampled_from([name for name, held in file.texts.items() if held] or [""]))
    if name:
        after = set_section(file.bytes(), HEADINGS[name], text)
        assert after == replace(file, texts={**file.texts, name: text}).bytes()


def is_within(part, whole):
    """Says whether lines stand in others in the same order."""
    rest = iter(whole)
    return all(line in rest for line in part)


@given(files, texts, st.sampled_from(sorted(HEADINGS)))
def test_a_section_that_is_new_leaves_every_line_in_place(file, text, name):
    if not file.texts.get(name):
        before = file.bytes().rstrip()
        after = set_section(file.bytes(), HEADINGS[name], text)
        assert is_within(before.splitlines(), after.splitlines())
        assert read(after) == replace(read(before), **{name: text})


@given(files, st.sampled_from(sorted(HEADINGS)))
def test_a_section_that_is_emptied_goes_and_nothing_else(file, name):
    after = set_section(file.bytes(), HEADINGS[name], "")
    assert is_within(after.rstrip().splitlines(), file.bytes().splitlines())
    assert read(after) == replace(read(file.bytes()), **{name: ""})


@given(files, words)
def test_a_key_that_is_new_gets_a_line_and_the_others_stay(file, reason):
    for keys in (("source", "forced"), ("origin_note",), ("new_table", "key")):
        after = set_value(file.bytes(), keys, reason)
        assert is_within(file.bytes().splitlines(keepends=True), after.splitlines(keepends=True))
    forced = set_value(file.bytes(), ("source", "forced"), reason)
    was = read(file.bytes())
    assert read(forced) == replace(was, source=replace(was.source, forced=reason))


@given(files)
def test_what_is_there_already_changes_nothing(file):
    content = file.bytes()
    assert set_value(content, ("tags",), file.tags) == content
    assert set_value(content, ("source", "event"), "e7k2m9qd0x") == content
    assert set_title(content, file.title) == content


def test_mixed_line_endings_stay_where_they_are():
    content = b'+++\r\nid = "8ab27pwz4c"\ntags = []\r\nx = 1\n+++\n# T\r\n\none\r\ntwo\n'
    after = set_section(set_value(content, ("tags",), ("a",)), "", "three")
    assert after == b'+++\r\nid = "8ab27pwz4c"\ntags = ["a"]\r\nx = 1\n+++\n# T\r\n\nthree\r\n'


def test_a_section_that_stands_twice_becomes_one():
    content = b"+++\n+++\n# T\n\n## When\na\n\n## Code\nx\n\n## When\nb\n"
    assert read(content).when == "a\n\nb"
    assert set_section(content, "When", "c") == b"+++\n+++\n# T\n\n## When\nc\n\n## Code\nx\n"


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("", 'tags = ["a"]\n'),
        ("x = 1\n", 'x = 1\ntags = ["a"]\n'),
        ("x = 1\n\n# s\n[source]\n", 'x = 1\ntags = ["a"]\n\n# s\n[source]\n'),
        ("x = [\n[1],\n]\n", 'tags = ["a"]\nx = [\n[1],\n]\n'),
        ("'tags' = [ 'b' ] # c\n", "'tags' = [\"a\"] # c\n"),
    ],
)
def test_a_list_finds_its_place_in_any_layout(header, expected):
    after = set_value(f"+++\n{header}+++\n# T\n".encode(), ("tags",), ("a",))
    assert after.decode() == f"+++\n{expected}+++\n# T\n"


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("", '[source]\nforced = "a"\n'),
        ("source.event = 'e'\n", "source.event = 'e'\nsource.forced = \"a\"\n"),
        ("[source] # s\nevent = 'e'\n\n[guard]\n", None),
        ("source = { event = 'e' }\n", None),
    ],
)
def test_a_key_of_a_table_finds_its_place_in_any_layout(header, expected):
    content = f"+++\n{header}+++\n# T\n".encode()
    after = set_value(content, ("source", "forced"), "a")
    assert read(after).source.forced == "a"
    assert read(after).source.event == read(content).source.event
    if expected:
        assert after.decode() == f"+++\n{expected}+++\n# T\n"


def test_a_layout_that_cannot_be_edited_is_refused():
    content = b"+++\nx = nan\n+++\n# T\n"
    with pytest.raises(Usage, match="layout"):
        set_value(content, ("tags",), ("a",))
