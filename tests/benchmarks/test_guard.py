"""The benchmark of titles counts what is right, and its lessons can be read."""

import re

from alma_cli.rules.passage import of_text
from benchmarks import guard

KNOWN = [
    guard.Lesson("Printing with print() in a library", r"^print\(", ("lib/**",)),
    guard.Lesson("Using sleep() for async waits", guard.FOREIGN, ()),
]
DIFF = [of_text("print(1)\nsleep(1)", "lib/a.py"), of_text("print(2)\nx = 1", "b.py")]


def test_a_warning_is_right_where_the_mistake_is_made():
    found = list(guard.warnings(KNOWN, DIFF))
    code, words = guard.tallies(KNOWN, DIFF, found)
    assert (code.warnings, code.right, code.deserved) == (3, 1, 1)
    assert (words.warnings, words.precision) == (0, 1.0)
    assert guard.table([code], 4).split("\n")[2] == (
        "| code in a title | 3 | 1 | 0.33 | 100% | 750.00 |"
    )


def test_every_lesson_has_a_pattern_and_one_of_another_project_is_never_right():
    known = guard.lessons()
    assert all(re.compile(one.wrong) for one in known)
    foreign = [one for one in known if one.wrong == guard.FOREIGN]
    assert foreign
    assert not any(one.is_made_in(DIFF[0], "sleep(1)") for one in foreign)


def test_plans_are_compared_with_every_title_and_those_held_out_are_apart():
    plans = [
        guard.Plan("Sharing one browser in tests", ("the tests share one browser",), (), False),
        guard.Plan("Deleting one lock by hand", ("rm lock",), ("delete a lock by hand",), True),
    ]
    seen, held_out = guard.plan_tallies(plans, KNOWN)
    assert (seen.warnings, seen.right, seen.deserved) == (1, 1, 1)
    assert (held_out.warnings, held_out.right, held_out.deserved) == (1, 0, 1)
    assert guard.plans()


def test_speed_is_measured_with_words_of_the_diff_itself():
    made = list(guard.anti_patterns(" ".join(f"word{chr(97 + n)}" for n in range(20))))
    assert len(made) == guard.MANY
    assert sum(one.guard is not None for one in made) == guard.MANY // 3
    assert all("word" in one.title for one in made)
