"""`alma undo`: an event is taken back by a new one, and history keeps both."""

import pytest
from support.tree import bytes_below


@pytest.fixture
def qa(alma):
    """A store with the agents `qa` and `dev`."""
    alma.ok("init", "--agent", "qa", "--agent", "dev")
    return alma


def memories(alma):
    return bytes_below(alma.store / "agents")


def learn(alma, strategy, *flags):
    return alma.json("learn", "--failure", "--task", "a", "--strategy", strategy, *flags)


def test_it_takes_back_every_file_of_the_newest_event(qa):
    learn(qa, "Click once")
    before = memories(qa)
    told = learn(qa, "Click twice")
    assert qa.ok("undo") == f'undid {told["event"]}: avoid "Click twice"\n'
    assert memories(qa) == before
    assert qa.git("status", "--short") == ""
    event = qa.json("log", "-n", "1")["events"][0]
    assert (event["verb"], event["undoes"], event["agent"]) == ("undo", told["event"], "qa")


def test_an_edit_is_taken_back_to_the_bytes_before(qa):
    learn(qa, "Click twice")
    before = memories(qa)
    learn(qa, "Click twice", "--why-bad", "Sent twice")
    assert memories(qa) != before
    qa.ok("undo")
    assert memories(qa) == before


def test_again_and_again_it_goes_on_back(qa):
    states = [memories(qa)]
    for name in ("one", "two", "three"):
        learn(qa, f"Click {name}")
        states.append(memories(qa))
    for state in reversed(states[:-1]):
        qa.ok("undo")
        assert memories(qa) == state
    ran = qa("undo")
    assert (ran.status, ran.out) == (1, "")
    assert "there is nothing to undo" in ran.err


def test_after_undoing_and_learning_anew_the_newest_is_undone(qa):
    learn(qa, "Click one")
    learn(qa, "Click two")
    qa.ok("undo")
    learn(qa, "Click three")
    assert 'avoid "Click three"' in qa.ok("undo")
    assert 'avoid "Click one"' in qa.ok("undo")


def test_an_event_is_named_by_its_id_or_its_commit(qa):
    first, second = learn(qa, "Click one"), learn(qa, "Click two")
    assert first["event"] in qa.ok("undo", first["event"][:6])
    assert second["event"] in qa.ok("undo", second["commit"][:10])
    assert memories(qa) == {}


def test_undoing_an_undo_brings_it_back(qa):
    learn(qa, "Click one")
    there = memories(qa)
    undone = qa.json("undo")
    assert memories(qa) == {}
    qa.ok("undo", undone["event"])
    assert memories(qa) == there


def test_of_one_agent_only(qa):
    learn(qa, "Click one", "--agent", "dev")
    learn(qa, "Click two", "--agent", "qa")
    assert 'avoid "Click one"' in qa.ok("undo", "--agent", "dev")
    assert qa("undo", "--agent", "dev").status == 1


def test_the_configuration_can_be_taken_back_too(qa):
    before = (qa.store / "config.toml").read_bytes()
    qa.ok("agent", "add", "writer")
    qa.ok("undo")
    assert (qa.store / "config.toml").read_bytes() == before


def test_the_start_of_the_store_is_not_taken_back_by_itself(qa):
    assert qa("undo").status == 1
    assert (qa.store / "config.toml").is_file()


def test_files_that_changed_since_are_a_conflict_and_nothing_is_touched(qa):
    told = learn(qa, "Click twice")
    path = qa.store / told["written"][0]["path"]
    path.write_text(path.read_text() + "\nMore, by hand.\n")
    before = bytes_below(qa.folder)
    ran = qa("undo")
    assert (ran.status, ran.out) == (4, "")
    assert f"`{told['written'][0]['path']}`" in ran.err
    assert "were" not in ran.err
    assert "hint: `alma diff` shows it; put it away with git" in ran.err
    assert bytes_below(qa.folder) == before
    assert qa("undo", "--json").json["error"]["code"] == "conflict"


def test_files_that_a_later_event_changed_are_a_conflict(qa):
    first = learn(qa, "Click twice")
    learn(qa, "Click twice", "--why-bad", "Sent twice")
    assert qa("undo", first["event"]).status == 4
    qa.ok("undo")
    assert qa("undo", first["event"]).status == 0


def test_a_conflict_names_the_later_events_and_what_they_said(qa):
    first = learn(qa, "Click twice")
    later = [
        learn(qa, "Click twice", *flag) for flag in (("--why-bad", "Slow"), ("--better", "Once"))
    ]
    ran = qa("undo", first["event"])
    assert (ran.status, ran.out) == (4, "")
    for each in later:
        assert f'{each["event"]} (failure of "Click twice")' in ran.err
    assert f"hint: `alma undo {later[-1]['event']}` takes back the newest" in ran.err
    (path,) = (each["path"] for each in first["written"] if each["kind"] == "anti-pattern")
    assert f"`{path}` was changed since" in ran.err
    assert ran.err.count(first["event"]) == 1


def test_an_edit_that_a_person_committed_is_told_from_an_event(qa):
    told = learn(qa, "Click twice")
    path = qa.store / told["written"][0]["path"]
    path.write_text(path.read_text() + "\nMore, by hand.\n")
    qa.git("commit", "-am", "work")
    ran = qa("undo")
    assert ran.status == 4
    assert "changed since, by an edit that is no event" in ran.err


