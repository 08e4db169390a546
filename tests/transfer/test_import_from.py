"""`alma import` of other programs' memories, from end to end."""

import json
import sqlite3
from datetime import UTC, datetime

import pytest
from support.sources import NEIGHBOURS
from support.tree import bytes_below

LONG_AFTER = datetime(2050, 1, 1, tzinfo=UTC)
"""When even what the neighbours write today is old."""


@pytest.fixture
def qa(alma):
    """A store with the agents `qa` and `bound`."""
    alma.ok("init", "--agent", "qa")
    alma.ok("agent", "add", "bound", "--can-learn", "testing", "--cannot-learn", "billing")
    return alma


def items(*values, namespace=("qa",)):
    rows = [
        {"namespace": [*namespace], "key": str(number), "value": value}
        for number, value in enumerate(values)
    ]
    return json.dumps(rows)


def test_memories_of_mem0_arrive_with_their_time_and_where_they_are_from(qa):
    source = (NEIGHBOURS / "mem0.json").read_text("utf-8")
    qa.files({"mem0.json": source})
    qa.time = LONG_AFTER
    told = qa.json("import", "mem0.json", "--apply")
    assert (told["format"], len(told["written"]), told["refused"]) == ("mem0", 4, [])
    assert told["unused"] == {"hash": 4, "role": 4, "updated_at": 4}
    assert {"from": "facts", "agent": "qa", "kind": "knowledge", "count": 1} in told["became"]
    memories = qa.json("list")["memories"]
    assert {each["origin"] for each in memories} == {"imported"}
    days = {each["created_at"][:10] for each in json.loads(source)["results"]}
    assert {each["created"][:10] for each in memories} == days
    before = bytes_below(qa.folder)
    again = qa.json("import", "mem0.json", "--apply")
    assert (again["written"], again["known"]) == ([], 4)
    assert bytes_below(qa.folder) == before


def test_a_dry_run_in_the_folder_that_both_programs_use_writes_nothing_and_says_what_is_what(qa):
    for path in (NEIGHBOURS / "alma_memory" / "file").iterdir():
        qa.files({f".alma/{path.name}": path.read_bytes()})
    qa.ok("list")  # which makes the index, a database too
    before = bytes_below(qa.folder)
    ran = qa("import", ".alma")
    assert "     1  helena  anti-pattern  from anti_patterns\n" in ran.out
    assert "     5  helena  outcome  from outcomes\n" in ran.out
    assert "not carried over: confidence (4), " in ran.out
    assert ran.err == "nothing is written yet; add `--apply`\n"
    assert bytes_below(qa.folder) == before


def test_alma_memory_brings_its_agents_and_confidence_comes_out_of_its_outcomes(qa):
    qa.time = LONG_AFTER
    database = sqlite3.connect(qa.folder / "alma.db")
    database.executescript((NEIGHBOURS / "alma_memory/sqlite/alma.sql").read_text("utf-8"))
    database.close()
    old = (NEIGHBOURS / "alma_memory/sqlite/config.yaml").read_bytes()
    qa.files({"old/config.yaml": old, "old/alma.db": (qa.folder / "alma.db").read_bytes()})
    told = qa.json("import", "old", "--apply")
    assert told["refused"] == []
    assert qa.json("agent", "explain", "helena")["cannot_learn"] == ["backend_logic"]
    (bad,) = qa.json("list", "--agent", "helena", "--kind", "anti-pattern")["memories"]
    assert (bad["evidence"], bad["why"]) == (
        {"for": 2, "against": 0},
        "TimeoutError: the button was not there",
    )
    again = qa.json("import", "old", "--apply")
    assert (again["written"], again["removed"], again["known"]) == ([], [], 10)
    qa.ok("undo")
    assert "helena" not in qa.store.joinpath("config.toml").read_text("utf-8")
    assert qa.memories() == []


