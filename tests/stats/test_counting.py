"""What outcomes add up to: shares over time, and mistakes that were known when they were made."""

from datetime import timedelta

import pytest
from support.builders import NOW

from alma_cli.model import Attempt, Result
from alma_cli.rules.counting import SPANS, count, grouped, repeated, spans, sparkline

WON, LOST = Result.SUCCESS, Result.FAILURE


def tried(number, result=WON, days=0.0, lessons=(), **more):
    """Returns an attempt so many days ago."""
    made = {"agent": "qa", "domain": "tests", "task": "Test it", "title": "Click"}
    return Attempt(
        **{"id": str(number), "path": "", "result": result, "lessons": lessons, **made, **more},
        created=NOW - timedelta(days=days),
    )


def test_shares_of_success_fall_into_equal_spans():
    some = [tried(1, LOST, 119), tried(2, WON, 119), tried(3, WON, 5), tried(4, LOST, 61)]
    told = count(some, frozenset(), spans(some, NOW))
    assert told.curve == (0.5, *(None,) * 4, 0.0, *(None,) * 5, 1.0)
    assert (told.tasks, told.rate) == (4, 0.5)


def test_a_span_is_a_day_at_least_and_the_clock_of_others_may_run_ahead():
    some = [tried(1, days=-3), tried(2, LOST, days=0.1)]
    over = spans(some, NOW)
    assert over.length == timedelta(days=1)
    assert count(some, frozenset(), over).curve[-1] == 0.5


def test_no_tasks_have_no_share():
    told = count([], frozenset(), spans([], NOW))
    assert (told.tasks, told.rate, told.curve) == (0, None, (None,) * SPANS)


def test_feedback_is_no_task():
    assert count([tried(1, Result.HARMFUL)], frozenset(), spans([], NOW)).tasks == 0


def test_a_failure_on_what_an_anti_pattern_named_already_is_a_repeated_mistake():
    warned, taught = {"bad": NOW - timedelta(days=5)}, {"bad": "1"}
    some = [
        tried(1, LOST, 5, ("bad",)),  # which taught it
        tried(2, LOST, 3, ("bad",)),
        tried(3, WON, 2, ("bad",)),
        tried(4, LOST, 9, ("bad",)),  # before anybody knew
        tried(5, LOST, 1, ("other",)),
        tried(6, LOST, 1),
    ]
    assert repeated(some, warned, taught) == {"2"}
    assert repeated(some, warned, {}) == {"1", "2"}


def test_attempts_fall_together_in_order():
    some = [tried(1, agent="qa"), tried(2, agent="dev"), tried(3, agent="qa")]
    assert {
        key: [one.id for one in each] for key, each in grouped(some, lambda a: (a.agent,)).items()
    } == {
        ("dev",): ["2"],
        ("qa",): ["1", "3"],
    }


@pytest.mark.parametrize(
    ("curve", "bars"),
    [((), ""), ((0.0, 0.5, 1.0), "▁▅█"), ((None, 0.12, None, 0.88), " ▁ █")],
)
def test_a_sparkline_has_a_bar_for_each_share(curve, bars):
    assert sparkline(curve) == bars
