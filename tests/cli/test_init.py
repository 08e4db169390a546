"""`alma init`: a store in one event, without touching what a person has."""

from dataclasses import replace

import pytest
from support.tree import bytes_below


def test_a_new_store_is_one_commit_of_its_own_files(alma):
    alma.files({"code.py": "x = 1\n"})
    alma.git("add", "code.py")
    assert alma.ok("init") == "made a store in `.alma`\nnext: `alma agent add NAME`\n"
    assert alma.git("show", "--name-only", "--format=%s", "HEAD").split("\n") == [
        "start a memory",
        "",
        ".alma/.gitattributes",
        ".alma/.gitignore",
        ".alma/config.toml",
        "",
    ]
    assert alma.git("status", "--short") == "A  code.py\n"


def test_bytes_stay_as_they_are_and_derived_files_stay_out_of_git(alma):
    alma.ok("init", "--agent", "qa")
    alma.ok("add", "knowledge", "CI runs on two cores")
    alma.ok("recall", "cores")
    assert "* -text" in (alma.store / ".gitattributes").read_text()
    assert (alma.store / ".cache").is_dir()
    ignored = alma.git("status", "--short", "--ignored").splitlines()
    assert {"!! .alma/.cache/", "!! .alma/.lock"} <= set(ignored)
    assert all(line.startswith("!! ") for line in ignored)


def test_agents_may_learn_everything_and_the_first_is_the_default(alma):
    alma.ok("init", "--agent", "qa_tester", "--agent", "Backend")
    told = alma.json("agent", "list")
    assert told["default"] == "qa_tester"
    assert [(each["agent"], each["can_learn"]) for each in told["agents"]] == [
        ("backend", None),
        ("qa_tester", None),
    ]


def test_without_agents_none_is_made(alma):
    alma.ok("init")
    assert alma.json("agent", "list") == {"schema": 1, "default": None, "agents": []}


@pytest.mark.parametrize("name", ["team", "con", "a b", "../x", "", "ü", "-a", "a" * 65])
def test_what_is_no_name_for_an_agent_makes_no_store(alma, name):
    ran = alma("init", "--agent", "qa", f"--agent={name}", "--agent", "x" * 65)
    assert ran.status == 2
    assert not alma.store.exists()


def test_a_second_init_changes_nothing(alma):
    alma.ok("init", "--agent", "qa")
    config = alma.store / "config.toml"
    config.write_text(config.read_text() + '\n[domains.api]\nabout = "by hand"\n')
    before = bytes_below(alma.folder)
    assert alma.ok("init", "--agent", "other") == "`.alma` is a store already; nothing to do\n"
    assert bytes_below(alma.folder) == before


def test_the_example_is_complete_and_answers_at_once(alma):
    alma.ok("init", "--example")
    assert "Using sleep() for async waits" in alma.ok("recall", "--agent", "qa_tester", "waits")
    agents = {each["agent"] for each in alma.json("agent", "list")["agents"]}
    assert {"qa_tester", "senior_architect", "junior_dev", "qa_agent"} <= agents
    assert alma.git("status", "--short") == ""


def test_the_example_brings_its_own_agents(alma):
    assert alma("init", "--example", "--agent", "qa").status == 2
    assert not alma.store.exists()


def test_a_separate_store_has_its_own_history_and_stays_out_of_the_code(alma):
    ran = alma("init", "--separate", "--agent", "qa")
    assert ran.status == 0
    assert "added `/.alma/` to `exclude`" in ran.err
    alma.ok("add", "knowledge", "one")
    assert alma.git("status", "--short") == ""
    assert alma.git("-C", ".alma", "log", "--format=%s").split("\n")[:2] == [
        'qa: add knowledge "one"',
        "start a memory",
    ]


def test_without_git_the_store_is_made_and_the_missing_history_is_said(bare):
    ran = bare("init", "--agent", "qa")
    assert ran.status == 0
    assert "memories have no history until `git init`" in ran.err
    bare.ok("add", "knowledge", "CI runs on two cores")
    assert "two cores" in bare.ok("recall", "cores")


