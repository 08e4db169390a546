"""Wherever a learn is cut off, it is whole or absent, and the next one finishes it."""

import errno
import shutil

import pytest
from support.crash import Stopped, stops

LEARN = ("learn", "--failure", "--task", "Test the login form", "--strategy", "sleep(5000) first")


@pytest.fixture
def kept(alma, tmp_path):
    """A repository that can be put back as it was."""
    alma.ok("init", "--agent", "qa")
    shutil.copytree(alma.folder, tmp_path / "kept")

    def put_back():
        shutil.rmtree(alma.folder)
        shutil.copytree(tmp_path / "kept", alma.folder)

    alma.put_back = put_back
    return alma


def whole(alma) -> bool:
    """Says whether the event is there; fails when it is there by half or twice."""
    memories = alma.memories()
    assert len(memories) in {0, 2}, memories
    for path in memories:
        text = (alma.store / path).read_text()
        assert text.startswith("+++\n")
        assert text.endswith("\n")
    subjects = alma.git("log", "--format=%s").split("\n")[:-1]
    assert subjects.count('qa: avoid "sleep(5000) first"') == bool(memories)
    assert alma.git("status", "--short") == ""
    assert alma.git("fsck", "--strict", "--no-dangling") == ""
    return bool(memories)


def finish(alma) -> None:
    """Lets another writer come by."""
    alma.ok("agent", "add", "other")
    assert alma.git("status", "--short") == ""
    assert list(alma.store.joinpath(".pending").glob("*/*")) == []


@pytest.mark.parametrize(
    "fault",
    [Stopped, lambda: OSError(errno.ENOSPC, "No space left on device")],
    ids=["killed", "disk full"],
)
def test_a_learn_that_is_cut_off_anywhere_is_whole_or_absent(kept, monkeypatch, fault):
    seen = set()
    for _number in stops(monkeypatch, lambda: kept(*LEARN), fault):
        finish(kept)
        seen.add(whole(kept))
        kept.put_back()
    assert seen == {True, False}
    assert whole(kept)


def test_an_acknowledged_learn_is_there_after_any_cut(kept, monkeypatch):
    def acknowledged():
        ran = kept(*LEARN)
        answers.append(ran.status == 0 and "learned" in ran.out)

    answers: list[bool] = []
    for _number in stops(monkeypatch, acknowledged, lambda: OSError(errno.EIO, "I/O error")):
        done = bool(answers) and answers[-1]
        answers.clear()
        finish(kept)
        assert whole(kept) or not done
        kept.put_back()
