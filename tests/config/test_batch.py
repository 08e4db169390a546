"""`[git] commit`: at once, never, or with the next `alma commit`."""

import pytest

LEARN = ("learn", "--success", "--agent", "qa")
FIRST = (*LEARN, "--task", "Test the form", "--strategy", "Fill one field at a time")
SECOND = (*LEARN, "--task", "Seed the data", "--strategy", "Load the fixtures in one go")


@pytest.fixture
def qa(alma):
    """A store with the agent `qa`."""
    alma.ok("init", "--agent", "qa")
    return alma


def subjects(alma):
    return alma.git("log", "--format=%s").splitlines()


def test_batched_events_wait_until_alma_commit_and_each_becomes_a_commit(qa):
    qa.ok("config", "set", "git.commit", "batch")
    assert subjects(qa)[0] == 'set git.commit to "batch"'
    before = subjects(qa)
    told = qa(*FIRST, "--json").json
    assert (told["commit"], "commits are batched" in told["pending"]) == ("pending", True)
    ran = qa(*SECOND)
    assert "saved, but the commit is pending: commits are batched; `alma commit`" in ran.err
    assert subjects(qa) == before
    assert len(qa.json("list")["memories"]) == 2
    assert qa.json("recall", "fixtures")["hits"]

    assert qa.ok("commit") == "committed 2 pending events\n"
    assert subjects(qa) == [
        'qa: do "Load the fixtures in one go"',
        'qa: do "Fill one field at a time"',
        *before,
    ]
    assert qa.git("status", "--short") == ""
    assert qa.json("commit") == {"schema": 1, "committed": 0}


def test_log_says_how_many_are_pending(qa):
    qa.ok("config", "set", "git.commit", "batch")
    events = qa.json("log")["events"]
    qa.ok(*FIRST)
    qa.ok(*SECOND)
    ran = qa("log")
    assert ran.err == "2 pending: saved, not committed yet\n"
    told = qa.json("log")
    assert (told["pending"], told["events"]) == (2, events)
    qa.ok("commit")
    told = qa.json("log")
    assert (told["pending"], len(told["events"])) == (0, len(events) + 2)


@pytest.mark.parametrize("flags", [(), ("--dry-run",), ("--agent", "qa")])
def test_undo_does_not_pass_over_what_is_pending(qa, flags):
    qa.ok(*FIRST)
    qa.ok("config", "set", "git.commit", "batch")
    qa.ok(*SECOND)
    before = qa.memories()
    ran = qa("undo", *flags)
    assert (ran.status, ran.out) == (4, "")
    assert ran.err == (
        "error: the newest event is pending, 1 in all: saved, not committed yet\n"
        "hint: `alma commit` commits them, then `alma undo` takes them back\n"
    )
    assert qa.memories() == before


def test_once_committed_it_is_undone_as_any_other_and_that_waits_too(qa):
    qa.ok("config", "set", "git.commit", "batch")
    qa.ok(*FIRST)
    before = qa.memories()
    qa.ok(*SECOND)
    qa.ok("commit")
    assert "undid" in qa.ok("undo")
    assert qa.memories() == before
    assert qa.json("log")["pending"] == 1
    qa.ok("commit")
    assert subjects(qa)[0] == 'qa: undo: do "Load the fixtures in one go"'


def test_an_older_event_can_be_undone_by_its_name_meanwhile(qa):
    event = qa(*FIRST, "--json").json["event"]
    qa.ok("config", "set", "git.commit", "batch")
    qa.ok(*SECOND)
    qa.ok("undo", event)
    assert [each["title"] for each in qa.json("list")["memories"]] == [
        "Load the fixtures in one go"
    ]
    assert qa.ok("commit") == "committed 2 pending events\n"


def test_what_was_batched_is_committed_by_the_next_write_once_commits_are_on(qa):
    qa.ok("config", "set", "git.commit", "batch")
    qa.ok(*FIRST)
    qa.ok("config", "set", "git.commit", "true")  # is the last of the batch
    assert qa.json("log")["pending"] == 2
    qa.ok(*SECOND)
    assert subjects(qa)[:3] == [
        'qa: do "Load the fixtures in one go"',
        "set git.commit to true",
        'qa: do "Fill one field at a time"',
    ]
    assert qa.json("log")["pending"] == 0


