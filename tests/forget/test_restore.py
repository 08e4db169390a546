"""`alma restore`: back from history, as it was or as it once was."""

import pytest
from support.tree import bytes_below, tomb_of

SLEEP = "8ab27pwz4c"
PATH = f"agents/qa_tester/anti-patterns/using-sleep-for-async-waits--{SLEEP}.md"
TITLE = "Using sleep() for async waits"


def head(alma):
    return alma.git("rev-parse", "HEAD").strip()


@pytest.fixture
def sleep(shop):
    return shop.store / PATH


def test_it_comes_back_byte_for_byte_and_the_tombstone_goes(shop, sleep):
    odd = b"\xef\xbb\xbf" + sleep.read_bytes().replace(b"\n", b"\r\n") + b"\r\n\r\n"
    sleep.write_bytes(odd)
    shop.git("commit", "--quiet", "-am", "by hand")
    whence = head(shop)[:7]
    shop.ok("forget", "8ab2")
    assert shop.ok("restore", "8ab2") == (
        f'restored anti-pattern {SLEEP} "{TITLE}" from {whence}\n'
    )
    assert sleep.read_bytes() == odd
    assert not tomb_of(shop, SLEEP)


def test_it_is_one_event(shop):
    shop.ok("forget", "8ab2")
    tomb = tomb_of(shop, SLEEP)
    told = shop.json("restore", "8ab2")
    assert told["written"] == [{"id": SLEEP, "kind": "anti-pattern", "path": PATH}]
    changed = shop.git("show", "--name-status", "--no-renames", "--format=%s", "HEAD").split("\n")
    assert changed == [
        f'qa_tester: restore anti-pattern "{TITLE}"',
        "",
        f"A\t.alma/{PATH}",
        f"D\t.alma/{tomb}",
        "",
    ]
    assert shop.json("log", "-n", "1")["events"][0]["memories"] == [SLEEP]


def test_evidence_comes_back_with_it(shop):
    before = shop.json("show", "8ab2")
    shop.ok("forget", "8ab2")
    shop.ok("restore", "8ab2")
    assert shop.json("show", "8ab2") == before


def test_the_newest_version_comes_back(shop):
    for why in ("One", "Two"):
        shop.ok("edit", "8ab2", "--set", f"why={why}")
    shop.ok("forget", "8ab2")
    shop.ok("restore", "8ab2")
    assert shop.json("show", "8ab2")["why"] == "Two"


def test_an_older_version_by_revision_event_or_date(shop):
    told = [shop.json("edit", "8ab2", "--set", f"why={why}") for why in ("One", "Two", "Three")]
    shop.ok("forget", "8ab2")
    for at, why in (("HEAD~2", "Two"), (told[0]["event"], "One"), (told[1]["commit"][:10], "Two")):
        shop.ok("restore", "8ab2", "--at", at)
        assert shop.json("show", "8ab2")["why"] == why


def test_an_older_version_of_a_memory_that_is_there_is_an_edit(shop, sleep):
    before = sleep.read_bytes()
    shop.ok("edit", "8ab2", "--set", "why=One", "--set", "title=Sleeping")
    told = shop.json("restore", "8ab2", "--at", "HEAD~1")
    assert sleep.read_bytes() == before
    assert told["written"] == [{"id": SLEEP, "kind": "anti-pattern", "path": PATH}]
    assert shop.git("show", "--name-status", "--format=", "HEAD").split() == ["M", f".alma/{PATH}"]


def test_the_version_that_stands_makes_no_event(shop):
    before = head(shop)
    told = shop.json("restore", "8ab2", "--at", "HEAD")
    assert (told["event"], told["written"]) == (None, [])
    assert shop.ok("restore", "8ab2", "--at", "HEAD").endswith(" is that already\n")
    assert head(shop) == before


def test_one_that_is_not_forgotten_needs_a_revision(shop):
    ran = shop("restore", "8ab2")
    assert ran.status == 2
    assert f"{SLEEP} is not forgotten" in ran.err
    assert f"hint: `alma restore {SLEEP} --at REV`" in ran.err


@pytest.mark.parametrize("name", [SLEEP, "8ab2", "8AB27"])
def test_a_file_that_somebody_deleted_without_a_tombstone_comes_back(shop, sleep, name):
    before = sleep.read_bytes()
    shop.git("rm", "--quiet", f".alma/{PATH}")
    shop.git("commit", "--quiet", "-m", "tidy up")
    shop.ok("restore", name)
    assert sleep.read_bytes() == before


def test_a_file_without_an_id_in_its_name_comes_back(shop):
    files = {
        ".alma/agents/team/knowledge/tokens.md": '+++\nkind = "knowledge"\n+++\n# Tokens\n',
        ".alma/agents/team/knowledge/odd.md": '+++\nid = "cccc000001"\n+++\n# Odd\n',
    }
    shop.files(files)
    shop.git("add", "-A")
    shop.git("commit", "--quiet", "-m", "by hand")
    ids = {each["title"]: each["id"] for each in shop.json("list", "--team")["memories"]}
    for title in ("Tokens", "Odd"):
        shop.ok("forget", ids[title])
        shop.ok("restore", ids[title])
        assert shop.json("show", ids[title])["title"] == title
        assert not tomb_of(shop, ids[title])
    for path, text in files.items():
        assert (shop.folder / path).read_text() == text


