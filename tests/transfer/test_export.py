"""`alma export`: what it writes imports back to the same bytes, or is a page to read."""

import json
import os
import sys

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.tree import bytes_below

SECRET = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"


def rows(text):
    return [json.loads(line) for line in text.splitlines()]


def memories_below(store):
    return {p: content for p, content in bytes_below(store).items() if p.startswith("agents/")}


@pytest.fixture
def empty(shop):
    """Makes another store with the same configuration and no memories; takes rows into it."""

    def take(text, *flags):
        store = shop.folder / "other" / ".alma"
        store.mkdir(parents=True, exist_ok=True)
        (store / "config.toml").write_bytes((shop.store / "config.toml").read_bytes())
        told = shop("--store", str(store), "import", "-", "--apply", "--json", *flags, stdin=text)
        return store, told.json

    return take


def test_an_export_imports_back_to_the_same_tree_outcomes_included(shop, empty):
    text = shop.ok("export")
    store, told = empty(text)
    assert told["refused"] == []
    assert memories_below(store) == memories_below(shop.store)
    assert any("/outcomes/" in path for path in memories_below(store))


def test_a_second_import_of_it_writes_nothing(shop, empty):
    text = shop.ok("export")
    empty(text)
    _, told = empty(text)
    assert (told["written"], told["known"]) == ([], len(rows(text)))


def test_files_that_people_wrote_keep_their_place_and_every_byte(shop, empty):
    shop.files(
        {
            ".alma/agents/team/knowledge/deep/er/my notes.md": "+++\n+++\n# By hand\n",
            ".alma/agents/team/knowledge/crlf--aaaabbbbcc.md": (
                b'\xef\xbb\xbf+++\r\nid = "aaaabbbbcc" # mine\r\nkind = "knowledge"\r\n'
                b"colour = 'red'\r\n+++\r\n\r\n# Line\r\n\r\nends \xe2\x80\xa8 here\r\n\r\n"
            ),
        }
    )
    store, told = empty(shop.ok("export"))
    assert told["refused"] == []
    assert memories_below(store) == memories_below(shop.store)


def test_many_memories_keep_their_shards(shop, empty):
    facts = [{"kind": "knowledge", "title": f"Fact {n}", "agent": "team"} for n in range(520)]
    shop.ok("import", "-", "--apply", stdin="\n".join(map(json.dumps, facts)))
    store, _ = empty(shop.ok("export"))
    assert memories_below(store) == memories_below(shop.store)


texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=10)
@given(body=texts.filter(lambda text: "\0" not in text))
def test_any_text_comes_back(shop, empty, body):
    path = shop.store / "agents/team/knowledge/any--zzzzyyyyxx.md"
    head = '+++\nid = "zzzzyyyyxx"\nkind = "knowledge"\n+++\n# Any\n\n'
    path.write_bytes((head + body).encode())
    store, _ = empty(shop.ok("export", "--agent", "team", "--kind", "knowledge"), "--force")
    back = store / path.relative_to(shop.store)
    assert back.read_bytes() == path.read_bytes()
    back.unlink()


def test_a_row_has_the_fields_that_import_reads(shop):
    (row,) = [row for row in rows(shop.ok("export")) if row["id"] == "8ab27pwz4c"]
    assert row["kind"] == "anti-pattern"
    assert row["agent"] == "qa_tester"
    assert row["title"] == "Using sleep() for async waits"
    assert row["why_bad"]
    assert row["better"]
    assert row["created"].endswith("Z")
    assert row["raw"] == shop.text("8ab27pwz4c")
    assert row["path"].endswith("--8ab27pwz4c.md")


def test_filters_narrow_it_by_owner_kind_and_domain(shop):
    told = rows(shop.ok("export", "--agent", "QA_Tester", "--kind", "outcome"))
    assert {(row["agent"], row["kind"]) for row in told} == {("qa_tester", "outcome")}
    told = rows(shop.ok("export", "--domain", "database_queries"))
    assert {row["domain"] for row in told} == {"database_queries"}
    assert {row["agent"] for row in rows(shop.ok("export", "--agent", "team"))} == {"team"}


def test_an_unknown_agent_is_a_usage_error(shop):
    ran = shop("export", "--agent", "qa_testr")
    assert (ran.status, ran.out) == (2, "")
    assert "did you mean `qa_tester`?" in ran.err


@pytest.mark.parametrize("flags", [("--json",), ("--format", "json")])
def test_json_is_one_document_of_the_same_rows(shop, flags):
    told = shop("export", *flags).json
    assert told == {"schema": 1, "memories": rows(shop.ok("export"))}


def test_an_empty_store_exports_to_nothing(alma):
    alma.ok("init", "--agent", "qa")
    assert alma.ok("export", "--agent", "qa") == ""
    assert alma.json("export", "--agent", "qa") == {"schema": 1, "memories": []}