def test_with_commits_off_files_are_written_and_stay_the_users_to_commit(qa):
    qa.ok("config", "set", "git.commit", "false")
    before = subjects(qa)
    told = qa(*FIRST, "--json").json
    assert told["commit"] is None
    assert "pending" not in told
    assert qa.json("log")["pending"] == 0
    assert qa.ok("commit") == "committed 0 pending events\n"
    assert subjects(qa) == before
    assert len(qa.git("status", "--short", "--untracked-files=all").splitlines()) == 2


def test_no_commit_leaves_a_batch_alone(qa):
    qa.ok("config", "set", "git.commit", "batch")
    qa.ok(*FIRST)
    qa.ok(*SECOND, "--no-commit")
    assert qa.json("log")["pending"] == 1
    assert qa.ok("commit") == "committed 1 pending event\n"
    assert "do" in subjects(qa)[0]
    assert "fixtures" in qa.git("status", "--short", "--untracked-files=all")


def test_what_the_user_staged_stays_out_of_a_batch(qa):
    qa.ok("config", "set", "git.commit", "batch")
    qa.files({"code.py": "x = 1\n"})
    qa.git("add", "code.py")
    qa.ok(*FIRST)
    qa.ok("commit")
    assert qa.git("status", "--short") == "A  code.py\n"
    assert "code.py" not in qa.git("show", "--name-only", "HEAD")


def test_a_dry_run_of_commit_names_what_is_pending_and_commits_nothing(qa):
    qa.ok("config", "set", "git.commit", "batch")
    told = qa.json(*FIRST)
    before = subjects(qa)
    summary = 'qa: do "Fill one field at a time"'
    assert qa.ok("commit", "--dry-run") == f"would commit {told['event']}: {summary}\n"
    pending = [{"event": told["event"], "summary": summary}]
    assert qa.json("commit", "--dry-run") == {"schema": 1, "pending": pending}
    assert subjects(qa) == before
    qa.ok("commit")
    assert qa.ok("commit", "--dry-run") == ""


@pytest.fixture
def batched(qa):
    """A lesson that is committed, with an edit of it that waits."""
    told = qa.json(*FIRST)
    qa.ok("config", "set", "git.commit", "batch")
    return qa, told["lesson"]["id"]


def test_what_waits_comes_back_when_it_is_forgotten(batched):
    qa, id_ = batched
    edited = qa.json("edit", id_, "--set", "why=It waits")
    path = qa.store / edited["written"][0]["path"]
    before = path.read_bytes()
    qa.ok("forget", id_)
    assert f"from {edited['event']}" in qa.ok("restore", id_)
    assert path.read_bytes() == before


def test_forgetting_what_no_commit_has_yet_warns_of_nothing(batched):
    qa, _ = batched
    added = qa.json("add", "knowledge", "CI has two cores", "--agent", "qa")["written"][0]["id"]
    ran = qa("forget", added)
    assert (ran.status, "no commit holds it" in ran.err) == (0, False)
    assert f"restored knowledge {added}" in qa.ok("restore", added)


def test_what_waits_comes_back_when_its_file_is_gone(batched):
    qa, _ = batched
    made = qa.json("add", "knowledge", "CI has two cores", "--agent", "qa")["written"][0]
    file = qa.store / made["path"]
    before = file.read_bytes()
    file.unlink()
    qa.ok("restore", made["id"])
    assert file.read_bytes() == before


def test_an_event_that_waits_is_named_when_it_blocks_an_undo(batched):
    qa, id_ = batched
    qa.ok("edit", id_, "--set", "why=It waits")
    ran = qa("undo", qa.json("log", id_)["events"][-1]["event"])
    assert ran.status == 4
    assert "by an event that waits for its commit" in ran.err
    assert "`alma commit` commits it" in ran.err
