"""`alma diff`: what differs between two moments, in memories and not in lines."""

import pytest


@pytest.fixture
def qa(alma):
    """A store with the agents `qa` and `dev` and one lesson, tagged `start`."""
    alma.ok("init", "--agent", "qa", "--agent", "dev")
    alma.ok("learn", "--failure", "--task", "a", "--strategy", "Click twice")
    alma.git("tag", "start")
    return alma


def told(alma, *revisions):
    """Returns what became of each memory, by title and kind."""
    memories = alma.json("diff", *revisions)["memories"]
    return {(each["title"], each["kind"]): each for each in memories}


def whats(alma, *revisions):
    return {name: each["what"] for name, each in told(alma, *revisions).items()}


def lesson(alma, title="Click twice"):
    (found,) = (m for m in alma.json("list")["memories"] if m["title"] == title)
    return found


def test_nothing_differs_from_a_clean_tree(qa):
    ran = qa("diff")
    assert (ran.status, ran.out) == (0, "")
    assert ran.err == "nothing differs between HEAD and the files here\n"
    assert qa.json("diff")["memories"] == []


def test_without_a_revision_it_tells_what_is_not_committed(qa):
    qa.ok("add", "knowledge", "CI has two cores", "--no-commit")
    assert whats(qa) == {("CI has two cores", "knowledge"): "new"}
    document = qa.json("diff")
    assert document["from"] == {"name": "HEAD", "commit": qa.git("rev-parse", "HEAD").strip()}
    assert document["to"] == {"name": "the files here", "commit": None}


def test_one_revision_is_compared_with_the_files_here(qa):
    qa.ok("add", "knowledge", "CI has two cores")
    qa.ok("add", "knowledge", "Staging has one", "--no-commit")
    assert set(whats(qa, "start").values()) == {"new"}
    assert len(whats(qa, "start")) == 2


def test_two_revisions_either_of_which_may_be_left_out(qa):
    qa.ok("add", "knowledge", "CI has two cores")
    qa.ok("add", "knowledge", "Staging has one", "--no-commit")
    new = {("CI has two cores", "knowledge"): "new"}
    assert whats(qa, "start..HEAD") == whats(qa, "start..") == new
    assert whats(qa, "..start") == {("CI has two cores", "knowledge"): "removed"}


def test_an_outcome_moves_confidence_and_says_from_where_to_where(qa):
    qa.ok("learn", "--failure", "--task", "b", "--strategy", "Click twice")
    each = told(qa, "start")["Click twice", "anti-pattern"]
    assert (each["what"], each["fields"]) == ("evidence", [])
    assert each["before"]["evidence"] == {"for": 1, "against": 0}
    assert each["after"]["evidence"] == {"for": 2, "against": 0}
    assert each["before"]["confidence"] < each["after"]["confidence"]
    assert each["after"]["confidence"] == lesson(qa)["confidence"]
    assert "0.67 tentative (1 for, 0 against) -> 0.75 tentative (2 for, 0 against)" in qa.ok(
        "diff", "start"
    )


def test_the_time_that_passes_moves_nothing(qa):
    qa.later(days=200)
    assert told(qa, "start") == {}


def test_a_changed_field_is_told_with_both_values(qa):
    qa.ok(
        "learn", "--failure", "--task", "b", "--strategy", "Click twice", "--why-bad", "Sent twice"
    )
    each = told(qa, "start")["Click twice", "anti-pattern"]
    assert each["what"] == "changed"
    assert each["fields"] == [{"name": "why", "old": "", "new": "Sent twice"}]
    path = qa.store / lesson(qa)["path"]
    path.write_text(path.read_text().replace("Sent twice", "The order is sent\ntwice"))
    assert told(qa)["Click twice", "anti-pattern"]["fields"] == [
        {"name": "why", "old": "Sent twice", "new": "The order is sent\ntwice"}
    ]
    out = qa.ok("diff")
    assert "  why: Sent twice\n    -> The order is sent twice\n" in out


def test_a_comment_changes_the_file_and_not_what_it_says(qa):
    path = qa.store / lesson(qa)["path"]
    path.write_text(path.read_text().replace("+++\n", "+++\n# by hand\n", 1))
    (field,) = told(qa)["Click twice", "anti-pattern"]["fields"]
    assert field["name"] == "file"
    assert "what it says is the same, its bytes are not" in qa.ok("diff")


def test_a_moved_file_is_one_memory_that_moved(qa):
    path = qa.store / lesson(qa)["path"]
    path.rename(path.with_name("renamed.md"))
    each = told(qa)["Click twice", "anti-pattern"]
    assert (each["what"], [part["name"] for part in each["fields"]]) == ("changed", ["path"])


