"""Fixtures: `work` is a repository with an empty store, where a workflow may begin."""

import json
import shutil
from dataclasses import dataclass

import pytest
from support.alma import Alma, environment, ids


@dataclass(frozen=True)
class Work:
    """A workflow called `deploy` in a store; nothing is committed unless a test is about that."""

    alma: Alma

    def save(self, *arguments, **more):
        return self.alma("checkpoint", "deploy", "--no-commit", *arguments, **more)

    def saved(self, *arguments, **more):
        """Saves, which must work, and returns the document."""
        ran = self.save(*arguments, "--json", **more)
        assert ran.status == 0, ran
        return ran.json

    def resumed(self, *arguments):
        return self.alma.json("resume", "deploy", *arguments)

    def brief(self, *arguments):
        return self.alma.ok("resume", "deploy", *arguments)

    def files(self):
        folder = self.alma.store / "workflows" / "deploy"
        return sorted(path.name for path in folder.glob("*.md"))


@pytest.fixture(scope="session")
def begun(tmp_path_factory):
    """A repository with a store, made once to be copied."""
    top = tmp_path_factory.mktemp("begun")
    made = Alma(top / "shop", top, environment(top))
    made.folder.mkdir()
    made.git("init", "--quiet", "--initial-branch=main")
    made.ok("init", "--agent", "qa", "--agent", "dev")
    return made.folder


@pytest.fixture
def work(bare, begun):
    shutil.copytree(begun, bare.folder, dirs_exist_ok=True)
    bare.later(minutes=1)
    bare.new_id = ids(1000)  # none that the store has seen
    return Work(bare)


@pytest.fixture
def forked(work):
    """A workflow that two machines went on with at once, as they are after they met."""
    work.saved("--state", json.dumps({"log": ["a"], "n": 1}), "--step", "begin")
    folder = work.alma.store / "workflows" / "deploy"
    kept = {path.name: path.read_bytes() for path in folder.iterdir()}
    work.saved("--state", json.dumps({"log": ["a", "b"], "n": 2}), "--step", "here", "-a", "qa")
    (mine,) = {path.name for path in folder.iterdir()} - kept.keys()
    content = (folder / mine).read_bytes()
    (folder / mine).unlink()
    there = {"log": ["a", "c"], "n": 3, "more": True}
    work.saved("--state", json.dumps(there), "--step", "there", "-a", "dev")
    (folder / mine).write_bytes(content)
    return work
