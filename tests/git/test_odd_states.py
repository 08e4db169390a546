import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from support.git import commit
from support.states import (
    bisect_begun,
    cherry_pick_between_two,
    cherry_pick_stopped,
    conflicting,
    merge_in_conflict,
    merge_resolved,
    patch_stopped,
    rebase_of_patches_stopped,
    rebase_stopped,
    revert_stopped,
)

from alma_cli.git.commit import Committed, Deferred

NAME = "agents/qa/heuristics/wait--k3f9x2m7qd.md"


UNDER_WAY = [
    (merge_in_conflict, "a merge is under way", ("merge", "--abort")),
    (merge_resolved, "a merge is under way", ("merge", "--abort")),
    (rebase_stopped, "a rebase is under way", ("rebase", "--abort")),
    (rebase_of_patches_stopped, "a rebase is under way", ("rebase", "--abort")),
    (patch_stopped, "`git am` is under way", ("am", "--abort")),
    (cherry_pick_stopped, "a cherry-pick is under way", ("cherry-pick", "--abort")),
    (cherry_pick_between_two, "a cherry-pick or revert is under way", ("cherry-pick", "--quit")),
    (revert_stopped, "a revert is under way", ("revert", "--abort")),
    (bisect_begun, "a bisect is under way", ("bisect", "reset")),
]


@pytest.mark.parametrize(
    ("begin", "reason", "end"), UNDER_WAY, ids=lambda row: getattr(row, "__name__", "")
)
def test_an_event_waits_for_the_end_of_what_is_under_way(repo, begin, reason, end):
    conflicting(repo)
    begin(repo)
    before = repo.git("for-each-ref"), repo.head(), repo.elsewhere()
    index = (repo.root / ".git/index").read_bytes()
    assert repo.learn() == Deferred(reason)
    assert (repo.root / ".git/index").read_bytes() == index
    assert (repo.git("for-each-ref"), repo.head(), repo.elsewhere()) == before
    repo.git(*end)
    assert repo.learn() == Committed(repo.head())
    assert repo.touched() == [f"A .alma/{NAME}"]


def test_a_conflict_of_a_stash_stays_as_it_is(repo):
    repo.write("a.txt", "stashed\n")
    repo.git("stash", "-q")
    repo.write("a.txt", "other\n")
    repo.git("commit", "-q", "-a", "-m", "other")
    repo.git("stash", "pop", check=False)
    before = repo.elsewhere()
    assert isinstance(repo.learn(), Committed)
    assert repo.elsewhere() == before
    assert repo.touched() == [f"A .alma/{NAME}"]


def test_a_detached_head_moves_and_no_branch_does(busy):
    busy.git("checkout", "-q", "--detach")
    before, main = busy.elsewhere(), busy.git("rev-parse", "main")
    assert busy.learn() == Committed(busy.head())
    assert busy.git("rev-parse", "main") == main
    assert busy.git("rev-parse", "HEAD~1") == main
    assert busy.git("symbolic-ref", "-q", "HEAD", check=False) == ""
    assert busy.elsewhere() == before


def test_the_first_commit_of_a_branch_may_be_an_event(empty):
    empty.write("staged.txt", "mine\n")
    empty.git("add", "staged.txt")
    done = empty.learn()
    assert done == Committed(empty.head())
    assert empty.touched() == [f"A .alma/{NAME}"]
    assert empty.learn() == done
    assert empty.git("diff", "--cached", "--name-only").split() == ["staged.txt"]


def test_in_a_linked_worktree_its_own_branch_moves(busy, tmp_path):
    main = busy.head()
    busy.git("worktree", "add", "-q", "-b", "side", str(tmp_path / "side"))
    before = busy.elsewhere()
    side = replace(busy, root=tmp_path / "side")
    assert side.learn() == Committed(side.head())
    assert side.git("rev-parse", "side").strip() == side.head()
    assert (busy.head(), busy.elsewhere()) == (main, before)
    lock = Path(side.git("rev-parse", "--absolute-git-dir").strip()) / "index.lock"
    lock.touch()
    assert side.learn("other.md") == Deferred("another git command holds `index.lock`")
    assert isinstance(busy.learn("other.md"), Committed)


def test_in_a_submodule_the_submodule_gets_the_commit(repo, tmp_path):
    outer = replace(repo, root=tmp_path / "outer")
    outer.root.mkdir()
    outer.git("init", "-q", "-b", "main")
    outer.git(
        "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(repo.root), "sub"
    )
    inner = replace(repo, root=outer.root / "sub")
    before = repo.head()
    assert inner.learn() == Committed(inner.head())
    assert inner.touched() == [f"A .alma/{NAME}"]
    assert repo.head() == before
    assert inner.of_store() == ""


