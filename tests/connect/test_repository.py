"""`alma connect github` and `alma connect pre-commit`: blocks in YAML that come and go."""

import importlib.metadata
import json
import re
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alma_cli.connect import yamltext
from alma_cli.connect.state import State
from alma_cli.errors import Malformed, Usage

yaml = pytest.importorskip("yaml")
ROOT = Path(__file__).parents[2]
WORKFLOW = ".github/workflows/alma.yml"
HOOKS = ".pre-commit-config.yaml"
PACKAGE = ("--package", "alma-cli==1.2")
INDENTED = """# ours
repos:
  - repo: https://example.org/tools
    rev: v1  # pinned
    hooks:
      - id: tidy
      # - id: slow

# what CI does
ci:
  autofix_prs: false
"""
FLUSH = "repos:\n- repo: local\n  hooks:\n  - {id: a, name: a, entry: a, language: system}"


def added(text):
    made = yamltext.hooks(text, remove=False)
    return made.text


def ids(text):
    return [hook["id"] for repo in yaml.safe_load(text)["repos"] for hook in repo["hooks"]]


@pytest.fixture
def from_index(monkeypatch):
    """Installed from a package index, or as a note of pip's says."""

    def installed(note=None):
        class Distribution:
            version = "1.2"

            @staticmethod
            def read_text(_):
                return note and json.dumps(note)

        monkeypatch.setattr(importlib.metadata, "distribution", lambda _: Distribution)

    installed()
    return installed


@pytest.mark.usefixtures("from_index")
@pytest.mark.parametrize(("client", "file"), [("github", WORKFLOW), ("pre-commit", HOOKS)])
def test_it_is_made_then_current_and_leaves_nothing_behind(alma, client, file):
    assert alma("connect", client, "--check").status == 1
    assert "+# alma 1 " in alma.ok("connect", client, "--dry-run")
    assert not (alma.folder / file).exists()
    assert alma.ok("connect", client).startswith("made ")
    assert alma.ok("connect", client, "--check").startswith("current ")
    assert alma.ok("connect", client).startswith("unchanged ")
    assert alma.ok("connect", client, "--remove").startswith("removed ")
    assert not (alma.folder / file).exists()


@pytest.mark.usefixtures("from_index")
@pytest.mark.parametrize(("client", "file"), [("github", WORKFLOW), ("pre-commit", HOOKS)])
def test_what_somebody_edited_is_never_touched(alma, client, file):
    alma.ok("connect", client)
    edited = (alma.folder / file).read_text().replace("name: ", "name: our ")
    alma.files({file: edited})
    for more in ((), ("--remove",)):
        assert "somebody made or edited" in alma("connect", client, *more).err
        assert (alma.folder / file).read_text() == edited


@pytest.mark.usefixtures("from_index")
@pytest.mark.parametrize(
    ("client", "word"), [("github", "minutes: 10"), ("pre-commit", "alma check")]
)
def test_an_older_block_is_brought_up_to_date(alma, client, word):
    file = alma.folder / (WORKFLOW if client == "github" else HOOKS)
    alma.ok("connect", client)
    now = file.read_text()
    head, inner = now.split("# alma 1 ")
    inner = inner[9:].replace("# /alma\n", "").replace(word, f"{word}0")
    file.write_text(f"{head}# alma 1 {yamltext.digest(inner)}\n{inner}# /alma\n")
    assert alma("connect", client, "--check").out.startswith("stale ")
    alma.ok("connect", client)
    assert file.read_text() == now


