"""Evidence, tasks and what replaces what follow from the files alone, in whatever order they came."""

from datetime import timedelta

import pytest

from alma_cli.model import Result
from alma_cli.rules.evidence import Fading
from alma_cli.search.row import Hidden, Table
from alma_cli.search.standing import heirs_of

LESSON = "aaaa000000"


def numbers(index, lesson=LESSON):
    return [(t.result, t.full, t.number) for t in index.tallies([lesson]).get(lesson, ())]


def test_outcomes_that_name_a_lesson_are_counted_by_result(store):
    store.memory("aaaa", "Validate forms")
    store.outcome("0001", ["aaaa"])
    store.outcome("0002", ["aaaa"])
    store.outcome("0003", ["aaaa"], result=Result.FAILURE)
    store.outcome("0004", ["bbbb"])
    with store.index() as index:
        assert numbers(index) == [(Result.FAILURE, True, 1), (Result.SUCCESS, True, 2)]
        assert [row.id[:4] for row in index.testimony(LESSON)] == ["0001", "0002", "0003"]


def test_evidence_is_kept_agent_by_agent(store):
    store.memory("aaaa", "Validate forms")
    for number, agent in enumerate(("qa", "dev", "qa")):
        store.outcome(f"000{number}", ["aaaa"], agent=agent)
    with store.index() as index:
        told = index.tallies([LESSON])[LESSON]
        assert [(tally.agent, tally.number) for tally in told] == [("dev", 1), ("qa", 2)]


def test_what_was_only_applied_is_a_vote_and_named_twice_counts_once_in_full(store):
    store.memory("aaaa", "Validate forms")
    store.outcome("0001", used=(LESSON,))
    store.outcome("0002", ["aaaa"], used=(LESSON,))
    with store.index() as index:
        assert numbers(index) == [(Result.SUCCESS, False, 1), (Result.SUCCESS, True, 1)]


def test_weights_halve_with_the_half_life(store):
    store.memory("aaaa", "Validate forms")
    for number, age in enumerate((0, 10, 20)):
        store.outcome(f"000{number}", ["aaaa"], created=store.now - timedelta(days=age))
    with store.index(fading=Fading(10.0)) as index:
        (tally,) = index.tallies([LESSON])[LESSON]
        assert tally.weight == pytest.approx(1 + 0.5 + 0.25)
        assert tally.newest == store.now
    with store.index(fading=Fading(20.0)) as index:
        (tally,) = index.tallies([LESSON])[LESSON]
        assert tally.weight == pytest.approx(1 + 0.5**0.5 + 0.5)


def test_a_short_half_life_and_old_outcomes_do_no_harm(store):
    store.memory("aaaa", "Validate forms")
    store.outcome("0001", ["aaaa"], created=store.now - timedelta(days=20_000))
    store.outcome("0002", ["aaaa"])
    with store.index(fading=Fading(0.5)) as index:
        (tally,) = index.tallies([LESSON])[LESSON]
        assert tally.number == 2


def test_the_same_files_give_the_same_numbers_to_the_last_bit(store):
    store.memory("aaaa", "Validate forms")
    for number in (5, 3, 9, 1, 7):
        created = store.now - timedelta(days=number * 7.3)
        file = store.outcome(f"000{number}", ["aaaa"], created=created, task=f"Task {number}")
        store.index().close()
    file.unlink()
    with store.index() as index:
        grown = index.tallies([LESSON]), index.search("task", index.buckets())
    with store.rebuilt() as index:
        assert (index.tallies([LESSON]), index.search("task", index.buckets()))[0] == grown[0]
        again = index.search("task", index.buckets())
        assert [one.score for one in again] == [one.score for one in grown[1]]


def test_an_outcome_that_is_removed_counts_no_more(store):
    store.memory("aaaa", "Validate forms")
    file = store.outcome("0001", ["aaaa"], task="Test the basket")
    with store.index() as index:
        assert len(numbers(index)) == 1
    file.unlink()
    with store.index() as index:
        assert numbers(index) == []
        assert index.search("basket", index.buckets()) == ()


def test_a_lesson_is_found_by_the_tasks_that_it_was_learned_from(store):
    store.memory("aaaa", "Validate incrementally")
    store.outcome("0001", ["aaaa"], task="Test the login form")
    store.outcome("0002", used=(LESSON,), task="Reconcile invoices")
    assert store.titles("forms") == ["Validate incrementally"]
    assert store.titles("invoices") == []


def test_tasks_survive_an_edit_of_the_lesson(store):
    file = store.memory("aaaa", "Validate incrementally")
    store.outcome("0001", ["aaaa"], task="Test the login form")
    store.index().close()
    file.write_bytes(file.read_bytes().replace(b"incrementally", b"one by one"))
    assert store.titles("forms") == ["Validate one by one"]


def test_outcomes_are_searched_apart_from_advice(store):
    store.memory("aaaa", "Validate forms")
    store.outcome("0001", task="Test the forms", error="TimeoutError", notes="on a slow network")
    with store.index() as index:
        buckets = index.buckets()
        assert [one.row.id[:4] for one in index.search("forms", buckets)] == ["aaaa"]
        for question in ("forms", "timeouterror", "network"):
            (found,) = index.search(question, buckets, table=Table.OUTCOMES)
            assert (found.row.id[:4], found.row.result) == ("0001", Result.SUCCESS)


