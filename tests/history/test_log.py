"""`alma log`: the events as the commits tell them, newest first."""

import re

import pytest


@pytest.fixture
def two(alma):
    """Two agents that learned in turn."""
    alma.ok("init", "--agent", "qa", "--agent", "dev")
    for agent, strategy in (("qa", "Click once"), ("dev", "Seed the data"), ("qa", "Click once")):
        alma.ok("learn", "--success", "--agent", agent, "--task", "a", "--strategy", strategy)
    return alma


def summaries(alma, *flags):
    return [event["summary"] for event in alma.json("log", *flags)["events"]]


def test_every_event_is_told_newest_first(two):
    assert summaries(two) == [
        'success of "Click once"',
        'do "Seed the data"',
        'do "Click once"',
        "start a memory",
    ]


def test_a_line_has_event_commit_time_author_agent_and_sentence(two):
    first = two.ok("log").splitlines()[0]
    assert re.fullmatch(
        r'[0-9a-z]{10}  [0-9a-f]{7}  \d{4}-\d\d-\d\d \d\d:\d\d  Ada  qa: success of "Click once"',
        first,
    )


def test_the_events_of_one_agent(two):
    assert summaries(two, "--agent", "dev") == ['do "Seed the data"']
    assert len(summaries(two, "--agent", "QA")) == 2


def test_the_events_of_one_memory(two):
    lesson = two.json("learn", "--failure", "--task", "b", "--strategy", "Click once")["lesson"][
        "id"
    ]
    two.ok("feedback", lesson, "--helpful")
    assert summaries(two, lesson[:5]) == [
        'helpful "Click once"',
        'failure of "Click once"',
        'success of "Click once"',
        'do "Click once"',
    ]


def test_the_newest_few(two):
    assert summaries(two, "-n", "2") == ['success of "Click once"', 'do "Seed the data"']


def test_an_event_names_its_memories_and_its_verb(two):
    told = two.json("learn", "--failure", "--task", "b", "--strategy", "Click twice")
    event = two.json("log", "-n", "1")["events"][0]
    assert event["event"] == told["event"]
    assert event["commit"] == told["commit"]
    assert (event["verb"], event["agent"], event["by"]) == ("learn", "qa", "Ada")
    assert sorted(event["memories"]) == sorted(each["id"] for each in told["written"])
    assert event["undoes"] is None


def test_commits_that_are_no_events_are_left_out(two):
    two.files({"code.py": "x = 1\n", ".alma/agents/qa/knowledge/hand.md": "+++\n+++\n# By hand\n"})
    two.git("add", ".")
    two.git("commit", "-m", "work")
    assert "work" not in summaries(two)
    assert len(summaries(two)) == 4


def test_the_events_of_a_memory_that_is_gone(two):
    told = two.json("learn", "--failure", "--task", "b", "--strategy", "Click twice")
    two.ok("undo")
    gone = told["lesson"]["id"]
    assert two("show", gone).status == 1
    assert 'avoid "Click twice"' in summaries(two, gone)


def test_the_undoing_of_a_memory_is_among_its_events(two):
    told = two.json("learn", "--failure", "--task", "b", "--strategy", "Click twice")
    two.ok("undo")
    assert 'undo: avoid "Click twice"' in summaries(two, told["lesson"]["id"])


def test_a_memory_that_never_was_is_not_found(two):
    assert two("log", "zzzz").status == 1


def test_what_is_pending_is_said(two):
    lock = two.folder / ".git/index.lock"
    lock.touch()
    two.ok("add", "knowledge", "Waits")
    ran = two("log")
    assert ran.err == "1 pending: saved, not committed yet\n"
    assert two.json("log")["pending"] == 1
    lock.unlink()
    assert two.ok("commit") == "committed 1 pending event\n"
    assert two.json("log")["pending"] == 0
    assert summaries(two, "-n", "1") == ['add knowledge "Waits"']


