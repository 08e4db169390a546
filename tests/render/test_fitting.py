"""An answer is cut to its budget: long memories first, the worst next, warnings last."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.builders import evidence, hit, memory, outcome, recollection

from alma_cli.model import Kind, Result
from alma_cli.printable import tokens
from alma_cli.render.bullet import LEAST, bullet
from alma_cli.render.fitting import fit, in_prompt, lengths, room, told_once
from alma_cli.render.prompt import prompt

LONG = "word " * 200


def fitted(hits, budget):
    """Returns the hits that fit, and how many do not."""
    kept = fit(recollection(*hits, budget=budget)).hits
    return kept, len(hits) - len(kept)


def lesson(number, kind=Kind.HEURISTIC, title="", **more):
    return hit(memory(title or f"Lesson {number} about waits", kind, number, **more))


def test_all_that_fits_stays():
    hits = tuple(lesson(number) for number in range(5))
    assert fitted(hits, 800) == (hits, 0)


def test_nothing_fits_into_nothing():
    assert fitted((), 800) == ((), 0)


def test_the_worst_are_dropped_and_counted():
    hits = tuple(lesson(number, text=LONG) for number in range(40))
    kept, dropped = fitted(hits, 400)
    assert 1 < len(kept) < 40
    assert kept == hits[: len(kept)]
    assert dropped == 40 - len(kept)
    assert tokens(prompt(recollection(*kept, budget=400))) <= 400
    assert lengths(recollection(*kept, budget=400)) >= LEAST


def test_a_long_memory_is_shortened_before_a_short_one_is_dropped():
    hits = (lesson(1, text=LONG * 5), lesson(2), lesson(3))
    kept, dropped = fitted(hits, 250)
    assert (kept, dropped) == (hits, 0)
    said = prompt(recollection(*kept, budget=250))
    assert "Lesson 2 about waits. [" in said
    assert "Lesson 3 about waits. [" in said
    assert " ... [" in said


@pytest.mark.parametrize("place", [0, 5, 39])
def test_an_anti_pattern_keeps_a_place_however_far_down_it_stands(place):
    hits = [lesson(number, text=LONG) for number in range(40)]
    hits[place] = lesson(place, Kind.ANTI_PATTERN, text=LONG)
    kept, dropped = fitted(hits, 300)
    assert hits[place] in kept
    assert len(kept) == 40 - dropped


def test_the_best_anti_pattern_is_the_one_that_stays():
    hits = [lesson(number, text=LONG) for number in range(20)]
    hits += [lesson(number, Kind.ANTI_PATTERN, text=LONG) for number in range(20, 40)]
    kept, _ = fitted(hits, 250)
    assert [one for one in kept if one.kind is Kind.ANTI_PATTERN] == [hits[20]]


@given(st.lists(st.sampled_from(Kind), min_size=1, max_size=30), st.integers(200, 900))
def test_what_is_kept_stands_in_the_order_it_came(kinds, budget):
    hits = [
        hit(outcome(number=number, task=LONG))
        if kind is Kind.OUTCOME
        else lesson(number, kind, text=LONG)
        for number, kind in enumerate(kinds)
    ]
    kept, dropped = fitted(hits, budget)
    assert list(kept) == [one for one in hits if one in kept]
    assert len(kept) + dropped == len(hits)
    assert any(one.kind is Kind.ANTI_PATTERN for one in kept) == (Kind.ANTI_PATTERN in kinds)


def test_texts_take_as_much_room_as_there_is():
    hits = tuple(lesson(number, text=LONG) for number in range(3))
    small, large = (lengths(recollection(*hits, budget=budget)) for budget in (300, 600))
    assert LEAST <= small < large
    assert lengths(recollection(*hits, budget=5000)) == 0


@pytest.mark.parametrize("budget", [300, 500, 800, 1000])
def test_a_few_bytes_more_a_memory_would_not_fit(budget):
    answer = recollection(*(lesson(number, text=LONG) for number in range(4)), budget=budget)

    def cost(most):
        return sum(tokens(in_prompt(one, most)) for one in answer.hits)

    most = lengths(answer)
    assert cost(most) <= room(answer) < cost(most + 10)


def test_a_title_is_cut_last():
    title = "Wait for the response of the login request before a second click"
    said = bullet(lesson(1, title=title, text=LONG), LEAST)
    assert said.startswith(title)


def test_memories_of_one_kind_that_say_the_same_are_marked():
    hits = told_once(
        [
            lesson(1, title="Use explicit waits"),
            lesson(2, title="using explicit waits"),
            lesson(3, Kind.ANTI_PATTERN, title="Use explicit waits"),
            lesson(4, title="Use implicit waits"),
            lesson(5, title="Use explicit wait!"),
        ],
        8,
    )
    first = hits[0].record.id
    assert [one.duplicate_of for one in hits] == ["", first, "", "", first]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Use Redis", "Do not use Redis"),
        ("Wait 30 s", "Wait 60 s"),
        ("Retry when x > 5", "Retry when x < 5"),
        ("\U0001f389", "\U0001f525"),
        ("Use tabs, not spaces", "Use spaces, not tabs"),
    ],
)
def test_memories_that_do_not_say_the_same_are_both_shown(one, other):
    hits = told_once([lesson(1, title=one), lesson(2, title=other)], 8)
    assert [each.duplicate_of for each in hits] == ["", ""]


def test_what_failed_once_and_worked_another_time_is_told_both_ways():
    ended = [Result.FAILURE, Result.SUCCESS, Result.FAILURE]
    hits = told_once([hit(outcome("Use waits", each, n)) for n, each in enumerate(ended)], 8)
    assert [one.duplicate_of for one in hits] == ["", "", hits[0].record.id]


def test_a_copy_is_counted_in_the_text_and_not_repeated():
    hits = told_once([lesson(1, title="Use waits"), lesson(2, title="Using waits")], 8)
    said = prompt(recollection(*hits))
    assert "Using waits" not in said
    assert "and 1 more like it]" in said


def test_copies_take_only_the_places_that_are_left_and_are_counted_all_the_same():
    copies = [lesson(number, title="Use waits") for number in range(10)]
    others = [lesson(number, title=f"Reset page {number}") for number in range(10, 12)]
    few = told_once([*copies, *others], 2)
    assert [(one.record.id, one.copies) for one in few] == [
        (copies[0].record.id, 9),
        (others[0].record.id, 0),
    ]
    more = told_once([*copies, *others], 5)
    assert [one.duplicate_of for one in more] == [
        "",
        copies[0].record.id,
        copies[0].record.id,
        "",
        "",
    ]
    assert "and 9 more like it]" in prompt(recollection(*more))


def test_no_more_is_read_than_it_takes():
    unread = iter([lesson(1), lesson(2), lesson(3)])
    assert len(told_once(unread, 2)) == 2
    assert next(unread).record == lesson(3).record


def test_copies_cost_nothing_and_go_with_what_they_repeat():
    long = [lesson(number, title=f"Reset page {number}", text=LONG) for number in range(8)]
    copies = [lesson(number, title="Reset page 7", text=LONG) for number in range(50, 80)]
    hits = told_once([*long, *copies], 60)
    assert len(hits) == 38
    roomy = fit(recollection(*hits, budget=600))
    assert roomy.hits == hits
    tight = fit(recollection(*hits, budget=250))
    assert tight.hits == hits[: len(tight.hits)]
    assert len(tight.hits) < 8


def test_evidence_does_not_decide_who_is_dropped():
    weak = hit(memory("Weak", number=1, text=LONG), evidence(mean=0.1))
    strong = [
        hit(memory(f"Strong {number}", number=number, text=LONG), evidence(mean=0.9))
        for number in range(2, 30)
    ]
    kept, _ = fitted([weak, *strong], 250)
    assert kept[0] is weak
