"""Stores in a code repository meet on a branch of their own, and nobody's branch is touched."""

import pytest
from support.machines import held, learn, sync_all

from alma_cli.between import unsynced
from alma_cli.here import stand

EXCHANGE = "refs/heads/alma/memories"


def tags_of(alma, id_):
    (memory,) = (one for one in alma.json("list")["memories"] if one["id"] == id_)
    return memory["tags"]


def test_what_one_clone_learns_another_recalls(two):
    here, there = two
    id_ = learn(here, "sleep(5000) before clicking")
    assert here.ok("sync") == "synced with `origin`: 0 in, 2 out\n"
    assert there.ok("sync") == "synced with `origin`: 2 in, 0 out\n"
    assert id_ in there.ok("recall", "sleep before click", "--format", "json")
    assert held(here) == held(there)
    assert there.git("status", "--short") == ""


def test_what_comes_in_is_one_event_that_can_be_undone(two):
    here, there = two
    learn(here, "sleep(5000) before clicking")
    learn(here, "read the cookie from disk")
    here.ok("sync")
    there.ok("sync")
    events = there.json("log")["events"]
    assert [event["verb"] for event in events] == ["sync", "init"]
    there.ok("undo")
    assert there.memories() == []


def test_nothing_but_memories_goes_out_and_the_branches_of_the_remote_stay(two):
    here, _ = two
    before = here.git("ls-remote", "origin", "refs/heads/main")
    here.files({"secret.txt": "mine\n"})
    here.commit_by_hand()
    learn(here, "sleep(5000) before clicking")
    head = here.git("rev-parse", "HEAD")
    here.ok("sync")
    assert here.git("rev-parse", "HEAD") == head
    assert here.git("ls-remote", "origin", "refs/heads/main") == before
    sent = here.git("--git-dir=../hub.git", "ls-tree", "-r", "--name-only", EXCHANGE).split()
    assert [path.split("/")[:3] for path in sent] == [[".alma", "agents", "qa"]] * 2
    assert here.git("--git-dir=../hub.git", "log", "--format=%s", EXCHANGE) == (
        "sync with origin: 0 in, 2 out\n"
    )


def test_a_second_sync_has_nothing_to_do_and_makes_no_commit(two):
    here, there = two
    learn(here, "sleep(5000) before clicking")
    sync_all(here, there)
    before = here.git("for-each-ref"), there.git("for-each-ref")
    for one in two:
        assert one.ok("sync") == "nothing to do: `origin` has the same\n"
    assert (here.git("for-each-ref"), there.git("for-each-ref")) == before


def test_what_is_not_sent_yet_is_counted_without_asking_the_remote(two):
    here, there = two
    assert unsynced(stand(here.world)) == 0
    learn(here, "sleep(5000) before clicking")
    assert unsynced(stand(here.world)) == 2
    here.ok("sync")
    assert unsynced(stand(here.world)) == 0
    here.git("remote", "set-url", "origin", "../gone.git")
    learn(here, "read the cookie from disk")
    assert unsynced(stand(here.world)) == 2
    assert unsynced(stand(there.world)) == 0


def test_a_dry_run_says_what_would_come_and_go_and_does_neither(two):
    here, there = two
    learn(here, "sleep(5000) before clicking")
    here.ok("sync")
    learn(there, "read the cookie from disk")
    before, head = held(there), there.git("rev-parse", "HEAD")
    remote = there.git("ls-remote", "origin")
    lines = there.ok("sync", "--dry-run").splitlines()
    assert lines[0] == "would have: synced with `origin`: 2 in, 2 out"
    assert [line.split()[0] for line in lines[1:]] == ["new", "new", "send", "send"]
    assert (held(there), there.git("rev-parse", "HEAD")) == (before, head)
    assert there.git("ls-remote", "origin") == remote


def test_the_document_says_what_came_and_went(two):
    here, there = two
    learn(here, "sleep(5000) before clicking")
    told = here.json("sync")
    assert len(told["sent"]) == 2
    assert (told["remote"], told["branch"], told["event"]) == ("origin", "alma/memories", None)
    came = there.json("sync")
    assert [one["path"] for one in came["written"]] == told["sent"]
    assert came["commit"] == there.git("rev-parse", "HEAD").strip()


