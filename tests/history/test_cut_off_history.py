"""Where history is cut off, or a commit holds more than its event, undo takes back no more."""

import pytest
from support.alma import Alma
from support.tree import bytes_below


@pytest.fixture
def two(alma):
    """A store in which the newest event is an edit of one of two facts."""
    alma.ok("init", "--agent", "qa", "--agent", "dev")
    alma.ok("add", "knowledge", "CI has two cores", "--agent", "qa")
    made = alma.json("add", "knowledge", "Staging has one", "--agent", "dev")
    alma.ok("edit", made["written"][0]["id"], "--set", "tags=ci")
    return alma


def shallow(alma, tmp_path):
    """Returns a clone that has the newest commit only."""
    alma.git("clone", "--quiet", "--depth=1", f"file://{alma.folder}", str(tmp_path / "clone"))
    return Alma(tmp_path / "clone", alma.home, alma.environ, alma.time, alma.new_id)


def test_a_shallow_clone_undoes_nothing_that_it_does_not_know(two, tmp_path):
    clone = shallow(two, tmp_path)
    before = bytes_below(clone.store / "agents")
    ran = clone("undo")
    assert (ran.status, ran.out) == (1, "")
    assert "history begins with its commit" in ran.err
    assert "hint: `git fetch --unshallow` gets the rest" in ran.err
    assert bytes_below(clone.store / "agents") == before
    clone.git("fetch", "--quiet", "--unshallow")
    assert 'edit knowledge "Staging has one"' in clone.ok("undo")


def test_a_commit_of_a_person_at_the_cut_has_brought_no_events(two, tmp_path):
    two.files({"code.py": "pass"})
    two.commit_by_hand()
    clone = shallow(two, tmp_path)
    assert clone.json("log")["events"] == []
    assert "there is nothing to undo" in clone("undo").err


def test_an_event_that_became_the_first_commit_takes_back_only_what_is_its_own(two):
    two.ok("add", "knowledge", "The cart counts from one", "--agent", "qa")
    two.git("checkout", "--quiet", "--orphan", "anew")
    two.git("commit", "--quiet", "-C", "main")
    before = set(two.memories())
    two.ok("undo")
    (gone,) = before - set(two.memories())
    assert "the-cart-counts-from-one" in gone
    assert (two.store / "config.toml").is_file()


def test_what_a_person_amended_to_an_event_stays(two):
    told = two.json("add", "knowledge", "The cart counts from one", "--agent", "qa")
    (other,) = (path for path in two.memories() if "ci-has-two-cores" in path)
    file = two.store / other
    file.write_bytes(file.read_bytes() + b"\nBy hand.\n")
    two.git("commit", "--quiet", "--all", "--amend", "--no-edit")
    ran = two("undo")
    assert ran.status == 0
    assert f"in its commit, but not its own, so it stays: `{other}`" in ran.err
    assert b"By hand." in file.read_bytes()
    assert not (two.store / told["written"][0]["path"]).exists()


def test_a_file_that_is_named_otherwise_than_its_id_is_the_events_own(alma):
    alma.ok("init", "--agent", "qa")
    path = ".alma/agents/team/heuristics/one-thing--aaaa111122.md"
    alma.files({path: '+++\nid = "bbbb333344"\n+++\n# One thing\n'})
    alma.commit_by_hand()
    before = (alma.folder / path).read_bytes()
    for command in (("forget", "bbbb333344"), ("edit", "bbbb333344", "--set", "tags=x")):
        alma.ok(*command)
        alma.ok("undo")
        assert (alma.folder / path).read_bytes() == before
        assert alma.git("status", "--short") == ""


def test_a_tombstone_that_a_rollback_took_away_comes_back_with_it(two):
    start = two.git("rev-parse", "HEAD").strip()
    made = two.json("add", "knowledge", "The cart counts from one", "--agent", "qa")
    two.ok("forget", made["written"][0]["id"])
    before = bytes_below(two.store / "agents")
    two.ok("rollback", "--to", start)
    two.ok("undo")
    assert bytes_below(two.store / "agents") == before


def test_files_that_name_no_memory_of_the_event_are_a_persons(two):
    two.ok("learn", "--failure", "--agent", "qa", "--task", "a", "--strategy", "Click twice")
    config = two.store / "config.toml"
    config.write_text(config.read_text() + "\n# by hand\n")
    two.files({".alma/agents/qa/knowledge/mine.md": "+++\n+++\n# Mine\n"})
    two.git("add", "--all")
    two.git("commit", "--quiet", "--amend", "--no-edit")
    ran = two("undo")
    assert ran.status == 0
    assert "`agents/qa/knowledge/mine.md`, `config.toml`" in ran.err
    assert "# by hand" in config.read_text()
    assert (two.store / "agents/qa/knowledge/mine.md").is_file()


def test_what_a_person_has_reverted_is_not_undone_again(two):
    two.ok("add", "knowledge", "The cart counts from one", "--agent", "qa")
    two.git("revert", "--no-edit", "HEAD")
    assert 'edit knowledge "Staging has one"' in two.ok("undo")