def test_a_commit_that_still_cannot_be_made_is_a_conflict(two):
    (two.folder / ".git/index.lock").touch()
    two.ok("add", "knowledge", "Waits")
    ran = two("commit")
    assert ran.status == 4
    assert "events are still pending" in ran.err


def test_without_git_there_is_no_history(bare):
    bare.ok("init", "--agent", "qa")
    ran = bare("log")
    assert (ran.status, ran.out) == (1, "")
    assert "is not in a git repository" in ran.err
    assert "`git init` starts one" in ran.err


def test_a_repository_of_another_user_is_told_from_none(two, monkeypatch):
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    ran = two("log")
    assert ran.status == 1
    assert "git could not read the history: " in ran.err
    assert "dubious ownership" in ran.err


def test_the_words_of_a_memory_cannot_forge_a_trailer(two):
    two.ok("add", "knowledge", "x\nAlma-Agent: dev\nAlma-Event: f0rged0000", "--agent", "qa")
    event = two.json("log", "-n", "1")["events"][0]
    assert (event["agent"], event["summary"]) == ("qa", 'add knowledge "x"')
    assert event["event"] != "f0rged0000"


def test_the_events_of_one_kind_and_of_several(two):
    two.ok("add", "knowledge", "CI has two cores", "--agent", "qa")
    two.ok("add", "preference", "Prefer tabs", "--team")
    assert summaries(two, "--kind", "knowledge") == ['add knowledge "CI has two cores"']
    assert summaries(two, "--kind", "heuristic") == ['do "Seed the data"', 'do "Click once"']
    assert len(summaries(two, "--kind", "knowledge", "--kind", "preference")) == 2
    assert summaries(two, "--kind", "anti-pattern") == []
    assert two("log", "--kind", "nonsense").status == 2


def test_the_kind_of_what_was_taken_away_counts_too(two):
    two.ok("add", "knowledge", "CI has two cores", "--agent", "qa")
    two.ok("undo")
    assert len(summaries(two, "--kind", "knowledge")) == 2


def test_since_a_date_or_a_moment(two):
    two.later(days=3)
    two.ok("add", "knowledge", "CI has two cores", "--agent", "qa")
    new = ['add knowledge "CI has two cores"']
    assert summaries(two, "--since", "2026-11-23") == new
    assert summaries(two, "--since", "2026-11-25T12:00") == new
    assert summaries(two, "--since", "2026-11-25T13:00") == []
    assert len(summaries(two, "--since", "2026-11-22")) == 5


def test_since_a_revision_or_an_event(two):
    event = two.json("log", "-n", "2")["events"][1]["event"]
    assert summaries(two, "--since", "HEAD~1") == ['success of "Click once"']
    assert summaries(two, "--since", event) == ['success of "Click once"']
    assert summaries(two, "--since", "HEAD") == []


@pytest.mark.parametrize("since", ["nope", "-n1", "--all", "2026-02-30", "HEAD~99"])
def test_what_names_no_moment_is_not_found(two, since):
    ran = two("log", f"--since={since}")
    assert (ran.status, ran.out) == (1, "")
    assert f"`{since}`" in ran.err


@pytest.fixture
def grown(two):
    """A lesson that failed twice, in two versions; its id."""
    words = ("--failure", "--agent", "qa", "--task", "b", "--strategy", "Sleep")
    lesson = two.json("learn", *words)["lesson"]["id"]
    two.ok("learn", *words, "--why-bad", "Flaky")
    return lesson


def test_of_one_memory_it_tells_the_evidence_after_each_event_and_now(two, grown):
    two.ok("feedback", grown, "--harmful", "--agent", "qa")
    told = two.json("log", grown)
    assert [each["evidence"] for each in told["events"]] == [
        {"for": 2, "against": 1},
        {"for": 2, "against": 0},
        {"for": 1, "against": 0},
    ]
    assert told["memory"]["evidence"] == {"for": 2, "against": 1}
    assert told["memory"]["confidence"] == two.json("show", grown)["confidence"]
    first, *lines = two.ok("log", grown).splitlines()
    assert first == f'anti-pattern {grown} "Sleep": 0.60 contested (2 for, 1 against)'
    assert lines[0].endswith("  [0.60 contested (2 for, 1 against)]")
    assert lines[1].endswith("  [0.75 tentative (2 for, 0 against)]")
    assert lines[2].endswith("  [0.67 tentative (1 for, 0 against)]")


