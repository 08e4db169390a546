"""What each format is read into, as values."""

import json
import sqlite3

import pytest
from support.sources import NEIGHBOURS, given, pieces

from alma_cli.errors import Usage
from alma_cli.model import Result
from alma_cli.sources.piece import LeftOut, Member, Row, Trial
from alma_cli.sources.telling import source_of

MEM0 = (NEIGHBOURS / "mem0.json").read_text("utf-8")


def said(rows):
    return [(row.kind, row.title) for row in rows]


def test_what_mem0_remembers_keeps_its_id_its_time_and_what_it_is():
    first, *_, last = pieces(("mem0.json", MEM0))
    assert (first.kind, first.title) == ("preference", "Prefers tabs over spaces in Makefiles")
    assert first.whence.ref.startswith("mem0:")
    assert (first.agent, first.tags, first.whence.line) == ("qa", ("ada",), 3)
    assert first.created == json.loads(MEM0)["results"][0]["created_at"]
    assert first.whence.unused == ("hash", "role", "updated_at")
    assert (last.kind, last.agent) == ("knowledge", "")


@pytest.mark.parametrize(
    "form",
    [
        lambda rows: json.dumps({"results": rows}),
        json.dumps,
        lambda rows: json.dumps(rows, indent=1),
        lambda rows: "".join(f"{json.dumps(row)}\n" for row in rows),
    ],
    ids=["results", "a list", "a list in lines", "JSON Lines"],
)
def test_mem0_is_known_in_every_form_that_it_is_written_in(form):
    rows = json.loads(MEM0)["results"]
    found = pieces(("export.json", form(rows)))
    assert [row.title for row in found] == [row["memory"] for row in rows]


def test_rows_without_an_id_have_no_reference_and_none_is_taken_for_another():
    rows = pieces(("m.json", [{"memory": "a"}, {"memory": "b"}]), "mem0")
    assert [row.whence.ref for row in rows] == ["", ""]


def test_a_list_that_cannot_be_seen_for_another_is_read_without_lines():
    text = '{"page": {"results": [1]}, "results": [{"id": "1", "memory": "x"}]}'
    (row,) = pieces(("m.json", text))
    assert (row.title, row.whence.line) == ("x", 0)


def test_what_has_no_memory_is_left_out_with_its_line():
    text = '[\n {"id": "1", "memory": "x"},\n {"id": "2", "memory": null}\n]'
    (_, left) = pieces(("m.json", text))
    assert (left.whence.line, left.reason) == (3, "has no `memory`")


ITEM = {"namespace": ["qa", "facts"], "key": "k1", "created_at": "2026-01-02T03:04:05+00:00"}


@pytest.mark.parametrize(
    ("value", "kind", "title"),
    [
        ({"text": "Seed first"}, "knowledge", "Seed first"),
        ({"kind": "Memory", "content": {"content": "Seed first"}}, "knowledge", "Seed first"),
        ({"kind": "heuristic", "title": "Seed first"}, "heuristic", "Seed first"),
        ("Seed first", "knowledge", "Seed first"),
    ],
    ids=["a text", "as LangMem keeps it", "our own words", "no object"],
)
def test_an_item_of_a_langgraph_store_is_read_wherever_its_text_is(value, kind, title):
    (row,) = pieces(("items.json", [{**ITEM, "value": value}]))
    assert (row.kind, row.title, row.owners) == (kind, title, ("qa", "facts"))
    assert row.whence.ref == "langgraph-item:qa/facts/k1"


def test_an_item_whose_text_is_not_found_names_its_fields_and_a_map_finds_it():
    items = ("items.json", [{**ITEM, "value": {"lesson": "Seed first", "mood": "fine"}}])
    (left,) = pieces(items)
    assert left.reason == "no field of its `value` is known for a text; it has `lesson`, `mood`"
    (row,) = pieces(items, fields={"lesson": "title"})
    assert (row.title, row.whence.unused) == ("Seed first", ("value.mood",))


MESSAGES = [
    {"type": "system", "data": {"content": "Be brief"}},
    {"type": "human", "data": {"content": "We deploy on Tuesdays", "id": "m1"}},
    {"lc": 1, "type": "constructor", "kwargs": {"type": "ai", "content": [{"text": "Noted"}]}},
    {"role": "user", "content": "The queue is Redis"},
    {"type": "human", "content": ""},
]
NO_MESSAGES = [{"type": "human", "data": 7}, {"type": "human"}, {"type": "robot", "content": "x"}]