def test_agents_that_are_here_keep_their_scope_and_what_is_no_agent_is_left_out(qa):
    config = (
        "agents:\n  bound:\n    can_learn: [all]\n  team: {}\n  new:\n    can_learn: x\n  QA 2:\n"
    )
    qa.files({"config.yaml": config})
    ran = qa("import", "config.yaml", "--apply", "--json")
    assert [(each["line"], each["reason"][:34]) for each in ran.json["refused"]] == [
        (4, "`team` is what every agent reads, "),
        (5, "agent `new` has a scope that is no"),
    ]
    assert qa.json("agent", "explain", "bound")["can_learn"] == ["testing"]
    assert qa.json("agent", "explain", "qa-2")["can_learn"] is None


def test_scope_secrets_and_agents_that_are_not_configured_hold_for_every_source(qa):
    qa.files(
        {
            "m.json": json.dumps(
                [
                    {
                        "id": "1",
                        "memory": "Refunds take a week",
                        "agent_id": "bound",
                        "metadata": {"domain": "billing"},
                    },
                    {"id": "2", "memory": "The key is AKIAIOSFODNN7EXAMPLE", "agent_id": "qa"},
                    {"id": "3", "memory": "Hello", "agent_id": "stranger"},
                    {"id": "4", "memory": "Tests run in CI", "agent_id": "qa"},
                ]
            )
        }
    )
    ran = qa("import", "m.json", "--apply", "--json")
    reasons = [each["reason"] for each in ran.json["refused"]]
    assert "may not learn about" in reasons[0]
    assert "what looks like a secret" in reasons[1]
    assert reasons[2] == "agent `stranger` is not in the configuration"
    assert len(ran.json["written"]) == 1
    assert "AKIAIOSFODNN7EXAMPLE" not in ran.out + ran.err


def test_a_map_says_what_their_words_mean(qa):
    qa.files(
        {
            "map.toml": """\
[kinds]
"shop/rules" = "preference"
[agents]
shop = "bound"
[domains]
"shop/rules" = "testing"
[fields]
lesson = "title"
""",
            "items.json": items({"lesson": "Seed first"}, namespace=("shop", "rules")),
        }
    )
    qa.ok("import", "items.json", "--map", "map.toml", "--apply")
    (memory,) = qa.json("list")["memories"]
    assert [memory[key] for key in ("kind", "agent", "domain", "title")] == [
        "preference",
        "bound",
        "testing",
        "Seed first",
    ]


def test_words_of_a_map_that_the_source_does_not_have_are_told(qa):
    qa.files(
        {
            "map.toml": '[kinds]\n"Code stlye" = "skip"\n"*" = "knowledge"\n[agents]\nbot = "qa"\n',
            "AGENTS.md": "## Code style\n- Use tabs\n",
        }
    )
    told = qa.json("import", "AGENTS.md", "--map", "map.toml")
    assert told["warnings"] == [
        "`Code stlye` in `[kinds]` of the map is not in the source",
        "`bot` in `[agents]` of the map is not in the source",
    ]


def test_names_of_fields_are_refused_where_a_format_has_none_of_its_own(qa):
    qa.files({"map.toml": '[fields]\nx = "title"\n', "AGENTS.md": "- Use tabs\n"})
    ran = qa("import", "AGENTS.md", "--map", "map.toml")
    assert (ran.status, "`[fields]` of the map means nothing for" in ran.err) == (2, True)


def test_the_json_document_of_an_export_is_a_source_too(qa):
    qa.ok("add", "knowledge", "CI has two cores", "--agent", "qa")
    qa.files({"all.json": qa.ok("export", "--format", "json")})
    told = qa.json("import", "all.json")
    assert (told["format"], told["known"], told["written"]) == ("alma", 1, [])


def test_a_map_can_skip_and_can_take_what_is_no_memory_by_itself(qa):
    history = [
        {"type": "human", "data": {"content": "We deploy on Tuesdays"}},
        {"type": "ai", "data": {"content": "Noted, Tuesdays"}},
    ]
    qa.files(
        {"h.json": json.dumps(history), "map.toml": '[kinds]\nhuman = "skip"\nai = "knowledge"\n'}
    )
    (left,) = qa.json("import", "h.json")["refused"]
    assert (left["line"], left["reason"][:30]) == (1, "is an answer, not a memory; `a")
    told = qa.json("import", "h.json", "--map", "map.toml", "--apply")
    assert told["refused"][0]["reason"] == "the map says to skip `human`"
    assert [each["title"] for each in qa.json("list")["memories"]] == ["Noted, Tuesdays"]