@pytest.mark.parametrize("rule", [".alma", "*.toml", "*.md", "knowledge/", "outcomes/"])
def test_a_rule_that_ignores_the_store_is_named_once_with_the_remedy(alma, rule):
    alma.files({".gitignore": f"{rule}\n"})
    ran = alma("init", "--agent", "qa")
    assert ran.status == 0
    assert f"git ignores memories by `.gitignore:1:{rule}`" in ran.err
    assert "add `!**/.alma/` and `!**/.alma/**` to `.gitignore`" in ran.err
    told = alma("learn", "--success", "--task", "a", "--strategy", "b").err
    assert "ignores" not in told + alma("init").err


@pytest.mark.parametrize("rule", [".alma", ".alma/", "*.md", "knowledge/"])
def test_the_remedy_for_an_ignored_store_helps(alma, rule):
    alma.files({".gitignore": f"{rule}\n!**/.alma/\n!**/.alma/**\n"})
    assert "ignores" not in alma("init", "--agent", "qa").err
    alma.files({".alma/agents/qa/knowledge/x.md": "x"})
    left = alma.git("status", "--short", "--untracked-files=all")
    assert left == "?? .alma/agents/qa/knowledge/x.md\n?? .gitignore\n"


def test_a_store_is_found_from_the_folders_below_it(alma):
    alma.ok("init", "--agent", "qa")
    alma.ok("add", "knowledge", "CI runs on two cores")
    (alma.folder / "src/deep").mkdir(parents=True)
    assert "two cores" in replace(alma, folder=alma.folder / "src/deep").ok("recall", "cores")


def test_a_store_elsewhere_is_named_by_flag_or_environment(alma):
    alma.ok("--store", "memory", "init", "--agent", "qa")
    alma.ok("--store", "memory", "add", "knowledge", "CI runs on two cores")
    assert alma("recall", "cores").status == 10
    assert "two cores" in alma.ok("--store", "memory", "recall", "cores")
    alma.environ["ALMA_STORE"] = str(alma.folder / "memory")
    assert "two cores" in alma.ok("recall", "cores")


def test_a_dry_run_makes_nothing(alma):
    before = bytes_below(alma.folder)
    assert alma.ok("init", "--agent", "qa", "--dry-run").splitlines() == [
        "would have: made a store in `.alma`",
        "would have: agents: `qa`",
        "  new    .gitattributes",
        "  new    .gitignore",
        "  new    config.toml",
    ]
    assert bytes_below(alma.folder) == before
    assert [path.name for path in alma.folder.iterdir()] == [".git"]


def test_without_a_commit_only_the_files_are_made(alma):
    alma.ok("init", "--no-commit")
    assert alma.git("status", "--short") == "?? .alma/\n"


def test_a_file_in_the_way_is_an_error_and_not_a_traceback(alma):
    alma.files({".alma": "mine\n"})
    ran = alma("init")
    assert ran.status == 1
    assert ran.err.startswith("error: ")
    assert alma.store.read_text() == "mine\n"


GONE = ["rm -r .alma", "rm .alma/config.toml", "git status; git sparse-checkout set d"]


@pytest.mark.parametrize("gone", GONE)
def test_a_store_that_git_has_is_brought_back_and_not_begun_anew(alma, gone):
    alma.files({"d/x.txt": "x\n"})
    alma.git("add", ".")
    alma.git("commit", "--quiet", "--message=d")
    alma.ok("init", "--agent", "qa")
    config = (alma.store / "config.toml").read_bytes()
    head = alma.git("rev-parse", "HEAD")
    alma.shell(gone)
    ran = alma("init", "--agent", "other")
    assert ran.status == 2
    assert "git has it" in ran.err
    assert alma.git("rev-parse", "HEAD") == head
    alma.shell("git sparse-checkout disable; git checkout HEAD -- .alma")
    assert (alma.store / "config.toml").read_bytes() == config


def test_a_store_that_was_taken_out_of_git_may_be_begun_anew(alma):
    alma.ok("init", "--agent", "qa")
    alma.git("rm", "-r", "-q", ".alma")
    alma.ok("init", "--agent", "other")
    assert alma.json("agent", "list")["default"] == "other"