def test_forgotten_stays_forgotten_though_another_edits_it(two):
    here, there = two
    id_ = learn(here, "sleep(5000) before clicking")
    sync_all(here, there)
    here.ok("forget", id_, "--reason", "it is gone")
    there.ok("edit", id_, "--set", "tags=ci")
    sync_all(here, there)
    assert held(here) == held(there)
    assert there("show", id_).status == here("show", id_).status == 1
    assert "it is gone" in there("show", id_).err


def test_what_is_restored_comes_back_everywhere(two):
    here, there = two
    id_ = learn(here, "sleep(5000) before clicking")
    sync_all(here, there)
    here.ok("forget", id_)
    sync_all(here, there)
    there.ok("restore", id_)
    sync_all(there, here)
    assert here.ok("show", id_) == there.ok("show", id_)
    assert held(here) == held(there)


def test_an_undo_travels_as_any_other_event(two):
    here, there = two
    learn(here, "sleep(5000) before clicking")
    sync_all(here, there)
    here.ok("undo")
    assert here.ok("sync") == "synced with `origin`: 0 in, 2 out\n"
    there.ok("sync")
    assert there.memories() == here.memories() == []


@pytest.mark.parametrize("between", ["nothing", "another sync"])
def test_to_undo_a_sync_takes_nothing_from_the_others(two, between):
    here, there = two
    id_ = learn(here, "sleep(5000) before clicking")
    here.ok("sync")
    event = there.json("sync")["event"]
    if between == "another sync":
        learn(there, "read the cookie from disk")
        there.ok("sync")
    there.ok("undo", event)
    assert there("show", id_).status == 1
    assert there.ok("sync") == "synced with `origin`: 2 in, 0 out\n"
    sync_all(here, there)
    assert held(here) == held(there)
    there.ok("forget", id_)
    sync_all(there, here)
    assert here("show", id_).status == 1


def test_an_edit_replaces_the_old_version_elsewhere(two):
    here, there = two
    id_ = learn(here, "sleep(5000) before clicking")
    sync_all(here, there)
    here.ok("edit", id_, "--set", "tags=ci")
    sync_all(here, there)
    assert tags_of(there, id_) == ["ci"]
    assert held(here) == held(there)


def test_two_edits_of_one_memory_are_both_kept_and_sync_goes_on(two):
    here, there = two
    id_ = learn(here, "sleep(5000) before clicking")
    sync_all(here, there)
    here.ok("edit", id_, "--set", "why=Flaky on slow machines")
    there.ok("edit", id_, "--set", "why=Wastes five seconds")
    learn(there, "read the cookie from disk")
    here.ok("sync")
    ran = there("sync", "--json")
    assert ran.status == 0
    (second,) = ran.json["kept_both"]
    assert f"warning: {id_} was edited here and elsewhere" in ran.err
    sync_all(here, there)
    assert held(here) == held(there)
    assert "Flaky on slow machines" in here.ok("show", id_)
    assert "Wastes five seconds" in here.ok("show", second["id"])
    assert f'edit_of = "{id_}"' in here.text(second["id"])
    assert not any(b"<<<<<<<" in content for content in held(here).values())
    assert len(here.json("list")["memories"]) == 3


def test_a_branch_that_lacks_memories_deletes_none_elsewhere(two):
    here, there = two
    here.git("switch", "--quiet", "--create", "feature")
    id_ = learn(here, "sleep(5000) before clicking")
    here.ok("sync")
    here.git("switch", "--quiet", "main")
    assert here.memories() == []
    here.ok("sync")
    there.ok("sync")
    assert here.ok("show", id_) == there.ok("show", id_)


def test_a_branch_that_has_an_old_version_does_not_take_an_edit_back(two):
    here, there = two
    id_ = learn(here, "sleep(5000) before clicking")
    sync_all(here, there)
    here.git("switch", "--quiet", "--create", "feature")
    here.ok("edit", id_, "--set", "tags=ci")
    here.ok("sync")
    here.git("switch", "--quiet", "main")
    assert here.ok("sync") == "synced with `origin`: 1 in, 0 out\n"
    there.ok("sync")
    assert tags_of(there, id_) == ["ci"]


def test_the_configuration_is_not_exchanged(two):
    here, there = two
    here.ok("agent", "add", "newcomer")
    learn(here, "sleep(5000) before clicking")
    sync_all(here, there)
    assert "newcomer" not in (there.store / "config.toml").read_text()
    assert (here.store / "config.toml").read_text() != (there.store / "config.toml").read_text()


