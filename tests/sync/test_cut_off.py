"""Wherever a sync is cut off, the next one ends it: nothing is lost, sent twice or half written.

By default a part; with `--torture` (`just torture`) every fault at every point, in both kinds of
store.
"""

import shutil
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest
from support.alma import Alma
from support.faults import FAULTS, POINTS, SYNC_POINTS, Fault
from support.machines import events_of, held, learn, sync_all
from support.matrix import git_at_rest, half_written
from support.warm import Ended, Warm

FEW = {
    "SIGKILL": ("fetched", "composed", "pushed"),
    "ENOSPC": ("meeting", "pushing"),
}
"""What the part is: each point that only a sync has, with one fault."""


@dataclass
class Scene:
    """Two clones with news for each other, which are put back before each run."""

    here: Alma
    there: Alma
    kept: Path
    warm: Warm

    def put_back(self) -> None:
        """Makes the clones and the hub as they were before the first run."""
        for folder in self.kept.iterdir():
            shutil.rmtree(self.kept.parent / folder.name, ignore_errors=True)
            shutil.copytree(folder, self.kept.parent / folder.name, symlinks=True)

    def run(self, fault: Fault | None = None, kill_after: float = 0.0) -> Ended:
        """Puts all back and runs one sync here, with a fault."""
        self.put_back()
        return self.warm.run(self.here, "sync", fault=fault, kill_after=kill_after)

    def all_synced(self) -> tuple[dict[str, bytes], dict[str, bytes]]:
        """Lets all sync, and returns what each of the two holds."""
        sync_all(self.here, self.there)
        return held(self.here), held(self.there)


def pytest_generate_tests(metafunc):
    whole = metafunc.config.getoption("--torture")
    if "kind" in metafunc.fixturenames:
        every = dict.fromkeys(FAULTS, (*SYNC_POINTS, *POINTS))
        metafunc.parametrize(("kind", "points"), (every if whole else FEW).items())
        metafunc.parametrize("where", ["two", "apart"] if whole else ["two"])
    if "rounds" in metafunc.fixturenames:
        metafunc.parametrize("rounds", [100 if whole else 2])
        metafunc.parametrize("where", ["two", "apart"] if whole else ["apart"])


@pytest.fixture
def scene(request, where, tmp_path):
    """Both clones have an event of their own, one edited what the other did or forgot."""
    here, there = request.getfixturevalue(where)
    gone, twice = learn(here, "sleep(5000) before clicking"), learn(here, "read the cookie")
    sync_all(here, there)
    there.ok("forget", gone)
    here.ok("edit", gone, "--set", "tags=ci")
    for clone, why in ((here, "Flaky"), (there, "Slow")):
        clone.ok("edit", twice, "--set", f"why={why}")
    learn(there, "scroll before the click")
    there.ok("sync")
    learn(here, "reload the page twice", "--success")
    kept = tmp_path / "kept"
    for folder in (here.folder, there.folder, here.folder.parent / "hub.git"):
        shutil.copytree(folder, kept / folder.name, symlinks=True)
    warm = Warm(here.environ)
    yield Scene(here, there, kept, warm)
    warm.close()


def look(scene: Scene, ended: Ended, expected: dict[str, bytes], tally) -> None:
    """Checks every promise after one run."""
    here = scene.here
    assert "Traceback" not in ended.said, ended
    broken = half_written(here)
    locks = git_at_rest(here)
    here.ok("commit")  # what could only be saved, a warning said
    lost = ended.status == 0 and held(here) != expected
    both = scene.all_synced()
    twice = [len(set(events)) != len(events) for events in map(events_of, (here, scene.there))]
    tally(runs=1, half=bool(broken), lost=lost or both != (expected, expected), twice=any(twice))
    assert broken == locks == []
    assert not lost, ended
    assert both == (expected, expected)
    assert not any(twice)
    assert list((here.store / ".pending").iterdir()) == []
    assert here.git("-C", ".alma", "status", "--short", ".") == ""
    for folder in (".alma", "../hub.git"):
        assert here.git("-C", folder, "fsck", "--strict", "--no-dangling") == ""


@pytest.fixture
def expected(scene):
    """What both hold when nothing goes wrong."""
    ended = scene.run()
    assert ended.status == 0, ended
    here, there = scene.all_synced()
    assert here == there
    return here


def test_a_sync_with_a_fault_at_any_point_is_ended_by_the_next(
    scene, kind, points, expected, tally
):
    struck = 0
    for point in points:
        ended = scene.run(Fault(kind, point))
        struck += ended.struck
        look(scene, ended, expected, tally)
    assert struck >= len(SYNC_POINTS.keys() & set(points))


def test_a_sync_whose_processes_are_killed_some_time_is_ended_by_the_next(
    scene, rounds, expected, tally
):
    chance = Random(11)
    for _ in range(rounds):
        ended = scene.run(kill_after=0.001 + chance.random() * 0.4)
        look(scene, ended, expected, tally)