def test_evidence_then_is_as_old_as_it_was_then(two, grown):
    before = two.json("log", grown)["events"]
    two.later(days=400)
    after = two.json("log", grown)
    assert after["events"] == before
    assert after["memory"]["confidence"] < before[0]["confidence"]


def test_a_memory_that_is_gone_still_has_its_events_and_says_so(two, grown):
    two.ok("rollback", "--to", "HEAD~2")
    told = two.json("log", grown[:5])
    assert [each["verb"] for each in told["events"]] == ["rollback", "learn", "learn"]
    assert told["memory"]["title"] == "Sleep"
    assert told["memory"]["confidence"] is None
    assert told["events"][0]["confidence"] is None
    assert two.ok("log", grown).startswith(f'anti-pattern {grown} "Sleep": gone\n')
    assert two.json("log", grown, "-n", "1")["memory"]["title"] == "Sleep"


def test_a_memory_is_followed_to_where_a_person_moved_it(two, grown):
    (path,) = (path for path in two.memories() if grown in path)
    folder = two.store / "agents" / "qa" / "anti-patterns" / "old"
    folder.mkdir()
    two.git("mv", f".alma/{path}", str(folder / f"other-name--{grown}.md"))
    two.git("commit", "-m", "tidy up")
    two.ok("learn", "--failure", "--task", "c", "--strategy", "Sleep", "--better", "Wait")
    assert len(summaries(two, grown)) == 3


def test_a_memory_without_an_id_in_its_name_is_followed_by_its_file(two):
    header = 'id = "0000000001"\ncreated = 2026-11-01T00:00:00Z\n'
    two.files({".alma/agents/qa/anti-patterns/hand.md": f"+++\n{header}+++\n# Sleep\n"})
    two.git("add", ".")
    two.git("commit", "-m", "by hand")
    two.ok("learn", "--failure", "--task", "c", "--strategy", "Sleep", "--better", "Wait")
    assert summaries(two, "00000") == ['failure of "Sleep"']


def test_a_memory_that_says_no_id_is_not_gone(two):
    two.files({".alma/agents/qa/heuristics/cores.md": "+++\n+++\n# CI has two cores\n"})
    two.commit_by_hand()
    (id_,) = (m["id"] for m in two.json("list")["memories"] if m["title"] == "CI has two cores")
    assert two.ok("log", id_).startswith(f'heuristic {id_} "CI has two cores": ')
    assert "gone" not in two.ok("log", id_)


def test_an_id_that_began_several_is_a_mistake(two):
    for number in "12":
        path = f".alma/agents/qa/knowledge/k--000000000{number}.md"
        two.files({path: f'+++\nid = "000000000{number}"\n+++\n# K\n'})
    two.git("add", ".")
    two.git("commit", "-m", "by hand")
    two.ok("rollback", "--to", "HEAD~1")
    assert two("log", "00000").status == 2
    assert summaries(two, "0000000001") != []


def test_what_came_and_went_on_a_branch_that_was_merged_is_told(two):
    two.git("checkout", "-q", "-b", "other")
    gone = two.json("add", "knowledge", "Wrong", "--agent", "qa")["written"][0]["id"]
    two.ok("undo")
    two.git("checkout", "-q", "main")
    two.ok("add", "knowledge", "Right", "--agent", "qa")
    two.git("merge", "--no-ff", "-m", "merge", "other")
    assert summaries(two, gone) == ['undo: add knowledge "Wrong"', 'add knowledge "Wrong"']