def test_of_a_history_what_people_said_is_kept_and_what_was_answered_needs_a_map():
    found = pieces(("history.json", MESSAGES))
    rows = [row for row in found if isinstance(row, Row)]
    assert [(row.kind, row.title, bool(row.skip)) for row in rows] == [
        ("preference", "Be brief", False),
        ("knowledge", "We deploy on Tuesdays", False),
        ("knowledge", "Noted", True),
        ("knowledge", "The queue is Redis", False),
    ]
    assert rows[1].whence.ref == "langchain:m1"
    assert found[-1].reason == "says nothing in words"
    assert [each.reason for each in pieces(("x.json", NO_MESSAGES), "langchain")] == [
        "is no message"
    ] * 3


FILES = {
    f"store/{path.name}": path.read_text("utf-8")
    for path in sorted((NEIGHBOURS / "alma_memory" / "file").iterdir())
}


def database(script):
    connection = sqlite3.connect(":memory:")
    connection.executescript(script)
    return connection.serialize()


SQL = (NEIGHBOURS / "alma_memory" / "sqlite" / "alma.sql").read_text("utf-8")


@pytest.mark.parametrize(
    "source",
    [FILES, ("alma.db", database(SQL))],
    ids=["JSON files", "SQLite"],
)
def test_all_that_alma_memory_keeps_is_read_from_files_and_from_its_database(source):
    found = [each for each in pieces(source) if not isinstance(each, Member)]
    rows = [each for each in found if isinstance(each, Row)]
    assert sorted({(row.agent, row.kind, row.title) for row in rows}) == [
        ("helena", "anti-pattern", "Sleep for five seconds before clicking"),
        ("helena", "heuristic", "Validate fields one by one"),
        ("team", "preference", "No emojis in documentation"),
        ("victor", "knowledge", "Login tokens expire after 24 hours"),
    ]
    trials = [each for each in found if isinstance(each, Trial)]
    assert [trial.result for trial in trials].count(Result.FAILURE) == 2
    assert {trial.duration_ms for trial in trials} == {1200, None}
    assert len(rows) + len(trials) == len(found)


def test_what_alma_memory_writes_in_place_of_an_alternative_is_none():
    (bad,) = [row for row in pieces(FILES) if getattr(row, "kind", "") == "anti-pattern"]
    assert (bad.why, bad.better) == ("TimeoutError: the button was not there", "")


def test_agents_of_alma_memory_come_with_their_scopes_before_anything_else():
    helena, victor, *_ = pieces(FILES)
    assert (helena.name, helena.can_learn, helena.cannot_learn) == (
        "helena",
        ("testing_strategies", "form_testing"),
        ("backend_logic",),
    )
    assert helena.whence.line == 3
    assert helena.whence.unused == ("min_occurrences_for_heuristic",)
    assert (victor.name, victor.cannot_learn) == ("victor", ())


def test_an_agent_of_alma_memory_that_may_learn_a_star_may_learn_all():
    scope = "agents:\n  qa: {can_learn: ['*', api], cannot_learn: [billing]}\n"
    (member,) = pieces(("config.yaml", scope), "alma-memory")
    assert (member.can_learn, member.cannot_learn) == ((), ("billing",))


def test_an_agent_is_left_out_with_the_word_of_its_scope_that_no_domain_can_be_called():
    scope = "agents:\n  qa: {can_learn: [api], cannot_learn: ['数据']}\n"
    (left,) = pieces(("config.yaml", scope), "alma-memory")
    assert left.reason == "agent `qa`: `数据` in its scope is no name for a domain"


def test_tables_of_alma_memory_that_have_no_counterpart_are_counted():
    script = (
        f"{SQL}\nINSERT INTO checkpoints VALUES ('c', 'r', 'n', '{{}}', 1, '', '', '', '', '');"
    )
    (left,) = [each for each in pieces(("a.db", database(script))) if isinstance(each, LeftOut)]
    assert left.reason == "1 row of `checkpoints`: has no counterpart here"


def test_records_of_alma_memory_that_say_too_little_are_left_out():
    found = pieces(
        {
            "outcomes.json": [{"id": "1", "agent": "qa", "strategy_used": "x"}, 7],
            "retrieval_feedback.json": [{"id": "2"}],
        }
    )
    assert [(each.whence.path, each.reason) for each in found] == [
        ("outcomes.json", "has no id, no task or no strategy"),
        ("outcomes.json", "is no object"),
        ("retrieval_feedback.json", "has no counterpart here"),
    ]


GUIDE = """\
# Shop

A small shop,
in Django.

@docs/rules.md

## Code style

- Use 2 spaces
- Never sleep in tests,
  wait instead
  - for the network too
1. Run `make lint` first

<!-- nobody
- reads this -->

Before a release:

- update the changelog
- tag the commit

```sh
# no heading
```

<!-- alma 1 1234abcd -->
- what `alma connect` wrote
<!-- /alma -->

## Commands

```sh
make test
```
"""


