"""Events whose own commits a squash merge, or a commit by hand, has lost."""

import pytest
from support.tree import bytes_below

HAND = "Teach waiting (#7)"


@pytest.fixture
def branched(alma):
    """Two events on a branch, not merged yet: a lesson, and its second failure."""
    alma.ok("init", "--agent", "qa", "--agent", "dev")
    alma.git("checkout", "-q", "-b", "waiting")
    learn(alma, "Sleep before clicking")
    learn(alma, "Sleep before clicking")
    alma.ok("add", "knowledge", "CI has two cores", "--agent", "qa")
    alma.git("checkout", "-q", "main")
    alma.ok("add", "knowledge", "Staging has one", "--agent", "dev")
    return alma


def learn(alma, strategy):
    flags = ("--failure", "--agent", "qa", "--task", "a", "--strategy", strategy)
    return alma.json("learn", *flags)


def squash(alma, message=HAND):
    """Merges the branch as one commit; without a message with the one that git proposes."""
    alma.git("merge", "--squash", "waiting")
    alma.git("commit", *(["-m", message] if message else ["--no-edit"]))
    alma.git("branch", "-D", "waiting")
    return alma.git("rev-parse", "HEAD").strip()


def from_github(alma):
    """Returns the message that GitHub proposes: all messages, oldest first, none indented."""
    names = alma.git("rev-list", "--reverse", "main..waiting").split()
    messages = [alma.git("log", "-1", "--format=%B", name).strip() for name in names]
    return f"{HAND}\n\n" + "\n\n".join(f"* {message}" for message in messages)


def events(alma, *flags):
    return alma.json("log", *flags)["events"]


@pytest.mark.parametrize("message", [HAND, "", from_github], ids=["hand", "git", "github"])
def test_log_shows_each_with_the_commit_that_brought_it(branched, message):
    names = branched.git("log", "-3", "--format=%(trailers:key=Alma-Event,valueonly)", "waiting")
    lost = names.split()
    commit = squash(branched, message if isinstance(message, str) else message(branched))
    told = {each["event"]: each for each in events(branched)}
    assert len(told) == 5
    assert {each for each in told if told[each]["squashed"]} == set(lost)
    assert {(told[each]["commit"], told[each]["agent"]) for each in lost} == {(commit, "qa")}
    assert branched.ok("log").count("  [squashed]\n") == 3


@pytest.mark.parametrize("message", ["", from_github], ids=["git", "github"])
def test_a_message_that_keeps_the_others_tells_them_in_their_words(branched, message):
    before = [each["summary"] for each in events(branched)]
    branched.git("checkout", "-q", "waiting")
    words = [each["summary"] for each in events(branched)][:3]
    branched.git("checkout", "-q", "main")
    squash(branched, message and message(branched))
    assert [each["summary"] for each in events(branched)] == [*words, *before]
    assert events(branched, "-n", "1")[0]["verb"] == "add"


def test_of_a_lost_message_the_files_tell(branched):
    squash(branched)
    assert sorted(each["summary"] for each in events(branched)[:3]) == [
        'anti-pattern "Sleep before clicking"',
        'failure "Sleep before clicking"',
        'knowledge "CI has two cores"',
    ]


def test_undo_removes_what_the_event_wrote_and_nothing_else(branched):
    squash(branched)
    (lost,) = (each for each in events(branched) if "CI has two" in each["summary"])
    before = bytes_below(branched.store / "agents")
    ran = branched("undo", lost["event"])
    assert ran.status == 0
    assert "its own commit is gone" in ran.err
    gone = before.keys() - bytes_below(branched.store / "agents").keys()
    assert {name.split("--")[0] for name in gone} == {"qa/knowledge/ci-has-two-cores"}
    assert events(branched, "-n", "1")[0]["undoes"] == lost["event"]
    assert branched("undo", lost["event"]).status == 4


def test_undo_walks_back_through_a_squash(branched):
    squash(branched)
    for _ in range(4):
        branched.ok("undo")
    assert bytes_below(branched.store / "agents") == {}
    assert branched("undo").status == 1


def test_a_lost_event_without_a_file_of_its_own_says_why_it_cannot_be_undone(branched):
    branched.git("checkout", "-q", "waiting")
    lost = branched.json("undo")["event"]
    branched.git("checkout", "-q", "main")
    squash(branched, "")
    ran = branched("undo", lost)
    assert (ran.status, ran.out) == (1, "")
    assert "no file says that it is from it" in ran.err
    assert "`alma rollback --to " in ran.err


def test_an_undo_that_was_squashed_still_counts_as_one(branched):
    branched.git("checkout", "-q", "waiting")
    branched.ok("undo")
    branched.git("checkout", "-q", "main")
    squash(branched, "")
    assert "Sleep before clicking" in branched.ok("undo")


