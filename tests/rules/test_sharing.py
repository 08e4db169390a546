"""An agent reads what is its own, the team's, and what somebody lets it read: nothing else."""

from hypothesis import given
from hypothesis import strategies as st

from alma_cli.model import TEAM
from alma_cli.rules.scope import Agent, one_sided, owners


def crew(*agents):
    return {agent.name: agent for agent in agents}


def read_by(name, agents):
    return [owner.name for owner in owners(agents[name], agents)]


def test_without_sharing_an_agent_reads_itself_and_the_team():
    agents = crew(Agent("qa"), Agent("architect"))
    assert read_by("qa", agents) == ["qa", TEAM]


def test_an_owner_that_shares_is_read_without_being_asked_for():
    agents = crew(Agent("qa"), Agent("architect", share_with=("qa",)))
    assert read_by("qa", agents) == ["qa", TEAM, "architect"]
    assert read_by("architect", agents) == ["architect", TEAM]


def test_inheriting_without_consent_reads_nothing():
    agents = crew(Agent("junior", inherit_from=("architect",)), Agent("architect"))
    assert read_by("junior", agents) == ["junior", TEAM]


def test_a_list_of_owners_keeps_the_others_out():
    agents = crew(
        Agent("junior", inherit_from=("architect",)),
        Agent("architect", share_with=("junior",)),
        Agent("intern", share_with=("junior",)),
    )
    assert read_by("junior", agents) == ["junior", TEAM, "architect"]


def test_an_empty_list_of_owners_keeps_everybody_out():
    agents = crew(Agent("junior", inherit_from=()), Agent("architect", share_with=("*",)))
    assert read_by("junior", agents) == ["junior", TEAM]


def test_a_star_shares_with_all_that_exist():
    agents = crew(Agent("architect", share_with=("*",)), Agent("qa"), Agent("junior"))
    assert read_by("qa", agents) == ["qa", TEAM, "architect"]
    assert read_by("junior", agents) == ["junior", TEAM, "architect"]
    assert read_by("architect", agents) == ["architect", TEAM]


def test_sharing_is_not_passed_on():
    agents = crew(
        Agent("a", share_with=("b",)), Agent("b", share_with=("c",)), Agent("c"), Agent("d")
    )
    assert read_by("b", agents) == ["b", TEAM, "a"]
    assert read_by("c", agents) == ["c", TEAM, "b"]
    assert read_by("d", agents) == ["d", TEAM]


def test_an_owner_is_listed_once_however_often_it_shares():
    agents = crew(Agent("a", share_with=("b", "*", "b")), Agent("b", inherit_from=("a", "a")))
    assert read_by("b", agents) == ["b", TEAM, "a"]


def test_every_owner_comes_with_a_reason():
    agents = crew(Agent("a", share_with=("*",)), Agent("b", inherit_from=("a",)), Agent("c"))
    assert [owner.why for owner in owners(agents["b"], agents)] == [
        "its own",
        "every agent reads the team's",
        "inherited: `a` shares with it",
    ]
    assert owners(agents["c"], agents)[-1].why == "`a` shares with it"


def test_one_sided_sharing_is_told_and_a_mutual_one_is_not():
    agents = crew(
        Agent("junior", inherit_from=("architect", "ghost", "senior"), share_with=("*", "nobody")),
        Agent("architect"),
        Agent("senior", share_with=("junior",)),
    )
    assert one_sided(agents["junior"], agents) == (
        "`junior` inherits from `architect`, which does not share with it",
        "`junior` inherits from `ghost`, which is not defined",
        "`junior` shares with `nobody`, which is not defined",
    )
    assert one_sided(agents["senior"], agents) == ()


NAMES = ["a", "b", "c", "d", "e"]
names = st.lists(st.sampled_from([*NAMES, "ghost"]), max_size=4).map(tuple)


@st.composite
def crews(draw):
    present = draw(st.lists(st.sampled_from(NAMES), min_size=1, unique=True))
    shared = names | st.just(("*",))
    return crew(
        *(
            Agent(name, share_with=draw(shared), inherit_from=draw(st.none() | names))
            for name in present
        )
    )


@given(crews())
def test_nobody_reads_an_owner_that_did_not_consent(agents):
    for reader in agents.values():
        read = read_by(reader.name, agents)
        consenting = {
            owner.name for owner in agents.values() if {reader.name, "*"} & {*owner.share_with}
        }
        assert read[:2] == [reader.name, TEAM]
        assert set(read[2:]) <= consenting - {reader.name}
        assert len(read) == len(set(read))
        if reader.inherit_from is not None:
            assert set(read[2:]) == consenting & {*reader.inherit_from} - {reader.name}
        else:
            assert set(read[2:]) == consenting - {reader.name}


@given(crews(), st.sampled_from(NAMES))
def test_what_others_inherit_does_not_change_what_an_agent_reads(agents, name):
    if name in agents:
        plain = {
            other: Agent(other, share_with=agent.share_with, inherit_from=None)
            if other != name
            else agent
            for other, agent in agents.items()
        }
        assert read_by(name, plain) == read_by(name, agents)
