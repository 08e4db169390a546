"""`action.yml`, its steps played in a shell with a `gh` that only notes what it is asked.

What GitHub does around them (events, permissions, the real `gh`) cannot be played here.
"""

import json
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

yaml = pytest.importorskip("yaml")
ROOT = Path(__file__).parents[2]
ACTION = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
STEPS = {step["name"]: step for step in ACTION["runs"]["steps"]}
OURS = {
    "viewerDidAuthor": True,
    "body": "<!-- alma review -->\n",
    "url": "https://h/p/7#issuecomment-42",
}
GH = """#!/usr/bin/env bash
echo "$*" >> "$GH_LOG"
if [ "$1" = api ] && [ -n "$GH_FAILS" ]; then exit 1; fi
if [ "$1" = pr ]; then "$PYTHON" "$SELECT"; fi
"""
SELECT = """
import json, os
for one in json.loads(os.environ["COMMENTS"]):
    if one["viewerDidAuthor"] and one["body"].startswith("<!-- alma review -->"):
        print(one["url"])
"""


@pytest.fixture
def play(changed, tmp_path):
    """Plays a step in the repository with the changed branch; returns its end and what `gh` did."""
    bin_ = tmp_path / "alma" / "bin"
    bin_.mkdir(parents=True)
    alma = f'#!/usr/bin/env bash\nexec {shlex.quote(sys.executable)} -m alma_cli "$@"\n'
    for name, text in (("alma", alma), ("gh", GH)):
        (bin_ / name).write_text(text)
        (bin_ / name).chmod(0o755)
    (tmp_path / "select.py").write_text(SELECT)
    log = tmp_path / "gh.log"

    def run(name, comments=(), **env):
        environ = {
            **changed.environ,
            "PATH": f"{bin_}:{changed.environ['PATH']}",
            "RUNNER_TEMP": str(tmp_path),
            "GITHUB_ACTION_PATH": str(ROOT),
            "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md"),
            "GITHUB_BASE_REF": "main",
            "BASE": "main",
            "GH_REPO": "acme/shop",
            "GH_LOG": str(log),
            "GH_FAILS": "",
            "NUMBER": "7",
            "PYTHON": sys.executable,
            "SELECT": str(tmp_path / "select.py"),
            "COMMENTS": json.dumps(comments),
            **env,
        }
        log.write_text("")
        ran = subprocess.run(
            ["bash", "-e", "-o", "pipefail", "-c", STEPS[name]["run"]],
            cwd=changed.folder,
            env=environ,
            capture_output=True,
            text=True,
            check=False,
        )
        return ran, log.read_text().splitlines()

    return run


@pytest.fixture
def reviewed(play, tmp_path):
    """The same after a review was written."""
    shutil.copy(Path(__file__).with_name("golden.md"), tmp_path / "alma-review.md")
    return play


def test_the_review_is_written_to_a_file_and_to_the_summary(play, tmp_path):
    ran, _ = play("Review")
    assert ran.returncode == 0, ran.stderr
    text = (tmp_path / "alma-review.md").read_text("utf-8")
    assert text.startswith("<!-- alma review -->\n")
    assert (tmp_path / "summary.md").read_text("utf-8") == text


def test_the_first_review_is_a_new_comment(reviewed, tmp_path):
    ran, asked = reviewed("Comment")
    assert ran.returncode == 0, ran.stderr
    assert asked[-1] == (
        "api --silent --method POST repos/acme/shop/issues/7/comments"
        f" --field body=@{tmp_path}/alma-review.md"
    )


def test_later_ones_take_its_place_and_never_that_of_somebody_else(reviewed):
    theirs = {**OURS, "viewerDidAuthor": False, "url": "https://h/p/7#issuecomment-41"}
    _, asked = reviewed("Comment", [theirs, OURS])
    assert asked[-1].startswith("api --silent --method PATCH repos/acme/shop/issues/comments/42 ")


def test_where_no_memory_changes_there_is_no_new_comment(reviewed, tmp_path):
    lines = (tmp_path / "alma-review.md").read_text("utf-8").splitlines(keepends=True)
    (tmp_path / "alma-review.md").write_text("".join(lines[:4]), "utf-8")
    assert [line.split()[0] for line in reviewed("Comment")[1]] == ["pr"]
    assert "PATCH" in reviewed("Comment", [OURS])[1][-1]


def test_a_token_that_may_only_read_fails_nothing(reviewed):
    ran, _ = reviewed("Comment", GH_FAILS="yes")
    assert ran.returncode == 0
    assert ran.stdout.startswith("::warning::the review could not be written as a comment")


def test_the_check_fails_with_annotations(play):
    ran, _ = play("Check", STRICT="false")
    assert ran.returncode == 1
    assert "title=ALM501::" in ran.stdout
    assert "::error file=.alma/agents/qa_tester/heuristics/" in ran.stdout


def test_nothing_of_a_pull_request_is_part_of_a_script():
    for step in STEPS.values():
        assert "${{" not in step["run"]
    assert [name for name, step in STEPS.items() if "GH_TOKEN" in step.get("env", {})] == [
        "Comment"
    ]


def test_no_module_of_a_pull_request_is_loaded(play, changed, tmp_path):
    started = [
        line.split()[1]
        for step in STEPS.values()
        for line in step["run"].splitlines()
        if "python" in line.split(" ")[0]
    ]
    assert started == ["-I", "-I"]
    evil = changed.folder / "json.py"
    evil.write_text("raise SystemExit('loaded')\n")
    script = f"#!{sys.executable}\nfrom alma_cli.cli.app import run\nrun()\n"  # as pip writes it
    (tmp_path / "alma" / "bin" / "alma").write_text(script)
    try:
        ran, _ = play("Review")
    finally:
        evil.unlink()
    assert (ran.returncode, ran.stderr) == (0, "")


def test_the_page_shows_the_workflow_as_it_is_and_it_asks_for_little():
    text = (ROOT / "action" / "workflow.yml").read_text("utf-8")
    page = (ROOT / "docs" / "review.md").read_text("utf-8")
    assert f"```yaml\n{text}```" in page
    assert yaml.safe_load(text)["permissions"] == {"contents": "read", "pull-requests": "write"}
    given = yaml.safe_load(text)["jobs"]["review"]["steps"][-1]["with"]
    assert {*given} <= {*ACTION["inputs"]}
    assert not re.search(r"secrets\.", text)
