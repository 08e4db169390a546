"""The user's own store: preferences that go along into every project."""

import pytest
from support.tree import bytes_below

VERBOSE = "Prefer verbose output"


@pytest.fixture
def qa(alma):
    """A project with the agent `qa`."""
    alma.ok("init", "--agent", "qa")
    return alma


def own(alma):
    """Returns the files of the user's own store, git's own left out."""
    return {
        name: content
        for name, content in bytes_below(alma.home / "alma").items()
        if not name.startswith((".git/", ".cache", ".lock"))
    }


def test_the_first_preference_makes_the_store_with_a_history_of_its_own(qa):
    before = bytes_below(qa.folder)
    said = qa.ok("add", "preference", "--user", VERBOSE)
    assert said.startswith("added preference ")
    assert "config.toml" in own(qa)
    (path,) = (path for path in own(qa) if path.endswith(".md"))
    assert path.startswith("agents/team/preferences/prefer-verbose-output--")
    assert qa.git("-C", str(qa.home / "alma"), "log", "--format=%s").splitlines() == [
        f'team: add preference "{VERBOSE}"',
        "start a memory",
    ]
    assert bytes_below(qa.folder) == before


def test_it_needs_no_project(bare):
    bare.ok("add", "preference", "--user", VERBOSE)
    assert "config.toml" in own(bare)
    assert bare("recall").status == 10


def test_every_agent_of_every_project_recalls_it(qa):
    qa.ok("add", "preference", "--user", VERBOSE)
    qa.ok("agent", "add", "bound", "--can-learn", "testing")
    for agent in ("qa", "bound"):
        for query in ("verbose output", ""):
            (hit,) = qa.json("recall", query, "--agent", agent)["hits"]
            assert (hit["title"], hit["inherited"]) == (VERBOSE, "you")
    assert f"| - {VERBOSE}. [" in qa.ok("recall")
    assert "from you]" in qa.ok("recall")


def test_own_leaves_it_out(qa):
    qa.ok("add", "preference", "--user", VERBOSE)
    assert qa.ok("recall", "--own") == ""


def test_the_project_wins_over_the_user_on_the_same_title(qa):
    qa.ok("add", "preference", "--user", VERBOSE, "--body", "says the user")
    qa.ok("add", "preference", "--team", "prefer VERBOSE output", "--body", "says the project")
    for query in ("verbose output", ""):
        (hit,) = qa.json("recall", query)["hits"]
        assert hit["text"] == "says the project"


def test_the_list_names_it_and_can_be_narrowed_to_it(qa):
    qa.ok("add", "preference", "--user", VERBOSE)
    qa.ok("add", "preference", "--team", "Prefer tabs")
    assert {each["title"] for each in qa.json("list")["memories"]} == {VERBOSE, "Prefer tabs"}
    assert [each["title"] for each in qa.json("list", "--user")["memories"]] == [VERBOSE]
    assert [each["title"] for each in qa.json("list", "--team")["memories"]] == ["Prefer tabs"]


def test_it_is_shown_by_its_id(qa):
    id_ = qa.json("add", "preference", "--user", VERBOSE)["written"][0]["id"]
    assert qa.json("show", id_[:5])["title"] == VERBOSE


def test_other_kinds_can_be_the_users_too(qa):
    qa.ok("add", "anti-pattern", "--user", "Deploying on Fridays", "--why-bad", "Nobody is there")
    assert "Deploying on Fridays. Why: Nobody is there." in qa.ok("recall", "deploying fridays")


def test_judging_it_writes_into_the_project_and_counts(qa):
    id_ = qa.json("add", "heuristic", "--user", "Read the diff first")["written"][0]["id"]
    there = own(qa)
    assert qa("feedback", id_, "--helpful").status == 0
    assert own(qa) == there


def test_its_settings_lie_below_the_projects(qa):
    qa.ok("add", "preference", "--user", VERBOSE)
    file = qa.home / "alma/config.toml"
    file.write_text("[recall]\nlimit = 3\nbudget = 700\n")
    project = qa.store / "config.toml"
    project.write_text(project.read_text() + "\n[recall]\nlimit = 5\n")
    told = {each["key"]: each for each in qa.json("config", "show")["values"]}
    assert (told["recall.limit"]["value"], told["recall.limit"]["origin"]) == (5, str(project))
    assert (told["recall.budget"]["value"], told["recall.budget"]["origin"]) == (700, str(file))


def test_a_damaged_file_in_it_is_named_and_the_project_is_recalled(qa):
    qa.ok("add", "preference", "--user", VERBOSE)
    qa.ok("add", "knowledge", "CI has two cores")
    (qa.home / "alma/agents/team/preferences/damaged.md").write_text("no header\n")
    ran = qa("recall")
    assert "CI has two cores" in ran.out
    assert ran.err.count("damaged.md") == 1


def test_reading_never_makes_it(qa):
    for words in (["recall"], ["list", "--user"], ["config", "show"]):
        qa.ok(*words)
    assert not (qa.home / "alma").exists()


@pytest.mark.parametrize("flags", [["--dry-run"], ["--tag", "two words"]])
def test_what_writes_nothing_does_not_make_it_either(qa, flags):
    qa("add", "preference", "--user", VERBOSE, *flags)
    assert not (qa.home / "alma").exists()


def test_without_a_commit_nothing_of_it_is_committed(qa):
    qa.ok("add", "preference", "--user", VERBOSE, "--no-commit")
    ran = qa.shell("git -C ../home/alma log --format=%s")
    assert VERBOSE not in ran.out
    assert any(path.endswith(".md") for path in own(qa))


def test_where_it_is_without_the_variable(qa):
    del qa.environ["ALMA_USER_STORE"]
    qa.environ["XDG_DATA_HOME"] = str(qa.home / "data")
    qa.ok("add", "preference", "--user", VERBOSE)
    assert (qa.home / "data/alma/config.toml").is_file()
    assert VERBOSE in qa.ok("recall")


def test_without_git_it_is_a_plain_folder(qa):
    qa.environ["PATH"] = str(qa.home)
    assert qa("add", "preference", "--user", VERBOSE).status == 0
    assert VERBOSE in qa.ok("recall")