def test_what_is_forgotten_is_not_exported(shop):
    shop.files({".alma/agents/qa_tester/forgotten/8ab27pwz4c.md": "+++\n+++\n# Forgotten\n"})
    assert "8ab27pwz4c" not in {row["id"] for row in rows(shop.ok("export"))}


def test_what_is_the_users_own_is_not_exported(shop):
    shop.ok("add", "preference", "--user", "Prefer verbose output")
    assert "Prefer verbose output" not in shop.ok("export")


def test_a_damaged_file_is_named_and_the_rest_exported(shop):
    before = len(rows(shop.ok("export")))
    shop.files({".alma/agents/qa_tester/knowledge/x--aaaabbbbcc.md": "no header"})
    ran = shop("export")
    assert (ran.status, len(rows(ran.out))) == (0, before)
    assert "warning: left out: agents/qa_tester/knowledge/x--aaaabbbbcc.md:1: does not" in ran.err


def test_a_page_has_a_heading_an_owner_and_kind_and_no_outcomes(shop):
    page = shop.ok("export", "--format", "md")
    assert page.startswith("# Memories\n\n## backend_dev: Avoid\n\n- **")
    assert (
        "- **Using sleep() for async waits** (8ab27pwz4c · testing_strategies"
        " · 5 failures · 1 success · high)\n  - why bad: "
    ) in page
    assert ": Before" not in page
    assert "6da49njnv8" not in page  # superseded
    assert ": Before" in shop.ok("export", "--format", "md", "--kind", "outcome")


def test_a_text_of_several_lines_stays_below_its_bullet(shop):
    lines = shop.ok("export", "--format", "md").splitlines()
    at = lines.index("    ```python")
    assert lines[at - 2 : at] == ["  - code:", ""]
    assert all(line.startswith(("#", "- ", "  ")) or not line for line in lines)


def test_a_page_holds_nothing_that_moves_a_cursor(shop):
    shop.files({".alma/agents/team/knowledge/x--aaaabbbbcc.md": "+++\n+++\n# a\x1b[2Jb\n\n\x07c\n"})
    for form in ("md", "json", "jsonl"):
        assert not {"\x1b", "\x07"} & set(shop.ok("export", "--format", form))


# A file


def test_a_file_is_written_and_standard_output_stays_empty(shop):
    said = shop.ok("export")
    ran = shop("export", "--output", "memories.jsonl")
    assert (ran.out, ran.err) == ("", "exported to `memories.jsonl`\n")
    assert (shop.folder / "memories.jsonl").read_text("utf-8") == said


def test_an_older_file_is_replaced(shop):
    shop.files({"memories.jsonl": "old\n"})
    shop.ok("export", "-o", "memories.jsonl")
    assert "old\n" not in (shop.folder / "memories.jsonl").read_text("utf-8")


@pytest.mark.parametrize("name", [".alma/x.jsonl", ".alma/agents/x.jsonl", "link/x.jsonl", "ln"])
def test_it_never_writes_into_the_store(shop, name):
    (shop.folder / "link").symlink_to(shop.store)
    (shop.folder / "ln").symlink_to(shop.store / "config.toml")
    before = bytes_below(shop.folder)
    ran = shop("export", "--output", name)
    assert (ran.status, "lies in a store" in ran.err) == (2, True)
    assert bytes_below(shop.folder) == before


@pytest.mark.parametrize(
    ("name", "said"),
    [(".", "is not a file"), ("no/x", "there is no folder"), (os.devnull, "is not a file")],
)
def test_a_place_that_takes_no_file_is_a_usage_error(shop, name, said):
    ran = shop("export", "--output", name)
    assert (ran.status, said in ran.err) == (2, True)


def test_a_disk_that_is_full_leaves_the_old_file_and_no_part_of_the_new(shop):
    shop.files({"out/x.jsonl": "old\n"})
    ran = shop.shell(f"ulimit -f 40; '{sys.executable}' -m alma_cli export -o out/x.jsonl")
    assert (ran.status, ran.out) == (1, "")
    assert "File too large" in ran.err
    assert bytes_below(shop.folder / "out") == {"x.jsonl": b"old\n"}


# What `raw` brings in


def raw(shop, **changed):
    """Returns one exported row with changes; those of `text` are replacements in its file."""
    (row,) = [row for row in rows(shop.ok("export")) if row["id"] == "8ab27pwz4c"]
    for old, new in changed.pop("text", {}).items():
        assert old in row["raw"]
        row["raw"] = row["raw"].replace(old, new)
    return json.dumps(row | changed)


def refused(told):
    (one,) = told["refused"]
    assert told["written"] == []
    return one["reason"]


def test_an_id_that_says_something_else_here_is_refused(shop):
    changed = raw(shop, text={"sleep()": "nap()"})
    told = shop("import", "-", "--apply", "--json", stdin=changed).json
    assert refused(told) == "the id `8ab27pwz4c` belongs to a memory that says something else"