def test_what_a_person_has_not_committed_stays_and_is_not_sent(two):
    here, there = two
    learn(here, "sleep(5000) before clicking")
    by_hand = "agents/qa/knowledge/mine.md"
    here.files({f".alma/{by_hand}": '+++\nkind = "knowledge"\n+++\n# Mine\n'})
    ran = here("sync")
    assert ran.status == 0
    assert "warning: 1 file with changes that no commit has stay" in ran.err
    there.ok("sync")
    assert by_hand not in there.memories()
    assert by_hand in here.memories()


def test_an_edit_by_hand_is_not_lost_to_what_comes_in(two):
    here, there = two
    id_ = learn(here, "sleep(5000) before clicking")
    sync_all(here, there)
    here.ok("edit", id_, "--set", "tags=ci")
    here.ok("sync")
    (path,) = (path for path in there.memories() if id_ in path)
    (there.store / path).write_text("+++\n+++\n# By hand\n")
    ran = there("sync")
    assert (ran.status, there.text(id_)) == (4, "+++\n+++\n# By hand\n")
    assert path in ran.err


def test_pending_events_are_committed_and_sent(two):
    here, there = two
    here.ok("config", "set", "git.commit", "batch")
    learn(here, "sleep(5000) before clicking")
    here.ok("sync")
    assert len(here.json("log")["events"]) == 3
    there.ok("sync")
    assert len(there.memories()) == 2


def test_during_a_merge_nothing_is_exchanged_and_nothing_lost(two):
    here, _ = two
    learn(here, "sleep(5000) before clicking")
    (here.folder / ".git" / "MERGE_HEAD").write_text(here.git("rev-parse", "HEAD"))
    ran = here("sync")
    assert ran.status == 4
    assert ran.err.startswith("error: nothing can be exchanged now: a merge is under way\nhint: ")


def test_offline_nothing_is_lost_and_the_next_sync_sends_it(two):
    here, there = two
    learn(here, "sleep(5000) before clicking")
    hub = here.folder.parent / "hub.git"
    hub.rename(hub.with_name("away.git"))
    ran = here("sync")
    assert ran.status == 1
    assert "nothing is lost" in ran.err
    hub.with_name("away.git").rename(hub)
    here.ok("sync")
    there.ok("sync")
    assert held(here) == held(there) != {}


@pytest.mark.parametrize("how", ["rewritten", "deleted"])
def test_a_history_that_the_remote_rewrote_is_told_and_never_overwritten(two, how):
    here, there = two
    learn(here, "sleep(5000) before clicking")
    here.ok("sync")
    if how == "rewritten":
        there.git("push", "--quiet", "--force", "origin", f"HEAD:{EXCHANGE}")
    else:
        there.git("push", "--quiet", "origin", f":{EXCHANGE}")
    before = here.git("ls-remote", "origin")
    learn(here, "read the cookie from disk")
    ran = here("sync")
    assert ran.status == 4
    assert here.git("ls-remote", "origin") == before
    (command,) = (line.split("`")[1] for line in ran.err.splitlines() if "update-ref" in line)
    here.git(*command.split()[1:])
    here.ok("sync")
    there.ok("sync")
    assert held(here) == held(there)
    assert len(held(here)) == 4


def test_two_stores_of_one_repository_share_the_branch_and_nothing_else(two):
    here, there = two
    for one in two:
        (one.folder / "docs").mkdir()
        one.ok("--store", "docs/.alma", "init", "--agent", "writer")
    learn(here, "sleep(5000) before clicking")
    here.ok("--store", "docs/.alma", "add", "knowledge", "Pages are short", "--domain", "style")
    for one in (here, there, here):
        one.ok("sync")
        one.ok("--store", "docs/.alma", "sync")
    assert [one["title"] for one in there.json("--store", "docs/.alma", "list")["memories"]] == [
        "Pages are short"
    ]
    assert len(there.memories()) == 2


def test_without_a_remote_there_is_nothing_to_sync_with(alma):
    alma.ok("init", "--agent", "qa")
    ran = alma("sync")
    assert (ran.status, ran.err.splitlines()[0]) == (
        1,
        "error: there is no remote to exchange memories with",
    )
    assert alma("sync", "--remote", "--upload-pack=x").status == 1


def test_a_store_that_makes_no_commits_has_nothing_to_exchange(two):
    here, _ = two
    here.ok("config", "set", "git.commit", "false")
    assert here("sync").status == 2
