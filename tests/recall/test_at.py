"""`alma recall --at`: the answer as it would have been at a revision, an event or a date."""

import pytest
from support.tree import bytes_below

NEW = "Wait for the toast before the next click"
OLD = "Click twice on a slow button"


@pytest.fixture
def qa(alma):
    """On the 22nd a lesson and its failure; on the 24th it is forgotten and another is there."""
    alma.ok("init", "--agent", "qa")
    alma.ok("learn", "--failure", "--agent", "qa", "--task", "Pay", "--strategy", OLD)
    alma.git("tag", "v1")
    alma.later(days=2)
    alma.ok("add", "heuristic", NEW, "--agent", "qa")
    (id_,) = [each["id"] for each in alma.json("list")["memories"] if each["title"] == OLD]
    alma.ok("forget", id_)
    alma.ok("config", "set", "recall.limit", "5")
    return alma


def titles(alma, *flags):
    return [hit["title"] for hit in alma.json("recall", "slow button click", *flags)["hits"]]


def test_now_it_is_the_new_lesson_alone(qa):
    assert NEW in titles(qa)
    assert OLD not in titles(qa, "--kind", "anti-pattern")


@pytest.mark.parametrize("moment", ["v1", "HEAD~3", "2026-11-23", "2026-11-22T18:00"])
def test_what_is_forgotten_since_is_there_and_what_is_new_is_not(qa, moment):
    found = titles(qa, "--at", moment)
    assert OLD in found
    assert NEW not in found


def test_an_event_is_a_moment(qa):
    events = qa.json("log")["events"]
    (learned,) = (each["event"] for each in events if each["verb"] == "learn")
    assert titles(qa, "--at", learned) == titles(qa, "--at", "v1")


def test_the_same_commit_gives_the_same_bytes_on_any_day(qa):
    said = qa.ok("recall", "slow button", "--at", "v1")
    qa.later(days=400)
    assert qa.ok("recall", "slow button", "--at", "v1") == said


def test_evidence_is_that_of_the_moment(qa):
    (id_,) = [each["id"] for each in qa.json("list")["memories"] if each["title"] == NEW]
    qa.git("tag", "before")
    for _ in range(2):
        qa.ok("feedback", id_, "--harmful")
    then = qa.json("recall", NEW, "--at", "before")["hits"][0]["evidence"]
    now = qa.json("recall", NEW)["hits"][0]["evidence"]
    assert (then["against"], now["against"]) == (0, 2)


def test_nothing_is_written_and_no_copy_stays(qa, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    before = bytes_below(qa.folder)
    qa.ok("recall", "slow button", "--at", "v1")
    assert bytes_below(qa.folder) == before
    assert list((tmp_path / "temporary").iterdir()) == []


def test_the_config_is_that_of_the_moment_and_its_complaints_name_it(qa):
    config = qa.store / "config.toml"
    config.write_text(config.read_text() + "[recall\n")
    qa.git("commit", "-qam", "broken")
    qa.git("tag", "broken")
    qa.git("revert", "--no-edit", "HEAD")
    ran = qa("recall", "slow button", "--at", "broken")
    assert ran.status == 2
    assert ran.err.startswith("error: broken:config.toml:")


@pytest.mark.parametrize("moment", ["nope", "--output=x", "2020-01-01", "HEAD:.alma", "@{9}"])
def test_no_such_moment_is_no(qa, moment):
    ran = qa("recall", "slow button", f"--at={moment}")
    assert (ran.status, ran.out) == (1, "")


def test_a_commit_from_before_the_store_has_none(alma):
    (alma.folder / "code.py").write_text("x = 1\n")
    alma.git("add", "code.py")
    alma.git("commit", "-qm", "code")
    alma.ok("init", "--agent", "qa")
    ran = alma("recall", "anything", "--at", "HEAD~1")
    assert (ran.status, "no store here at `HEAD~1`" in ran.err) == (1, True)


def test_it_works_from_python_and_in_a_store_apart(alma, monkeypatch):
    from alma_cli import Alma

    alma.ok("init", "--agent", "qa", "--separate")
    alma.ok("add", "heuristic", OLD, "--agent", "qa")
    alma.ok("undo")
    for name, value in alma.environ.items():
        monkeypatch.setenv(name, value)
    memory = Alma.open(alma.folder)
    then = memory.recall("slow button", agent="qa", at="HEAD~1")
    assert [hit["title"] for hit in then.to_dict()["hits"]] == [OLD]
    assert memory.recall("slow button", agent="qa").to_dict()["hits"] == []


def test_what_was_no_memory_or_too_large_is_named_and_the_rest_is_there(qa):
    folder = qa.store / "agents/qa/knowledge"
    folder.mkdir()
    for name, content in (("damaged", "no header\n"), ("huge", "x" * (3 << 20))):
        (folder / f"{name}.md").write_text(content)
    (folder / "link.md").symlink_to("damaged.md")
    qa.git("add", "-A")
    qa.git("commit", "-qm", "by hand")
    ran = qa("recall", "wait for the toast", "--at", "HEAD")
    assert (ran.status, NEW in ran.out) == (0, True)
    assert ran.err.splitlines() == [
        "warning: agents/qa/knowledge/damaged.md:1: does not start with a `+++` line",
        "warning: agents/qa/knowledge/huge.md: is larger than 2048 KiB",
    ]


def test_how_many_files_are_held_at_a_time_makes_no_difference(qa, monkeypatch):
    for number in range(5):
        qa.ok("add", "knowledge", f"Slow button {number}", "--agent", "qa")
    said = qa.ok("recall", "slow button", "--at", "HEAD")
    monkeypatch.setattr("alma_cli.search.update.BATCH", 2)
    monkeypatch.setattr("alma_cli.search.cache.MOST_CACHED", 1)
    assert qa.ok("recall", "slow button", "--at", "HEAD") == said
    assert "Slow button 4" in said


def test_what_is_forgotten_at_the_moment_is_not_there(qa):
    assert OLD not in titles(qa, "--at", "HEAD", "--kind", "anti-pattern")


def test_a_configuration_that_is_too_large_is_named_with_its_moment(qa):
    config = qa.store / "config.toml"
    config.write_text(config.read_text() + "#" * (3 << 20))
    qa.git("commit", "-qam", "huge")
    qa.git("tag", "huge")
    qa.git("revert", "--no-edit", "HEAD")
    ran = qa("recall", "slow button", "--at", "huge")
    assert ran.status == 2
    assert ran.err.startswith("error: huge:config.toml: is larger than 2048 KiB")