@pytest.mark.parametrize(
    ("text", "said", "hint"),
    [
        ("[kinds]\nx = 'skip'\n[kindz]\n", "map.toml:3: `kindz` is not a known key", "`kinds`?"),
        ("kinds = 1\n", "map.toml:1: `kinds` is no table", ""),
        ("[kinds]\n\nx = 'huristic'\n", "map.toml:3: `huristic` is not a kind", "`heuristic`?"),
        ("[fields]\nx = 'colour'\n", "map.toml:2: `colour` is not a field", "known are title"),
        ("[agents]\nx = 'a b'\n", "map.toml:2: `a b` is not a name for an agent", ""),
        ("[domains]\nx = 1\n", "map.toml:2: a value in `[domains]` is not a string", ""),
        ("[kinds\n", "map.toml:1: ", ""),
    ],
)
def test_a_map_that_cannot_be_understood_is_refused_with_its_line(qa, text, said, hint):
    qa.files({"map.toml": text, "a.md": "# x\n"})
    ran = qa("import", "a.md", "--map", "map.toml")
    assert (ran.status, said in ran.err, hint in ran.err) == (2, True, True), ran.err


def test_a_format_can_be_named_and_a_wrong_name_lists_the_known_ones(qa):
    qa.files({"CLAUDE.md": "- Use tabs\n", "AGENTS.md": "- Use tabs\n"})
    ran = qa("import", ".")
    assert (ran.status, "may be one of `claude-code`, `agents-md`" in ran.err) == (2, True)
    assert qa.json("import", ".", "--as", "agents-md")["format"] == "agents-md"
    ran = qa("import", ".", "--as", "agentsmd")
    assert (ran.status, "did you mean `agents-md`?" in ran.err) == (2, True)


def test_a_dry_run_tells_the_agents_that_would_be_added(qa):
    qa.files({"c.yaml": "agents:\n  helena:\n    can_learn: [testing]\n  qa: {}\n"})
    assert "     1  new among the agents: helena\n" in qa("import", "c.yaml").out
    assert qa.json("import", "c.yaml")["agents"] == ["helena"]


def test_a_source_that_holds_nothing_is_said_to_hold_nothing(qa):
    qa.files({"t.csv": "text,kind\n"})
    assert qa("import", "t.csv").out == "nothing to import\n"


def test_an_import_of_which_every_row_is_left_out_says_so_and_is_no_event(qa):
    qa.files({"t.csv": "text,kind\nDeploys go out on Tuesdays,habit\nThe shop is small,habit\n"})
    before = qa.json("log")["events"]
    said = qa.ok("import", "t.csv", "--agent", "qa", "--apply")
    assert said.endswith("imported nothing from t.csv: 2 are left out\n")
    assert qa.json("log")["events"] == before


def test_a_second_import_says_that_all_of_it_is_here(qa):
    qa.files({"t.csv": "text,kind\nDeploys go out on Tuesdays,fact\nThe shop is small,habit\n"})
    qa.ok("import", "t.csv", "--apply")
    said = qa.ok("import", "t.csv", "--apply")
    assert said.endswith("imported nothing from t.csv: 1 is here already, 1 is left out\n")


def test_a_kind_that_nobody_knows_is_left_out_with_the_rule_that_would_take_it(qa):
    qa.files({"t.csv": "text,kind\nDeploys go out on Tuesdays,habit\n"})
    ran = qa("import", "t.csv", "--agent", "qa")
    assert "t.csv:2: left out: has the kind `habit`, which cannot be imported" in ran.err
    assert 'hint: `--map FILE` says what it is: `"habit" = "knowledge"` below `[kinds]`' in ran.err


