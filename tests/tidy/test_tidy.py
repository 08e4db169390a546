"""`alma tidy`: proposals, each carried out as one event that can be taken back."""

import shutil

import pytest
from support.alma import Alma, environment, ids
from support.tree import bytes_below

from alma_cli.errors import Conflict, NotFound
from alma_cli.here import stand
from alma_cli.library import Library
from alma_cli.verbs.tidy import carry_out, proposals

ROWS = [
    ("success", "qa", "Use Redis for sessions", "Test the cart"),
    ("success", "qa", "using redis for the sessions", "Test the till", "--new"),
    ("failure", "qa", "Click twice", "Test the form"),
    ("success", "qa", "Wait for the button", "Test the form"),
    ("success", "qa", "Seed the database", "Test the list"),
    *[("failure", "qa", "Seed the database", "Test the list")] * 5,
    ("success", "qa", "Retry the upload", "Test the upload"),
    ("success", "dev", "Retry the uploads", "Mend the upload"),
    ("success", "dev", "Cache the prices", "Mend the prices"),
    ("success", "dev", "Do not cache the prices", "Mend the prices"),
]


@pytest.fixture(scope="session")
def untidy(tmp_path_factory):
    """A store with something of each kind to tidy, and two lessons that contradict each other."""
    top = tmp_path_factory.mktemp("untidy")
    made = Alma(top / "shop", top, environment(top))
    made.folder.mkdir()
    made.git("init", "--quiet", "--initial-branch=main")
    made.ok("init", "--agent", "qa", "--agent", "dev")
    made.ok("config", "set", "git.commit", "batch")
    for result, agent, strategy, task, *more in ROWS:
        said = ("--task", task, "--strategy", strategy, "--agent", agent, "--domain", "tests")
        made.ok("learn", f"--{result}", *said, *more)
    made.ok("config", "set", "git.commit", "true")
    made.ok("commit")
    return made


@pytest.fixture
def qa(bare, untidy):
    """A copy of it."""
    shutil.copytree(untidy.folder, bare.folder, dirs_exist_ok=True)
    bare.time, bare.new_id = untidy.time, ids(500)
    return bare


def what(told):
    return [(one["what"], one["memory"]["title"]) for one in told["proposals"]]


ALL = [
    ("complete", "Click twice"),
    ("promote", "Retry the upload"),
    ("merge", "Use Redis for sessions"),
    ("forget", "Seed the database"),
]


def test_it_only_proposes(qa):
    before = bytes_below(qa.store / "agents")
    told = qa.json("tidy")
    assert sorted(what(told)) == sorted(ALL)
    (clash,) = told["contradictions"]
    assert clash["because"] == "one of them is negated"
    ran = qa("tidy")
    assert (ran.status, ran.err) == (0, "nothing is written yet; add `--apply`\n")
    assert "forget    " in ran.out
    assert "refuted: 5 outcomes against it, 1 for it" in ran.out
    assert bytes_below(qa.store / "agents") == before


def test_each_proposal_is_one_event_with_its_reason_and_the_second_time_there_is_none(qa):
    qa.ok("tidy", "--apply")
    events = qa.json("log", "-n", "5")["events"]
    assert [one["verb"] for one in events] == ["tidy"] * 4 + ["config"]
    told = "\n".join(one["summary"] for one in events)
    for reason in ("they say the same", "learned by dev, qa", "refuted: 5", "it worked where"):
        assert reason in told
    head = qa.git("rev-parse", "HEAD")
    again = qa.json("tidy", "--apply")
    assert (again["proposals"], again["events"]) == ([], [])
    assert len(again["contradictions"]) == 1
    assert qa.git("rev-parse", "HEAD") == head


def test_what_is_merged_and_promoted_keeps_its_evidence(qa):
    qa.ok("tidy", "--apply")
    told = {one["title"]: one for one in qa.json("list")["memories"]}
    assert told["Use Redis for sessions"]["evidence"] == {"for": 2, "against": 0}
    assert told["Retry the upload"]["agent"] == "team"
    assert told["Retry the upload"]["evidence"] == {"for": 2, "against": 0}
    assert told["Click twice"]["better"] == "Wait for the button"
    assert not {"using redis for the sessions", "Retry the uploads", "Seed the database"} & {*told}


def test_every_event_can_be_taken_back(qa):
    before = bytes_below(qa.store / "agents")
    qa.ok("tidy", "--apply")
    assert bytes_below(qa.store / "agents") != before
    for _ in range(4):
        qa.ok("undo")
    assert bytes_below(qa.store / "agents") == before


def test_a_dry_run_of_it_names_the_files_and_writes_nothing(qa):
    before = bytes_below(qa.folder)
    out = qa.ok("tidy", "--apply", "--dry-run")
    assert out.count("would have: ") == 4
    assert "  edit   agents/qa/anti-patterns/click-twice--" in out
    assert bytes_below(qa.folder) == before


def test_what_a_person_has_not_committed_is_left_alone_and_the_rest_is_done(qa):
    (file,) = (qa.store / "agents/qa/anti-patterns").iterdir()
    file.write_text(file.read_text() + "\nmy own words\n")
    ran = qa("tidy", "--apply")
    assert ran.status == 4
    assert "left alone: complete" in ran.err
    assert file.read_text().endswith("my own words\n")
    assert [one["verb"] for one in qa.json("log", "-n", "4")["events"]].count("tidy") == 3


def test_what_a_refuted_lesson_replaced_goes_with_it(qa):
    (old,) = (one for one in qa.json("list")["memories"] if one["title"] == "Seed the database")
    qa.environ["ALMA_AGENT"] = "qa"  # an agent's word, which can be refuted
    qa.ok("supersede", old["id"], "Seed all databases")
    qa.ok("tidy", "--apply")
    titles = {one["title"] for one in qa.json("list")["memories"]}
    assert not {"Seed the database", "Seed all databases"} & titles


def test_what_was_tidied_meanwhile_is_not_tidied_again(qa):
    with Library(stand(qa.world)) as library:
        found = proposals(stand(qa.world), library).proposals
    qa.ok("tidy", "--apply")
    for each in found:
        with Library(stand(qa.world)) as library, pytest.raises((NotFound, Conflict)):
            carry_out(stand(qa.world), library, each)


def test_a_tidy_store_is_told_to_be_one(alma):
    alma.ok("init", "--agent", "qa")
    assert alma.ok("tidy") == "nothing to tidy\n"
    assert alma.json("tidy") == {
        "schema": 1,
        "proposals": [],
        "contradictions": [],
        "loose_objects": alma.json("tidy")["loose_objects"],
    }


def test_without_git_it_tidies_all_the_same(bare):
    bare.ok("init", "--agent", "qa")
    for _ in range(2):
        bare.ok("learn", "--success", "--task", "a", "--strategy", "Use Redis", "--new")
    bare.ok("tidy", "--apply")
    assert len(bare.json("list")["memories"]) == 1


def test_git_packs_what_has_piled_up(qa, monkeypatch):
    monkeypatch.setattr("alma_cli.cli.tidy.MOST_LOOSE", 10)
    assert "loose objects of git" in qa.ok("tidy")
    assert qa.json("tidy", "--apply")["packed"] is True
    told = qa.json("tidy", "--apply")
    assert (told["packed"], told["loose_objects"]) == (False, 0)
