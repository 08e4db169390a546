"""Sources that are damaged, huge or meant to harm: named by file and line, and nothing is lost."""

import json
import os
import sqlite3

import pytest
from support.sources import pieces

from alma_cli.errors import Usage
from alma_cli.sources.gather import gather
from alma_cli.sources.piece import LeftOut, Row

BOMB = "a: &a [x]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [*{chr(97 + n)}, *{chr(97 + n)}]\n" for n in range(20)
)
DEEP = "[" * 100_000


@pytest.mark.parametrize(
    ("files", "said"),
    [
        (("m.json", '[\n{"id": 1, "memory": "x"},\n{"id": 2\n]'), "line 4: is not JSON"),
        (("m.json", '[{"id": 1}\n{"id": 2}]'), "line 2: is not JSON: a list goes on without"),
        (("m.json", f'[{{"id": 1, "memory": "x"}},\n{DEEP}'), "line 2: is nested too deeply"),
        (("m.json", '[{"id": 1, "memory": "x"}, 1' + "0" * 5000 + "]"), "line 1: is not JSON"),
        (("m.json", b"[\n\n\xff]"), "line 3: is not UTF-8 text"),
        (("m.json", '{"memory": "x"}'.encode("utf-16")), "is UTF-16, not UTF-8 text"),
        (("t.csv", "title,why\nx,y\n\0,z\n"), "line 3: holds a NUL byte"),
        (("t.csv", 'title\n"x" y\n'), "line 2: is not CSV"),
        (("n.md", "---\na: x\nb: [}\n---\nx\n"), "line 3: is not YAML"),
        (("n.md", f"---\n{BOMB}---\nx\n"), "line 3: has a YAML alias, which is not read"),
        (("n.md", f"---\na: {'[' * 9000}\n---\nx\n"), "line 2: has YAML that is nested too deeply"),
        (("n.md", f"---\n{'- ' * 7000}\n---\nx\n"), "line 2: has YAML that is nested too deeply"),
        (("n.md", "---\na: \a\n---\nx\n"), "line 2: is not YAML"),
        (("c.yaml", "agents: 1\n"), "has no table `agents`"),
        (("c.yaml", f"agents: {'x' * 300_000}"), "line 1: has YAML of more than 256 KiB"),
        (("n.md", f"---\na: {'x' * 20_000}\n---\n"), "header of more than 16 KiB"),
        (("n.md", "---\n- a\n---\n"), "line 2: has a header that is no table"),
        (("n.md", "+++\na = \n+++\n"), "line 2: has a header that is not TOML"),
        (("n.md", "x" * 300_000), "is larger than 256 KiB"),
    ],
)
@pytest.mark.parametrize("in_folder", [False, True], ids=["a file", "in a folder"])
def test_what_cannot_be_read_is_named_and_in_a_folder_costs_only_itself(files, said, in_folder):
    name, content = files
    format_ = {"m.json": "mem0", "t.csv": "csv", "n.md": "markdown", "c.yaml": "alma-memory"}[name]
    if not in_folder:
        with pytest.raises(Usage, match=f"cannot read `{name}`: .*{said}"):
            pieces(files, format_)
        return
    good = {
        "mem0": ("z.json", '[{"id": 1, "memory": "good"}]'),
        "csv": ("z.csv", "title\ngood\n"),
        "markdown": ("z.md", "# good\n"),
        "alma-memory": ("heuristics.json", '[{"id": "1", "strategy": "good"}]'),
    }
    found = pieces(dict([good[format_], (name, content)]), format_)
    (left,) = [each for each in found if isinstance(each, LeftOut)]
    assert left.whence.path == name
    assert [row.title for row in found if isinstance(row, Row)][-1] == "good"


def test_half_a_surrogate_pair_is_left_out_wherever_it_stands(alma):
    alma.ok("init", "--agent", "qa")
    half = "\ud800"
    rows = [
        {"id": half, "memory": "a"},
        {"id": "1", "memory": half},
        {"id": "2", "memory": "b", "agent_id": half},
        {"id": "3", "memory": "c", "metadata": {"category": half, half: 1}},
        {"id": "4", "memory": "d", "metadata": {"domain": half, "tags": [half]}},
    ]
    alma.files({"m.json": json.dumps(rows)})
    alma.files({"notes/n.md": '---\npaths: ["\\ud800"]\n---\n# e\n'})
    ran = alma("import", "m.json", "--apply", "--json")
    assert [each["line"] for each in ran.json["refused"]] == [1, 1, 1]
    assert len(ran.json["written"]) == 2
    assert alma("import", "m.json").status == 0
    (left,) = alma.json("import", "notes", "--apply")["refused"]
    assert "not Unicode" in left["reason"]


