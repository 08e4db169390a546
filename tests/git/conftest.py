from pathlib import Path

import pytest
from support.repo import Repo, environment


@pytest.fixture
def empty(tmp_path: Path) -> Repo:
    """A repository without a commit."""
    root = tmp_path / "repo"
    root.mkdir()
    repo = Repo(root, environment(tmp_path))
    repo.git("init", "-q", "-b", "main")
    repo.git("config", "user.name", "Ada")
    repo.git("config", "user.email", "ada@example.org")
    repo.store.mkdir()
    return repo


@pytest.fixture
def repo(empty: Repo) -> Repo:
    """A repository with one commit."""
    empty.write("a.txt", "one\n")
    empty.write("src/b.txt", "one\n")
    empty.git("add", ".")
    empty.git("commit", "-q", "-m", "first")
    return empty


@pytest.fixture
def busy(repo: Repo) -> Repo:
    """The same with a person's staged, unstaged and untracked work in it."""
    repo.write("a.txt", "staged\n")
    repo.write("src/new.txt", "staged too\n")
    repo.git("add", "a.txt", "src/new.txt")
    repo.write("a.txt", "not staged\n")
    repo.write("src/b.txt", "not staged\n")
    repo.write("untracked.txt", "mine\n")
    return repo
