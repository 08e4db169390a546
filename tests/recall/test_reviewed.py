"""Trust follows review: what stands unchanged in the default branch of `origin` is reviewed."""

import pytest

MERGED = "Wait for the toast before the next click"
LOCAL = "Wait for the spinner before the next click"
EDITED = "Wait for the dialog before the next click"


def add(alma, title):
    return alma.json("add", "heuristic", title, "--agent", "qa")["written"][0]["id"]


@pytest.fixture
def qa(alma, tmp_path):
    """A clone with two merged lessons, one of them edited since, and one that is new."""
    alma.ok("init", "--agent", "qa")
    add(alma, MERGED)
    edited = add(alma, EDITED)
    alma.git("clone", "--quiet", "--bare", ".", str(tmp_path / "origin"))
    alma.git("remote", "add", "origin", str(tmp_path / "origin"))
    alma.git("fetch", "--quiet", "origin")
    alma.git("remote", "set-head", "origin", "--auto")
    alma.ok("edit", edited, "--set", "why=So I say")
    add(alma, LOCAL)
    return alma


def reviewed(alma, *flags):
    found = alma.json("recall", "wait before the next click", *flags)["hits"]
    return {hit["title"]: hit["reviewed"] for hit in found}


def test_without_a_flag_nobody_asks(qa):
    assert reviewed(qa) == {MERGED: None, LOCAL: None, EDITED: None}


def test_what_is_new_or_edited_is_not_reviewed(qa):
    assert reviewed(qa, "--mark-unreviewed") == {MERGED: True, LOCAL: False, EDITED: False}


@pytest.mark.parametrize("form", ["prompt", "md", "text", "xml"])
def test_the_others_are_marked_in_every_text(qa, form):
    out = qa.ok("recall", "wait before the next click", "--mark-unreviewed", "--format", form)
    assert out.count("unreviewed") == 2


def test_only_reviewed_ones_are_kept_and_the_rest_is_counted(qa):
    assert reviewed(qa, "--reviewed") == {MERGED: True}
    ran = qa("recall", "wait before the next click", "--reviewed")
    assert ran.err == "left out: 2 unreviewed\n"


def test_reviewed_ones_fill_the_answer_that_others_would_have_filled(qa):
    add(qa, "Wait before the next click")  # the best answer there is
    assert list(reviewed(qa, "--limit", "1")) == ["Wait before the next click"]
    assert reviewed(qa, "--reviewed", "--limit", "1") == {MERGED: True}


def test_a_reviewed_one_is_found_though_a_hundred_answer_better_that_are_not(qa):
    crowd = {f"aaaa{n:06}": f"# Before the next click {n}\n" for n in range(120)}
    for id_, title in crowd.items():
        file = f'+++\nid = "{id_}"\n+++\n{title}'
        qa.files({f".alma/agents/qa/heuristics/{id_}.md": file})
    ran = qa("recall", "before the next click", "--reviewed", "--json")
    assert [hit["title"] for hit in ran.json["hits"]] == [MERGED]
    assert ran.json["omitted"]["unreviewed"] == 100


def test_a_branch_can_be_named_instead(qa):
    qa.git("branch", "release")
    qa.ok("config", "set", "git.reviewed_ref", "release")
    assert set(reviewed(qa, "--mark-unreviewed").values()) == {True}
    qa.ok("config", "set", "git.reviewed_ref", "gone")
    ran = qa("recall", "wait", "--reviewed")
    assert ran.status == 1
    assert "`gone`, which `git.reviewed_ref` names, is no revision" in ran.err


def test_without_a_remote_nothing_says_what_is_reviewed(alma):
    alma.ok("init", "--agent", "qa")
    ran = alma("recall", "wait", "--reviewed")
    assert ran.status == 1
    assert ran.err.splitlines() == [
        "error: there is no `origin/HEAD`, so nothing says what is reviewed",
        "hint: `git remote set-head origin --auto` sets it",
        "hint: `alma config set git.reviewed_ref main` names a branch",
    ]


def test_a_persons_own_store_is_nobody_elses_to_review(qa):
    qa.ok("add", "preference", "--user", "Wait before the next click, please")
    assert reviewed(qa, "--reviewed") == {MERGED: True, "Wait before the next click, please": None}


def test_it_can_be_asked_of_another_moment(qa):
    assert reviewed(qa, "--at", "origin/HEAD", "--reviewed") == {MERGED: True, EDITED: True}
