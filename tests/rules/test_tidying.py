"""What is proposed of a store: pure values in, proposals out, and nothing the second time."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.builders import NOW, id_at, memory, tally

from alma_cli.model import TEAM, Guard, Kind, Origin, Result, Source
from alma_cli.rules.tidying import Complete, Forget, Held, Merge, Promote, tidy

REDIS = "Use Redis for sessions"
WORKED, FAILED = Result.SUCCESS, Result.FAILURE
AVOID = Kind.ANTI_PATTERN


def held(title=REDIS, *tallies, number=1, by="qa", half_life=90.0, **more):
    """Returns a learned lesson with outcomes of the agent `by`."""
    made = memory(title, number=number, **{"origin": Origin.LEARNED, "agent": by, **more})
    told = tuple(replace(one, agent=one.agent or by) for one in tallies)
    return Held(made, told, half_life)


def tidied(*some, together=True, alternative=None):
    return tidy(some, NOW, lambda _a, _b: together, lambda _m: alternative)


def proposed(*some, **more):
    return tidied(*some, **more).proposals


def ids(*numbers):
    return [id_at(number) for number in numbers]


def test_what_says_the_same_is_merged_into_what_has_the_most_evidence():
    less = held("using redis for session", tally(WORKED), number=1)
    more = held(REDIS, tally(WORKED, 3), number=2)
    (merge,) = proposed(less, more)
    assert isinstance(merge, Merge)
    assert (merge.keeper.id, [one.id for one in merge.others]) == (id_at(2), ids(1))


def test_what_a_person_wrote_is_kept():
    learned = held(REDIS, tally(WORKED, 9), number=1)
    person = held(REDIS, number=2, origin=Origin.PERSON)
    assert proposed(learned, person)[0].keeper.id == id_at(2)


@pytest.mark.parametrize(
    "more",
    [
        {"domain": "billing"},
        {"paths": ("src/**",)},
        {"guard": Guard(literal=("redis",))},
        {"text": "and nothing else"},
        {"code": "SET a 1"},
        {"kind": AVOID},
        {"source": Source(by="langgraph", ref="langgraph:users/ada/likes")},
        {"title": "Do not use Redis for sessions"},
        {"title": "Use Redis for admin sessions"},
    ],
    ids=str,
)
def test_what_would_be_lost_behind_another_stays(more):
    one = held(REDIS, tally(WORKED, 2), number=1)
    other = held(more.pop("title", REDIS), tally(WORKED), number=2, **more)
    assert proposed(one, other) == ()


def test_what_several_agents_learned_is_the_teams():
    mine = held(REDIS, tally(WORKED, 2), number=1)
    yours = held("use redis for the sessions", tally(WORKED), number=2, by="dev")
    (promote,) = proposed(mine, yours)
    assert isinstance(promote, Promote)
    assert (promote.best.id, [one.id for one in promote.others]) == (id_at(1), ids(2))
    assert promote.reason == "learned by dev, qa"


def test_one_lesson_that_served_two_agents_is_the_teams_too():
    shared = held(REDIS, tally(WORKED, 2), replace(tally(WORKED), agent="dev"))
    assert isinstance(proposed(shared)[0], Promote)


def test_what_failed_in_the_hands_of_one_of_them_is_not():
    mine = held(REDIS, tally(WORKED, 2), number=1)
    yours = held(REDIS, tally(FAILED), number=2, by="dev")
    assert proposed(mine, yours) == ()
    assert proposed(mine, held(REDIS, number=2, by="dev")) == ()


def test_what_the_team_has_already_takes_the_others_in():
    team = held(REDIS, number=1, by=TEAM, origin=Origin.PERSON)
    mine = held(REDIS, tally(WORKED, 5), number=2)
    (merge,) = proposed(mine, team)
    assert (merge.keeper.agent, [one.id for one in merge.others]) == (TEAM, ids(2))


def test_what_is_refuted_is_forgotten_with_all_its_copies():
    one = held(REDIS, tally(FAILED, 4), number=1)
    other = held("use redis for session", tally(WORKED), number=2)
    found = proposed(one, other)
    assert [(type(each), each.memory.id) for each in found] == [
        (Forget, id_at(1)),
        (Forget, id_at(2)),
    ]
    assert found[0].reason == "refuted: 4 outcomes against it, 1 for it"


def test_what_nothing_has_come_of_for_four_half_lives_is_forgotten():
    then = NOW - timedelta(days=41)
    old = held(REDIS, tally(WORKED, 5, newest=then), created=then, half_life=10.0)
    (forget,) = proposed(old)
    assert forget.reason == f"nothing has come of it since {then:%Y-%m-%d}"
    assert proposed(replace(old, half_life=11.0)) == ()
    assert proposed(replace(old, tallies=(*old.tallies, tally(WORKED)))) == ()


def test_what_a_person_wrote_is_not_forgotten_for_being_old():
    then = NOW - timedelta(days=4000)
    for more in ({"origin": Origin.PERSON}, {"kind": Kind.KNOWLEDGE}, {"kind": Kind.PREFERENCE}):
        assert proposed(held(REDIS, created=then, **more)) == ()


def test_an_anti_pattern_is_completed_with_what_worked():
    bad = held("Click twice", tally(FAILED), kind=AVOID)
    (complete,) = proposed(bad, alternative=("Wait for it", "Test the form"))
    assert isinstance(complete, Complete)
    assert (complete.better, complete.memory.id) == ("Wait for it", id_at(1))
    assert proposed(bad) == ()
    known = held("Click twice", tally(FAILED), kind=AVOID, better="Wait")
    assert proposed(known, alternative=("Wait for it", "Test the form")) == ()


def test_what_contradicts_is_shown_and_not_resolved():
    one = held(REDIS, tally(WORKED, 3), number=1)
    for other in (
        held("Do not use Redis for sessions", tally(WORKED, 3), number=2),
        held(REDIS, tally(FAILED, 3), number=2, kind=AVOID),
    ):
        told = tidied(one, other)
        assert told.proposals == ()
        (clash,) = told.clashes
        assert {clash.one.id, clash.other.id} == {*ids(1, 2)}
        assert clash.because


def test_lessons_that_nobody_reads_together_do_not_contradict():
    one = held(REDIS, tally(WORKED, 3), number=1)
    other = held(REDIS, tally(FAILED, 3), number=2, kind=AVOID, by="dev")
    assert tidied(one, other, together=False).clashes == ()


def test_what_is_forgotten_contradicts_nothing():
    one = held(REDIS, tally(FAILED, 4), number=1)
    other = held(REDIS, tally(FAILED, 3), number=2, kind=AVOID)
    told = tidied(one, other)
    assert ([type(each) for each in told.proposals], told.clashes) == ([Forget], ())


some_titles = st.sampled_from(
    [REDIS, "using redis for session", "Do not use Redis for sessions", "Seed the database"]
)


@st.composite
def stores(draw):
    """Returns lessons of a few titles, owners and ages, with outcomes of several agents."""
    return [
        held(
            draw(some_titles),
            *(
                replace(tally(result, newest=NOW - timedelta(days=days)), agent=agent)
                for result, days, agent in draw(
                    st.lists(
                        st.tuples(
                            st.sampled_from([WORKED, FAILED]),
                            st.sampled_from([0, 30, 500]),
                            st.sampled_from(["qa", "dev"]),
                        ),
                        max_size=4,
                    )
                )
            ),
            number=number,
            guard=draw(st.sampled_from([None, Guard(literal=("redis",))])),
            by=draw(st.sampled_from(["qa", "dev", TEAM])),
            kind=draw(st.sampled_from([Kind.HEURISTIC, AVOID])),
            origin=draw(st.sampled_from([Origin.LEARNED, Origin.PERSON])),
            created=NOW - timedelta(days=draw(st.sampled_from([0, 30, 500]))),
        )
        for number in range(draw(st.integers(0, 6)))
    ]


def carried_out(some, proposals):
    """Returns the store after the proposals, as `alma tidy --apply` and the index leave it."""
    store = {one.memory.id: one for one in some}
    for number, each in enumerate(proposals, 100):
        match each:
            case Merge(keeper, others):
                heir = store[keeper.id]
            case Promote(best, others):
                others = (best, *others)
                made = replace(best, id=id_at(number), agent=TEAM, created=NOW)
                heir = Held(made, (), 90.0)
            case Forget(gone):
                del store[gone.id]
                continue
            case Complete(done, better):
                held_ = store[done.id]
                store[done.id] = replace(held_, memory=replace(done, better=better))
                continue
        old = [store.pop(one.id) for one in others]
        better = next(
            (m.better for m in (heir.memory, *(one.memory for one in old)) if m.better), ""
        )
        inherited = (tally for one in old for tally in one.tallies)
        store[heir.memory.id] = Held(
            replace(heir.memory, better=better), (*heir.tallies, *inherited), heir.half_life
        )
    return list(store.values())


@given(stores(), st.booleans(), st.randoms(use_true_random=False))
def test_the_second_time_there_is_nothing_to_do_and_the_order_does_not_matter(some, worked, chance):
    alternative = ("Ask first", "Test it") if worked else None
    first = tidied(*some, alternative=alternative)
    shuffled = list(some)
    chance.shuffle(shuffled)
    assert tidied(*shuffled, alternative=alternative) == first
    again = tidied(*carried_out(some, first.proposals), alternative=alternative)
    assert again.proposals == ()
