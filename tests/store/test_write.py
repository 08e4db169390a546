"""The one writer: a plan becomes files and one commit, or nothing happens."""

import json
import shutil
from dataclasses import dataclass

import pytest

from alma_cli import intents, store
from alma_cli.config import GitSettings
from alma_cli.errors import Conflict, Malformed
from alma_cli.files.disk import digest
from alma_cli.model import Kind, Plan, Put, Remove
from alma_cli.place import Place

NAME = "agents/qa/knowledge/one--0123456789.md"


@dataclass(frozen=True)
class Thought:
    plan: Plan


@pytest.fixture
def place(alma):
    alma.ok("init")
    return Place(alma.store)


def write(alma, place, *changes, settings=None, event="e0e0e0e0e0"):
    plan = Plan(event, "test", "change files", changes, "qa")
    return store.write(place, alma.world, settings or GitSettings(), lambda: Thought(plan))[1]


def put(content=b"one\n", replaces=None, path=NAME):
    return Put(path, content, replaces, Kind.KNOWLEDGE, path[-13:-3])


def test_a_plan_becomes_files_and_one_commit_of_just_those(alma, place):
    (alma.folder / "code.py").write_text("x = 1\n")
    alma.git("add", "code.py")
    applied = write(alma, place, put())
    assert (alma.store / NAME).read_bytes() == b"one\n"
    assert applied.commit == alma.git("rev-parse", "HEAD").strip()
    assert alma.git("show", "--name-only", "--format=%B").split("\n") == [
        "qa: change files",
        "",
        "Alma-Event: e0e0e0e0e0",
        "Alma-Verb: test",
        "Alma-Agent: qa",
        "Alma-Memory: 0123456789",
        "",
        "",
        f".alma/{NAME}",
        "",
    ]
    assert alma.git("status", "--short") == "A  code.py\n"


def test_a_plan_without_changes_is_no_event(alma, place):
    before = alma.git("rev-parse", "HEAD")
    assert write(alma, place).commit is None
    assert alma.git("rev-parse", "HEAD") == before


@pytest.mark.parametrize("replaces", [None, digest(b"older\n")])
def test_a_file_that_is_not_what_the_plan_replaces_is_never_overwritten(alma, place, replaces):
    alma.files({f".alma/{NAME}": "by hand\n"})
    with pytest.raises(Conflict, match="one--0123456789"):
        write(alma, place, put(b"by a plan\n", replaces), put(path=NAME.replace("one", "two")))
    assert alma.memories() == [NAME]
    assert alma.text(NAME) == "by hand\n"


def test_a_file_that_is_gone_is_not_removed_again(alma, place):
    with pytest.raises(Conflict, match="is gone"):
        write(alma, place, Remove(NAME, digest(b"one\n")))


def test_an_edit_and_a_removal_are_carried_out(alma, place):
    other = NAME.replace("one", "two")
    write(alma, place, put(), put(path=other))
    old = digest(b"one\n")
    write(alma, place, put(b"two\n", old), Remove(other, old), event="e1e1e1e1e1")
    assert alma.memories() == [NAME]
    assert alma.git("status", "--short") == ""
    assert "one\n" in alma.git("show", f"HEAD~1:.alma/{other}")


@pytest.mark.parametrize(
    "path", ["../out.md", "/etc/x", "a/../../x", "a//b", "", "a/./b", ".git/hooks/post-commit"]
)
def test_no_plan_leads_out_of_the_store(alma, place, path):
    with pytest.raises(Malformed, match="out of the store"):
        write(alma, place, put(path=path))
    assert not (alma.folder / "out.md").exists()


def test_no_plan_writes_through_a_link(alma, place, tmp_path):
    (tmp_path / "outside").mkdir()
    (alma.store / "agents").symlink_to(tmp_path / "outside")
    with pytest.raises(Malformed, match="link"):
        write(alma, place, put())
    assert list((tmp_path / "outside").iterdir()) == []


def test_without_git_memories_are_files(bare):
    bare.ok("init", "--agent", "qa")
    assert "not in a git repository" in bare("add", "knowledge", "x").err
    assert len(bare.memories()) == 1


def test_what_could_not_be_committed_is_committed_by_the_next_write(alma, place):
    lock = alma.folder / ".git/index.lock"
    lock.touch()
    waiting = write(alma, place, put())
    assert waiting.commit == "pending"
    assert "index.lock" in waiting.deferred
    lock.unlink()
    other = NAME.replace("one", "two")
    applied = write(alma, place, put(path=other), event="e1e1e1e1e1")
    assert applied.warnings == ("committed 1 pending event",)
    assert alma.git("log", "--format=%(trailers:key=Alma-Event,valueonly,separator=)", "-2") == (
        "e1e1e1e1e1\ne0e0e0e0e0\n"
    )
    assert alma.git("show", "--name-only", "--format=", "HEAD~1").split() == [f".alma/{NAME}"]


def test_a_pending_event_commits_what_it_wrote_and_leaves_later_edits_to_their_author(alma, place):
    lock = alma.folder / ".git/index.lock"
    lock.touch()
    write(alma, place, put())
    (alma.store / NAME).write_text("edited by hand\n")
    lock.unlink()
    assert store.commit_pending(place, alma.world, GitSettings()) == (1, "")
    assert alma.git("show", f"HEAD:.alma/{NAME}") == "one\n"
    assert alma.text(NAME) == "edited by hand\n"
    assert alma.git("status", "--short") == f" M .alma/{NAME}\n"


