"""Every odd state of a repository, met by the commands: committed or pending, and never a traceback.

What git does in each of them is told in `test_odd_states.py`; here stand what a person sees and
that nothing outside `.alma` is touched, down to the bytes and the entries of the index.
"""

import shutil
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from support import states
from support.alma import Alma
from support.repo import Repo

LEARN = ("learn", "--failure", "--task", "Test the login form", "--strategy", "sleep(5000) first")
CHECKPOINT = ("checkpoint", "deploy", "--state", "[1]", "--step", "build")
READING = (("recall", "login"), ("list",), ("show", "sleep"), ("log",), ("diff", "HEAD"))
CHANGING = (("undo", "--dry-run"), ("rollback", "--to", "HEAD", "--dry-run"), ("commit",))
SENDING = (("sync",), ("propose",))
EXITS = {0, 1, 2, 4}


@dataclass(frozen=True)
class Scene:
    """The commands, the repository they run in, and why an event waits there, "" if it need not."""

    alma: Alma
    repo: Repo
    waits: str = ""


def as_it_is(_scene):
    """Changes nothing: the work of the person is enough."""


def detached(scene):
    scene.repo.git("checkout", "-q", "--detach")


def unborn(scene):
    scene.repo.git("checkout", "-q", "--orphan", "fresh")


def linked_worktree(scene):
    side = scene.repo.root.parent / "side"
    scene.repo.git("worktree", "add", "-q", "-b", "side", str(side))
    return side, ".alma"


def submodule(scene):
    outer = replace(scene.repo, root=scene.repo.root.parent / "outer")
    outer.root.mkdir()
    outer.git("init", "-q", "-b", "main")
    added = ("submodule", "--quiet", "add", str(scene.repo.root), "sub")
    outer.git("-c", "protocol.file.allow=always", *added)
    return outer.root / "sub", ".alma"


def folder_below(scene):
    (scene.repo.root / "packages/web").mkdir(parents=True)
    replace(scene.alma, folder=scene.repo.root / "packages/web").ok("init", "--agent", "qa")
    return scene.repo.root, "packages/web/.alma"


def index_version_4(scene):
    scene.repo.git("update-index", "--index-version", "4")


def split_index(scene):
    scene.repo.git("update-index", "--split-index")


def sparse_index(scene):
    scene.repo.write("far/away.txt", "x\n")
    scene.repo.git("add", "far")
    scene.repo.git("commit", "-q", "-m", "far")
    scene.repo.git("sparse-checkout", "set", "--cone", "--sparse-index", "src", ".alma")


def names_of_sha256(scene):
    shutil.rmtree(scene.repo.root / ".git")
    scene.repo.git("init", "-q", "-b", "main", "--object-format=sha256")
    scene.repo.git("add", ".")
    scene.repo.git("-c", "user.name=x", "-c", "user.email=x@y", "commit", "-q", "-m", "first")


def nobody_known(scene):
    scene.repo.git("config", "--unset", "user.name")
    scene.repo.git("config", "--unset", "user.email")
    scene.repo.git("config", "user.useConfigOnly", "true")


def broken_signing(scene):
    scene.repo.git("config", "commit.gpgSign", "true")
    scene.repo.git("config", "gpg.program", "false")


def failing_hooks(scene):
    for hook in ("pre-commit", "commit-msg", "reference-transaction", "post-index-change"):
        path = scene.repo.root / ".git/hooks" / hook
        path.write_text("#!/bin/sh\nexit 1\n")
        path.chmod(0o755)


def ignored(scene):
    scene.repo.write(".gitignore", ".alma/\n")


def stale_lock(scene):
    (scene.repo.root / ".git/index.lock").touch()


def stale_lock_of_the_branch(scene):
    (scene.repo.root / ".git/refs/heads/main.lock").touch()


def of_another_user(scene):
    wary = scene.repo.with_git(before="export GIT_TEST_ASSUME_DIFFERENT_OWNER=1")
    scene.alma.environ["PATH"] = wary.environ["PATH"]


def autocrlf(scene):
    scene.repo.git("config", "core.autocrlf", "true")


def encrypted(scene):
    # The attributes of the store are nearer, but say nothing of filters.
    scene.repo.write(".gitattributes", "/.alma/** filter=git-crypt\n")


def without_git(scene):
    scene.alma.environ["PATH"] = str(scene.repo.root)


def without_repository(scene):
    (scene.repo.root / ".git").rename(scene.repo.root.parent / "away")


def in_a_hook(scene):
    scene.alma.environ["GIT_INDEX_FILE"] = str(scene.repo.root / ".git/index")


def bare_repository(scene):
    bare = scene.repo.root.parent / "bare.git"
    scene.repo.git("clone", "-q", "--bare", str(scene.repo.root), str(bare))
    shutil.copytree(scene.repo.store, bare / ".alma")
    return bare, ".alma"


def under_way(begin):
    def make(scene):
        states.conflicting(scene.repo)
        begin(scene.repo)

    make.__name__ = begin.__name__
    return make