def test_a_store_below_the_root_is_committed_with_its_whole_path(busy):
    below = replace(busy, at="packages/web/.alma")
    before = below.elsewhere()
    assert below.learn() == Committed(below.head())
    assert below.touched() == [f"A packages/web/.alma/{NAME}"]
    assert below.elsewhere() == before


def test_a_store_reached_by_a_link_is_committed_where_it_is(repo, tmp_path):
    files = repo.put(NAME)
    (tmp_path / "link").symlink_to(repo.store)
    assert commit(tmp_path / "link", files, "x", environ=repo.environ) == Committed(repo.head())
    assert repo.touched() == [f"A .alma/{NAME}"]


def test_a_store_with_a_repository_of_its_own_leaves_the_outer_one_alone(busy):
    inner = replace(busy, root=busy.store, at=".", person={"GIT_AUTHOR_NAME": "x"})
    inner.git("init", "-q", "-b", "memory")
    before = busy.head(), busy.git("ls-files", "-s"), busy.git("status", "--porcelain")
    done = inner.learn()
    assert done == Committed(inner.head())
    assert inner.touched() == [f"A {NAME}"]
    assert (busy.head(), busy.git("ls-files", "-s"), busy.git("status", "--porcelain")) == before


def test_an_ignored_store_is_committed_all_the_same(repo):
    repo.write(".gitignore", ".alma/\n")
    assert repo.learn() == Committed(repo.head())
    assert repo.touched() == [f"A .alma/{NAME}"]


def test_a_stale_lock_of_the_index_defers_and_is_not_removed(busy):
    lock = busy.root / ".git/index.lock"
    lock.touch()
    head = busy.head()
    assert busy.learn() == Deferred("another git command holds `index.lock`")
    assert lock.exists()
    assert busy.head() == head
    lock.unlink()
    assert busy.learn() == Committed(busy.head())


def test_a_stale_lock_of_the_branch_defers_and_the_replay_commits_once(busy):
    lock = busy.root / ".git/refs/heads/main.lock"
    lock.touch()
    before = busy.elsewhere()
    assert busy.learn() == Deferred("another git command holds `main.lock`")
    assert busy.of_store() == f"A  .alma/{NAME}\n"
    lock.unlink()
    assert busy.learn() == Committed(busy.head())
    assert busy.count() == 2
    assert busy.elsewhere() == before


@pytest.mark.parametrize(
    "shape",
    [
        ("update-index", "--index-version", "4"),
        ("update-index", "--split-index"),
        ("update-index", "--force-untracked-cache"),
        ("config", "feature.manyFiles", "true"),
    ],
    ids=" ".join,
)
def test_every_shape_of_index_keeps_its_entries(busy, shape):
    busy.git(*shape)
    busy.git("update-index", "--refresh", "-q", check=False)
    before = busy.elsewhere()
    assert busy.learn() == Committed(busy.head())
    assert busy.elsewhere() == before
    assert busy.of_store() == ""
    (busy.store / NAME).unlink()
    assert isinstance(commit(busy.store, {NAME: False}, "x", environ=busy.environ), Committed)
    assert busy.elsewhere() == before


def test_a_sparse_index_stays_sparse(repo):
    repo.write("far/away.txt", "x\n")
    repo.git("add", "far")
    repo.git("commit", "-q", "-m", "far")
    repo.git("sparse-checkout", "set", "--cone", "--sparse-index", "src", ".alma")
    assert "far/\n" in repo.git("ls-files", "--sparse")
    before = repo.git("ls-files", "-s"), repo.git("status", "--porcelain")
    assert repo.learn() == Committed(repo.head())
    assert repo.touched() == [f"A .alma/{NAME}"]
    assert "far/\n" in repo.git("ls-files", "--sparse")
    assert repo.git("ls-files", "-s", "--", ":(exclude).alma") == before[0]
    assert repo.git("status", "--porcelain") == before[1]


def test_a_store_outside_the_sparse_cone_is_committed(repo):
    repo.learn("old.md")
    repo.git("sparse-checkout", "set", "--cone", "--sparse-index", "src")
    assert repo.learn() == Committed(repo.head())
    assert repo.touched() == [f"A .alma/{NAME}"]
    assert repo.git("diff", "--cached", "--name-only") == ""


