"""Stores that are repositories of their own share a history, and it only ever grows."""

from support.machines import held, learn, sync_all


def git(alma, *arguments):
    return alma.git("-C", ".alma", *arguments)


def head(alma):
    return git(alma, "rev-parse", "HEAD")


def test_each_event_of_one_machine_is_in_the_log_of_the_other(apart):
    here, there = apart
    learn(here, "sleep(5000) before clicking")
    assert here.ok("sync") == "synced with `origin`: 0 in, 2 out\n"
    assert there.ok("sync") == "synced with `origin`: 2 in, 0 out\n"
    assert head(here) == head(there)
    assert [event["verb"] for event in there.json("log")["events"]] == ["learn", "init"]
    assert git(there, "status", "--short") == ""


def test_events_of_both_machines_meet_in_one_merge(apart):
    here, there = apart
    learn(here, "sleep(5000) before clicking")
    learn(there, "read the cookie from disk")
    sync_all(here, there)
    assert head(here) == head(there)
    assert held(here) == held(there)
    verbs = [event["verb"] for event in here.json("log")["events"]]
    assert sorted(verbs) == ["init", "learn", "learn", "sync"]
    assert git(here, "status", "--short") == git(there, "status", "--short") == ""
    assert git(there, "fsck", "--strict", "--no-dangling") == ""


def test_what_came_in_by_a_merge_can_be_undone(apart):
    here, there = apart
    learn(here, "sleep(5000) before clicking")
    id_ = learn(there, "read the cookie from disk")
    here.ok("sync")
    there.ok("sync")
    there.ok("undo")
    assert {path for path in there.memories() if "/outcomes/" not in path} == {
        f"agents/qa/anti-patterns/read-the-cookie-from-disk--{id_}.md"
    }


def test_forgotten_stays_forgotten_and_two_edits_are_both_kept(apart):
    here, there = apart
    gone, twice = learn(here, "sleep(5000) before clicking"), learn(here, "read the cookie")
    sync_all(here, there)
    here.ok("forget", gone)
    there.ok("edit", gone, "--set", "tags=ci")
    here.ok("edit", twice, "--set", "why=Flaky")
    there.ok("edit", twice, "--set", "why=Slow")
    here.ok("sync")
    (second,) = there.json("sync")["kept_both"]
    sync_all(here, there)
    assert held(here) == held(there)
    assert head(here) == head(there)
    assert here("show", gone).status == 1
    assert "Flaky" in here.ok("show", twice)
    assert "Slow" in here.ok("show", second["id"])


def test_a_configuration_that_comes_in_changed_is_told(apart):
    here, there = apart
    here.ok("agent", "add", "newcomer")
    here.ok("sync")
    ran = there("sync")
    assert "warning: `config.toml` came in changed" in ran.err
    assert "newcomer" in there.ok("agent", "list")


def test_of_two_configurations_the_one_from_here_stays_and_that_is_told(apart):
    here, there = apart
    here.ok("agent", "add", "stranger")
    there.ok("agent", "add", "colleague")
    here.ok("sync")
    ran = there("sync")
    assert (
        "warning: `config.toml` was changed here and elsewhere: the one from here stays" in ran.err
    )
    assert "stranger" not in there.ok("agent", "list")
    assert "colleague" in there.ok("agent", "list")


def test_what_a_crash_left_of_a_merge_is_finished_by_the_next_writer(apart, monkeypatch):
    here, there = apart
    learn(here, "sleep(5000) before clicking")
    learn(there, "read the cookie from disk")
    here.ok("sync")
    # Sent, placed, and then no commit could be made.
    lock = there.store / ".git" / "refs" / "heads" / "main.lock"
    import alma_cli.store as writer

    real = writer._finish

    def interrupted(*arguments):
        lock.touch()
        try:
            return real(*arguments)
        finally:
            lock.unlink()

    monkeypatch.setattr(writer, "_finish", interrupted)
    ran = there("sync")
    assert ran.status == 0
    assert "pending" in ran.err
    monkeypatch.undo()
    there.ok("commit")
    here.ok("sync")
    assert head(here) == head(there)
    assert held(here) == held(there)
    assert list((there.store / ".pending").iterdir()) == []


def test_a_branch_that_the_remote_rewrote_is_never_overwritten(apart):
    here, there = apart
    learn(here, "sleep(5000) before clicking")
    here.ok("sync")
    there.ok("add", "knowledge", "The shop has three pages", "--agent", "qa", "--domain", "shop")
    git(there, "push", "--quiet", "--force", "origin", "main")
    before = git(here, "ls-remote", "origin")
    learn(here, "read the cookie from disk")
    ran = here("sync")
    assert (ran.status, git(here, "ls-remote", "origin")) == (4, before)
    assert "was rewritten" in ran.err


def test_a_store_on_no_branch_is_told_so(apart):
    here, _ = apart
    git(here, "switch", "--quiet", "--detach")
    assert here("sync").status == 2


def test_a_file_that_no_store_can_hold_is_refused_by_its_path(apart):
    here, there = apart
    here.files({".alma/agents/qa/knowledge/large.md": "x" * (3 * 1024 * 1024)})
    git(here, "add", ".")
    git(here, "commit", "--quiet", "--message=large")
    git(here, "push", "--quiet", "origin", "HEAD")
    before = head(there)
    ran = there("sync")
    assert (ran.status, head(there)) == (3, before)
    assert "`agents/qa/knowledge/large.md` of the remote is larger than 2048 KiB" in ran.err
