"""A clone that left out the contents of its history syncs; one without trees is told what to do."""

import re
from dataclasses import replace

import pytest
from support.alma import ids
from support.machines import events_of, held, learn, sync_all

from alma_cli.git.remote import Remote

CONFLICT = 4


@pytest.fixture
def partial(hub):
    """Makes a clone that leaves something out, of a hub that has moved on since."""

    def make(left_out):
        lesson = learn(hub, "sleep(5000) before clicking")
        hub.ok("sync")
        hub.git("push", "--quiet", "origin", "main")
        hub.git("--git-dir=../hub.git", "config", "uploadpack.allowFilter", "true")
        hub.git("clone", "--quiet", left_out, f"file://{hub.folder.parent}/hub.git", "../partial")
        hub.ok("edit", lesson, "--set", "tags=ci")
        learn(hub, "scroll before the click")
        hub.ok("sync")
        hub.git("push", "--quiet", "origin", "main")
        return replace(hub, folder=hub.folder.parent / "partial", new_id=ids(10_000))

    return make


def test_a_clone_without_contents_syncs(hub, partial):
    here = partial("--filter=blob:none")
    learn(here, "reload the page twice")
    sync_all(here, hub)
    assert held(here) == held(hub)
    assert len(set(events_of(here))) == len(events_of(here)) == 3


def test_a_clone_without_contents_proposes(partial):
    here = partial("--filter=blob:none")
    lesson = learn(here, "reload the page twice")
    assert [each["id"] for each in here.json("propose")["memories"]].count(lesson) == 1


def test_what_is_lacking_is_fetched_all_at_once(partial, monkeypatch):
    here = partial("--filter=blob:none")
    asked = []
    real = Remote._reach

    def record(self, *arguments, **more):
        asked.append(more.get("stdin", b"").count(b"\n"))
        return real(self, *arguments, **more)

    monkeypatch.setattr(Remote, "_reach", record)
    here.ok("sync")
    assert list(filter(None, asked)) == [3]


def test_a_clone_without_trees_is_told_how_to_get_them(partial):
    here = partial("--filter=tree:0")
    learn(here, "reload the page twice")
    for ran in (here("sync"), here("propose")):
        assert ran.status == CONFLICT
        assert "without the trees of its history" in ran.err
    assert here.shell(re.search(r"`(git config .*)`", ran.err)[1]).status == 0
    here.ok("sync")
    here.ok("propose")
