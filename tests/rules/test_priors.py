"""What is known of a memory moves it a little, and says how much and why."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.builders import evidence

from alma_cli.model import LESSONS, Kind
from alma_cli.rules import priors
from alma_cli.rules.priors import LEAST, LEAST_FIT, MOST, NAMES, Known, score


def known(kind=Kind.HEURISTIC, believed=None, own=None, age=400.0, **more):
    """Returns a memory of which nothing is known but what is said here."""
    unknown = evidence(caution=0.5)
    return Known(kind, believed or unknown, own or unknown, age, 90.0, **more)


def shares(**more):
    told = zip(NAMES, priors.shares(known(**more)), strict=True)
    return {name: round(share, 3) for name, share in told}


def words(**more):
    return dict(zip(NAMES, priors.words(known(**more)), strict=True))


anything = st.builds(
    Known,
    st.sampled_from(Kind),
    st.builds(evidence, st.integers(0, 99), caution=st.floats(0, 1), lean=st.floats(-1, 1)),
    st.builds(evidence, st.integers(0, 99), caution=st.floats(0, 1), lean=st.floats(-1, 1)),
    st.floats(0, 1e6),
    st.floats(0.01, 1e6),
    st.sampled_from(["", "senior_architect"]),
    st.sampled_from([("", ""), ("tests/**", "tests/a.py")]),
)


@given(anything)
def test_all_shares_together_stay_within_their_bounds(one):
    total = sum(priors.shares(one))
    assert LEAST - 1e-9 <= total <= MOST + 1e-9


@given(anything, anything, st.floats(0.01, 1), st.floats(0, 1))
def test_what_fits_clearly_less_never_passes_whatever_is_known(one, other, relevance, part):
    less = relevance * LEAST_FIT * part * 0.999
    assert score(less, priors.shares(one)) < score(relevance, priors.shares(other))


def test_the_bounds_together_are_those_of_the_page():
    assert (pytest.approx(0.30), pytest.approx(-0.18)) == (MOST, LEAST)
    assert pytest.approx(0.63, abs=0.001) == LEAST_FIT


def test_a_lesson_that_is_surely_right_gains_and_one_that_is_not_loses():
    assert shares(believed=evidence(caution=1.0))["confidence"] == 0.10
    assert shares(believed=evidence(caution=0.5))["confidence"] == 0.0
    assert shares(believed=evidence(caution=0.0))["confidence"] == -0.10
    said = words(believed=evidence(5, 1, caution=0.4221))["confidence"]
    assert said == "5 for, 1 against: right 42 % of the time or more, 90 % sure"


@pytest.mark.parametrize("kind", sorted(set(Kind) - LESSONS))
def test_what_advises_nothing_moves_by_its_feedback_alone(kind):
    assert shares(kind=kind, believed=evidence(caution=0.1))["confidence"] == 0.0
    assert shares(kind=kind, believed=evidence(2, lean=0.5))["confidence"] == 0.05
    assert words(kind=kind, believed=evidence(2, lean=0.5))["confidence"] == "2 for, 0 against"


def test_what_is_new_gains_and_half_as_much_a_half_life_later():
    assert [shares(age=age)["recency"] for age in (0.0, 90.0, 180.0)] == [0.05, 0.025, 0.013]
    assert shares(age=1e300)["recency"] == 0.0
    assert [words(age=age)["recency"] for age in (0.9, 1.0, 12.3)] == [
        f"made or last tried {ago}" for ago in ("today", "1 day ago", "12 days ago")
    ]


def test_what_worked_for_the_agent_itself_gains():
    assert shares(own=evidence(3, lean=0.6))["evidence"] == 0.03
    assert shares(own=evidence(0, 3, lean=-0.6))["evidence"] == -0.03
    assert words(own=evidence(3, lean=0.6))["evidence"] == "in this agent's hands: 3 for, 0 against"


def test_what_is_about_a_file_that_was_named_gains():
    assert shares()["paths"] == 0.0
    about = {"covered": ("tests/**", "tests/a.py")}
    assert shares(**about)["paths"] == 0.10
    assert words(**about)["paths"] == "tests/** covers tests/a.py"


def test_what_another_agent_learned_loses_a_little():
    assert shares()["inherited"] == 0.0
    assert shares(inherited="senior_architect")["inherited"] == -0.03
    assert words(inherited="senior_architect")["inherited"] == "from senior_architect"
