"""Branches: one edits, one forgets; whatever git makes of it, the memory stays forgotten."""

import subprocess

import pytest
from support.tree import tomb_of

SLEEP = "8ab27pwz4c"
PATH = f".alma/agents/qa_tester/anti-patterns/using-sleep-for-async-waits--{SLEEP}.md"


def hidden(alma):
    ids = {each["id"] for each in alma.json("list")["memories"]}
    hits = alma.json("recall", "sleep for async waits", "--agent", "qa_tester")["hits"]
    return SLEEP not in ids and SLEEP not in {hit["id"] for hit in hits}


@pytest.fixture
def merged(shop):
    """An edit on main and a forget on a branch, merged with the edited file kept."""
    shop.git("checkout", "--quiet", "-b", "tidying")
    shop.ok("forget", "8ab2", "--reason", "Wrong")
    shop.git("checkout", "--quiet", "main")
    shop.ok("edit", "8ab2", "--set", "why=Edited elsewhere")
    ran = subprocess.run(
        ["git", "merge", "tidying"],
        cwd=shop.folder,
        env=shop.environ,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 1
    assert "CONFLICT (modify/delete)" in ran.stdout
    assert (shop.folder / PATH).exists()
    assert tomb_of(shop, SLEEP)
    return shop


def test_it_is_hidden_in_the_middle_of_the_merge_and_after_it(merged):
    assert hidden(merged)
    merged.git("add", "-A")
    merged.git("commit", "--quiet", "-m", "merge")
    assert (merged.folder / PATH).exists()
    assert hidden(merged)
    assert "hidden      forgotten on 2026-11-22: Wrong\n" in merged.ok("show", "8ab2")
    told = merged.json("show", "8ab2")
    assert (told["hidden"], told["hidden_because"]) == ("forgotten", "on 2026-11-22: Wrong")


@pytest.fixture
def beside(merged):
    """The same, with the merge committed."""
    merged.git("add", "-A")
    merged.git("commit", "--quiet", "-m", "merge")
    return merged


@pytest.mark.parametrize(
    "command", [("edit", "8ab2", "--set", "why=x"), ("supersede", "8ab2", "x")]
)
def test_it_is_not_changed_while_it_is_forgotten(beside, command):
    ran = beside(*command)
    assert ran.status == 2
    assert f"{SLEEP} is forgotten" in ran.err
    assert f"`alma restore {SLEEP}` takes it back first" in ran.err


def test_restore_takes_the_tombstone_away_and_the_edit_is_kept(beside):
    said = beside.ok("restore", "8ab2")
    assert said.endswith(" as it stands\n")
    assert not tomb_of(beside, SLEEP)
    assert beside.json("show", "8ab2")["why"] == "Edited elsewhere"
    assert not hidden(beside)


def test_forgetting_it_again_removes_the_file_and_keeps_the_tombstone(beside):
    tomb = beside.store / tomb_of(beside, SLEEP)
    before = tomb.read_bytes()
    beside.ok("forget", "8ab2")
    assert not (beside.folder / PATH).exists()
    assert tomb.read_bytes() == before
    assert beside.json("log", "-n", "1")["events"][0]["memories"] == [SLEEP]


def test_a_new_reason_replaces_the_old_one(beside):
    beside.ok("forget", "8ab2", "--reason", "Still wrong")
    assert not (beside.folder / PATH).exists()
    assert "forgotten on 2026-11-22: Still wrong" in beside("show", "8ab2").err


def test_a_merge_without_an_edit_takes_the_file_away(shop):
    shop.git("checkout", "--quiet", "-b", "tidying")
    shop.ok("forget", "8ab2")
    shop.git("checkout", "--quiet", "main")
    shop.ok("add", "knowledge", "CI has two cores")
    shop.git("merge", "--quiet", "--no-edit", "tidying")
    assert not (shop.folder / PATH).exists()
    assert hidden(shop)


def test_the_newest_version_is_found_on_the_side_that_a_merge_left_out(merged):
    """History of the file alone, as git simplifies it, would not show the edit."""
    merged.git("rm", "--quiet", PATH)
    merged.git("commit", "--quiet", "-m", "merge")
    merged.ok("restore", "8ab2")
    assert merged.json("show", "8ab2")["why"] == "Edited elsewhere"


@pytest.fixture
def twice(shop):
    """Two branches forget the same memory, each for a reason of its own, and are merged."""
    shop.git("checkout", "--quiet", "-b", "tidying")
    shop.ok("forget", "8ab2", "--reason", "Wrong")
    shop.git("checkout", "--quiet", "main")
    shop.ok("forget", "8ab2", "--reason", "Old")
    shop.git("merge", "--quiet", "--no-edit", "tidying")
    return shop


def test_two_branches_that_forget_the_same_memory_merge_without_conflict(twice):
    assert twice.git("status", "--short") == ""
    assert hidden(twice)
    ran = twice("show", "8ab2")
    assert (ran.status, ran.err.count(SLEEP)) == (1, 2)  # once in the error, once in the hint


def test_what_was_forgotten_twice_comes_back_at_once(twice):
    assert twice.ok("restore", "8ab2").startswith(f"restored anti-pattern {SLEEP} ")
    assert list((twice.store / "agents/qa_tester/forgotten").glob("*")) == []
    assert not hidden(twice)
