"""What a person wrote and has not committed is neither lost nor made part of an event."""

import pytest

SLEEP = "8ab27pwz4c"
PATH = f"agents/qa_tester/anti-patterns/using-sleep-for-async-waits--{SLEEP}.md"


@pytest.fixture
def sleep(shop):
    """A lesson with a line that a person has just written."""
    shop.ok("edit", SLEEP, "--set", "tags=slow")
    file = shop.store / PATH
    file.write_bytes(file.read_bytes() + b"\nA line by hand.\n")
    return file


LOSING = [
    ("forget", SLEEP),
    ("forget", SLEEP, "--dry-run"),
    ("restore", SLEEP, "--at", "HEAD~1"),
    ("restore", SLEEP, "--at", "HEAD~1", "--dry-run"),
    ("restore", SLEEP, "--at", "HEAD~1", "--no-commit"),
    ("rollback", "--to", "HEAD~1"),
]


@pytest.mark.parametrize("command", LOSING, ids=" ".join)
def test_what_would_lose_it_is_refused(shop, sleep, command):
    before = sleep.read_bytes()
    ran = shop(*command)
    assert (ran.status, ran.out) == (4, "")
    assert f"these hold what no commit has, and would lose it: `{PATH}`" in ran.err
    assert "commit it with git, or put it away" in ran.err
    assert sleep.read_bytes() == before


@pytest.mark.parametrize("more", [(), ("--dry-run",)], ids=["", "dry"])
def test_an_event_that_would_take_it_in_is_refused(shop, sleep, more):
    before, head = sleep.read_bytes(), shop.git("rev-parse", "HEAD")
    ran = shop("edit", SLEEP, "--set", "why=Slow", *more)
    assert (ran.status, ran.out) == (4, "")
    assert "it would become part of this event" in ran.err
    assert "or add `--no-commit`" in ran.err
    assert (sleep.read_bytes(), shop.git("rev-parse", "HEAD")) == (before, head)


def test_without_a_commit_there_is_no_event_to_become_part_of(shop, sleep):
    shop.ok("edit", SLEEP, "--set", "why=Slow", "--no-commit")
    shop.ok("edit", SLEEP, "--set", "why=Slower", "--no-commit")
    assert b"A line by hand." in sleep.read_bytes()


def test_a_memory_that_a_person_is_moving_waits_for_their_commit(shop):
    shop.git("mv", f".alma/{PATH}", f".alma/{PATH.replace('using', 'no')}")
    staged = shop.git("status", "--short")
    for command in (("edit", SLEEP, "--set", "tags=slow"), ("forget", SLEEP)):
        assert shop(*command).status == 4
    assert shop.git("status", "--short") == staged
    shop.git("commit", "--quiet", "-m", "moved")
    shop.ok("edit", SLEEP, "--set", "tags=slow")


def test_an_undo_without_a_commit_is_a_change_that_no_second_one_builds_on(shop):
    shop.ok("add", "knowledge", "CI has two cores", "--team")
    shop.ok("undo", "--no-commit")
    ran = shop("undo", "--no-commit")
    assert ran.status == 4
    assert "by an edit that no commit has" in ran.err


def test_with_commits_off_an_edit_stands_in_the_way_of_forgetting(shop):
    shop.ok("config", "set", "git.commit", "false")
    shop.ok("edit", SLEEP, "--set", "why=Slow")
    ran = shop("forget", SLEEP)
    assert ran.status == 4
    assert "commit it with git, or put it away" in ran.err


def test_once_it_is_committed_all_goes_on(shop, sleep):
    shop.git("commit", "--quiet", "-am", "by hand")
    before = sleep.read_bytes()
    shop.ok("edit", SLEEP, "--set", "why=Slow")
    shop.ok("undo")
    assert sleep.read_bytes() == before


def test_the_configuration_is_no_exception(shop):
    shop.files({".alma/config.toml": (shop.store / "config.toml").read_text() + "\n# by hand\n"})
    ran = shop("agent", "add", "ops")
    assert (ran.status, ran.out) == (4, "")
    assert "`config.toml`" in ran.err


