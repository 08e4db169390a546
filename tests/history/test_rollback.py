"""`alma rollback`: memories are what they were at some moment, by one new event."""

import pytest
from support.tree import bytes_below


@pytest.fixture
def two(alma):
    """Two agents that have learned; the tag `then` is where to go back to."""
    alma.ok("init", "--agent", "qa", "--agent", "dev")
    learn(alma, "qa", "Click once")
    learn(alma, "dev", "Seed the data")
    alma.ok("add", "preference", "Prefer tabs", "--team")
    alma.git("tag", "then")
    return alma


def learn(alma, agent, strategy, *flags):
    flags = ("--failure", "--agent", agent, "--task", "a", "--strategy", strategy, *flags)
    return alma.json("learn", *flags)


def memories(alma, agent=""):
    return bytes_below(alma.store / "agents" / agent)


def later(alma):
    """Lets both learn more: new files, changed ones, and the configuration."""
    learn(alma, "qa", "Click once", "--why-bad", "Too few")
    learn(alma, "qa", "Click twice")
    learn(alma, "dev", "Seed the data", "--better", "Make it")
    alma.ok("agent", "add", "writer")


def test_all_memories_are_as_they_were_by_one_event_and_one_commit(two):
    before, events = memories(two), len(two.json("log")["events"])
    later(two)
    config = (two.store / "config.toml").read_bytes()
    moved = memories(two)
    done = two.json("rollback", "--to", "then")
    assert memories(two) == before != moved
    assert (two.store / "config.toml").read_bytes() == config
    assert two.git("status", "--short") == ""
    told = two.json("log")["events"]
    assert len(told) == events + 5
    assert (told[0]["verb"], told[0]["event"]) == ("rollback", done["event"])
    assert done["commit"] == two.git("rev-parse", "HEAD").strip()


def test_of_one_agent_the_others_stay_to_the_byte(two):
    before = memories(two, "qa")
    later(two)
    others = memories(two, "dev"), memories(two, "team")
    out = two.ok("rollback", "--to", "then", "--agent", "QA")
    assert out.startswith("rolled qa back to 2026-11-22 12:")
    assert memories(two, "qa") == before
    assert (memories(two, "dev"), memories(two, "team")) == others
    names = two.git("show", "--name-only", "--format=", "HEAD").split()
    assert {name.split("/")[2] for name in names} == {"qa"}
    assert two.json("log", "-n", "1")["events"][0]["agent"] == "qa"


def test_the_teams_memories_can_be_named_too(two):
    before = memories(two, "team")
    two.ok("add", "preference", "Prefer spaces", "--team")
    later(two)
    others = memories(two, "qa")
    two.ok("rollback", "--to", "then", "--agent", "team")
    assert memories(two, "team") == before
    assert memories(two, "qa") == others


def test_the_configuration_goes_back_only_when_asked_for(two):
    before = (two.store / "config.toml").read_bytes()
    later(two)
    two.ok("rollback", "--to", "then", "--config")
    assert (two.store / "config.toml").read_bytes() == before


def test_an_event_or_a_date_names_the_moment_too(two):
    before = memories(two)
    event = two.json("log", "-n", "1")["events"][0]["event"]
    two.later(days=2)
    later(two)
    two.ok("rollback", "--to", event)
    assert memories(two) == before
    two.ok("undo")
    assert memories(two) != before
    two.ok("rollback", "--to", "2026-11-23")
    assert memories(two) == before


def test_undo_takes_a_rollback_back(two):
    later(two)
    moved = memories(two)
    two.ok("rollback", "--to", "then")
    two.ok("undo")
    assert memories(two) == moved


def test_what_was_taken_away_comes_back_from_a_later_moment(two):
    later(two)
    moved = memories(two)
    two.git("tag", "later")
    two.ok("rollback", "--to", "then")
    two.ok("rollback", "--to", "later")
    assert memories(two) == moved


def test_with_nothing_to_do_it_says_so_and_makes_no_event(two):
    head = two.git("rev-parse", "HEAD")
    ran = two("rollback", "--to", "then")
    assert ran.status == 0
    assert ran.out.startswith("nothing to do: all is as at 2026-11-22 12:")
    assert two.json("rollback", "--to", "then")["event"] is None
    assert two.ok("rollback", "--to", "then", "--dry-run").startswith("nothing to do: ")
    assert two.git("rev-parse", "HEAD") == head


