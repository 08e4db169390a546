"""Confidence is the formula of the design, number by number, whatever the order of events."""

import math
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.builders import NOW, tally

from alma_cli.model import Kind, Origin, Result
from alma_cli.rules.evidence import Status, Tally, quantile, weigh, word

HALF_LIFE = 90.0
AVOID, DO = Kind.ANTI_PATTERN, Kind.HEURISTIC
SUCCESS, FAILURE, HELPFUL, HARMFUL = Result


def weighed(kind, *tallies, origin=Origin.LEARNED, half_life=HALF_LIFE):
    return weigh(kind, origin, tallies, NOW, half_life)


@pytest.mark.parametrize(
    ("origin", "mean"),
    [(Origin.PERSON, 2 / 2.5), (Origin.LEARNED, 0.5), (Origin.IMPORTED, 0.5)],
)
def test_without_evidence_a_lesson_is_believed_by_its_origin(origin, mean):
    assert weighed(DO, origin=origin).mean == pytest.approx(mean)


@pytest.mark.parametrize(
    ("kind", "origin", "tallies", "mean"),
    [
        (DO, Origin.LEARNED, [tally(SUCCESS, 3)], 4 / 5),
        (DO, Origin.LEARNED, [tally(FAILURE, 3)], 1 / 5),
        (DO, Origin.PERSON, [tally(SUCCESS, 1), tally(FAILURE, 2)], 3 / 5.5),
        (DO, Origin.LEARNED, [tally(SUCCESS, 2, full=False)], 1.6 / 2.6),
        (DO, Origin.LEARNED, [tally(FAILURE, 2, full=False)], 1 / 2.6),
        (AVOID, Origin.LEARNED, [tally(FAILURE, 3)], 4 / 5),
        (AVOID, Origin.LEARNED, [tally(SUCCESS, 5)], 1 / 3),
        (AVOID, Origin.LEARNED, [tally(SUCCESS, 2, full=False)], 1.6 / 2.6),
        (AVOID, Origin.LEARNED, [tally(FAILURE, 7, full=False)], 1 / 2),
        (AVOID, Origin.LEARNED, [tally(HARMFUL, 1)], 1 / 3),
        (AVOID, Origin.LEARNED, [tally(HELPFUL, 1)], 2 / 3),
        (Kind.KNOWLEDGE, Origin.IMPORTED, [tally(HELPFUL, 1), tally(HARMFUL, 3)], 2 / 6),
    ],
)
def test_the_mean_is_the_formula_of_the_design(kind, origin, tallies, mean):
    assert weighed(kind, *tallies, origin=origin).mean == pytest.approx(mean)


def test_evidence_loses_half_its_weight_in_a_half_life():
    old = tally(SUCCESS, 4, newest=NOW - timedelta(days=HALF_LIFE))
    older = tally(SUCCESS, 4, newest=NOW - timedelta(days=2 * HALF_LIFE))
    assert weighed(DO, old).mean == pytest.approx((1 + 2) / (2 + 2))
    assert weighed(DO, older).mean == pytest.approx((1 + 1) / (2 + 1))


def test_a_sum_of_weights_counts_as_its_outcomes_one_by_one():
    ages = [0, 10, 45, 90, 400]
    single = [tally(SUCCESS, newest=NOW - timedelta(days=7 + age)) for age in ages]
    total = math.fsum(0.5 ** (age / HALF_LIFE) for age in ages)
    summed = tally(SUCCESS, len(ages), weight=total, newest=NOW - timedelta(days=7))
    assert weighed(DO, summed).mean == pytest.approx(weighed(DO, *single).mean)


def test_an_outcome_from_a_clock_that_runs_ahead_weighs_no_more_than_one_of_now():
    ahead = tally(SUCCESS, newest=NOW + timedelta(days=400))
    assert weighed(DO, ahead).mean == weighed(DO, tally(SUCCESS)).mean


def test_very_old_evidence_leaves_the_prior_but_still_counts_as_outcomes():
    ancient = tally(FAILURE, 5, newest=NOW - timedelta(days=300_000))
    told = weighed(DO, ancient)
    assert told.mean == pytest.approx(0.5)
    assert (told.losses, told.status) == (5, Status.CONTESTED)


@pytest.mark.parametrize(
    ("tallies", "status"),
    [
        ([], Status.TENTATIVE),
        ([tally(SUCCESS, 2)], Status.TENTATIVE),
        ([tally(FAILURE, 2)], Status.TENTATIVE),
        ([tally(FAILURE, 3)], Status.REFUTED),
        ([tally(SUCCESS, 3)], Status.ESTABLISHED),
        ([tally(SUCCESS, 2), tally(FAILURE, 1)], Status.CONTESTED),
        ([tally(FAILURE, 3, weight=0.1)], Status.CONTESTED),
    ],
)
def test_the_status_of_a_learned_heuristic(tallies, status):
    assert weighed(DO, *tallies).status is status