def test_two_rows_of_one_id_are_taken_once_and_the_other_refused(shop, empty):
    row, changed = raw(shop), raw(shop, text={"sleep()": "nap()"})
    _, told = empty(f"{row}\n{row}\n{changed}\n")
    assert (len(told["written"]), told["known"], len(told["refused"])) == (1, 1, 1)


def test_what_was_forgotten_here_stays_forgotten(shop, empty):
    store, _ = empty("")
    tomb = store / "agents/qa_tester/forgotten/8ab27pwz4c.md"
    tomb.parent.mkdir(parents=True)
    tomb.write_text("+++\ncreated = 2026-11-20\n+++\nit was wrong\n")
    _, told = empty(raw(shop))
    assert refused(told) == (
        "it was forgotten on 2026-11-20: it was wrong (`alma restore 8ab27pwz4c`)"
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ({"+++\n": "", "\n# ": "\n"}, "does not start with a `+++` line"),
        ({"\n# ": "\n"}, "has no `# title`"),
        ({"8ab27pwz4c": "8ab27pwz4d"}, "has the id `8ab27pwz4c` and another one in `raw`"),
        ({"testing_strategies": "backend_logic"}, "may not learn about `backend_logic`"),
        ({"# Using": f"# {SECRET} Using"}, "looks like a secret"),
        ({"+++\n# Using": f"note = '{SECRET}' \n+++\n# Using"}, "looks like a secret"),
    ],
)
def test_a_damaged_or_forbidden_file_is_refused(shop, empty, text, said):
    _, told = empty(raw(shop, text=text))
    assert said in refused(told)
    assert SECRET not in json.dumps(told)


@pytest.mark.parametrize(
    "path",
    [
        "../x.md",
        "/etc/x.md",
        "config.toml",
        "agents/qa_tester/knowledge/../../../x.md",
        "agents/qa_tester/knowledge/.hidden.md",
        "agents/qa_tester/forgotten/x.md",
        "agents/qa_tester/knowledge/x\n.md",
        "agents/qa_tester/knowledge/x\ud800.md",
        f"agents/qa_tester/knowledge/{'x' * 300}.md",
        "agents/qa_tester/knowledge/x.toml",
        "agents/qa_tester/knowledge/a/b/c/d/x.md",
    ],
)
def test_a_path_where_no_store_keeps_a_memory_is_refused(shop, empty, path):
    _, told = empty(raw(shop, path=path))
    assert "has a `path` where no store keeps a memory" in refused(told)


def test_without_a_path_or_where_it_is_taken_the_file_goes_where_a_new_one_would(shop, empty):
    store, told = empty(raw(shop, path=""))
    usual = "agents/qa_tester/anti-patterns/using-sleep-for-async-waits--8ab27pwz4c.md"
    assert [each["path"] for each in told["written"]] == [usual]
    (store / usual).unlink()
    taken = "agents/qa_tester/anti-patterns/taken.md"
    (store / taken).write_text("+++\n+++\n# Taken\n")
    _, told = empty(raw(shop, path=taken))
    assert [each["path"] for each in told["written"]] == [usual]


def test_a_file_without_an_id_needs_its_place(empty):
    row = {"raw": '+++\nkind = "knowledge"\nagent = "qa_tester"\n+++\n# By hand\n'}
    _, told = empty(json.dumps(row))
    assert "has neither a `path` nor an id" in refused(told)


def test_the_owner_is_the_folder_and_must_be_configured(shop, empty):
    path = "agents/{}/anti-patterns/x--8ab27pwz4c.md"
    _, told = empty(raw(shop, path=path.format("nobody")))
    assert "agent `nobody` is not in the configuration" in refused(told)
    store, told = empty(raw(shop, path=path.format("qa_agent")))
    assert [each["path"] for each in told["written"]] == [path.format("qa_agent")]
    assert memories_below(store)[path.format("qa_agent")].decode() == shop.text("8ab27pwz4c")


def test_force_takes_it_with_a_note_in_its_header(shop, empty):
    row = raw(shop, text={"testing_strategies": "backend_logic"})
    store, told = empty(row, "--force")
    (content,) = memories_below(store).values()
    assert b'forced = "agent qa_tester may not learn about backend_logic' in content
    assert [each["id"] for each in told["written"]] == ["8ab27pwz4c"]


def test_a_secret_in_the_log_of_an_outcome_is_cut_out(shop, empty):
    row = next(r for r in rows(shop.ok("export", "--kind", "outcome")) if "## Error" in r["raw"])
    row["raw"] = row["raw"].replace("## Error\n", f"## Error\n{SECRET} ")
    store, told = empty(json.dumps(row))
    assert len(told["written"]) == 1
    (content,) = memories_below(store).values()
    assert b"[redacted: " in content
    assert SECRET.encode() not in content


@pytest.mark.parametrize("value", ["a\ud800b", 7, ["a"]])
def test_raw_that_is_no_text_is_refused(shop, value):
    told = shop("import", "-", "--json", stdin=json.dumps({"raw": value})).json
    assert refused(told) in {
        "has a `raw` that is not Unicode",
        "has fields that are not texts: raw",
    }