def test_events_that_cancel_out_are_not_blamed_for_an_edit_by_hand(qa):
    told = learn(qa, "Click twice")
    later = learn(qa, "Click twice", "--why-bad", "Sent twice")
    back = qa.json("undo")
    (path,) = (each["path"] for each in told["written"] if each["kind"] == "anti-pattern")
    file = qa.store / path
    before = file.read_bytes()
    file.write_bytes(before + b"\nMore, by hand.\n")
    ran = qa("undo", told["event"])
    assert ran.status == 4
    assert f"`{path}` was changed since, by an edit that no commit has" in ran.err
    assert later["event"] not in ran.err
    assert back["event"] not in ran.err
    file.write_bytes(before)
    assert qa("undo", told["event"]).status == 0


@pytest.mark.parametrize("revision", ["HEAD~1", "main~1", "taught"])
def test_a_revision_names_its_event(qa, revision):
    told = learn(qa, "Click twice")
    qa.git("tag", "taught")
    learn(qa, "Click thrice")
    assert told["event"] in qa.ok("undo", revision)


def test_a_commit_by_hand_is_no_event(qa):
    qa.files({"code.py": "pass"})
    qa.commit_by_hand()
    ran = qa("undo", "HEAD")
    assert (ran.status, ran.out) == (1, "")
    assert "`HEAD` is " in ran.err
    assert ", a commit and no event" in ran.err


def test_the_first_commit_of_a_repository_can_be_taken_back(alma):
    alma.ok("init", "--agent", "qa", "--no-commit")
    told = learn(alma, "Click twice")
    before = (alma.store / "config.toml").read_bytes()
    assert told["event"] in alma.ok("undo", "HEAD")
    assert [path for path in alma.memories() if "click-twice" in path] == []
    assert (alma.store / "config.toml").read_bytes() == before


def test_where_there_is_no_git_the_hint_is_not_to_commit(bare):
    bare.ok("init", "--agent", "qa")
    ran = bare("undo")
    assert ran.status == 1
    assert "`git init` starts one" in ran.err
    assert "alma commit" not in ran.err


def test_of_the_team_only(qa):
    qa.ok("add", "preference", "Prefer tabs", "--team")
    learn(qa, "Click twice")
    assert "Prefer tabs" in qa.ok("undo", "--agent", "team")


def test_an_event_of_many_files_that_changed_names_some(qa):
    lines = "".join(f'{{"kind": "knowledge", "title": "Fact {n}"}}\n' for n in range(12))
    qa.files({"facts.jsonl": lines})
    qa.ok("import", "facts.jsonl", "--apply", "--agent", "qa")
    for path in qa.memories():
        (qa.store / path).unlink()
    ran = qa("undo")
    assert ran.status == 4
    assert " and 2 more were changed since" in ran.err


def test_an_event_is_not_undone_twice(qa):
    told = learn(qa, "Click twice")
    qa.ok("undo", told["event"])
    assert qa("undo", told["event"]).status == 4


@pytest.mark.parametrize("name", ["zzzzzz", "HEAD~9", "--", "a b", "../x", "-n1"])
def test_what_names_no_event_is_not_found(qa, name):
    learn(qa, "Click twice")
    before = bytes_below(qa.folder)
    ran = qa("undo", "--", name)
    assert (ran.status, ran.out) == (1, "")
    assert bytes_below(qa.folder) == before


def test_a_persons_own_commit_is_no_event(qa):
    learn(qa, "Click twice")
    qa.files({"code.py": "x = 1\n"})
    qa.git("add", "code.py")
    qa.git("commit", "-m", "work")
    assert qa("undo", qa.git("rev-parse", "HEAD").strip()).status == 1
    assert 'avoid "Click twice"' in qa.ok("undo")
    assert (qa.folder / "code.py").is_file()


def test_a_dry_run_says_what_would_go(qa):
    told = learn(qa, "Click twice")
    before = bytes_below(qa.folder)
    out = qa.ok("undo", "--dry-run")
    assert out.startswith(f'would have: undid {told["event"]}: avoid "Click twice"\n')
    assert out.count("  remove agents/qa/") == 2
    assert bytes_below(qa.folder) == before


def test_as_json_it_names_event_and_commit(qa):
    learn(qa, "Click twice")
    told = qa.json("undo")
    assert told["commit"] == qa.git("rev-parse", "HEAD").strip()
    assert told["event"] == qa.json("log", "-n", "1")["events"][0]["event"]
    assert told["written"] == []


def test_confidence_follows(qa):
    told = learn(qa, "Click twice")
    before = qa.json("show", told["lesson"]["id"])["confidence"]
    learn(qa, "Click twice")
    qa.ok("undo")
    assert qa.json("show", told["lesson"]["id"])["confidence"] == before


def test_without_a_commit_it_waits_for_a_person(qa):
    learn(qa, "Click twice")
    head = qa.git("rev-parse", "HEAD")
    qa.ok("undo", "--no-commit")
    assert memories(qa) == {}
    assert qa.git("rev-parse", "HEAD") == head


def test_an_event_of_another_agent_than_the_one_given_is_usage(qa):
    told = learn(qa, "Click twice", "--agent", "qa")
    ran = qa("undo", told["event"], "--agent", "dev")
    assert (ran.status, f"{told['event']} is not an event of `dev`" in ran.err) == (2, True)
    assert qa("undo", "--agent", "nobody").status == 2
    assert qa("undo", "--agent", "dev").status == 1
