"""Who reads whose memories: the owner's consent, the reader's list, the reader's scope."""

import pytest

CONFIG = """
[agents.senior_architect]
share_with = ["junior_dev", "qa_agent", "absent"]

[agents.junior_dev]
inherit_from = ["senior_architect"]

[agents.qa_agent]
cannot_learn = ["database_queries"]

[agents.spy]
inherit_from = ["senior_architect"]

[agents.stranger]

[agents.open_book]
share_with = ["*"]

[git]
commit = false
"""
LESSON = "Change schemas in three deploys"
BOOK = "Keep schemas in one folder"


@pytest.fixture
def team(alma):
    """The essay's agents, with a lesson of the senior's and one of somebody who shares with all."""
    alma.files({".alma/config.toml": CONFIG})
    alma.ok("add", "heuristic", LESSON, "--agent", "senior_architect", "--domain", "architecture")
    alma.ok("add", "heuristic", BOOK, "--agent", "open_book", "--domain", "architecture")
    return alma


def read(alma, agent, *flags):
    """Returns owner by title of what an agent recalls about schemas."""
    hits = alma.json("recall", "schemas deploys", "--agent", agent, *flags)["hits"]
    return {hit["title"]: hit["inherited"] for hit in hits}


def test_the_junior_reads_what_the_senior_learned_and_the_spy_does_not(team):
    assert read(team, "junior_dev") == {LESSON: "senior_architect"}
    assert read(team, "qa_agent") == {LESSON: "senior_architect", BOOK: "open_book"}
    assert LESSON not in read(team, "spy")
    assert LESSON not in read(team, "stranger")


def test_what_is_inherited_says_from_whom(team):
    assert "from senior_architect]" in team.ok("recall", "schemas", "--agent", "junior_dev")
    assert "from senior_architect]" in team.ok("recall", "--agent", "junior_dev")
    assert 'from="senior_architect"' in team.ok(
        "recall", "schemas", "--agent", "junior_dev", "--format", "xml"
    )
    own = team.ok("recall", "schemas", "--agent", "senior_architect")
    assert "from senior_architect" not in own
    assert "from open_book" in own


def test_without_consent_a_list_of_whom_to_inherit_from_brings_nothing(team):
    assert read(team, "spy") == {}
    problem = "`spy` inherits from `senior_architect`, which does not share with it"
    assert team.json("agent", "explain", "spy")["problems"] == [problem]


def test_a_list_of_whom_to_inherit_from_leaves_out_all_others(team):
    assert BOOK in read(team, "stranger")
    assert BOOK not in read(team, "junior_dev")


def test_a_star_shares_with_everybody(team):
    for agent in ("qa_agent", "stranger", "senior_architect"):
        assert read(team, agent)[BOOK] == "open_book"


def test_sharing_is_not_passed_on(team):
    team.ok("agent", "share", "junior_dev", "--with", "stranger")
    team.ok("add", "heuristic", "Draw schemas first", "--agent", "junior_dev")
    told = read(team, "stranger")
    assert told == {"Draw schemas first": "junior_dev", BOOK: "open_book"}


def test_the_scope_of_the_reader_hides_and_says_how_many(team):
    for n in range(3):
        team.ok(
            *("add", "knowledge", f"Index the schemas, part {n}", "--agent", "senior_architect"),
            *("--domain", "database_queries/indexes"),
        )
    ran = team("recall", "schemas", "--agent", "qa_agent", "--json")
    assert {hit["title"] for hit in ran.json["hits"]} == {LESSON, BOOK}
    assert ran.json["omitted"]["scope"] == 3
    assert "3 hidden by scope" in ran.err
    assert "3 hidden by scope" in team("recall", "--agent", "qa_agent").err
    assert "Index the schemas, part 0" in read(team, "junior_dev")


def test_what_a_filter_leaves_out_is_not_counted_as_hidden_or_below_the_floor(team):
    for tag in ("slow", "fast"):
        team.ok(
            *("add", "knowledge", f"Index {tag} schemas", "--agent", "senior_architect"),
            *("--domain", "database_queries", "--tag", tag),
        )
        team.ok("add", "knowledge", f"Deploys are {tag}", "--team", "--tag", tag)
    asked = ("recall", "schemas zebra helmet kettle glacier violin deploys", "--agent", "qa_agent")
    assert team.json(*asked, "--tag", "slow")["omitted"]["floor"] == 1
    assert (
        team.json("recall", "schemas", "--agent", "qa_agent", "--tag", "slow")["omitted"]["scope"]
        == 1
    )
    assert team.json("recall", "--agent", "qa_agent", "--tag", "slow")["omitted"]["scope"] == 1
    assert team.json("recall", "--agent", "qa_agent")["omitted"]["scope"] == 2


def test_what_is_not_shared_is_not_counted_as_hidden(team):
    team.ok(
        "add", "knowledge", "Private schemas", "--agent", "stranger", "--domain", "database_queries"
    )
    assert "scope" not in team("recall", "schemas", "--agent", "qa_agent").err


def test_own_leaves_out_what_others_share_and_the_teams(team):
    team.ok("add", "knowledge", "Schemas are in db/", "--team")
    team.ok("add", "heuristic", "Read schemas aloud", "--agent", "junior_dev")
    assert set(read(team, "junior_dev")) == {LESSON, "Schemas are in db/", "Read schemas aloud"}
    assert read(team, "junior_dev", "--own") == {"Read schemas aloud": None}


def test_preferences_and_what_has_no_domain_pass_a_list_of_domains(alma):
    alma.ok("init")
    alma.ok("agent", "add", "bound", "--can-learn", "testing")
    alma.ok("add", "preference", "Prefer short schemas", "--team", "--domain", "style")
    alma.ok("add", "knowledge", "Schemas are in db", "--team", "--domain", "general")
    alma.ok("add", "knowledge", "Schemas are versioned", "--team", "--domain", "layout")
    assert set(read(alma, "bound")) == {"Prefer short schemas", "Schemas are in db"}


def test_a_preference_in_a_forbidden_domain_stays_hidden(team):
    team.ok("add", "preference", "Prefer old schemas", "--team", "--domain", "database_queries")
    assert "Prefer old schemas" not in read(team, "qa_agent")
    assert "Prefer old schemas" in read(team, "junior_dev")


def test_sharing_and_its_end_take_effect_at_once(team):
    assert team.ok("agent", "share", "senior_architect", "--with", "spy") == (
        "`senior_architect` now shares with `spy`\n"
    )
    assert LESSON in read(team, "spy")
    team.ok("agent", "unshare", "senior_architect", "--with", "spy")
    assert read(team, "spy") == {}


def test_a_name_on_the_folder_counts_more_than_one_in_the_header(team):
    text = '+++\nkind = "knowledge"\nagent = "senior_architect"\n+++\n# Schemas of the spy\n'
    team.files({".alma/agents/spy/knowledge/x.md": text})
    assert "Schemas of the spy" not in read(team, "junior_dev")
    assert read(team, "spy") == {"Schemas of the spy": None}


def test_the_memories_of_who_is_no_agent_are_nobodys(team):
    team.files({".alma/agents/ghost/knowledge/x.md": "+++\n+++\n# Schemas of a ghost\n"})
    for agent in ("junior_dev", "qa_agent", "spy", "stranger", "open_book"):
        assert "Schemas of a ghost" not in read(team, agent)


def test_a_one_sided_wish_is_said_once_on_standard_error_and_all_goes_on(team):
    ran = team("recall", "schemas", "--agent", "spy")
    assert ran.status == 0
    assert ran.err.count("does not share with it") == 1