@pytest.mark.parametrize("name", ["CLAUDE.md", "AGENTS.md"])
def test_instructions_become_a_memory_a_point(name):
    found = pieces((name, GUIDE))
    rows = [
        (row.whence.line, row.kind, row.title, row.body) for row in found if isinstance(row, Row)
    ]
    assert rows == [
        (3, "knowledge", "A small shop, in Django.", ""),
        (10, "preference", "Use 2 spaces", ""),
        (11, "preference", "Never sleep in tests, wait instead", "- for the network too"),
        (14, "preference", "Run `make lint` first", ""),
        (
            19,
            "knowledge",
            "Before a release",
            "- update the changelog\n- tag the commit\n\n```sh\n# no heading\n```",
        ),
        (34, "knowledge", "Commands", "```sh\nmake test\n```"),
    ]
    (left,) = [each for each in found if isinstance(each, LeftOut)]
    assert (left.whence.line, "docs/rules.md" in left.reason) == (6, True)


TABLE_OF_COMMANDS = "| Command | Does |\n|---|:-:|\n| `make` | builds |\n| `make lint` | checks |"


@pytest.mark.parametrize(
    ("above", "title", "body"),
    [
        ("## Commands\n\n", "Commands", TABLE_OF_COMMANDS),
        ("", "Command, Does", TABLE_OF_COMMANDS),
        ("Our commands:\n\n", "Our commands", TABLE_OF_COMMANDS),
        ("## Commands\nAll of them\n", "All of them", TABLE_OF_COMMANDS),
        ("- Commands\n  ", "Commands", TABLE_OF_COMMANDS),
    ],
    ids=["below a heading", "alone", "announced", "below a line", "in an item"],
)
def test_a_table_stays_one_and_has_the_title_that_stands_over_it(above, title, body):
    table = TABLE_OF_COMMANDS.replace("\n", "\n  ") if above.startswith("-") else TABLE_OF_COMMANDS
    (row,) = pieces(("CLAUDE.md", f"{above}{table}\n"))
    assert (row.title, row.body) == (title, body)


def test_a_table_without_bars_at_its_edges_is_one_too():
    (row,) = pieces(("AGENTS.md", "Commands\nName | Does\n--- | ---\nmake | builds\n"))
    assert (row.title, row.body) == ("Commands", "Name | Does\n--- | ---\nmake | builds")


def test_bars_and_dashes_alone_make_no_table():
    (row,) = pieces(("AGENTS.md", "Pass a | b\nand --- c | d ---\n"))
    assert (row.title, row.body) == ("Pass a | b and --- c | d ---", "")


def test_a_point_is_known_by_what_it_says_and_tagged_with_its_heading():
    first = pieces(("AGENTS.md", "## Code style\n- Use tabs\n"))[0]
    moved = pieces(("AGENTS.md", "Hi\n\n## Code style\n\n- Wrap lines\n- Use tabs\n"))[-1]
    other = pieces(("AGENTS.md", "## Code style\n- Use spaces\n"))[0]
    assert first.tags == ("code-style",)
    assert first.whence.ref == moved.whence.ref != other.whence.ref


MEMORY = {
    "MEMORY.md": "# Memory\n- [Worker](worker.md) - logs\n- [Gone](gone.md) - no\n- Prefer pnpm\n",
    "worker.md": "---\nname: worker\ndescription: The worker logs to stderr\nmetadata:\n"
    "  type: feedback\n---\nStart it with LOG=debug.\n",
}


def test_the_folder_in_which_claude_code_remembers_is_read_by_its_index_and_notes():
    found = pieces(MEMORY)
    assert said(row for row in found if isinstance(row, Row)) == [
        ("preference", "Prefer pnpm"),
        ("preference", "The worker logs to stderr"),
    ]
    (left,) = [each for each in found if isinstance(each, LeftOut)]
    assert left.reason == "points to `gone.md`, which is not there"


def test_a_rule_of_claude_code_holds_for_its_paths():
    rule = '---\npaths:\n  - "src/**/*.ts"\n  - **/*.http\n---\n- Validate input\n'
    (row,) = pieces({"CLAUDE.md": "", ".claude/rules/api.md": rule})
    assert (row.title, row.whence.line) == ("Validate input", 6)
    assert row.paths == ("src/**/*.ts", "**/*.http")


def test_a_rule_of_cursor_is_read_though_its_header_is_no_yaml():
    rule = "---\ndescription: For the API\nglobs: *.http, src/**/*.{ts,tsx}\nalwaysApply: false\n---\n- Validate\n\n@schema.ts\n"
    row, left = pieces({"rules/api.mdc": rule})
    assert left.reason == "`@schema.ts` names another file, which is not read"
    assert (row.kind, row.title, row.paths) == (
        "preference",
        "Validate",
        ("*.http", "src/**/*.{ts,tsx}"),
    )
    assert row.whence.unused == ("description", "alwaysApply")


