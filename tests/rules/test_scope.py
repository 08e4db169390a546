"""What is forbidden stays forbidden, and what is read needs less than what is learned."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alma_cli.errors import Refused
from alma_cli.model import GENERAL, Kind
from alma_cli.rules.scope import Agent, check_learn, covering, covers, may_learn, may_read


@pytest.mark.parametrize(
    ("entry", "domain", "covered"),
    [
        ("testing", "testing", True),
        ("testing", "testing/selectors", True),
        ("testing", "testing/selectors/css", True),
        ("testing/selectors", "testing", False),
        ("testing", "testing_strategies", False),
        ("testing", "tests", False),
        ("testing_*", "testing_strategies", True),
        ("testing_*", "testing_strategies/e2e", True),
        ("testing_*", "testing", False),
        ("*", "anything", True),
        ("*", "any/thing", True),
        ("*_queries", "database_queries", True),
        ("*_queries", "database_queries/sql", True),
        ("*_queries", "database", False),
        ("testing/*", "testing", False),
        ("testing/*", "testing/selectors", True),
        ("testing/*", "testing/selectors/css", True),
        ("*/selectors", "testing/selectors/css", True),
        ("*/selectors", "selectors", False),
        ("d*b*e", "database", True),
    ],
)
def test_an_entry_covers_itself_its_children_and_what_its_stars_stand_for(entry, domain, covered):
    assert covers(entry, domain) is covered


def test_the_entry_that_covers_is_named():
    assert covering(["billing", "test*", "testing"], "testing") == "test*"
    assert covering(["billing"], "testing") == ""


@pytest.mark.parametrize(
    ("can", "cannot", "domain", "allowed"),
    [
        (None, (), "anything", True),
        (None, ("billing",), "billing/tax", False),
        (None, ("billing",), "testing", True),
        ((), (), "testing", False),
        (("testing",), (), "testing/selectors", True),
        (("testing",), (), "billing", False),
        (("testing",), (), GENERAL, False),
        (("testing",), ("testing",), "testing", False),
        (("testing",), ("testing/selectors",), "testing/selectors/css", False),
        (("testing",), ("testing/selectors",), "testing/forms", True),
        (("testing/selectors",), ("testing",), "testing/selectors", False),
        (("*",), ("*_logic",), "backend_logic", False),
        (("*",), ("*_logic",), "backend", True),
        (None, ("*",), "testing", False),
    ],
)
def test_cannot_learn_wins_over_can_learn(can, cannot, domain, allowed):
    agent = Agent("qa", can_learn=can, cannot_learn=cannot)
    assert may_learn(agent, domain) is allowed
    if allowed:
        check_learn(agent, domain)
    else:
        with pytest.raises(Refused):
            check_learn(agent, domain)


def test_a_refusal_names_the_rule_and_the_next_command():
    agent = Agent("qa", can_learn=("testing", "forms"), cannot_learn=("back*",))
    with pytest.raises(Refused) as forbidden:
        check_learn(agent, "backend/jobs")
    assert forbidden.value.status == 3
    assert forbidden.value.message == (
        'agent `qa` may not learn about `backend/jobs`: `cannot_learn` holds "back*"'
    )
    with pytest.raises(Refused) as unlisted:
        check_learn(agent, "billing")
    assert unlisted.value.message == "agent `qa` may not learn about `billing`"
    assert "`testing`, `forms`" in unlisted.value.hints[0]
    assert "`alma agent explain qa`" in unlisted.value.hints[0]


def test_an_empty_list_allows_nothing_and_says_so():
    with pytest.raises(Refused) as refusal:
        check_learn(Agent("qa", can_learn=()), "testing")
    assert "allows nothing" in refusal.value.hints[0]


@pytest.mark.parametrize(
    ("kind", "domain", "readable"),
    [
        (Kind.HEURISTIC, "testing", True),
        (Kind.HEURISTIC, "billing", False),
        (Kind.PREFERENCE, "billing", True),
        (Kind.ANTI_PATTERN, GENERAL, True),
        (Kind.KNOWLEDGE, GENERAL, True),
        (Kind.OUTCOME, "billing", False),
        (Kind.PREFERENCE, "secrets/keys", False),
        (Kind.KNOWLEDGE, "secrets", False),
    ],
)
def test_preferences_and_the_general_are_read_without_an_entry(kind, domain, readable):
    agent = Agent("qa", can_learn=("testing",), cannot_learn=("secrets",))
    assert may_read(agent, kind, domain) is readable


@pytest.mark.parametrize("kind", Kind)
def test_what_is_forbidden_is_not_read_even_when_it_is_general(kind):
    assert not may_read(Agent("qa", cannot_learn=(GENERAL,)), kind, GENERAL)


part = st.sampled_from(["testing", "tests", "db", "sql", "general", "a", "x_1", "x-2"])
domains = st.lists(part, min_size=1, max_size=3).map("/".join)
entries = st.lists(domains | st.sampled_from(["*", "t*", "*s", "db/*", "*/sql"]), max_size=4)
agents = st.builds(
    Agent,
    st.just("qa"),
    can_learn=st.none() | entries.map(tuple),
    cannot_learn=entries.map(tuple),
)


@given(agents, domains)
def test_what_may_be_learned_is_never_covered_by_cannot_learn(agent, domain):
    if may_learn(agent, domain):
        assert not any(covers(entry, domain) for entry in agent.cannot_learn)
        assert agent.can_learn is None or any(covers(entry, domain) for entry in agent.can_learn)


@given(agents, domains, part)
def test_a_scope_says_of_a_child_what_it_forbids_of_its_parent(agent, domain, child):
    if covering(agent.cannot_learn, domain):
        assert not may_learn(agent, f"{domain}/{child}")


@given(agents, domains, st.sampled_from(Kind))
def test_what_may_be_learned_may_be_read_and_nothing_forbidden_is_read(agent, domain, kind):
    if may_learn(agent, domain):
        assert may_read(agent, kind, domain)
    if covering(agent.cannot_learn, domain):
        assert not may_read(agent, kind, domain)