STATES = {
    as_it_is: "",
    detached: "",
    unborn: "",
    linked_worktree: "",
    submodule: "",
    folder_below: "",
    index_version_4: "",
    split_index: "",
    sparse_index: "",
    names_of_sha256: "",
    nobody_known: "",
    broken_signing: "",
    failing_hooks: "",
    ignored: "",
    autocrlf: "",
    under_way(states.merge_in_conflict): "a merge is under way",
    under_way(states.merge_resolved): "a merge is under way",
    under_way(states.rebase_stopped): "a rebase is under way",
    under_way(states.cherry_pick_stopped): "a cherry-pick is under way",
    under_way(states.revert_stopped): "a revert is under way",
    under_way(states.bisect_begun): "a bisect is under way",
    stale_lock: "another git command holds `index.lock`",
    stale_lock_of_the_branch: "another git command holds `main.lock`",
    of_another_user: "the repository belongs to another user",
    encrypted: "has the filter `git-crypt`",
    without_git: "git is not installed",
    without_repository: "not in a git repository",
    in_a_hook: "called from inside a git hook",
    bare_repository: "the repository has no working tree here",
}


def at_work(repo) -> None:
    """Leaves staged, unstaged and untracked work of a person."""
    if (repo.root / ".git").exists() and not (repo.root / ".git/index.lock").exists():
        repo.write("src/new.txt", "staged\n")
        repo.git("add", "src/new.txt")
    repo.write("src/b.txt", "not staged\n")
    repo.write("untracked.txt", "mine\n")


def untouched(repo) -> tuple:
    """Returns all that is a person's: files with their times, and what git knows outside a store."""
    files = {
        str(path): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in sorted(repo.root.rglob("*"))
        if path.is_file()
        and not path.is_relative_to(repo.store)
        and not path.is_relative_to(repo.root / ".git")
    }
    return files, repo.elsewhere() if (repo.root / ".git").exists() else None


def kept(alma) -> set[str]:
    """Returns the paths of all that is remembered."""
    files = (*alma.store.glob("agents/**/*.md"), *alma.store.glob("workflows/**/*.md"))
    return {file.relative_to(alma.store).as_posix() for file in files}


def index_and_head(repo) -> tuple:
    git_dir = repo.git("rev-parse", "--absolute-git-dir", check=False).strip()
    index = Path(git_dir) / "index"
    return index.read_bytes() if index.is_file() else b"", repo.git("for-each-ref", check=False)


@pytest.fixture
def alma(repo):
    """A store with the agent `qa`, in a repository that a person works in."""
    home = repo.root.parent / "home"
    more = {"ALMA_USER_STORE": str(home / "alma"), "COLUMNS": "100", "NO_COLOR": "1"}
    ceiling = {"GIT_CEILING_DIRECTORIES": str(repo.root.parent)}
    made = Alma(repo.root, home, {**repo.environ, **more, **ceiling})
    made.ok("init", "--agent", "qa")
    repo.git("init", "-q", "--bare", "-b", "main", "../hub.git")
    repo.git("remote", "add", "origin", "../hub.git")
    repo.git("push", "-q", "origin", "main")
    return made


@pytest.fixture(params=STATES, ids=lambda make: make.__name__)
def scene(request, alma, repo):
    """The repository in each of the states, with a person at work in it."""
    moved = request.param(Scene(alma, repo)) or (repo.root, ".alma")
    repo = replace(repo, root=moved[0], at=moved[1])
    if request.param is not bare_repository:
        at_work(repo)
    return Scene(replace(alma, folder=repo.store.parent), repo, STATES[request.param])


def test_an_event_is_committed_or_waits_and_all_else_stays_as_it_is(scene):
    alma, repo, waits = scene.alma, scene.repo, scene.waits
    before, git_before = untouched(repo), index_and_head(repo)
    for number, (command, count) in enumerate(((LEARN, 2), (CHECKPOINT, 1)), 1):
        there = kept(alma)
        told = alma(*command)
        assert told.status == 0
        new = sorted(kept(alma) - there)
        assert len(new) == count
        assert untouched(repo) == before
        if waits:
            assert waits in told.err
            assert len(list((alma.store / ".pending").iterdir())) == number
            if "main.lock" not in waits:  # found only after the index was written
                assert index_and_head(repo) == git_before
        else:
            assert "warning" not in told.err
            assert repo.touched() == [f"A {repo.at}/{path}" for path in new]
            assert not any(path in repo.of_store() for path in new)
            assert list((alma.store / ".pending").iterdir()) == []


def test_every_other_command_answers_with_an_exit_code_of_the_table(scene):
    alma, repo = scene.alma, scene.repo
    alma(*LEARN)
    before = untouched(repo)
    said = alma.ok("recall", "login")
    assert "sleep(5000)" in said
    for command in (*READING, *CHANGING, *SENDING):
        ran = alma(*command)
        assert ran.status in EXITS, (command, ran)
        assert ran.status == 0 or ran.err.startswith("error: "), (command, ran)
    assert untouched(repo) == before