def test_a_removed_file_is_removed_and_one_with_a_tombstone_is_forgotten(qa):
    found = lesson(qa)
    path = qa.store / found["path"]
    path.unlink()
    assert told(qa)["Click twice", "anti-pattern"]["what"] == "removed"
    tomb = f".alma/agents/qa/forgotten/{found['id']}.md"
    qa.files({tomb: "+++\n+++\nIt was wrong\n"})
    each = told(qa)["Click twice", "anti-pattern"]
    assert (each["what"], each["reason"]) == ("forgotten", "It was wrong")
    assert "because: It was wrong" in qa.ok("diff")
    qa.git("add", "-A")
    qa.git("commit", "-m", "forget")
    qa.git("revert", "--no-edit", "HEAD")
    assert told(qa, "HEAD~1")["Click twice", "anti-pattern"]["what"] == "restored"


def test_a_tombstone_forgets_a_file_that_still_stands(qa):
    qa.files({f".alma/agents/qa/forgotten/{lesson(qa)['id']}.md": "+++\n+++\n"})
    assert whats(qa)["Click twice", "anti-pattern"] == "forgotten"


def replacing(alma, old, agent="qa"):
    path = f".alma/agents/{agent}/anti-patterns/click-once--0000000001.md"
    header = (
        f'id = "0000000001"\nkind = "anti-pattern"\nsupersedes = ["{old}"]\norigin = "learned"\n'
    )
    alma.files({path: f"+++\n{header}+++\n# Click more than once\n"})


def test_a_memory_that_another_replaces_is_superseded_and_leaves_it_the_evidence(qa):
    replacing(qa, lesson(qa)["id"])
    found = told(qa)
    old = found["Click twice", "anti-pattern"]
    assert (old["what"], old["superseded_by"]) == ("superseded", "0000000001")
    heir = found["Click more than once", "anti-pattern"]
    assert heir["what"] == "new"
    assert heir["after"]["evidence"] == {"for": 1, "against": 0}


def test_nobody_supersedes_another_agents_memory(qa):
    replacing(qa, lesson(qa)["id"], agent="dev")
    assert ("Click twice", "anti-pattern") not in told(qa)


def test_other_files_of_the_store_are_told_by_name(qa):
    qa.ok("agent", "add", "writer", "--no-commit")
    document = qa.json("diff")
    assert (document["memories"], document["files"]) == (
        [],
        [{"what": "changed", "path": "config.toml"}],
    )
    assert qa.ok("diff") == "changed  config.toml\n"


def test_a_damaged_file_is_named_and_the_rest_is_told(qa):
    qa.files({".alma/agents/qa/knowledge/bad.md": "no header\n"})
    qa.ok("add", "knowledge", "CI has two cores", "--no-commit")
    ran = qa("diff")
    assert ran.status == 0
    assert ran.err.startswith("warning: agents/qa/knowledge/bad.md:1: ")
    assert "CI has two cores" in ran.out
    assert len(qa.json("diff")["damaged"]) == 1


def test_a_date_is_its_beginning_and_a_time_is_utc(qa):
    qa.later(days=1)
    qa.ok("add", "knowledge", "CI has two cores")
    assert whats(qa, "2026-11-23..2026-11-24") == {("CI has two cores", "knowledge"): "new"}
    assert whats(qa, "2026-11-23T23:59..2026-11-24T00:00Z") == {}


def test_an_event_names_the_state_it_made(qa):
    event = qa.json("add", "knowledge", "CI has two cores")["event"]
    qa.ok("undo")
    assert whats(qa, f"start..{event[:6]}") == {("CI has two cores", "knowledge"): "new"}
    assert whats(qa, f"{event}..") == {("CI has two cores", "knowledge"): "removed"}


@pytest.mark.parametrize(
    "name",
    ["nope", "--", "-n1", "--output=x", "^HEAD", "a b", "HEAD~99", "2026-13-45", "1999-01-01"],
)
def test_what_names_no_moment_is_not_found(qa, name):
    for asked in (name, f"{name}..", f"HEAD..{name}"):
        ran = qa("diff", "--", asked)
        assert (ran.status, ran.out) == (1, "")
        assert f"`{name}`" in ran.err or f" {name}\n" in ran.err
    assert qa("diff", "--json", "--", name).json["error"]["code"] == "not-found"


def test_three_dots_are_a_mistake(qa):
    ran = qa("diff", "start...HEAD")
    assert (ran.status, ran.out) == (2, "")


def test_before_the_first_commit_all_is_new(alma):
    alma.ok("init", "--agent", "qa", "--no-commit")
    alma.ok("add", "knowledge", "CI has two cores", "--no-commit")
    assert whats(alma) == {("CI has two cores", "knowledge"): "new"}
    assert alma("diff", "HEAD").status == 1


def test_a_separate_store_has_the_history_of_its_own(bare):
    bare.ok("init", "--separate", "--agent", "qa")
    bare.ok("add", "knowledge", "CI has two cores")
    assert whats(bare, "HEAD~1..HEAD") == {("CI has two cores", "knowledge"): "new"}
