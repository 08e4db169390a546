"""The files of a commit are read in any order, and those read in order many at a time."""

import random

import pytest

from alma_cli.errors import GitFailed, Malformed
from alma_cli.git import blobs
from alma_cli.git.history import opened

NUMBER = 3 * blobs.AHEAD + 5


def path(number):
    return f"agents/qa/knowledge/{number:03}.md"


@pytest.fixture
def store(repo):
    """A store of which each file says its number, but for one that is too large to be read."""
    for number in range(NUMBER):
        repo.write(f".alma/{path(number)}", f"number {number}\n")
    repo.write(f".alma/{path(40)}", b"x" * 3_000_000)
    repo.write(".alma/config.toml", "format = 1\n")
    repo.git("add", ".alma")
    repo.git("commit", "-q", "-m", "memories")
    return repo


@pytest.fixture
def then(store):
    """The store as HEAD has it."""
    with opened(store.store, store.environ) as history:
        yield history.snapshot(history.head)


@pytest.mark.parametrize("order", [sorted, lambda n: sorted(n, reverse=True), lambda n: [*n, *n]])
def test_each_file_holds_its_own_whatever_was_read_before(then, order):
    for number in order(range(NUMBER)):
        if number == 40:
            with pytest.raises(Malformed, match="larger"):
                then.read(path(number))
        else:
            assert then.read(path(number)) == f"number {number}\n".encode()


def test_files_may_be_left_out_and_others_read_between(then):
    draw = random.Random(4)
    for number in range(0, NUMBER, 3):
        assert then.read("config.toml") == b"format = 1\n"
        back = draw.randrange(number + 1)
        for one in (number, back):
            if one != 40:
                assert then.read(path(one)) == f"number {one}\n".encode()


def test_git_is_asked_once_for_many_that_are_read_in_order(then, monkeypatch):
    asked = []
    plain = blobs.Blobs.read
    monkeypatch.setattr(
        blobs.Blobs,
        "read",
        lambda self, names, most: asked.append(names) or plain(self, names, most),
    )
    for number in range(blobs.AHEAD):
        then.read(path(number))
    assert len(asked) == 1


def test_a_file_that_git_has_lost_costs_no_other(store):
    name = store.git("rev-parse", f"HEAD:.alma/{path(7)}").strip()
    (store.root / ".git/objects" / name[:2] / name[2:]).unlink()
    with opened(store.store, store.environ) as history:
        then = history.snapshot(history.head)
        assert then.read(path(6)) == b"number 6\n"
        with pytest.raises(GitFailed, match=name):
            then.read(path(7))
        assert then.read(path(8)) == b"number 8\n"
