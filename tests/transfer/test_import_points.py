"""What becomes of the points of instructions when their file is imported again."""

import pytest

GUIDE = "# Shop\n\n## Style\n\n- Use 2 spaces\n- Prefer short names\n\n## Release\n\n- Use tags\n"


@pytest.fixture
def qa(alma):
    """A store with an agent that has imported a guide, without commits, which is quicker."""
    config = 'default_agent = "qa"\n[agents.qa]\n[git]\ncommit = false\n'
    alma.files({".alma/config.toml": config, "CLAUDE.md": GUIDE})
    alma.ok("import", "CLAUDE.md", "--apply")
    return alma


def changed(alma, old, new, *flags):
    """Imports the guide with a change."""
    alma.files({"CLAUDE.md": GUIDE.replace(old, new)})
    return alma.json("import", "CLAUDE.md", *flags)


def told(answer):
    return answer["edited"], answer["known"], len(answer["written"]), answer["gone"]


def by_title(alma):
    return {one["title"]: one["id"] for one in alma.json("list")["memories"]}


def test_a_point_that_says_something_near_by_now_edits_its_memory_once(qa):
    id_ = by_title(qa)["Use 2 spaces"]
    assert told(changed(qa, "Use 2 spaces", "Use 4 spaces", "--apply")) == (1, 2, 1, [])
    assert by_title(qa)["Use 4 spaces"] == id_
    assert len(by_title(qa)) == 3
    assert told(changed(qa, "Use 2 spaces", "Use 4 spaces", "--apply")) == (0, 3, 0, [])


def test_a_lesson_that_says_something_else_is_another_one_with_evidence_of_its_own(qa):
    qa.files({"map.toml": '[kinds]\nTricks = "heuristic"\n'})
    for trick in ("Wait 2 seconds", "Wait two  seconds", "Wait 4 seconds"):
        qa.files({"AGENTS.md": f"## Tricks\n- {trick}\n"})
        answer = qa.json("import", "AGENTS.md", "--map", "map.toml", "--apply")
    assert (answer["edited"], [one["title"] for one in answer["gone"]]) == (0, ["Wait two seconds"])


def test_the_report_names_what_would_be_edited(qa):
    qa.files({"CLAUDE.md": GUIDE.replace("2 spaces", "4 spaces")})
    id_ = by_title(qa)["Use 2 spaces"]
    assert f"        {id_}  Use 4 spaces (was: Use 2 spaces)\n" in qa.ok("import", "CLAUDE.md")


def test_what_says_something_else_is_new_and_what_is_gone_is_listed_and_stays(qa):
    gone = [{"id": by_title(qa)["Use 2 spaces"], "title": "Use 2 spaces"}]
    assert told(changed(qa, "Use 2 spaces", "Wrap lines", "--apply")) == (0, 2, 1, gone)
    assert {"Use 2 spaces", "Wrap lines"} <= set(by_title(qa))
    said = qa.ok("import", "CLAUDE.md")
    assert (
        f"     1  no longer there; `alma forget ID` takes one out\n        {gone[0]['id']}" in said
    )


def test_what_moved_below_another_heading_is_not_gone(qa):
    moved = GUIDE.replace("- Use 2 spaces\n", "") + "- Use 2 spaces\n"
    assert told(changed(qa, GUIDE, moved, "--apply")) == (0, 3, 0, [])


def test_a_near_point_below_another_heading_is_another_one(qa):
    answer = changed(qa, "- Use 2 spaces\n", "", "--apply")
    assert [one["title"] for one in answer["gone"]] == ["Use 2 spaces"]
    answer = changed(
        qa, GUIDE, GUIDE.replace("- Use 2 spaces\n", "") + "- Use 4 spaces\n", "--apply"
    )
    assert (answer["edited"], len(answer["written"])) == (0, 1)


def test_what_was_edited_here_too_is_left_to_a_person(qa):
    qa.ok("edit", by_title(qa)["Use 2 spaces"], "--set", "title=Use 3 spaces")
    (left,) = changed(qa, "Use 2 spaces", "Use 4 spaces", "--apply")["refused"]
    assert "was edited here and says something else" in left["reason"]
    assert set(by_title(qa)) == {"Use 3 spaces", "Prefer short names", "Use tags"}


def test_what_was_edited_here_to_what_the_file_says_now_is_known_and_not_gone(qa):
    qa.ok("edit", by_title(qa)["Use 2 spaces"], "--set", "title=Use 4 spaces")
    assert told(changed(qa, "Use 2 spaces", "Use 4 spaces", "--apply")) == (0, 3, 0, [])


def test_a_changed_point_that_stands_there_twice_is_one_memory(qa):
    twice = "Use 4 spaces\n- Use 4 spaces"
    assert told(changed(qa, "Use 2 spaces", twice, "--apply")) == (1, 3, 1, [])


@pytest.mark.parametrize("other", ["till/CLAUDE.md", ".claude/CLAUDE.md"])
def test_the_guide_of_another_folder_edits_nothing_of_this_one(qa, other):
    qa.files({other: GUIDE.replace("2 spaces", "4 spaces")})
    assert told(qa.json("import", other, "--apply")) == (0, 2, 1, [])


def test_the_hidden_folders_of_two_projects_are_two(qa):
    for project, spaces in (("a", "6"), ("b", "8")):
        qa.files({f"{project}/.claude/CLAUDE.md": GUIDE.replace("2", spaces)})
        assert qa.json("import", f"{project}/.claude/CLAUDE.md", "--apply")["edited"] == 0
