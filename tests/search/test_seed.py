"""A linked worktree begins its index with another's, and believes only what its own files say."""

import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest

from alma_cli.model import Result
from alma_cli.search import cache, seed, update


class Linked:
    """A store in the main worktree of a repository, and one at the same place in a linked one."""

    def __init__(self, store, tmp_path):
        folder = tmp_path / "main" / ".alma"
        (tmp_path / "main").mkdir()
        shutil.rmtree(store.place.root)
        self.main = type(store)(folder)
        self.top = tmp_path / "side"
        self.top.mkdir()
        git = tmp_path / "main" / ".git" / "worktrees" / "side"
        git.mkdir(parents=True)
        (git / "commondir").write_text("../..\n")
        (git / "gitdir").write_text(f"{self.top / '.git'}\n")
        (self.top / ".git").write_text(f"gitdir: {git}\n")

    def side(self):
        """Returns the store in the linked worktree: the files of the main one, without its index."""
        made = type(self.main)(self.top / ".alma")
        without = shutil.ignore_patterns(".cache")
        shutil.copytree(self.main.place.root, made.place.root, dirs_exist_ok=True, ignore=without)
        return made


@pytest.fixture
def linked(store, tmp_path):
    made = Linked(store, tmp_path)
    made.main.memory("aaaa", "Validate forms")
    made.main.memory("bbbb", "Reset forms")
    made.main.outcome("cccc", ["aaaa"])
    made.main.index().close()
    return made


@pytest.fixture
def parsed(monkeypatch):
    """Returns the paths that are parsed, as they are."""
    paths = []
    parse = update.parse

    def noted(content, path, modified):
        paths.append(path)
        return parse(content, path, modified)

    monkeypatch.setattr(update, "parse", noted)
    return paths


def index_of(store):
    return store.place.cache / cache.NAME


def forge(store):
    """Lets an index say what no file does."""
    with closing(sqlite3.connect(index_of(store))) as db, db:
        db.execute("UPDATE memories SET title = 'Forged'")


def test_it_parses_no_file_that_the_other_has_the_same(linked, parsed):
    side = linked.side()
    assert sorted(side.titles("forms")) == ["Reset forms", "Validate forms"]
    assert parsed == []
    assert sorted(path.name for path in side.place.cache.iterdir()) == [cache.NAME]


def test_what_differs_is_read_and_what_is_not_there_is_gone(linked, parsed):
    side = linked.side()
    side.memory("aaaa", "Check forms", path=path_to(side, "aaaa"))
    (side.place.root / path_to(side, "bbbb")).unlink()
    side.memory("dddd", "Clear forms")
    assert sorted(side.titles("forms")) == ["Check forms", "Clear forms"]
    assert sorted(parsed) == sorted(path_to(side, one) for one in ("aaaa", "dddd"))


def path_to(store, id_):
    (file,) = (store.place.root / "agents").rglob(f"*{id_}*.md")
    return file.relative_to(store.place.root).as_posix()


def test_outcomes_are_compared_too_though_they_never_change(linked):
    side = linked.side()
    side.outcome("cccc", ["aaaa"], path=path_to(side, "cccc"), result=Result.FAILURE)
    with side.index() as index:
        (tally,) = index.tallies(["aaaa000000"])["aaaa000000"]
    assert tally.result is Result.FAILURE


def test_it_becomes_what_an_index_from_nothing_is(linked, monkeypatch):
    by_hand = "agents/qa/knowledge/by-hand.md"  # which does not say when it was made
    linked.main.write(by_hand, b"+++\n+++\n# Count columns\n")
    linked.main.index().close()
    side = linked.side()
    side.write("agents/qa/forgotten/bbbb000000.md", b"+++\n+++\n")
    side.age(side.place.root / by_hand, days=30)
    with side.index() as seeded:
        told = [(one.row.id, one.score) for one in seeded.search("froms", seeded.buckets())]
        rows = seeded.rows(seeded.buckets(), hidden=True)
    monkeypatch.setattr(seed, "plant", lambda *_: None)
    with side.rebuilt() as anew:
        assert told == [(one.row.id, one.score) for one in anew.search("froms", anew.buckets())]
        assert [row[1:] for row in rows] == [
            row[1:] for row in anew.rows(anew.buckets(), hidden=True)
        ]