def test_a_damaged_version_is_passed_over(shop, sleep):
    good = sleep.read_bytes()
    sleep.write_bytes(b"<<<<<<< HEAD\n")
    shop.git("commit", "--quiet", "-am", "a bad merge")
    shop.git("rm", "--quiet", f".alma/{PATH}")
    shop.git("commit", "--quiet", "-m", "away with it")
    shop.ok("restore", "8ab2")
    assert sleep.read_bytes() == good


def test_what_history_does_not_have_is_no(shop):
    for arguments in (("zzzz",), ("zzzzzzzzzz",), ("%%%%",), ("8ab2", "--at", "no-such-rev")):
        before = bytes_below(shop.folder)
        ran = shop("restore", *arguments)
        assert (arguments, ran.status, ran.out) == (arguments, 1, "")
        assert bytes_below(shop.folder) == before


def test_a_revision_from_before_it_is_no(shop):
    made = shop.json("add", "knowledge", "CI has two cores")["written"][0]["id"]
    ran = shop("restore", made, "--at", "HEAD~1")
    assert ran.status == 1
    assert f"does not have {made}" in ran.err


@pytest.mark.parametrize("at", ["--output=/tmp/x", "-h", "HEAD:", "HEAD\nHEAD", ":/x", "@{-1}"])
def test_a_revision_is_never_an_option_of_git(shop, at):
    assert shop("restore", "8ab2", f"--at={at}").status in {1, 2}


def test_a_start_of_several_ids_in_history_is_usage(shop):
    for n in (1, 2):
        shop.files({f".alma/agents/team/knowledge/x--dddd00000{n}.md": "+++\n+++\n# X\n"})
    shop.git("add", "-A")
    shop.git("commit", "--quiet", "-m", "two")
    shop.git("rm", "--quiet", "-r", ".alma/agents/team/knowledge")
    shop.git("commit", "--quiet", "-m", "none")
    ran = shop("restore", "dddd")
    assert ran.status == 2
    assert "`dddd` begins the ids of 2 memories: dddd000001, dddd000002" in ran.err


def test_without_git_there_is_no_history(bare):
    bare.ok("init", "--agent", "qa")
    made = bare.json("add", "knowledge", "CI has two cores", "--no-commit")["written"][0]["id"]
    bare.ok("forget", made, "--no-commit")
    ran = bare("restore", made)
    assert ran.status == 1
    assert "not in a git repository" in ran.err


def test_a_store_below_a_folder_with_odd_characters(shop):
    odd = shop.folder / "a [b]*?"
    odd.mkdir()
    (shop.store).rename(odd / ".alma")
    shop.git("add", "-A")
    shop.git("commit", "--quiet", "-m", "move")
    shop.folder = odd
    shop.ok("forget", "8ab2")
    shop.ok("restore", "8ab2")
    assert shop.json("show", "8ab2")["id"] == SLEEP


def test_scope_holds_and_can_be_overruled(shop):
    shop.ok("forget", "8ab2")
    config = shop.store / "config.toml"
    narrow = '[agents.qa_tester]\ncannot_learn = ["testing_strategies"]\n'
    config.write_text(f"format = 1\n{narrow}")
    assert shop("restore", "8ab2").status == 3
    assert shop("restore", "8ab2", "--force").status == 0
    assert "forced = " in (shop.store / PATH).read_text()


def test_what_was_forced_when_it_was_written_comes_back_as_it_was(shop):
    flags = ("--domain", "backend_logic", "--agent", "qa_tester", "--force")
    made = shop.json("add", "knowledge", "Workers restart at noon", *flags)["written"][0]
    before = (shop.store / made["path"]).read_bytes()
    shop.ok("forget", made["id"])
    shop.ok("restore", made["id"])
    assert (shop.store / made["path"]).read_bytes() == before


def test_a_dry_run_writes_nothing(shop):
    shop.ok("forget", "8ab2")
    before = bytes_below(shop.folder)
    out = shop.ok("restore", "8ab2", "--dry-run")
    assert out.splitlines()[1:] == [f"  new    {PATH}", f"  remove {tomb_of(shop, SLEEP)}"]
    assert bytes_below(shop.folder) == before


def test_without_a_commit_git_stays_as_it_is(shop, sleep):
    shop.ok("forget", "8ab2")
    before = head(shop)
    assert shop.json("restore", "8ab2", "--no-commit")["commit"] is None
    assert head(shop) == before
    assert sleep.exists()


def test_in_a_store_with_a_repository_of_its_own(alma):
    alma.ok("init", "--agent", "qa", "--separate")
    made = alma.json("add", "knowledge", "CI has two cores")["written"][0]["id"]
    alma.ok("forget", made)
    alma.ok("restore", made)
    assert alma.json("show", made)["title"] == "CI has two cores"


def test_a_person_whose_git_follows_renames_gets_a_memory_back(shop):
    shop.git("config", "log.follow", "true")
    shop.ok("forget", "8ab2")
    shop.ok("restore", "8ab2")
    assert (shop.store / PATH).is_file()