def test_an_edit_by_hand_that_it_would_replace_is_a_conflict_and_named(two):
    learn(two, "qa", "Click once", "--why-bad", "Too few")
    (path,) = (p for p in two.memories() if "qa/anti-patterns" in p)
    file = two.store / path
    file.write_text(file.read_text() + "\nBy hand.\n")
    before = bytes_below(two.folder)
    ran = two("rollback", "--to", "then")
    assert (ran.status, ran.out) == (4, "")
    assert f"`{path}`" in ran.err
    assert "`alma diff`" in ran.err
    assert two("rollback", "--to", "then", "--dry-run").status == 4
    assert bytes_below(two.folder) == before


def test_a_memory_that_was_never_committed_is_not_removed(two):
    two.files({".alma/agents/qa/knowledge/mine.md": "+++\n+++\n# Mine\n"})
    ran = two("rollback", "--to", "then")
    assert (ran.status, ran.out) == (4, "")
    assert "`agents/qa/knowledge/mine.md`" in ran.err
    assert two("rollback", "--to", "then", "--agent", "dev").status == 0


def test_edits_by_hand_of_what_stays_are_left_alone(two):
    later(two)
    (path,) = (p for p in two.memories() if "dev/anti-patterns" in p)
    file = two.store / path
    file.write_text(file.read_text() + "\nBy hand.\n")
    edited = file.read_bytes()
    two.ok("rollback", "--to", "then", "--agent", "qa")
    assert file.read_bytes() == edited


def test_an_event_that_waits_for_its_commit_is_no_edit_by_hand(two):
    before = memories(two)
    config = two.store / "config.toml"
    config.write_text(config.read_text() + '\n[git]\ncommit = "batch"\n')
    two.commit_by_hand()
    later(two)
    two.ok("rollback", "--to", "then")
    assert memories(two) == before
    assert two("commit").status == 0
    assert memories(two) == before
    assert two.git("status", "--short", ".alma/agents") == ""


def test_a_dry_run_says_which_files(two):
    later(two)
    before = bytes_below(two.folder)
    out = two.ok("rollback", "--to", "then", "--agent", "qa", "--dry-run")
    assert out.startswith("would have: rolled qa back to 2026-11-22 12:")
    assert [line.split()[0] for line in out.splitlines()[1:]].count("remove") == 3
    assert [line.split()[0] for line in out.splitlines()[1:]].count("edit") == 1
    assert bytes_below(two.folder) == before


def test_without_a_commit_the_files_alone_go_back(two):
    before, config = memories(two), (two.store / "config.toml").read_bytes()
    later(two)
    head = two.git("rev-parse", "HEAD")
    assert two.json("rollback", "--to", "then", "--no-commit")["commit"] is None
    assert memories(two) == before
    assert (two.store / "config.toml").read_bytes() != config
    assert two.git("rev-parse", "HEAD") == head


@pytest.mark.parametrize("name", ["nope", "--", "-n1", "HEAD~99", "1999-01-01", "a..b"])
def test_what_names_no_moment_is_not_found(two, name):
    before = bytes_below(two.folder)
    ran = two("rollback", f"--to={name}")
    assert (ran.status, ran.out) == (1, "")
    assert bytes_below(two.folder) == before


def test_a_moment_before_the_store_removes_nothing(two):
    two.files({"code.py": "x = 1\n"})
    two.git("checkout", "--orphan", "other")
    two.git("rm", "-rq", "--cached", ".alma")
    two.git("add", "code.py")
    two.git("commit", "-m", "work")
    two.git("tag", "empty")
    two.git("checkout", "-f", "main")
    before = bytes_below(two.store)
    ran = two("rollback", "--to", "empty")
    assert ran.status == 1
    assert "there was no store" in ran.err
    assert bytes_below(two.store) == before


def test_an_agent_that_never_was_is_a_mistake(two):
    ran = two("rollback", "--to", "then", "--agent", "nobody")
    assert ran.status == 2
    assert "`nobody`" in ran.err


def test_other_files_of_the_repository_stay(two):
    two.files({"code.py": "x = 1\n", ".alma/probes.toml": "# questions\n"})
    two.git("add", ".")
    two.git("commit", "-m", "work")
    later(two)
    two.ok("rollback", "--to", "then")
    assert (two.folder / "code.py").is_file()
    assert (two.store / "probes.toml").is_file()