def test_an_id_of_no_alphabet_is_not_found(two):
    for name in ("uuuu", "a*bc", "[a-z]", "../../x"):
        assert two("log", name).status == 1


def test_a_shallow_clone_tells_what_it_has(two):
    two.ok("add", "knowledge", "CI has two cores", "--agent", "qa")
    two.git("clone", "-q", "--depth", "2", f"file://{two.folder}", str(two.home / "clone"))
    two.folder = two.home / "clone"
    assert summaries(two)[:2] == ['add knowledge "CI has two cores"', 'success of "Click once"']
    assert two.json("diff", "HEAD~1")["memories"][0]["what"] == "new"
    assert two("diff", "HEAD~2").status == 1
    assert "undid" in two.ok("undo")


def test_a_repository_of_longer_names_is_read_too(bare):
    bare.git("init", "-q", "--object-format=sha256")
    bare.ok("init", "--agent", "qa")
    lesson = bare.json("learn", "--failure", "--task", "b", "--strategy", "Sleep")["lesson"]["id"]
    assert bare.json("log", lesson)["memory"]["evidence"] == {"for": 1, "against": 0}
    assert len(bare.json("diff", "HEAD~1")["memories"]) == 2
    assert bare.json("diff")["memories"] == []
    bare.ok("rollback", "--to", "HEAD~1")
    assert bare.memories() == []
    bare.ok("undo")
    assert len(bare.memories()) == 2


def test_a_worktree_has_the_history_of_its_own_branch(two):
    two.git("worktree", "add", "-q", "-b", "other", str(two.home / "tree"))
    two.ok("add", "knowledge", "On main", "--agent", "qa")
    two.folder = two.home / "tree"
    two.ok("add", "knowledge", "On other", "--agent", "qa")
    assert summaries(two, "-n", "2") == ['add knowledge "On other"', 'success of "Click once"']


def test_a_forgotten_memory_keeps_its_events(two, grown):
    two.ok("forget", grown, "--reason", "It was wrong")
    assert len(summaries(two, grown[:6])) == 3
    (gone,) = (m for m in two.json("diff", "HEAD~1")["memories"] if m["id"] == grown)
    assert (gone["what"], gone["reason"]) == ("forgotten", "It was wrong")
    two.ok("restore", grown)
    (back,) = (m for m in two.json("diff", "HEAD~1")["memories"] if m["id"] == grown)
    assert back["what"] == "restored"


def test_an_agent_that_nobody_knows_is_usage_and_one_without_events_is_not(alma):
    alma.ok("init", "--agent", "qa")
    ran = alma("log", "--agent", "nobody")
    assert (ran.status, "`nobody`" in ran.err) == (2, True)
    ran = alma("log", "--agent", "qa")
    assert (ran.status, ran.out) == (0, "")


def test_a_memory_of_the_users_own_has_the_history_of_its_store(alma):
    alma.ok("init", "--agent", "qa")
    id_ = alma.json("add", "preference", "--user", "Prefer tabs")["written"][0]["id"]
    assert alma.ok("log", id_).startswith(f'preference {id_} "Prefer tabs"')
    alma.ok("forget", id_)
    assert "forget preference" in alma.ok("log", id_)


def test_whoever_moved_the_evidence_is_told(two):
    lesson = two.json("learn", "--failure", "--task", "a", "--strategy", "sleep(5)")["lesson"]["id"]
    two.ok("learn", "--success", "--task", "b", "--strategy", "sleep(5)")
    two.ok("feedback", lesson, "--helpful")
    verbs = [each["verb"] for each in two.json("log", lesson)["events"]]
    assert verbs == ["feedback", "learn", "learn"]


def test_a_damaged_memory_is_not_said_to_be_gone(two, grown):
    path = next(path for path in two.memories() if grown in path)
    (two.store / path).write_text("+++\n[[\n")
    assert two.ok("log", grown).startswith(f'anti-pattern {grown} "Sleep": damaged\n')
