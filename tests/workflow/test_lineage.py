"""Which checkpoints are heads, what they have in common, and which ones stay in the tree."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alma_cli.checkpoint import Checkpoint, Handoff, Stage
from alma_cli.rules.lineage import KEPT, added, ancestors, common, heads, in_order, kept, run

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def checkpoint(name, *parents, seq=0, **more):
    """Returns a checkpoint; the number in its name is its place in its line."""
    digits = "".join(filter(str.isdigit, name))
    return Checkpoint(name, "w", seq or int(digits), NOON, "{}", parents, **more)


def names(checkpoints):
    return [one.id for one in checkpoints]


def grown(steps, every=()):
    """Returns a line of that many checkpoints with the old ones taken out, as a store does."""
    for number in range(1, steps + 1):
        parents = [one.id for one in heads(every)]
        more = {"status": Stage.FAILED} if number == 3 else {}
        new, gone = added(every, checkpoint(f"a{number}", *parents, **more))
        every = (*(one for one in every if one not in gone), new)
    return every


LINE = (checkpoint("a1"), checkpoint("a2", "a1"), checkpoint("a3", "a2"))
FORK = (*LINE, checkpoint("b3", "a2"), checkpoint("b4", "b3"))
MERGED = (*FORK, checkpoint("m5", "a3", "b4"))


def test_a_line_has_one_head_and_a_fork_two():
    assert names(heads(())) == []
    assert names(heads(LINE)) == ["a3"]
    assert names(heads(FORK)) == ["a3", "b4"]
    assert names(heads(MERGED)) == ["m5"]


def test_what_heads_have_in_common_is_the_newest_that_all_go_on_from():
    assert common(FORK, heads(FORK)).id == "a2"
    assert common(LINE, heads(LINE)).id == "a3"
    assert common((checkpoint("a1"), checkpoint("b1")), heads(())) is None
    assert common(FORK[1:], (checkpoint("x1"), FORK[0])) is None


def test_ancestors_are_known_by_name_when_they_are_gone():
    assert ancestors(FORK[3:], ["b4"]) == {"b4", "b3", "a2"}


def test_a_run_begins_anew_after_the_workflow_was_done():
    done = checkpoint("a4", "a3", status=Stage.DONE)
    again = (*LINE, done, checkpoint("a5", "a4"), checkpoint("a6", "a5"))
    assert names(run(again, again[-1])) == ["a5", "a6"]
    assert names(run((*LINE, done), done)) == ["a1", "a2", "a3", "a4"]
    assert names(run(MERGED, MERGED[-1])) == ["a1", "a2", "a3", "b3", "b4", "m5"]


def test_what_is_done_once_more_is_the_same_run():
    done = [checkpoint(f"a{n}", f"a{n - 1}", status=Stage.DONE) for n in (4, 5, 6)]
    assert names(run((*LINE, *done), done[-1])) == ["a1", "a2", "a3", "a4", "a5", "a6"]
    again = (*LINE, *done[:2], checkpoint("a6", "a5"), checkpoint("a7", "a6", status=Stage.DONE))
    assert names(run(again, again[-1])) == ["a6", "a7"]


def test_the_newest_stay_and_the_newest_that_failed():
    every = grown(50)
    assert names(in_order(every)) == ["a3", *(f"a{n}" for n in range(31, 51))]
    assert names(heads(every)) == ["a50"]
    assert len(every) == KEPT + 1


def test_heads_and_what_they_have_in_common_stay():
    other = checkpoint("b2", "a1")
    every = (*grown(1), other)
    for number in range(2, 40):
        new, gone = added(every, checkpoint(f"a{number}", f"a{number - 1}"))
        every = (*(one for one in every if one not in gone), new)
    assert {"a1", "b2"} <= {*names(every)}
    assert names(heads(every)) == ["b2", "a39"]
    assert common(every, heads(every)).id == "a1"


def test_the_newest_handoff_stays():
    first = checkpoint("a1", handoff=Handoff(goal="Ship it"))
    every = (first,)
    for number in range(2, 60):
        new, gone = added(every, checkpoint(f"a{number}", f"a{number - 1}"))
        every = (*(one for one in every if one not in gone), new)
    assert first in every
    assert names(heads(every)) == ["a59"]
    assert run(every, every[-1])[0] == first


@pytest.mark.parametrize("lost", ["a2", "a3", "a44", "a49"])
def test_one_that_is_lost_or_damaged_makes_no_fork_of_what_stays(lost):
    every = grown(4 if lost < "a4" else 50)
    left = [one for one in every if one.id != lost]
    assert len(left) < len(every)
    assert names(heads(left)) == names(heads(every))


def test_of_many_that_are_pinned_only_those_without_a_chain_are_named():
    every = ()
    for number in range(1, 101):
        parents = [one.id for one in heads(every)]
        new, gone = added(every, checkpoint(f"a{number}", *parents), [one.id for one in every])
        every = (*every, new)
        assert not gone
    assert len(every[-1].before) < KEPT
    assert names(heads(every)) == ["a100"]


def synced(before, *sides):
    """Returns what machines have after a sync: what any took out is out, what any brought is in."""
    gone = {one for one in before if any(one not in mine for mine in sides)}
    return tuple({one.id: one for mine in sides for one in mine if one not in gone}.values())


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=3), st.integers(1, 9))
def test_however_long_two_machines_go_on_alone_the_heads_are_the_true_ones(meetings, failing):
    every = truth = (checkpoint("s1"),)
    for meeting, steps in enumerate(meetings):
        sides = []
        for side, number in zip("ab", steps, strict=True):
            mine = every
            for step in range(number):
                tops = heads(mine)
                seq = max(one.seq for one in tops) + 1
                status = Stage.FAILED if seq % failing == 0 else Stage.RUNNING
                name = f"{side}{meeting}{step:02}"
                new = checkpoint(name, *names(tops), seq=seq, status=status)
                truth = (*truth, new)
                new, gone = added(mine, new)
                mine = (*(one for one in mine if one not in gone), new)
            sides.append(mine)
        every = synced(every, *sides)
        assert names(heads(every)) == names(heads(truth))
        assert {*names(heads(every))} <= kept(every)
