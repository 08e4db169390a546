"""The doctor learns, recalls and undoes a memory for real, somewhere else."""

import pytest
from support.programs import git_that
from support.tree import bytes_below


@pytest.fixture
def elsewhere(tmp_path, monkeypatch):
    """Where temporary folders are made."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    return folder


def test_nothing_is_wrong_with_the_example(shop):
    assert shop.ok("doctor").startswith("all is well: ")


def test_it_changes_nothing_and_leaves_nothing_behind(shop, elsewhere):
    shop.files({".alma/agents/qa_tester/knowledge/broken.md": "+++\n"})
    before = bytes_below(shop.folder), bytes_below(shop.home)
    assert shop("doctor").status == 1
    assert (bytes_below(shop.folder), bytes_below(shop.home)) == before
    assert list(elsewhere.iterdir()) == []


def test_it_works_from_inside_a_git_hook_and_with_a_store_of_another_name(shop):
    shop.environ |= {"GIT_INDEX_FILE": ".git/index", "ALMA_STORE": str(shop.store)}
    assert shop("doctor").out.startswith("all is well: ")


@pytest.mark.parametrize(
    ("recalled", "said"),
    [
        (False, "a memory that was learned is not recalled"),
        (True, "a memory that was undone is still recalled"),
    ],
)
def test_it_says_on_which_way_the_memory_was_lost(shop, monkeypatch, recalled, said):
    monkeypatch.setattr("alma_cli.doctor.round_trip._recalled", lambda _: recalled)
    ran = shop("doctor")
    assert ran.status == 1
    assert ran.out.startswith(f"round-trip: {said}\n")


def test_a_commit_that_cannot_be_made_anywhere_is_a_finding(shop):
    git_that(shop, 'case "$*" in *fast-import*) exit 1;; esac')
    said = shop("doctor").out
    assert said.startswith("round-trip: what was made cannot be committed: git failed")


def test_it_signs_as_the_store_does(shop):
    file = shop.store / "config.toml"
    file.write_text(file.read_text().replace("[git]\n", "[git]\nsign = true\n"))
    keys = {"GIT_CONFIG_KEY_0": "gpg.program", "GIT_CONFIG_VALUE_0": "false"}
    shop.environ |= {"GIT_CONFIG_COUNT": "1", **keys}
    said = shop("doctor").out
    assert said.startswith("round-trip: what was made cannot be committed: ")


def test_no_room_for_a_temporary_folder_is_a_finding(shop, elsewhere):
    elsewhere.rmdir()
    assert "round-trip: there is no room for a temporary store" in shop("doctor").out