def test_a_workflow_has_the_steps_of_the_action():
    text = yamltext.workflow("", remove=False, package="alma-cli==1.2").text
    steps = {one.get("name"): one for one in yaml.safe_load(text)["jobs"]["review"]["steps"]}
    action = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))["runs"]["steps"]
    scripts = {one["name"]: one["run"] for one in action}
    assert steps["Review"]["run"] == scripts["Review"]
    assert steps["Check"]["run"] == scripts["Check"]
    comment = (ROOT / "action" / "comment.sh").read_text("utf-8")
    begin = comment.index("own=")
    assert steps["Comment"]["run"].endswith(comment[begin:])
    installs = scripts["Install alma"].replace('"$GITHUB_ACTION_PATH"', "'alma-cli==1.2'")
    assert steps["Install alma"]["run"] == installs


def test_a_workflow_asks_for_as_little_as_the_action_does():
    text = yamltext.workflow("", remove=False, package="alma-cli==1.2").text
    made, shown = yaml.safe_load(text), yaml.safe_load((ROOT / "action/workflow.yml").read_text())
    job, other = made["jobs"]["review"], shown["jobs"]["review"]
    for key in (True, "permissions", "concurrency"):  # `on` is true in YAML
        assert made[key] == shown[key]
    assert job["steps"][0] == other["steps"][0]
    assert [one["name"] for one in job["steps"] if "GH_TOKEN" in one.get("env", {})] == ["Comment"]
    assert all("${{" not in one.get("run", "") for one in job["steps"])
    assert "OWNER" not in text


@pytest.mark.parametrize(
    ("note", "package"),
    [
        (None, "alma-cli==1.2"),
        (
            {"url": "https://h/a.git", "vcs_info": {"vcs": "git", "commit_id": "abc"}},
            "alma-cli @ git+https://h/a.git@abc",
        ),
        ({"url": "https://h/a.whl", "archive_info": {}}, "alma-cli @ https://h/a.whl"),
    ],
)
def test_a_workflow_installs_what_is_installed_here(from_index, note, package):
    from_index(note)
    made = yamltext.workflow("", remove=False).text
    assert f"pip install --quiet '{package}'\n" in made


def test_what_came_from_a_folder_has_to_be_named(alma, from_index):
    from_index({"url": "file:///src/alma", "dir_info": {}})
    ran = alma("connect", "github")
    assert (ran.status, "which no runner has" in ran.err) == (2, True)
    assert "`alma connect github --package PACKAGE`" in ran.err
    assert alma("connect", "github", "--check").out.startswith("missing ")
    alma.ok("connect", "github", *PACKAGE)
    assert alma.ok("connect", "github").startswith("unchanged ")
    assert "'alma-cli==1.2'" in (alma.folder / WORKFLOW).read_text()
    alma.ok("connect", "github", "--package", "git+https://example.org/alma@v2")
    assert "'git+https://example.org/alma@v2'" in (alma.folder / WORKFLOW).read_text()


@pytest.mark.parametrize("package", ["a'; rm -rf ~; '", "-r x", "a\nb", "$(id)", "./here"])
def test_a_package_is_no_script(package):
    with pytest.raises(Usage):
        yamltext.workflow("", remove=False, package=package)


def test_a_workflow_of_that_name_without_the_marker_is_somebodys_own(alma):
    alma.files({WORKFLOW: "name: mine\n"})
    alma.ok("connect", "github", *PACKAGE)
    assert (alma.folder / WORKFLOW).read_text() == "name: mine\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ("github", "--user"),
        ("pre-commit", "--user"),
        ("codex", *PACKAGE),
        ("github", "--package", ""),
    ],
)
def test_what_makes_no_sense_is_a_usage_error(alma, arguments):
    assert alma("connect", *arguments).status == 2


def test_all_leaves_them_out(alma):
    alma.ok("connect", "all")
    assert not (alma.folder / ".github").exists()
    assert not (alma.folder / HOOKS).exists()


def test_a_store_below_the_top_of_its_repository_is_refused(alma):
    alma.files({"shop/.alma/config.toml": "format = 1\n", "shop/a/b.py": ""})
    inner = type(alma)(alma.folder / "shop/a", alma.home, alma.environ)
    assert "not at the top of its repository" in inner("connect", "pre-commit").err