def test_it_does_not_stand_in_the_way_of_evidence(shop):
    shop.ok(
        "learn", "--failure", "--agent", "qa_tester", "--task", "a", "--strategy", "Click twice"
    )
    (path,) = (path for path in shop.memories() if "anti-patterns/click-twice" in path)
    file = shop.store / path
    file.write_bytes(file.read_bytes() + b"\n<!-- by hand -->\n")
    before = file.read_bytes()
    told = (
        "learn",
        "--failure",
        "--agent",
        "qa_tester",
        "--task",
        "a",
        "--strategy",
        "Click twice",
    )
    ran = shop(*told, "--why-bad", "Sent twice")
    assert ran.status == 0
    assert "recorded failure for anti-pattern" in ran.out
    assert f"the lesson is not completed, since it holds what no commit has: `{path}`" in ran.err
    assert file.read_bytes() == before


def test_what_an_event_under_way_holds_is_no_edit_by_hand(shop):
    shop.ok("config", "set", "git.commit", "batch")
    shop.ok("commit")
    shop.ok("edit", SLEEP, "--set", "why=Slow")
    shop.ok("edit", SLEEP, "--set", "why=Slower")
    shop.ok("forget", SLEEP)


def test_a_checkout_with_crlf_has_edited_nothing(shop):
    (shop.store / ".gitattributes").write_text("* text eol=crlf\n")
    shop.git("commit", "--quiet", "-am", "for Windows")
    (shop.store / PATH).unlink()
    shop.git("checkout", "--", ".")
    assert b"\r\n" in (shop.store / PATH).read_bytes()
    shop.ok("forget", SLEEP)


def test_a_tombstone_is_no_text_of_a_person(shop):
    shop.ok("forget", SLEEP, "--no-commit")
    assert f"restored anti-pattern {SLEEP}" in shop.ok("restore", SLEEP)


def test_with_commits_off_what_is_forgotten_comes_back(shop):
    shop.ok("config", "set", "git.commit", "false")
    shop.ok("forget", SLEEP)
    assert f"restored anti-pattern {SLEEP}" in shop.ok("restore", SLEEP)


def test_a_file_that_no_commit_has_is_forgotten_only_without_one(shop):
    shop.files({".alma/agents/team/knowledge/cores.md": "+++\n+++\n# CI has two cores"})
    (id_,) = (m["id"] for m in shop.json("list")["memories"] if m["title"] == "CI has two cores")
    ran = shop("forget", id_)
    assert ran.status == 4
    assert "these hold what no commit has, and would lose it" in ran.err
    ran = shop("forget", id_, "--no-commit")
    assert ran.status == 0
    assert "no commit holds it, so `alma restore` cannot take it back" in ran.err


def test_what_git_keeps_through_a_filter_is_not_an_edit(shop):
    shop.files({".gitattributes": ".alma/** filter=rot\n"})
    shop.git("config", "filter.rot.clean", "tr a-z n-za-m")
    shop.git("config", "filter.rot.smudge", "tr a-z n-za-m")
    shop.git("add", ".")
    shop.git("add", "--renormalize", ".")
    shop.git("commit", "--quiet", "-m", "keep it secret")
    ran = shop("edit", SLEEP, "--set", "why=Slow")
    assert ran.status == 0
    assert "the commit is pending" in ran.err


def test_what_a_merge_has_brought_is_not_an_edit(shop):
    shop.files({"code.py": "1"})
    shop.commit_by_hand()
    shop.git("checkout", "--quiet", "-b", "side")
    shop.ok("edit", SLEEP, "--set", "tags=slow")
    added = shop.json("add", "knowledge", "CI has two cores", "--team")["written"][0]["id"]
    shop.files({"code.py": "2"})
    shop.commit_by_hand()
    shop.git("checkout", "--quiet", "main")
    shop.files({"code.py": "3"})
    shop.commit_by_hand()
    assert shop.shell("git merge side").status == 1
    for command in (("edit", SLEEP, "--set", "why=Slow"), ("forget", added)):
        ran = shop(*command)
        assert ran.status == 0
        assert "the commit is pending: a merge is under way" in ran.err
        assert "no commit holds it" not in ran.err


def test_other_line_ends_by_hand_are_an_edit(shop):
    file = shop.store / PATH
    file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    assert shop("edit", SLEEP, "--set", "why=Slow").status == 4


def test_in_the_store_of_a_person_the_file_is_named_with_its_store(alma):
    alma.ok("init", "--agent", "qa")
    made = alma.json("add", "preference", "--user", "Prefer tabs")["written"][0]
    root = alma.home / "alma"
    file = root / made["path"]
    file.write_bytes(file.read_bytes() + b"\nBy hand.\n")
    ran = alma("forget", made["id"])
    assert ran.status == 4
    assert f"`{file}`" in ran.err
    assert f"`git -C {root} diff` shows it" in ran.err