def test_a_broken_line_of_json_lines_costs_only_itself():
    text = '{"id": 1, "memory": "a"}\n{"id": 2, "mem\n\n{"id": 3, "memory": "c"}\n'
    first, left, third = pieces(("m.jsonl", text), "mem0")
    assert (first.title, third.title) == ("a", "c")
    assert (left.whence.line, left.reason[:11]) == (2, "is not JSON")


def test_scalars_of_yaml_stay_the_texts_they_are_and_tags_construct_nothing():
    header = (
        "---\ntitle: no\ntags: [1.10, 2024-01-01]\ntype: !!python/object/apply:os.getcwd []\n---\n"
    )
    (row,) = pieces(("n.md", header), "markdown")
    assert (row.title, row.tags, row.kind) == ("no", ("1-10", "2024-01-01"), "knowledge")


@pytest.mark.parametrize("content", [b"SQLite format 3\0", b"SQLite format 3\0" + b"\xff" * 8000])
def test_a_damaged_database_is_said_to_be_one(content):
    with pytest.raises(Usage, match="is no database that can be read"):
        pieces(("a.db", content), "alma-memory")


def test_a_database_of_another_program_is_said_to_be_one():
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE songs (id)")
    with pytest.raises(Usage, match="has none of the tables of `alma-memory`"):
        pieces(("a.db", connection.serialize()), "alma-memory")


def test_of_a_database_plain_tables_are_read_and_no_view_runs():
    connection = sqlite3.connect(":memory:")
    connection.executescript(
        "CREATE TABLE heuristics (id, agent, strategy);"
        "INSERT INTO heuristics VALUES ('1', 'qa', 'Seed first');"
        "CREATE VIEW outcomes AS WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n)"
        " SELECT x AS id FROM n;"
    )
    (row,) = pieces(("a.db", connection.serialize()))
    assert (row.title, row.agent) == ("Seed first", "qa")


def test_a_database_that_keeps_a_log_is_read_without_it_only_when_the_log_is_empty(tmp_path):
    connection = sqlite3.connect(tmp_path / "a.db")
    connection.executescript(
        "PRAGMA journal_mode = WAL; CREATE TABLE heuristics (id, agent, strategy);"
        "INSERT INTO heuristics VALUES ('1', 'qa', 'Seed first');"
    )
    with pytest.raises(Usage, match=r"has changes in `a.db-wal` that are not in it yet"):
        _read(tmp_path, "a.db")
    connection.close()
    before = (tmp_path / "a.db").read_bytes()
    assert [row.title for row in _read(tmp_path, "a.db")] == ["Seed first"]
    assert (tmp_path / "a.db").read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["a.db"]


def test_no_link_leads_out_of_a_folder_and_no_pipe_is_waited_for(tmp_path):
    (tmp_path / "secret.md").write_text("# Secret\n")
    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / "a.md").write_text("# Kept\n")
    (folder / "b.md").symlink_to("a.md")
    (folder / "c.md").symlink_to(tmp_path / "secret.md")
    (folder / "d").symlink_to(tmp_path)
    os.mkfifo(folder / "e.md")
    there = gather(tmp_path, "notes", {})
    assert [(left.whence.path, left.reason) for left in there.passed] == [
        ("d", "is a link to a folder, which is not followed"),
        ("c.md", "is a link that leads out of the folder"),
    ]
    found = _read(tmp_path, "notes")
    assert [row.title for row in found if isinstance(row, Row)] == ["Kept", "Kept"]
    assert [each.reason for each in found if isinstance(each, LeftOut)] == ["is not a regular file"]


@pytest.mark.parametrize("name", ["loop.md", "loop.yaml", "loop.db", "loop"])
def test_a_link_to_itself_costs_only_itself(tmp_path, name):
    (tmp_path / "a.md").write_text("# Kept\n")
    (tmp_path / name).symlink_to(name)
    found = _read(tmp_path, ".")
    assert [row.title for row in found if isinstance(row, Row)] == ["Kept"]


def test_what_is_not_there_and_what_is_too_large_is_a_usage_error(tmp_path, monkeypatch):
    monkeypatch.setattr("alma_cli.sources.gather.MOST", 10)
    monkeypatch.setattr("alma_cli.sources.gather.MOST_FILES", 1)
    with pytest.raises(Usage, match="cannot read `gone`: No such file"):
        gather(tmp_path, "gone", {})
    for name in ("a.md", "b.md"):
        (tmp_path / name).write_text("more than ten")
    with pytest.raises(Usage, match="is larger than"):
        _read(tmp_path, "a.md")
    with pytest.raises(Usage, match="holds more than 1 files"):
        gather(tmp_path, ".", {})


def _read(folder, name):
    from alma_cli.sources.telling import source_of

    there = gather(folder, name, {})
    return [*source_of(there).read(there)]