def test_the_hooks_are_those_that_pre_commit_would_install():
    ours = yaml.safe_load(yamltext.HOOKS)[0]["hooks"]
    shipped = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    assert ours == [{**hook, "language": "system"} for hook in shipped]


def test_hooks_go_to_the_end_of_the_list_with_comments_kept():
    made = added(INDENTED)
    before, after = INDENTED.split("\n# what CI does")
    assert made.startswith(f"{before}  # alma 1 ")
    assert made.endswith(f"  # /alma\n\n# what CI does{after}")
    assert ids(made) == ["tidy", "alma-check", "alma-guard"]


@pytest.mark.parametrize(
    "text",
    [
        FLUSH,
        f"{FLUSH}\n",
        f"{FLUSH}\nfail_fast: true\n",
        f"---\n{FLUSH}\n...\n",
        "repos:  # none yet\n",
        "fail_fast: true\nrepos: []\n",
        "repos: []\nfail_fast: true\n",
        "",
        INDENTED,
    ],
)
def test_hooks_are_found_by_a_parser_and_taken_out_again(text):
    made = added(text)
    assert ids(made)[-2:] == ["alma-check", "alma-guard"]
    assert yamltext.hooks(made, remove=False).text == made
    gone = yamltext.hooks(made, remove=True).text
    assert (yaml.safe_load(gone) or {"repos": []}) == {
        "repos": [],
        **{key: held for key, held in (yaml.safe_load(text) or {}).items() if held},
    }


LINES = ["repos:", "repos: []", "repos: # c", "- repo: a", "  - repo: a", "    rev: 1"]
LINES += ["# c", "  # c", "", "ci: 1", "---"]


@given(st.lists(st.sampled_from(LINES), max_size=8).map("\n".join))
def test_whatever_a_file_holds_it_is_refused_or_comes_back(text):
    try:
        made = added(text)
    except Malformed:
        return
    gone = yamltext.hooks(made, remove=True).text
    said = re.sub(r"[\s\[\]]", "", text)
    assert re.sub(r"[\s\[\]]", "", gone) == ("" if said == "repos:" else said)


def test_line_ends_of_windows_stay():
    made = added(INDENTED.replace("\n", "\r\n"))
    assert made.count("\n") == made.count("\r\n")
    assert yamltext.hooks(made, remove=True).text == INDENTED.replace("\n", "\r\n")


def test_a_block_that_was_indented_anew_is_still_ours():
    text = FLUSH + "\n"
    made = added(text)
    head, block = made.split("# alma 1")
    moved = head + "".join(f"  {line}\n" for line in f"# alma 1{block}".splitlines())
    assert yamltext.hooks(moved, remove=False).state is State.CURRENT


def test_hooks_that_somebody_added_otherwise_are_current():
    text = "repos:\n- repo: https://example.org/alma\n  hooks:\n  - id: alma-check\n"
    made = yamltext.hooks(text, remove=False)
    assert (made.state, made.text) == (State.CURRENT, text)


@pytest.mark.parametrize(
    "text", ["repos: [{repo: local}]\n", "repos: 3\n", "repos:\n  a: 1\n", "other: 1\n"]
)
def test_a_list_that_cannot_be_understood_line_by_line_is_refused(alma, text):
    alma.files({HOOKS: text})
    ran = alma("connect", "pre-commit")
    assert ran.status == 1
    assert "has no list" in ran.err
    assert (alma.folder / HOOKS).read_text() == text


def test_a_server_whose_sdk_is_missing_is_told_with_the_command(alma, monkeypatch):
    monkeypatch.setitem(sys.modules, "mcp", None)
    said = "warning: `alma mcp` needs more: `pip install 'alma-cli[mcp]'`"
    assert said in alma("connect", "codex").err
    assert said not in alma("connect", "codex").err
    assert said not in alma("connect", "codex", "--remove").err
    assert said not in alma("connect", "pre-commit").err