NOTE = "---\ntitle: Retry\ntype: heuristic\ntags: [http, Web API]\ncreated: 2025-03-04\nmood: fine\n---\n"


def test_a_note_in_markdown_is_one_memory_with_its_header_and_sections():
    files = {
        "a.md": f"{NOTE}\nOnly then.\n\n## When\nA call times out\n\n## Else\nNo.\n",
        "deep/b.md": '+++\nkind = "anti-pattern"\ntags = ["x"]\n+++\n# Catch all\n\n## Why it is bad\nHides bugs\n',
        "c.md": "No header, no heading.\n",
        "picture.png": b"\x89PNG",
    }
    first, second, third = pieces(files)
    assert (first.kind, first.title, first.body, first.when) == (
        "heuristic",
        "Retry",
        "Only then.",
        "A call times out\n\n## Else\nNo.",
    )
    assert (first.tags, first.created, first.whence.unused) == (
        ("http", "web-api"),
        "2025-03-04",
        ("mood",),
    )
    assert (second.kind, second.title, second.body) == ("knowledge", "c", "No header, no heading.")
    assert (third.kind, third.title, third.why) == ("anti-pattern", "Catch all", "Hides bugs")
    assert third.whence.ref == "markdown:deep/b.md"


def test_a_note_that_holds_nothing_is_left_out_and_its_name_is_no_memory():
    left, row = pieces({"a.md": "\n", "b.md": "# Kept\n"})
    assert isinstance(left, LeftOut)
    assert (left.whence.path, left.reason, row.title) == ("a.md", "holds no text", "Kept")


TABLE = (
    'Lesson;Type;Because;Tags;ID\n"Wait; then click";Heuristic;"It is\nslow";ui,e2e;7\n;;;;\nx;;;\n'
)


def test_a_table_is_read_by_its_heading_whatever_parts_its_cells():
    row, left = pieces(("lessons.csv", TABLE), fields={"because": "why"})
    assert (row.kind, row.title, row.why, row.tags) == (
        "heuristic",
        "Wait; then click",
        "It is\nslow",
        ("ui", "e2e"),
    )
    assert (row.whence.ref, row.whence.line) == ("csv:lessons.csv#7", 2)
    assert (left.whence.line, left.reason) == (5, "has 4 cells, and the heading 5")


def test_a_table_without_a_text_names_its_heading():
    with pytest.raises(Usage, match=r"line 1: has no column `title`.*: a,b"):
        pieces(("t.csv", "a,b\n1,2\n"))


@pytest.mark.parametrize(
    ("files", "name"),
    [
        (("x.json", MEM0), "mem0"),
        (("x.json", [{**ITEM, "value": {}}]), "langgraph"),
        (("x.json", MESSAGES), "langchain"),
        (("x.db", database(SQL)), "alma-memory"),
        (("config.yaml", "alma:\n  agents: {}\n"), "alma-memory"),
        (("CLAUDE.md", ""), "claude-code"),
        (("AGENTS.md", ""), "agents-md"),
        ((".cursorrules", ""), "cursor"),
        (("x.jsonl", '{"kind": "knowledge", "title": "x"}'), "alma"),
        (("-", "anything"), "alma"),
        (("x.csv", ""), "csv"),
        (("x.md", ""), "markdown"),
        ({"a.md": "", "CLAUDE.md": ""}, "claude-code"),
    ],
)
def test_a_source_is_told_by_how_it_looks(files, name):
    assert source_of(given(files)).name == name


def test_a_source_that_looks_like_several_or_none_is_asked_about():
    with pytest.raises(Usage, match="may be one of `claude-code`, `agents-md`"):
        source_of(given({"CLAUDE.md": "", "AGENTS.md": ""}))
    with pytest.raises(Usage, match="looks like nothing that is known"):
        source_of(given(("x.txt", "hello")))


def test_a_file_that_holds_nothing_is_said_to_be_empty():
    with pytest.raises(Usage, match=r"`mem0.json` is empty"):
        source_of(given(("mem0.json", "\n")))


def test_json_that_is_broken_is_said_to_be_so_where_nothing_can_be_told_of_it():
    with pytest.raises(Usage, match=r"cannot read `x.json`: line 2: is not JSON"):
        source_of(given(("x.json", '[{"id": "1",\n"memory" "x"}]')))


def test_a_format_that_is_not_known_is_refused_with_the_nearest_and_all_names():
    with pytest.raises(Usage) as refused:
        source_of(given(("x.md", "")), "markdwon")
    assert refused.value.hints[0] == "did you mean `markdown`?"
    assert "mem0, langgraph, langchain" in refused.value.hints[1]
