"""What a reader of the whole change broke once."""

import json

import pytest
from support.tree import files_holding


@pytest.fixture
def qa(alma):
    alma.ok("init", "--agent", "qa")
    return alma


def test_the_markers_of_a_merge_in_a_log_do_not_lose_the_outcome(qa):
    log = "git said:\n<<<<<<< HEAD\none\n=======\ntwo\n>>>>>>> x\n"
    told = ("--task", "merge", "--strategy", "merge by hand", "--error", "-")
    qa.ok("learn", "--failure", *told, stdin=log)
    (memory,) = qa.json("list")["memories"]
    assert memory["evidence"] == {"for": 1, "against": 0}
    (outcome,) = qa.json("show", memory["id"])["outcomes"]
    assert outcome["error"] == log.strip()


def test_what_would_not_be_read_back_is_not_written(qa):
    tags = [part for n in range(320) for part in ("--tag", f"{n:03}{'x' * 56}")]
    ran = qa("add", "knowledge", "Too many tags", *tags)
    assert ran.status == 2
    assert "cannot be kept as a memory" in ran.err
    assert qa.memories() == []


def test_a_secret_that_the_cut_of_a_title_parts_is_found(qa):
    secret = "ghp_" + "aB3dE5fG7h" * 4
    ran = qa("add", "knowledge", f"{'word ' * 35}and the token is {secret}")
    assert ran.status == 3
    assert files_holding(qa, secret) == []


def test_a_secret_in_the_reference_of_an_import_is_found(qa):
    secret = "ghp_" + "aB3dE5fG7h" * 4
    row = {"kind": "knowledge", "title": "Where it is", "ref": f"https://u:{secret}@x.example"}
    told = qa("import", "-", "--apply", "--json", stdin=json.dumps(row)).json
    assert [each["line"] for each in told["refused"]] == [1]
    assert files_holding(qa, secret) == []


def test_rows_that_share_a_title_and_say_different_things_are_both_taken(qa):
    rows = [{"kind": "knowledge", "title": "Timeouts", "body": body} for body in ("10 s", "4 s")]
    text = "\n".join(map(json.dumps, rows))
    assert len(qa("import", "-", "--apply", "--json", stdin=text).json["written"]) == 2
    assert qa("import", "-", "--apply", "--json", stdin=text).json["known"] == 2


def test_an_import_for_an_agent_that_is_not_configured_is_a_usage_error(qa):
    ran = qa("import", "-", "--agent", "nobody", "--apply", stdin="{}")
    assert ran.status == 2


def test_a_linked_folder_is_named_and_not_read(qa, tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "x.md").write_text('+++\nkind = "knowledge"\n+++\n# Secret plans\n')
    qa.ok("add", "knowledge", "Plans are made on Monday")
    (qa.store / "agents/qa/linked").symlink_to(outside)
    ran = qa("recall", "plans")
    assert "agents/qa/linked" in ran.err
    assert "Secret" not in ran.out


def test_a_log_that_is_not_unicode_keeps_its_outcome(qa):
    told = ("--task", "build", "--strategy", "make it", "--error", "Boom \udce9 \0")
    assert qa("learn", "--failure", *told).status == 0
    assert "Boom \ufffd \ufffd" in qa.text("/outcomes/")


def test_a_store_with_a_history_is_not_given_another(qa):
    before = qa.git("log", "--format=%H")
    ran = qa("init", "--separate")
    assert ran.status == 2
    assert not (qa.store / ".git").exists()
    assert qa.git("log", "--format=%H") == before


def test_a_project_named_by_store_gets_its_store_in_a_folder(bare):
    bare.files({"app/code.py": "x = 1\n", "app/.git/HEAD": "ref: refs/heads/main\n"})
    bare.ok("--store", "app", "init", "--no-commit")
    assert (bare.folder / "app/.alma/config.toml").is_file()
    bare.files({"other/code.py": "x = 1\n"})
    assert bare("--store", "other", "init").status == 2


def test_the_event_that_made_the_store_is_not_undone(alma):
    alma.git("commit", "--quiet", "--allow-empty", "--message=first")
    alma.ok("init", "--agent", "qa")
    (event,) = alma.json("log")["events"]
    assert alma("undo", event["event"]).status == 1
    assert (alma.store / "config.toml").is_file()


def test_own_memories_are_listed_outside_of_any_project(bare):
    bare.ok("add", "preference", "--user", "Prefer verbose output")
    assert "Prefer verbose output" in bare.ok("list", "--user")


@pytest.mark.parametrize(
    "arguments",
    [("recall", "x", "-k", "9" * 30), ("recall", "x", "--budget", "9" * 30)],
)
def test_a_number_beyond_reason_is_a_usage_error(qa, arguments):
    assert qa(*arguments).status == 2


def test_json_nested_beyond_reason_is_a_usage_error(qa):
    assert qa("learn", "--from", "-", stdin="[" * 100_000).status == 2