def test_a_superseded_memory_is_hidden_and_its_evidence_counts_for_its_heir(store):
    store.memory("aaaa", "Old forms")
    store.memory("bbbb", "Newer forms", supersedes=(LESSON,))
    store.memory("cccc", "Newest forms", supersedes=("bbbb000000",))
    store.outcome("0001", ["aaaa"])
    store.outcome("0002", ["bbbb"])
    store.outcome("0003", ["cccc", "aaaa"])
    assert store.titles("forms") == ["Newest forms"]
    with store.index() as index:
        assert numbers(index, "cccc000000") == [(Result.SUCCESS, True, 3)]
        assert len(index.testimony("cccc000000")) == 3
        assert index.heir(LESSON) == "cccc000000"
        (old,) = index.find("aaaa")
        assert old.hidden is Hidden.SUPERSEDED
        assert sum(bucket.number for bucket in index.buckets()) == 4


def test_what_was_superseded_comes_back_when_its_heir_goes(store):
    store.memory("aaaa", "Old forms")
    heir = store.memory("bbbb", "New forms", supersedes=(LESSON,))
    store.outcome("0001", ["aaaa"])
    assert store.titles("forms") == ["New forms"]
    heir.unlink()
    assert store.titles("forms") == ["Old forms"]
    with store.index() as index:
        assert numbers(index) == [(Result.SUCCESS, True, 1)]


def test_in_a_cycle_the_smallest_id_survives(store):
    store.memory("cccc", "One form", supersedes=("bbbb000000",))
    store.memory("bbbb", "Other form", supersedes=("cccc000000",))
    assert store.titles("form") == ["Other form"]


def test_nobody_hides_what_belongs_to_another_agent_but_the_team(store):
    store.memory("aaaa", "My forms")
    store.memory("bbbb", "Their forms", agent="dev", supersedes=(LESSON,))
    assert sorted(store.titles("forms")) == ["My forms", "Their forms"]
    store.memory("cccc", "Our forms", agent="team", supersedes=(LESSON,))
    assert sorted(store.titles("forms")) == ["Our forms", "Their forms"]


@pytest.mark.parametrize(
    ("edges", "heirs"),
    [
        ([], {}),
        ([("a", "b"), ("b", "c")], {"a": "c", "b": "c"}),
        ([("a", "c"), ("a", "b")], {"a": "b"}),
        ([("a", "b"), ("b", "a")], {"b": "a"}),
        ([("x", "b"), ("b", "a"), ("a", "b")], {"x": "a", "b": "a"}),
        ([("b", "a"), ("a", "b"), ("a", "z")], {"a": "z", "b": "z"}),
    ],
)
def test_heirs_are_the_ends_of_chains(edges, heirs):
    assert heirs_of(edges) == heirs
    assert heirs_of(reversed(edges)) == heirs


def test_a_forgotten_memory_is_hidden_wherever_an_edit_brought_it_back(store):
    store.memory("aaaa", "Validate forms")
    store.outcome("0001", ["aaaa"])
    assert store.titles("forms") == ["Validate forms"]
    tomb = store.write(f"agents/qa/forgotten/{LESSON}.md", b"+++\nreason = 'wrong'\n+++\n")
    assert store.titles("forms") == []
    with store.index() as index:
        assert index.broken == ()
        assert index.find("aaaa")[0].hidden is Hidden.FORGOTTEN
    tomb.unlink()
    assert store.titles("forms") == ["Validate forms"]


def test_buckets_count_what_can_be_found(store):
    store.memory("aaaa", "Validate forms", domain="testing")
    store.memory("bbbb", "Reset forms", domain="testing")
    store.memory("cccc", "Use an index", agent="dev", domain="db/sql")
    with store.index() as index:
        assert [(one.agent, one.domain, one.number) for one in index.buckets()] == [
            ("dev", "db/sql", 1),
            ("qa", "testing", 2),
        ]
        mine = [bucket for bucket in index.buckets() if bucket.agent == "qa"]
        assert {row.agent for row in index.rows(mine)} == {"qa"}
        assert index.search("index", mine) == ()
        assert index.rows([]) == ()


def test_a_row_says_what_the_header_says(store):
    store.memory("aaaa", "Validate forms", tags=("ui", "web"), paths=("src/**",), domain="a/b")
    with store.index() as index:
        (row,) = index.find("aaa")
        assert (row.id, row.agent, row.domain, row.tags, row.paths) == (
            LESSON,
            "qa",
            "a/b",
            ("ui", "web"),
            ("src/**",),
        )
        assert (row.title, row.created, row.hidden) == (
            "Validate forms",
            store.now - timedelta(days=1),
            Hidden.NOT,
        )
        assert index.find("zzzz") == ()


def test_a_slip_in_what_was_reported_does_not_become_a_word_of_advice(store):
    store.memory("aaaa", "Log in with the loginPage")
    store.outcome("0001", task="Test the lgoinpage")
    assert store.titles("lgoinpage") == ["Log in with the loginPage"]


def test_a_word_of_advice_is_no_slip_for_outcomes(store):
    store.memory("aaaa", "Mind the gates")
    store.outcome("0001", task="Count the games")
    with store.index() as index:
        assert index.search("gates", index.buckets(), table=Table.OUTCOMES) == ()
        assert len(index.search("gamse", index.buckets(), table=Table.OUTCOMES)) == 1