def test_a_real_merge_after_a_squash_tells_nothing_twice(branched):
    branched.git("merge", "--squash", "waiting")
    branched.git("commit", "-m", HAND)
    branched.git("merge", "--no-ff", "-m", "merge", "waiting")
    told = events(branched)
    assert len(told) == len({each["event"] for each in told}) == 5
    assert not any(each["squashed"] for each in told)


def test_a_branch_that_is_squashed_twice_tells_each_event_where_it_came_first(branched):
    branched.git("merge", "--squash", "waiting")
    branched.git("commit", "-m", from_github(branched))
    first = branched.git("rev-parse", "HEAD").strip()
    branched.git("checkout", "-q", "waiting")
    branched.ok("add", "knowledge", "Staging is slow", "--agent", "qa")
    message = from_github(branched)
    branched.git("checkout", "-q", "main")
    last = squash(branched, message)
    told = [each["commit"] for each in events(branched) if each["squashed"]]
    assert told == [last, first, first, first]


def test_the_kind_the_memory_and_the_agent_find_a_lost_event(branched):
    squash(branched)
    (one,) = events(branched, "--kind", "knowledge", "--agent", "qa")
    assert one["summary"] == 'knowledge "CI has two cores"'
    (same,) = events(branched, one["memories"][0])
    assert same["event"] == one["event"]


def test_files_that_a_person_commits_name_their_event_too(branched):
    told = branched.json("add", "knowledge", "Left to me", "--agent", "dev", "--no-commit")
    branched.git("add", ".")
    branched.git("commit", "-m", "work")
    found = events(branched, "-n", "1")[0]
    assert (found["event"], found["squashed"]) == (told["event"], True)


def test_an_amended_message_loses_nothing(branched):
    head = events(branched, "-n", "1")[0]["event"]
    branched.git("commit", "--amend", "-m", "in my words")
    found = events(branched, "-n", "1")[0]
    assert found["event"] == head
    assert "Staging has one" in branched.ok("undo")


def test_a_revision_of_a_lost_event_is_the_commit_that_brought_it(branched):
    squash(branched)
    lost = events(branched, "-n", "1")[0]["event"]
    assert branched.ok("rollback", "--to", lost).startswith("nothing to do")
    assert branched.json("diff", f"HEAD~1..{lost}")["to"]["commit"] == events(branched)[0]["commit"]


@pytest.fixture
def forgetting(alma):
    """A branch that forgets a memory of main, and one of its own."""
    alma.ok("init", "--agent", "qa")
    alma.ok("add", "knowledge", "CI has two cores", "--agent", "qa")
    alma.git("checkout", "-q", "-b", "waiting")
    alma.ok("add", "knowledge", "Staging has one", "--agent", "qa")
    for id_ in [each["id"] for each in alma.json("list")["memories"]]:
        alma.ok("forget", id_)
    alma.git("checkout", "-q", "main")
    return alma


@pytest.mark.parametrize("message", [HAND, "", from_github], ids=["hand", "git", "github"])
def test_what_was_forgotten_is_told_by_kind_and_title(forgetting, message):
    (id_,) = (each["id"] for each in forgetting.json("list")["memories"])
    squash(forgetting, message if isinstance(message, str) else message(forgetting))
    told = [each for each in events(forgetting) if each["verb"] == "forget"]
    assert {each["squashed"] for each in told} == {True}
    (one,) = (each for each in told if id_ in each["memories"])
    assert one["summary"] == 'forget knowledge "CI has two cores"'
    assert "cannot be read" not in forgetting.ok("log")
    assert one["event"] in {each["event"] for each in events(forgetting, id_)}
    assert one["event"] in {each["event"] for each in events(forgetting, "--kind", "knowledge")}


def test_undo_brings_back_what_was_forgotten(forgetting):
    before = bytes_below(forgetting.store / "agents")
    squash(forgetting)
    (one,) = (
        each for each in events(forgetting) if '"CI has two' in each["summary"] and each["squashed"]
    )
    ran = forgetting("undo", one["event"])
    assert ran.status == 0
    assert "what it forgot comes back" in ran.err
    after = bytes_below(forgetting.store / "agents")
    assert {path: after.get(path) for path in before} == before


def test_what_came_and_went_on_the_branch_cannot_come_back(forgetting):
    squash(forgetting)
    (one,) = (
        each
        for each in events(forgetting)
        if each["verb"] == "forget" and "CI has" not in each["summary"]
    )
    before = bytes_below(forgetting.store / "agents")
    ran = forgetting("undo", one["event"])
    assert ran.status == 1
    assert "came and went on the branch that was squashed" in ran.err
    assert bytes_below(forgetting.store / "agents") == before


def test_what_cannot_be_undone_names_the_one_before_it(forgetting):
    squash(forgetting)
    ran = forgetting("undo")
    while ran.status == 0:
        ran = forgetting("undo")
    assert ran.status == 1
    assert "came and went on the branch" in ran.err
    assert "takes back the one before it" in ran.err
