"""`--dry-run` shows the plan and writes nothing; `--no-commit` writes files and leaves git alone."""

import pytest
from support.tree import bytes_below

LEARN = ("learn", "--success", "--task", "a", "--domain", "testing_strategies", "--strategy")
WRITING = [
    (*LEARN, "Click once"),
    (*LEARN, "Validate forms incrementally"),
    ("learn", "--failure", "--task", "a", "--strategy", "b", "--domain", "x", "--force"),
    ("add", "knowledge", "CI has two cores"),
    ("add", "preference", "Prefer tabs", "--team"),
    ("feedback", "8ab2", "--helpful"),
    ("edit", "8ab2", "--set", "why=Slow"),
    ("supersede", "8ab2", "Sleeping in tests"),
    ("forget", "k3f9", "--reason", "Wrong"),
    ("undo",),
    ("checkpoint", "deploy-v2", "--step", "drop the old column"),
    ("workflow", "finish", "deploy-v2", "--success"),
    ("agent", "add", "writer"),
    ("agent", "share", "qa_tester", "--with", "qa_agent"),
    ("agent", "unshare", "senior_architect", "--with", "qa_agent"),
    ("domain", "add", "billing"),
    ("probe", "add", "waiting for elements", "--must", "8ab2"),
    ("probe", "mine", "--apply"),
    ("config", "set", "recall.limit", "5"),
    ("init",),
]


@pytest.fixture
def busy(shop):
    """The example store with an event that can be undone."""
    shop.ok("checkpoint", "deploy-v2", "--step", "build")
    shop.ok("add", "knowledge", "Staging has one core", "--domain", "testing_strategies")
    return shop


def test_a_dry_run_writes_nothing_at_all(busy):
    before = bytes_below(busy.folder), bytes_below(busy.home)
    for command in WRITING:
        out = busy.ok(*command, "--dry-run")
        assert out.startswith("would have: ") or command == ("init",)
        told = busy.json(*command, "--dry-run")
        assert told["dry_run"] is True
        assert told["commit"] is None
        assert (bytes_below(busy.folder), bytes_below(busy.home)) == before


def test_a_dry_run_of_json_lines_writes_nothing(busy):
    before = bytes_below(busy.folder)
    text = '{"outcome": "success", "task": "a", "strategy": "Wait for the toast"}\n'
    assert busy("learn", "--from", "-", "--dry-run", stdin=text * 2).status == 0
    assert bytes_below(busy.folder) == before


def test_the_plan_names_every_file_and_what_becomes_of_it(busy):
    out = busy.ok(*LEARN, "Click once", "--dry-run")
    first, *files = out.splitlines()
    assert first.startswith("would have: learned heuristic ")
    assert [line.split()[0] for line in files] == ["new", "new"]
    out = busy.ok("agent", "add", "writer", "--dry-run")
    assert out.splitlines()[1:] == ["  edit   config.toml"]


def test_what_a_dry_run_promises_is_what_happens(busy):
    promised = busy.json(*LEARN, "Click once", "--dry-run")["written"]
    written = busy.json(*LEARN, "Click once")["written"]

    def shapes(files):
        return [(each["kind"], each["path"].partition("--")[0]) for each in files]

    assert shapes(promised) == shapes(written)


def test_without_a_commit_files_are_written_and_git_stays_as_it_is(busy):
    for command in WRITING[:-1]:
        head, staged = busy.git("rev-parse", "HEAD"), busy.git("diff", "--cached")
        before = bytes_below(busy.store)
        told = busy.json(*command, "--no-commit")
        assert told["commit"] is None
        assert (busy.git("rev-parse", "HEAD"), busy.git("diff", "--cached")) == (head, staged)
        assert bytes_below(busy.store) != before


def test_what_was_not_committed_is_not_swept_into_the_next_event(busy):
    busy.ok("add", "knowledge", "Left to me", "--no-commit")
    told = busy.json("add", "knowledge", "CI has two cores")
    names = busy.git("show", "--name-only", "--format=", "HEAD").split()
    assert names == [f".alma/{told['written'][0]['path']}"]
    assert "left-to-me" in busy.git("status", "--short", "-uall")


def test_the_configuration_can_switch_commits_off(busy):
    config = busy.store / "config.toml"
    config.write_text(config.read_text().replace("commit = true", "commit = false"))
    head = busy.git("rev-parse", "HEAD")
    assert busy.json("add", "knowledge", "CI has two cores")["commit"] is None
    assert busy.git("rev-parse", "HEAD") == head