@pytest.mark.skipif(sys.platform == "darwin", reason="every name is Unicode there")
def test_a_file_that_is_no_memory_is_named_in_every_call(linked):
    folder = linked.main.place.root / "agents" / "qa" / "heuristics"
    (folder / os.fsdecode(b"\xff.md")).write_bytes(b"# One\n")
    linked.main.write("agents/qa/heuristics/damaged.md", b"no header")
    with linked.main.index() as index:
        named = list(map(str, index.broken))
    assert len(named) == 2
    side = linked.side()
    for _ in range(3):
        with side.index() as index:
            assert list(map(str, index.broken)) == named


def test_changes_after_it_are_seen_as_ever(linked):
    side = linked.side()
    side.titles("forms")
    side.memory("aaaa", "Check inputs", path=path_to(side, "aaaa"))
    assert side.titles("inputs") == ["Check inputs"]
    assert linked.main.titles("inputs") == []


def test_an_index_that_came_to_the_other_with_a_copy_seeds_none(linked, tmp_path):
    forge(linked.main)
    shutil.move(linked.main.place.root, tmp_path / "away")
    shutil.copytree(tmp_path / "away", linked.main.place.root)
    assert sorted(linked.side().titles("forms")) == ["Reset forms", "Validate forms"]


@pytest.mark.parametrize("is_own", [True, False])
def test_the_index_of_another_user_seeds_none(linked, monkeypatch, parsed, is_own):
    owner = index_of(linked.main).stat().st_uid
    monkeypatch.setattr("os.geteuid", lambda: owner if is_own else owner + 1)
    linked.side().titles("forms")
    assert bool(parsed) is not is_own


@pytest.mark.parametrize("start", [0, 4096, 20_000])
def test_a_damaged_one_is_no_obstacle(linked, start):
    file = index_of(linked.main)
    content = bytearray(file.read_bytes())
    content[start:] = b"\xa5" * (len(content) - start)
    file.write_bytes(content)
    side = linked.side()
    for _ in range(2):
        assert sorted(side.titles("forms")) == ["Reset forms", "Validate forms"]


@pytest.mark.parametrize("told", ["", "gitdir: /nowhere\n", "\xff", "gitdir: \0"])
def test_what_git_does_not_write_is_no_obstacle(linked, told):
    (linked.top / ".git").write_text(told, "latin-1")
    assert len(linked.side().titles("forms")) == 2


def test_a_worktree_beside_it_serves_where_the_main_one_has_no_index(linked, tmp_path, parsed):
    linked.side().titles("forms")
    shutil.rmtree(linked.main.place.cache)
    git = tmp_path / "main" / ".git" / "worktrees" / "third"
    linked.top = tmp_path / "third"
    linked.top.mkdir()
    shutil.copytree(git.parent / "side", git)
    (git / "gitdir").write_text(f"{linked.top / '.git'}\n")
    (linked.top / ".git").write_text(f"gitdir: {git}\n")
    assert len(linked.side().titles("forms")) == 2
    assert parsed == []


def test_it_finds_its_way_in_what_git_makes(store, tmp_path, parsed):
    top = store.place.root.parent / "repository"
    top.mkdir()
    main = type(store)(top / ".alma")
    main.memory("aaaa", "Validate forms")
    main.index().close()
    who = ("-c", "user.name=ada", "-c", "user.email=ada@example.org")
    for words in (
        "init -q",
        "add .alma/agents",
        "commit -qm all",
        f"worktree add -q {tmp_path / 'other'}",
    ):
        subprocess.run(["git", *who, *words.split()], cwd=top, check=True)
    parsed.clear()
    side = type(store).__new__(type(store))
    side.place = type(main.place)(tmp_path / "other" / ".alma")
    assert side.titles("forms") == ["Validate forms"]
    assert parsed == []