def test_a_repository_of_sha256_names_is_committed_to(empty):
    shutil.rmtree(empty.root / ".git")
    empty.git("init", "-q", "-b", "main", "--object-format=sha256")
    done = empty.learn()
    assert done == Committed(empty.head())
    assert len(empty.head()) == 64
    assert empty.learn() == done
    (empty.store / NAME).unlink()
    empty.learn("other.md")
    assert isinstance(commit(empty.store, {NAME: False}, "x", environ=empty.environ), Committed)
    assert empty.touched() == [f"D .alma/{NAME}"]
    assert empty.of_store() == ""


def test_a_repository_of_another_user_is_left_alone(repo):
    wary = repo.with_git(before="export GIT_TEST_ASSUME_DIFFERENT_OWNER=1")
    done = wary.learn()
    assert done == Deferred("the repository belongs to another user (see git's `safe.directory`)")
    assert repo.count() == 1


@pytest.mark.parametrize("rule", ["*.md filter=git-crypt", "/.alma/** filter=lfs"])
def test_a_store_that_is_meant_to_be_encrypted_waits(repo, rule):
    repo.write(".gitattributes", f"{rule}\n")
    name = rule.rpartition("=")[2]
    before = repo.git("cat-file", "--batch-check", "--batch-all-objects")
    assert repo.learn() == Deferred(f"`{NAME}` has the filter `{name}`")
    assert repo.git("cat-file", "--batch-check", "--batch-all-objects") == before


def test_a_filter_that_is_switched_off_for_the_store_does_not_matter(repo):
    repo.write(".gitattributes", "*.md filter=git-crypt\n.alma/** -filter\n")
    assert repo.learn() == Committed(repo.head())


def test_without_git_the_event_waits(repo, tmp_path):
    repo.environ["PATH"] = str(tmp_path)
    assert repo.learn() == Deferred("git is not installed")


def test_outside_of_a_repository_the_event_waits(repo):
    shutil.rmtree(repo.root / ".git")
    repo.environ["GIT_CEILING_DIRECTORIES"] = str(repo.root.parent)
    assert repo.learn() == Deferred("not in a git repository")


def test_a_bare_repository_has_no_place_for_a_store(repo):
    bare = repo.root.parent / "bare.git"
    repo.git("init", "-q", "--bare", str(bare))
    inside = replace(repo, root=bare, at="alma")
    assert inside.learn() == Deferred("the repository has no working tree here")


@pytest.mark.parametrize("name", ["GIT_DIR", "GIT_INDEX_FILE"])
def test_inside_a_hook_the_event_waits(repo, name):
    repo.environ[name] = ".git"
    done = commit(repo.store, repo.put(NAME), "x", environ=repo.environ)
    assert done == Deferred(f"called from inside a git hook (`{name}` is set)")


def test_a_pre_commit_hook_that_learns_lets_the_commit_of_the_person_through(repo, tmp_path):
    import sys

    program = (
        "import os, sys; from pathlib import Path; from alma_cli.git.commit import commit;"
        "print(commit(Path(sys.argv[1]), {sys.argv[2]: Path(*sys.argv[1:3])}, 'x', environ=dict(os.environ)))"
    )
    repo.put(NAME)
    told = tmp_path / "told"
    hook = repo.root / ".git/hooks/pre-commit"
    package = Path(__file__).parents[2]
    hook.write_text(
        f'#!/bin/sh\nPYTHONPATH="{package}" "{sys.executable}" -c "{program}" "{repo.store}" {NAME} >{told}\n'
    )
    hook.chmod(0o755)
    repo.write("a.txt", "two\n")
    repo.git("commit", "-q", "-a", "-m", "the person's")
    assert repo.touched() == ["M a.txt"]
    assert "called from inside a git hook" in told.read_text()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_repository_that_may_not_be_written_is_told_from_a_held_lock(repo):
    (repo.root / ".git").chmod(0o555)
    try:
        done = repo.learn()
    finally:
        (repo.root / ".git").chmod(0o755)
    assert done == Deferred("git may not write to the repository: permission denied")


def test_a_damaged_repository_defers_with_the_words_of_git(repo):
    tree = repo.git("rev-parse", "HEAD^{tree}").strip()
    (repo.root / ".git/objects" / tree[:2] / tree[2:]).unlink()
    done = repo.learn()
    assert isinstance(done, Deferred)
    assert done.reason.startswith("git failed: ")
    assert tree in done.reason
    assert repo.leftovers() == []
