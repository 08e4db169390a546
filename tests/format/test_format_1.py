"""A store as it was written when format 1 began: it stays readable, to the byte, for ever.

`1/` and `1.json` are never brought up to date. They are all that format 1 has: each kind of memory,
evidence, a supersession, a tombstone, a guard, a file by hand, one from Windows, keys of others,
checkpoints.
"""

import json
import shutil
from pathlib import Path

import pytest
from support.tree import bytes_below

STORE = Path(__file__).with_name("1")
SAID = json.loads(Path(__file__).with_name("1.json").read_text("utf-8"))


@pytest.fixture
def old(alma):
    shutil.copytree(STORE, alma.store)
    alma.git("add", ".")
    alma.git("commit", "--quiet", "--message=old")
    return alma


def test_every_memory_says_what_it_said(old):
    now = {each["id"]: each for each in old.json("list")["memories"]}
    assert set(now) == {each["id"] for each in SAID["memories"]}
    for each in SAID["memories"]:
        assert {key: now[each["id"]][key] for key in each} == each


def test_every_outcome_still_speaks(old):
    for id_, outcomes in SAID["outcomes"].items():
        now = {each["id"]: each for each in old.json("show", id_)["outcomes"]}
        for each in outcomes:
            assert {key: now[each["id"]][key] for key in each} == each


@pytest.mark.parametrize("told", SAID["checkpoints"], ids=lambda told: str(told["seq"]))
def test_a_workflow_goes_on_from_where_it_stood(old, told):
    old.files({"plan.txt": "plan\n"})
    (file,) = (STORE / "workflows" / told["workflow"]).glob(f"*--{told['id']}.md")
    ran = old("resume", told["workflow"], "--at", str(told["seq"]), "--format", "json")
    assert json.loads(ran.out) == told
    for number in ("1.10", "1e300", "12345678901234567890"):
        assert number in file.read_text("utf-8")
        assert number in ran.out


def test_reading_changes_no_byte_and_complains_of_nothing(old):
    before = bytes_below(old.folder)
    for command in (("list",), ("recall", "sleep"), ("recall",), ("export",), ("config", "show")):
        ran = old(*command)
        assert (ran.status, ran.err) == (0, "")
    assert bytes_below(old.folder) == before


def test_its_guard_is_a_match_and_its_tombstone_holds(old):
    told = old.json("learn", "--failure", "--domain=testing", "--task=a", "--strategy=sleep(30)")
    assert told["lesson"]["id"] == "gward00000"
    told = old("add", "knowledge", "The shop has three pages")
    assert "forgotten" in told.err
    assert "It has four" in told.err


@pytest.mark.parametrize("id_", ["abcdefgh12", "w1nd0ws000"])
def test_an_edit_leaves_what_it_does_not_know_as_it_is(old, id_):
    path = next(each["path"] for each in SAID["memories"] if each["id"] == id_)
    before = (old.store / path).read_bytes()
    old.ok("edit", id_, "--set", "tags=ci")
    after = (old.store / path).read_bytes()
    old.ok("edit", id_, "--set", "tags=")
    assert after != before
    gained = [line for line in after.splitlines() if line not in before.splitlines()]
    assert gained == [b'tags = ["ci"]']
    assert not set(before.splitlines()) - set(after.splitlines())


def test_an_export_brings_it_back_to_the_byte(old):
    rows = old.ok("export", "--format", "jsonl")
    files = {json.loads(row)["path"]: json.loads(row)["raw"] for row in rows.splitlines()}
    for path, raw in files.items():
        assert raw.encode() == (STORE / path).read_bytes()
    assert len(files) == len([path for path in old.memories() if "/forgotten/" not in path])
