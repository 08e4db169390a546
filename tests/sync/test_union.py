"""Bringing two sides together is a function: what it must hold, it holds for all sides."""

from hypothesis import given
from hypothesis import strategies as st

from alma_cli.union import second_path, union

IDS = ["aaaaaaaaa1", "bbbbbbbbb2", "ccccccccc3"]
MEMORIES = [f"agents/qa/anti-patterns/wait--{id_}.md" for id_ in IDS]
OUTCOMES = [f"agents/qa/outcomes/2026-11/wait--{id_}.md" for id_ in ("ddddddddd4", "eeeeeeeee5")]
TOMBS = [f"agents/qa/forgotten/{id_}.{event}.md" for id_ in IDS for event in ("ev1", "ev2")]
HAND = "agents/qa/knowledge/by-hand.md"
CONFIG = "config.toml"
CHECKPOINT = "workflows/deploy/0003-build--zt41m8c2ya.md"

sides = st.dictionaries(
    st.sampled_from([*MEMORIES, *OUTCOMES, *TOMBS, HAND, CONFIG, CHECKPOINT]),
    st.sampled_from("xyz"),
)
alone = st.dictionaries(st.sampled_from([*MEMORIES, *OUTCOMES, *TOMBS]), st.just("x"))


def is_buried(path, side):
    tombs = {tomb.split("/")[-1].partition(".")[0] for tomb in side if "/forgotten/" in tomb}
    return "/forgotten/" not in path and any(f"--{id_}." in path for id_ in tombs)


@given(sides)
def test_a_union_with_itself_changes_nothing_but_what_is_forgotten(side):
    made = union(side, side, side)
    assert made.merged == {path: name for path, name in side.items() if not is_buried(path, side)}
    assert (made.apart, made.kept) == ({}, ())


@given(sides, sides, sides)
def test_who_has_the_union_has_nothing_more_to_take_in(base, ours, theirs):
    made = union(base, ours, theirs)
    again = union(base, made.merged, made.merged)
    assert again.merged == made.merged
    taken = union(theirs, made.merged, theirs)
    assert taken.merged == made.merged
    assert taken.comes_in(made.merged) == {}


@given(sides, sides, sides)
def test_both_sides_come_to_the_same_where_no_path_was_changed_twice(base, ours, theirs):
    made, mirrored = union(base, ours, theirs), union(base, theirs, ours)
    changed_twice = {
        path
        for path in {*ours, *theirs}
        if path in ours
        and path in theirs
        and ours[path] != theirs[path]
        and base.get(path) not in {ours[path], theirs[path]}
    }
    assert set(made.merged) == set(mirrored.merged)
    differing = {path for path in made.merged if made.merged[path] != mirrored.merged[path]}
    assert differing <= changed_twice


@given(alone, alone)
def test_of_what_two_machines_learned_all_is_there_in_any_order(ours, theirs):
    made = union({}, ours, theirs)
    both = {**ours, **theirs}
    assert made.merged == {path: name for path, name in both.items() if not is_buried(path, both)}
    assert made.apart == {}


@given(sides, sides, sides)
def test_nothing_new_is_lost_unless_it_is_forgotten(base, ours, theirs):
    made = union(base, ours, theirs)
    for side in (ours, theirs):
        for path, name in side.items():
            if name == base.get(path) or is_buried(path, made.merged):
                continue
            there = made.merged.get(path) == name or made.apart.get(path) == name
            beaten = path in {*OUTCOMES, *TOMBS, CHECKPOINT, CONFIG}
            assert there or beaten
            assert path in made.merged


@given(sides, sides, sides)
def test_what_either_side_forgot_since_is_forgotten(base, ours, theirs):
    made = union(base, ours, theirs)
    for side in (ours, theirs):
        assert {path for path in side if path in TOMBS and path not in base} <= set(made.merged)
    assert not any(is_buried(path, made.merged) for path in {**made.merged, **made.apart})


@given(sides, sides, sides)
def test_what_never_changes_is_never_kept_twice(base, ours, theirs):
    assert not {*union(base, ours, theirs).apart} & {*OUTCOMES, *TOMBS, CHECKPOINT, CONFIG}


@given(sides, sides, sides)
def test_of_two_configurations_ours_stays_and_only_a_change_alone_comes_in(base, ours, theirs):
    made = union(base, ours, theirs)
    if CONFIG in ours and ours[CONFIG] != base.get(CONFIG):
        assert made.merged[CONFIG] == ours[CONFIG]
    if CONFIG in theirs and ours.get(CONFIG) == base.get(CONFIG):
        assert made.merged[CONFIG] == theirs[CONFIG]


def test_what_was_deleted_on_one_side_and_left_alone_on_the_other_is_gone():
    side = {MEMORIES[0]: "x", MEMORIES[1]: "x"}
    made = union(side, {MEMORIES[0]: "x"}, {MEMORIES[1]: "x"})
    assert made.merged == {}
    assert made.comes_in({MEMORIES[0]: "x"}) == {MEMORIES[0]: None}
    assert made.goes_out({MEMORIES[1]: "x"}) == {MEMORIES[1]: None}


def test_what_was_deleted_on_one_side_and_edited_on_the_other_stays():
    (path,) = MEMORIES[:1]
    assert union({path: "x"}, {}, {path: "y"}).merged == {path: "y"}
    assert union({path: "x"}, {path: "y"}, {}).merged == {path: "y"}


def test_the_second_edit_has_the_same_new_place_for_whoever_finds_it():
    path, id_ = second_path(MEMORIES[0], "x")
    assert second_path(MEMORIES[0], "x") == (path, id_)
    assert path == f"agents/qa/anti-patterns/wait--{id_}.md"
    assert second_path(MEMORIES[0], "y")[1] != id_ != IDS[0]
    assert second_path(HAND, "x")[0].startswith("agents/qa/knowledge/by-hand--")
