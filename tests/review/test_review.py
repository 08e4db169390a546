"""`alma review`: what a branch changes in memory, and in what agents are told."""

import shutil
from pathlib import Path

import pytest

GOLDEN = Path(__file__).with_name("golden.md")
SLEEP, FORMS = "8ab27pwz4c", "k3f9x2m7qd"
QA = ("--agent", "qa_tester", "--domain", "testing_strategies")
SNEAKED = '+++\nid = "{}"\ncreated = 2026-11-22T06:00:00Z\nkind = "heuristic"\n{}+++\n# {}\n'


@pytest.fixture
def branch(bare, changed):
    """A copy of that branch."""
    shutil.copytree(changed.folder, bare.folder, dirs_exist_ok=True)
    bare.time, bare.new_id = changed.time, changed.new_id
    return bare


def test_the_comment_reads_as_the_golden_file_shows(changed, rewrite):
    ran = changed("review")
    assert (ran.status, ran.err) == (0, "")
    if rewrite:
        GOLDEN.write_text(ran.out, "utf-8")
    assert ran.out == GOLDEN.read_text("utf-8")


def test_check_fails_on_the_sneaked_in_scope_violation_and_on_the_violated_probe(changed):
    ran = changed("check", "--base", "main", "--json")
    assert ran.status == 1
    errors = [one["code"] for one in ran.json["findings"] if one["level"] == "error"]
    assert sorted(errors) == ["ALM201", "ALM501"]


def test_guard_fails_on_the_line_of_code_that_repeats_a_known_mistake(changed):
    patch = changed.git("diff", "main..change", "--", "tests")
    ran = changed("guard", "--agent", "qa_tester", stdin=patch)
    assert ran.status == 1
    assert ran.out.startswith("tests/login.spec.ts:1:7: error[8ab2]: Using sleep()")


def test_the_document_has_all_that_the_comment_says(changed):
    told = changed.json("review", "main..HEAD")
    assert told["ok"] is False
    whats = {(one["what"], one["kind"]) for one in told["memories"]}
    assert whats == {
        *[("new", kind) for kind in ("anti-pattern", "heuristic", "outcome")],
        ("forgotten", "heuristic"),
        ("evidence", "anti-pattern"),
    }
    (believed,) = (one for one in told["memories"] if one["what"] == "evidence")
    assert believed["after"]["evidence"]["for"] == believed["before"]["evidence"]["for"] + 1
    assert {one["code"] for one in told["check"]["findings"]} == {"ALM201", "ALM501"}
    forms, sleep, deploy = told["probes"]
    assert forms["violated"] == [
        f"must have {FORMS}, which is not in the answer: there is no such memory any more"
    ]
    (left,) = (step for step in forms["steps"] if step["id"] == FORMS)
    assert (left["before"], left["after"]) == (1, None)
    assert "Validate forms" in forms["before"]["prompt"]
    assert "Validate forms" not in forms["after"]["prompt"]
    assert (sleep["violated"], deploy["changed"]) == ([], False)
    assert told["markdown"] == GOLDEN.read_text("utf-8")


def test_what_came_to_the_base_meanwhile_is_no_change_of_the_branch(branch):
    before = branch.ok("review")
    branch.git("checkout", "--quiet", "main")
    branch.ok("add", "knowledge", "CI has two cores", "--domain", "testing_strategies")
    branch.git("checkout", "--quiet", "change")
    assert branch.ok("review") == before


def test_files_that_are_not_committed_are_not_reviewed(branch):
    before = branch.ok("review")
    branch.ok("add", "knowledge", "CI has two cores", *QA, "--no-commit")
    assert branch.ok("review") == before


def test_a_probe_that_the_branch_takes_out_is_asked_all_the_same(branch):
    (branch.store / "probes.toml").write_text("")
    branch.commit_by_hand()
    told = branch.json("review")
    assert [one["removed"] for one in told["probes"]] == [True] * 3
    assert told["probes"][0]["weakened"] == ["is no longer asked"]
    weakened = [one for one in told["check"]["findings"] if one["code"] == "ALM503"]
    assert len(weakened) == 3
    assert "- expects less: `is no longer asked`" in told["markdown"]


def test_probes_that_cannot_be_used_are_a_finding(branch):
    (branch.store / "probes.toml").write_text("[[probe]]\nmsut = []\n")
    branch.commit_by_hand()
    told = branch.json("review")
    assert "ALM502" in {one["code"] for one in told["check"]["findings"]}
    assert not told["ok"]


def test_a_store_that_the_branch_brings_is_all_new(alma):
    alma.files({"a.py": ""})
    alma.commit_by_hand()
    alma.git("checkout", "--quiet", "-b", "change")
    alma.ok("init", "--agent", "qa")
    alma.ok("add", "knowledge", "CI has two cores")
    alma.ok("probe", "add", "How many cores?")
    told = alma.json("review")
    (probe,) = told["probes"]
    assert probe["before"] is None
    assert [(step["before"], step["after"]) for step in probe["steps"]] == [(None, 1)]
    assert "- it could not be asked before" in told["markdown"]


def test_a_near_duplicate_has_a_place_of_its_own(branch):
    branch.files(
        {
            ".alma/agents/qa_tester/anti-patterns/x--2222222222.md": SNEAKED.format(
                "2" * 10, 'domain = "testing_strategies"\n', "Use sleep() for async waits"
            ).replace("heuristic", "anti-pattern")
        }
    )
    branch.commit_by_hand()
    out = branch.ok("review")
    heading = "### Says the same as another memory, or contradicts it"
    part = out.partition(heading)[2].partition("\n### ")[0]
    assert f'says the same as {SLEEP[:4]} "Using sleep() for async waits"' in part


def test_nothing_to_review_is_said_in_a_line(shop):
    assert shop.ok("review") == (
        "<!-- alma review -->\n## What agents remember\n\n`main` → `HEAD`: no memory changes\n"
    )


@pytest.mark.parametrize(
    ("asked", "status", "said"),
    [
        ("main...HEAD", 2, "`main...HEAD` has three dots"),
        ("nowhere", 1, "`nowhere` is no revision"),
        ("", 2, "`[BASE[..HEAD]]` is empty"),
    ],
)
def test_what_cannot_be_compared_is_said(changed, asked, status, said):
    ran = changed("review", asked)
    assert ran.status == status
    assert said in ran.err