def test_a_later_edit_that_a_person_committed_is_not_reverted(alma, place):
    lock = alma.folder / ".git/index.lock"
    lock.touch()
    write(alma, place, put())
    lock.unlink()
    (alma.store / NAME).write_text("edited by hand\n")
    alma.git("add", ".alma")
    alma.git("commit", "--quiet", "--message=mine")
    assert store.commit_pending(place, alma.world, GitSettings()) == (0, "")
    assert alma.git("show", f"HEAD:.alma/{NAME}") == "edited by hand\n"
    assert alma.git("status", "--short") == ""


def test_a_pending_memory_that_a_person_deleted_does_not_come_back(alma, place):
    lock = alma.folder / ".git/index.lock"
    lock.touch()
    write(alma, place, put())
    (alma.store / NAME).unlink()
    lock.unlink()
    other = NAME.replace("one", "two")
    write(alma, place, put(path=other), event="e1e1e1e1e1")
    assert alma.memories() == [other]
    assert alma.git("status", "--short") == ""


def test_a_pending_event_that_came_with_a_copy_is_left_alone(alma, place):
    """A pull request may bring one that would speak in the name of who merges it."""
    lock = alma.folder / ".git/index.lock"
    lock.touch()
    write(alma, place, put())
    (event,) = place.pending.iterdir()
    shutil.copytree(event, place.pending / "planted")
    shutil.rmtree(event)
    (alma.store / NAME).unlink()
    lock.unlink()
    other = NAME.replace("one", "two")
    write(alma, place, put(path=other), event="e1e1e1e1e1")
    assert alma.memories() == [other]


def test_a_command_without_commits_leaves_earlier_events_pending(alma, place):
    lock = alma.folder / ".git/index.lock"
    lock.touch()
    write(alma, place, put())
    lock.unlink()
    other = put(path=NAME.replace("one", "two"))
    write(alma, place, other, settings=GitSettings(commit=False), event="e1e1e1e1e1")
    assert store.commit_pending(place, alma.world, GitSettings()) == (1, "")
    assert alma.git("status", "--short") == f"?? .alma/{other.path}\n"


def test_recovery_is_idempotent(alma, place):
    (alma.folder / ".git/index.lock").touch()
    write(alma, place, put())
    (alma.folder / ".git/index.lock").unlink()
    heads = set()
    for _ in range(3):
        store.commit_pending(place, alma.world, GitSettings())
        heads.add(alma.git("rev-parse", "HEAD"))
    assert len(heads) == 1


def test_batched_events_wait_for_alma_commit(alma, place):
    batch = GitSettings(commit="batch")
    for name in ("one", "two"):
        path = NAME.replace("one", name)
        assert write(alma, place, put(path=path), settings=batch, event=f"{name}0e0e0e").commit == (
            "pending"
        )
    assert store.commit_pending(place, alma.world, batch) == (2, "")
    assert alma.git("log", "--format=%s").split("\n")[:2] == ["qa: change files"] * 2


def test_without_commits_nothing_is_left_pending(alma, place):
    assert write(alma, place, put(), settings=GitSettings(commit=False)).commit is None
    assert alma.git("status", "--short") == "?? .alma/agents/\n"
    assert list(alma.store.joinpath(".pending").iterdir()) == []


def test_a_full_folder_takes_new_files_in_folders_of_their_own(alma, place):
    alma.files({f".alma/agents/qa/knowledge/{n}.md": "x" for n in range(store.FULL)})
    (change,) = write(alma, place, put()).plan.changes
    assert change.path == "agents/qa/knowledge/0/one--0123456789.md"
    assert (alma.store / change.path).is_file()


def test_a_folder_of_its_own_fills_up_too():
    sizes = {"a": store.FULL, "a/0": store.FULL, "a/0/1": 0}
    assert store.shelve("a/one--0123456789.md", "0123456789", sizes) == "a/0/1/one--0123456789.md"
    assert sizes["a/0/1"] == 1


def test_what_never_began_is_cleared_away(alma, place):
    alma.files({".alma/.pending/20261122-x/0": "half"})
    write(alma, place, put())
    assert list(place.pending.iterdir()) == []


@pytest.mark.parametrize(
    "step",
    [
        ["../../evil.md", None, None],
        [".git/info/attributes", digest(b"evil"), None],
        ["agents/qa/x.md", "0" * 64, None],
        ["x.md"],
        7,
    ],
)
def test_an_intent_that_is_not_ours_is_left_alone(alma, place, step):
    """A pull request may bring a `.pending/` of its own."""
    alma.files(
        {
            ".alma/.pending/0/intent.json": json.dumps(
                {"event": "e", "message": "m", "steps": [step]}
            ),
            ".alma/.pending/0/0": "evil",
        }
    )
    write(alma, place, put())
    assert alma.memories() == [NAME]
    assert not (alma.folder.parent / "evil.md").exists()


def test_a_staged_file_that_is_a_link_publishes_nothing(alma, place, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("secret")
    steps = [["agents/qa/x.md", digest(b"secret"), None]]
    alma.files(
        {".alma/.pending/0/intent.json": json.dumps({"event": "e", "message": "m", "steps": steps})}
    )
    (place.pending / "0/0").symlink_to(secret)
    assert list(intents.waiting(place.pending)) == []
    write(alma, place, put())
    assert alma.memories() == [NAME]


def test_whoever_only_looks_leaves_an_event_that_is_being_staged_alone(place):
    """A learner has made its folder and not yet its intent; `alma log` must not take it away."""
    staging = place.pending / "20261122T120000000000-aaaaaaaaaa"
    staging.mkdir(parents=True)
    (staging / "0").write_bytes(b"half")
    assert list(intents.waiting(place.pending)) == []
    assert (staging / "0").exists()
    intents.clear(place.pending)
    assert not staging.exists()