def test_the_bounds_of_the_statuses_are_inside_them():
    refuted = weighed(DO, tally(SUCCESS, 2, weight=0.5), tally(FAILURE, 3, weight=2.5))
    established = weighed(DO, tally(SUCCESS, 3, weight=2.5), tally(FAILURE, 2, weight=0.5))
    assert refuted.mean == pytest.approx(0.3)
    assert established.mean == pytest.approx(0.7)
    assert (refuted.status, established.status) == (Status.REFUTED, Status.ESTABLISHED)


def test_two_outcomes_never_refute_however_low_the_mean():
    told = weighed(DO, tally(FAILURE, 2, weight=50.0), origin=Origin.IMPORTED)
    assert told.mean < 0.05
    assert told.status is Status.CONTESTED


def test_a_lesson_a_person_wrote_falls_below_contested_only_after_harmful_feedback():
    failed = weighed(DO, tally(FAILURE, 50), origin=Origin.PERSON)
    harmed = weighed(DO, tally(FAILURE, 50), tally(HARMFUL), origin=Origin.PERSON)
    assert failed.mean < 0.05
    assert (failed.status, harmed.status) == (Status.CONTESTED, Status.REFUTED)


@given(
    st.sampled_from([AVOID, DO]),
    st.integers(0, 500),
    st.integers(0, 500),
    st.integers(0, 500),
)
def test_no_number_of_failures_refutes_a_lesson_a_person_wrote(kind, failures, successes, votes):
    tallies = [tally(FAILURE, failures), tally(SUCCESS, successes)]
    tallies.append(tally(FAILURE, votes, full=False))
    told = weighed(kind, *tallies, origin=Origin.PERSON)
    assert told.status in {Status.ESTABLISHED, Status.CONTESTED}


