"""What is written is read back, whatever the text."""

import tomllib
from dataclasses import replace
from datetime import UTC, datetime

import pytest
import tomlkit
from hypothesis import given
from hypothesis import strategies as st

from alma_cli.errors import Malformed
from alma_cli.files.header import split
from alma_cli.files.memory import format_record, parse, tidy, title_and_rest
from alma_cli.files.toml import locate
from alma_cli.model import Guard, Kind, Memory, Origin, Outcome, Result, Source
from alma_cli.place import path_of

NOW = datetime(2026, 11, 22, 6, tzinfo=UTC)

any_text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=60)
headings = st.sampled_from(
    ["## When", "\\## Do instead", "## code ", "## Ta\u017fk", "# Title", "+++", "```"]
)
texts = st.lists(any_text | headings, max_size=4).map("\n".join).map(tidy)
titles = any_text.filter(str.strip).map(lambda text: title_and_rest(text)[0])
ids = st.text("0123456789abcdefghjkmnpqrstvwxyz", min_size=10, max_size=10)
lists = st.lists(any_text, max_size=3).map(tuple)
sources = st.builds(Source, *[any_text] * 7)
times = st.datetimes(datetime(1970, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC)).map(  # noqa: DTZ001
    lambda moment: moment.replace(microsecond=moment.microsecond // 1000 * 1000)
)
guards = st.builds(Guard, lists, lists, lists, any_text).filter(lambda guard: guard != Guard())
lessons = st.builds(
    Memory,
    id=ids,
    kind=st.sampled_from([Kind.ANTI_PATTERN, Kind.HEURISTIC]),
    agent=st.just("qa"),
    title=titles,
    created=times,
    domain=st.sampled_from(["general", "testing", "testing/selectors"]),
    tags=lists,
    text=texts,
    why=texts,
    better=texts,
    when=texts,
    code=texts,
    supersedes=lists,
    paths=lists,
    origin=st.sampled_from(Origin),
    source=sources,
    guard=guards | st.none(),
)
outcomes = st.builds(
    Outcome,
    id=ids,
    agent=st.just("qa"),
    title=titles,
    created=times,
    result=st.sampled_from(Result),
    tags=lists,
    task=texts,
    strategy=texts.filter(bool),
    error=texts,
    notes=texts,
    lessons=lists,
    used=lists,
    workflow=any_text,
    duration_ms=st.none() | st.integers(0, 2**53),
    source=sources,
)


@given(lessons | outcomes)
def test_a_record_is_read_back_as_it_was_written(record):
    assert parse(format_record(record), path_of(record), NOW) == record


@given(lessons | outcomes)
def test_the_header_reads_the_same_in_every_toml_library(record):
    header = format_record(record).decode().split("+++\n")[1] + "\n"
    assert tomllib.loads(header) == tomlkit.parse(header).unwrap()


odd_lines = st.sampled_from(
    r"""
    [source]
    [x]
    [[x]]
    x
    x="a"
    x.y = 1
    x = 0
    x = 007
    x = 0_1
    x = []
    x = ["a", "b"]
    x = ["a", "b",]
    x = ['a']
    x = "\u00e9"
    x = "a" # b
    x = \"""
    x = 2026-02-30T00:00:00Z
    x = 2026-01-01T24:00:00Z
    x = 2026-01-01T00:00:00.5Z
    """.split("\n    ")
)


@given(lessons | outcomes, st.lists(st.tuples(st.integers(0, 9), odd_lines), max_size=2))
def test_a_header_says_what_tomllib_reads_in_it(record, odd):
    lines = format_record(record).decode().split("+++\n")[1].split("\n")[:-1]
    for at, line in odd:
        lines.insert(at, line)
    header = "\n".join(lines)
    try:
        said = split(f"+++\n{header}\n+++\n# x".encode()).header
    except Malformed as error:
        said = error.line, error.reason.removeprefix("has a header that is not TOML: ")
    try:
        assert said == tomllib.loads(header)
    except tomllib.TOMLDecodeError as error:
        complaint, line = locate(error, header)
        assert said == (line + 1, complaint)


@given(lessons)
def test_carriage_returns_and_a_byte_order_mark_change_nothing(record):
    content = format_record(record).replace(b"\r", b"").replace(b"\n", b"\r\n")
    plain = parse(content.replace(b"\r", b""), path_of(record), NOW)
    assert parse(b"\xef\xbb\xbf" + content, path_of(record), NOW) == plain


@given(st.binary(max_size=200) | any_text.map(lambda text: f"+++\n{text}\n+++\n# x".encode()))
def test_any_bytes_are_read_or_called_malformed(content):
    path = "agents/qa/knowledge/x.md"
    try:
        said = f"{path}: {parse(content, path, NOW).title}"
    except Malformed as error:
        said = str(error)
    assert said.startswith(f"{path}:")
    assert len(said) > len(path) + 2


@pytest.mark.parametrize("heading", ["## Ta\u017fk", "## Do \u0131nstead", "##Task", "### Task"])
def test_a_line_that_only_resembles_a_heading_is_text(heading):
    content = f"+++\n+++\n# x\n\n{heading}\nmore".encode()
    assert parse(content, "agents/qa/knowledge/x.md", NOW).text == f"{heading}\nmore"


def test_a_heading_that_comes_twice_goes_on_where_it_was():
    body = "# T\n\n## Why it works\none\n\n## When\nnow\n\n## why it works\ntwo\n"
    record = parse(f'+++\nkind = "heuristic"\n+++\n{body}'.encode(), "x.md", NOW)
    assert (record.why, record.when) == ("one\n\ntwo", "now")


def test_a_long_title_goes_on_in_the_body():
    title, rest = title_and_rest("word " * 100)
    assert len(title) <= 200
    assert f"{title} {rest}".split() == ["word"] * 100


def test_a_strategy_that_is_its_title_is_written_once():
    outcome = Outcome("0123456789", "qa", "wait", NOW, Result.SUCCESS, strategy="wait")
    assert b"## Strategy" not in format_record(outcome)
    assert b"## Strategy\nwait" in format_record(replace(outcome, title="Wait!"))


def test_a_note_written_by_hand_needs_only_a_kind_and_a_title():
    content = b'+++\nkind = "knowledge"\n+++\n\n# Tokens live 24 hours\n'
    record = parse(content, "agents/backend_dev/notes/tokens.md", NOW)
    assert (record.agent, record.kind, record.created) == ("backend_dev", Kind.KNOWLEDGE, NOW)
    assert record.id == parse(content, "agents/backend_dev/notes/tokens.md", NOW).id


def test_the_folder_wins_over_the_header():
    content = b'+++\nkind = "knowledge"\nagent = "qa"\n+++\n# Tokens\n'
    record = parse(content, "agents/backend_dev/preferences/x.md", NOW)
    assert (record.agent, record.kind) == ("backend_dev", Kind.PREFERENCE)


GOOD = '+++\nid = "k3f9x2m7qd"\nkind = "heuristic"\n+++\n# Title\n'


@pytest.mark.parametrize(
    ("content", "line", "reason"),
    [
        (b"# only a title\n", 1, "does not start with a `+++` line"),
        (b"", 1, "does not start with a `+++` line"),
        (b"+++\nkind = 'knowledge'\n# Title\n", 1, "has no second `+++` line"),
        (GOOD.replace('"heur', "heur").encode(), 3, "has a header that is not TOML: invalid value"),
        (GOOD.replace("kind", "id").encode(), 3, "cannot overwrite a value"),
        (GOOD.replace("heuristic", "hunch").encode(), 1, 'has `kind = "hunch"`, not one of'),
        (GOOD.replace("k3f9x2m7qd", "K3F9").encode(), 1, "has the id `K3F9`"),
        (GOOD.replace("# Title", "").encode(), 5, "has no `# title`"),
        (GOOD.replace("# Title", "#Title").encode(), 5, "has no `# title`"),
        (GOOD.replace("Title", "\xff").encode("latin-1"), 5, "is not UTF-8 text"),
        (GOOD.replace("Title", "\0").encode(), 5, "holds a NUL byte"),
        ((GOOD + "<<<<<<< HEAD\n").encode(), 6, "holds the markers of a merge conflict"),
        (GOOD.replace("id =", "tags = 1\nid =").encode(), 1, "has a `tags` that is not a list"),
        (GOOD.replace("id =", "created = 1\nid =").encode(), 1, "not a date and time"),
        (GOOD.replace("id =", f"x = {'[' * 9000}\nid =").encode(), 2, "nested too deeply"),
        (GOOD.replace("id =", f"x = {'9' * 5000}\nid =").encode(), 2, "is not TOML"),
        (GOOD.replace("id =", f"x = '{'y' * 17000}'\nid =").encode(), 1, "larger than 16 KiB"),
        ((GOOD + "x" * 40000).encode(), 5, "has a text larger than 32 KiB"),
        ((GOOD + "x" * 300000).encode(), 0, "is larger than 256 KiB"),
        (b'+++\nkind = "outcome"\n+++\n# Tried\n', 1, "is an outcome without a `result`"),
        (GOOD.replace("id =", 'domain = "b\u0430ckend"\nid =').encode(), 1, "is not a name"),
    ],
)
def test_a_damaged_file_is_named_with_its_line(content, line, reason):
    with pytest.raises(Malformed) as caught:
        parse(content, "x.md", NOW)
    assert reason in caught.value.reason
    assert caught.value.line == line
    assert str(caught.value).startswith(f"x.md:{line}: " if line else "x.md: ")


def test_a_file_cut_off_anywhere_is_read_or_named():
    whole = (GOOD + "\n## When\nalways\n\n## Why it works\nbecause\n").encode()
    for end in range(len(whole)):
        try:
            parse(whole[:end], "agents/qa/heuristics/x.md", NOW)
        except Malformed:
            continue
        assert end >= len(GOOD) - len("itle\n")


def test_unknown_keys_are_no_error():
    assert split(b"+++\nfuture = 1\n+++\nx").header == {"future": 1}