def test_what_is_not_known_is_told_every_format_there_is(qa):
    qa.files({"notes.bin": "?"})
    ran = qa("import", "notes.bin")
    assert (ran.status, "`markdown`, `junit`" in ran.err) == (2, True)


def test_the_report_of_a_test_run_is_a_file_and_no_folder(qa):
    qa.files({"reports/junit.xml": "<testsuite/>"})
    ran = qa("import", "reports", "--as", "junit")
    assert (ran.status, ran.err) == (
        2,
        "error: `reports` is a folder, and the report of a test run is a file\nhint: name the file\n",
    )


def test_a_file_that_cannot_be_read_is_a_usage_error_whatever_it_is(qa):
    qa.files({"alma.db": b"SQLite format 3\0", "alma.db-wal": b"x"})
    ran = qa("import", "alma.db")
    assert (ran.status, ran.err.partition(": has")[0]) == (2, "error: cannot read `alma.db`")


def test_the_same_words_of_two_sources_are_one_memory(qa):
    qa.files({"CLAUDE.md": "- Use tabs\n", "AGENTS.md": "- Use tabs\n- Wrap lines\n"})
    qa.ok("import", "CLAUDE.md", "--apply")
    told = qa.json("import", "AGENTS.md", "--apply")
    assert (told["known"], len(told["written"])) == (1, 1)


def test_a_note_that_changed_edits_its_memory_and_leaves_the_rest_of_the_file(qa):
    qa.files({"notes/a.md": "# Retry twice\n\nOr more.\n"})
    qa.ok("import", "notes", "--apply")
    (path,) = qa.memories()
    file = qa.store / path
    file.write_text(file.read_text("utf-8").replace("+++\n# ", "mood = 'fine'\n+++\n# "), "utf-8")
    qa.commit_by_hand()
    qa.files({"notes/a.md": "# Retry once\n\nOr more.\n"})
    id_ = qa.json("list")["memories"][0]["id"]
    told = f"     1  of these edit what is here\n        {id_}  Retry once (was: Retry twice)\n"
    for flags in ((), ("--apply",)):
        assert told in qa.ok("import", "notes", *flags)
    assert "# Retry once\n\nOr more.\n" in file.read_text("utf-8")
    assert "mood = 'fine'\n" in file.read_text("utf-8")


@pytest.mark.parametrize(
    "files",
    [
        {
            "old/index.md": "Deploys go out on Tuesdays\n",
            "new/index.md": "The shop has one database\n",
        },
        {"shop/memory/a.md": "Deploys go out\n", "till/memory/a.md": "One database\n"},
        {"old/t.csv": "id,text\n1,Deploys go out\n", "new/t.csv": "id,text\n1,One database\n"},
        {"a.csv": "id,text\n1,Deploys go out\n", "b.csv": "id,text\n1,One database\n"},
    ],
    ids=[
        "notes of one name",
        "memories of two projects",
        "tables of one name",
        "rows of one number",
    ],
)
def test_what_two_sources_call_alike_are_two_memories(qa, files):
    qa.files(files)
    told = [qa.json("import", path, "--apply") for path in files]
    assert [(each["edited"], len(each["written"])) for each in told] == [(0, 1), (0, 1)]
    assert len(qa.json("list")["memories"]) == 2


def test_a_note_is_the_same_whether_it_or_its_folder_is_imported(qa):
    qa.files({"notes/index.md": "Deploys go out on Tuesdays\n"})
    qa.ok("import", "notes", "--apply")
    qa.files({"notes/index.md": "Deploys go out on Mondays\n"})
    assert qa.json("import", "notes/index.md", "--apply")["edited"] == 1


def test_without_pyyaml_a_header_in_yaml_is_refused_with_what_brings_it(qa, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "yaml", None)
    qa.files({"notes/a.md": "---\ntitle: x\n---\n", "CLAUDE.md": "- Use tabs\n"})
    ran = qa("import", "notes")
    assert (ran.status, "needs PyYAML" in ran.err) == (2, True)
    assert "hint: `pip install 'alma-cli[import]'` brings it\n" in ran.err
    assert len(qa.json("import", "CLAUDE.md")["written"]) == 1