def test_a_flaky_sleep_that_passes_nine_times_in_ten_stays_an_anti_pattern():
    for tasks in (10, 20, 50, 100, 1000):
        told = weighed(AVOID, tally(FAILURE, tasks // 10), tally(SUCCESS, tasks * 9 // 10))
        assert told.mean > 0.3, tasks
        assert told.status in {Status.CONTESTED, Status.ESTABLISHED}, tasks


def test_an_anti_pattern_that_never_fails_again_is_refuted_in_the_end():
    assert weighed(AVOID, tally(FAILURE), tally(SUCCESS, 30)).status is Status.REFUTED


def test_a_vote_never_speaks_against_an_anti_pattern():
    base = weighed(AVOID, tally(FAILURE, 3))
    voted = weighed(AVOID, tally(FAILURE, 3), tally(FAILURE, 40, full=False))
    assert (voted.mean, voted.losses, voted.status) == (base.mean, base.losses, base.status)


def test_only_outcomes_about_a_lesson_are_counted_as_its_successes_and_failures():
    told = weighed(
        DO,
        tally(SUCCESS, 2),
        tally(FAILURE, 1),
        tally(SUCCESS, 4, full=False),
        tally(FAILURE, 8, full=False),
        tally(HELPFUL, 16),
        tally(HARMFUL, 32),
    )
    assert (told.successes, told.failures) == (2, 1)
    assert (told.wins, told.losses) == (2 + 4 + 16, 1 + 8 + 32)


def test_what_happened_leans_one_way_whoever_vouches_for_the_lesson():
    for origin in Origin:
        assert weighed(DO, origin=origin).lean == 0
        assert weighed(DO, tally(SUCCESS, 3), origin=origin).lean == pytest.approx(3 / 5)
        assert weighed(DO, tally(FAILURE, 3), origin=origin).lean == pytest.approx(-3 / 5)


@pytest.mark.parametrize("kind", [Kind.KNOWLEDGE, Kind.PREFERENCE, Kind.OUTCOME])
def test_what_advises_nothing_has_no_status(kind):
    assert weighed(kind, tally(HARMFUL, 9)).status is None


def test_the_newest_evidence_is_told_and_none_where_there_is_none():
    old = tally(SUCCESS, newest=NOW - timedelta(days=3))
    assert weighed(DO, old, tally(FAILURE)).newest == NOW
    assert weighed(DO).newest is None


@pytest.mark.parametrize(
    ("mean", "said"),
    [(0.0, "low"), (0.3, "low"), (0.31, "medium"), (0.69, "medium"), (0.7, "high"), (1.0, "high")],
)
def test_confidence_in_a_word(mean, said):
    assert word(mean) == said


tallies = st.lists(
    st.builds(
        lambda result, full, number, share, days: Tally(
            result, full, number, number * share, NOW - timedelta(days=days)
        ),
        st.sampled_from(Result),
        st.booleans(),
        st.integers(1, 10_000),
        st.floats(0, 1),
        st.integers(-30, 4000),
    ),
    max_size=8,
)
kinds, origins, half_lives = st.sampled_from(Kind), st.sampled_from(Origin), st.floats(0.01, 9e5)


@given(kinds, origins, tallies, half_lives)
def test_confidence_stays_between_nothing_and_certainty(kind, origin, told, half_life):
    found = weighed(kind, *told, origin=origin, half_life=half_life)
    assert 0 < found.mean < 1
    assert 0 <= found.caution <= 1


@given(kinds, origins, tallies, half_lives, st.randoms(use_true_random=False))
def test_the_order_of_events_does_not_matter(kind, origin, told, half_life, chance):
    shuffled = list(told)
    chance.shuffle(shuffled)
    one = weighed(kind, *told, origin=origin, half_life=half_life)
    other = weighed(kind, *shuffled, origin=origin, half_life=half_life)
    assert other.mean == pytest.approx(one.mean, abs=1e-12)
    assert other.caution == pytest.approx(one.caution, abs=1e-4)
    assert (other.wins, other.losses, other.newest) == (one.wins, one.losses, one.newest)


@given(origins, tallies, st.booleans(), st.integers(-30, 4000))
def test_one_more_failure_never_raises_a_heuristic(origin, told, full, days):
    more = tally(FAILURE, full=full, newest=NOW - timedelta(days=days))
    before = weighed(DO, *told, origin=origin)
    after = weighed(DO, *told, more, origin=origin)
    assert after.mean <= before.mean + 1e-12
    assert after.caution <= before.caution + 1e-4


@given(origins, tallies)
def test_one_more_success_never_lowers_a_heuristic_nor_raises_an_anti_pattern(origin, told):
    for kind, sign in ((DO, 1), (AVOID, -1)):
        before = weighed(kind, *told, origin=origin)
        after = weighed(kind, *told, tally(SUCCESS), origin=origin)
        assert sign * (after.mean - before.mean) >= -1e-12


def integrated(alpha, beta, most, steps=20_000):
    """P(X <= most) of a Beta by the midpoint rule on x = sin^2(t), where no pole is left."""
    if most <= 0:
        return 0.0
    front = math.lgamma(alpha + beta) - math.lgamma(alpha) - math.lgamma(beta)
    end = math.asin(math.sqrt(most))
    width = end / steps
    angles = ((step + 0.5) * width for step in range(steps))
    return width * math.fsum(
        2
        * math.exp(
            front
            + (2 * alpha - 1) * math.log(math.sin(angle))
            + (2 * beta - 1) * math.log(math.cos(angle))
        )
        for angle in angles
    )


@pytest.mark.parametrize(
    ("alpha", "beta"),
    [
        *((1, 1), (2, 0.5), (1.3, 1), (1, 1.3), (4, 1), (1, 4), (11, 2.8), (2.6, 91)),
        *((91, 2.6), (501, 400.25), (10_000, 3), (3, 10_000), (5001, 5001), (2, 5000.5)),
    ],
)
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_quantile_has_its_share_of_the_posterior_below_it(alpha, beta, share):
    found = quantile(alpha, beta, share)
    below = integrated(alpha, beta, max(found - 1.01e-4, 0))
    above = integrated(alpha, beta, min(found + 1.01e-4, 1))
    assert below - 1e-6 <= share <= above + 1e-6


def test_the_quantiles_that_have_a_closed_form():
    for share in (0.01, 0.1, 0.37, 0.5, 0.99):
        assert quantile(1.0, 1.0, share) == pytest.approx(share, abs=1e-4)
        assert quantile(3.0, 1.0, share) == pytest.approx(share ** (1 / 3), abs=1e-4)
        assert quantile(1.0, 3.0, share) == pytest.approx(1 - (1 - share) ** (1 / 3), abs=1e-4)


@given(st.floats(0.5, 2e5), st.floats(0.5, 2e5))
def test_caution_is_below_the_middle_of_the_posterior(alpha, beta):
    assert quantile(alpha, beta, 0.1) <= quantile(alpha, beta, 0.5) + 1e-4


@given(st.floats(1, 1e5), st.floats(0, 1e5), st.floats(0, 1e5))
def test_caution_rises_with_support_and_falls_with_opposition(alpha, more, opposed):
    base = quantile(alpha, 1.0, 0.1)
    assert quantile(alpha + more, 1.0, 0.1) >= base - 1e-4
    assert quantile(alpha, 1.0 + opposed, 0.1) <= base + 1e-4
