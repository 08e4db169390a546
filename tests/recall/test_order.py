"""What fits best comes first; what else is known decides among memories that fit about as well."""

import tempfile
from datetime import timedelta
from itertools import combinations
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st
from support.builders import NOW, evidence, id_at, memory, outcome

from alma_cli import Alma
from alma_cli.files.memory import format_record
from alma_cli.library import Found
from alma_cli.model import Origin, Result, Stored
from alma_cli.ordering import View, as_brief, by_score
from alma_cli.place import Place, path_of
from alma_cli.search.index import Index
from alma_cli.search.rank import FLOOR
from alma_cli.world import World

PLACE = Place(Path("/shop/.alma"))
ASKED = ("login", "form", "timeout", "browser")
ELSE = ("kettle", "garden", "violin", "harbour", "glacier", "saddle")
UNKNOWN = evidence(caution=0.5)
PROVEN = evidence(99, caution=1.0, lean=1.0)
DOUBTED = evidence(0, 99, caution=0.0, lean=-1.0)


def answered(records, question, believed=None, reader="qa_tester", files=(), *, floor=FLOOR):
    """Returns scores by title of what is above the floor, best first; `believed` is by id."""
    told = {(PLACE, one.id): (believed or {}).get(one.id, UNKNOWN) for one in records}
    view = View(reader, NOW, lambda _: 90.0, told, told, files)
    with Index.of(Stored(one, f"{one.id}.md", "") for one in records) as index:
        candidates = index.search(question, index.buckets())
    found = [Found(PLACE, one.row, one.score) for one in candidates]
    above = [one for one in found if one.score.nearness >= floor]
    assert by_score(reversed(above), view) == by_score(above, view)
    return {one.row.title: score for score, one in by_score(above, view)}


def said(words):
    return st.lists(st.sampled_from(words), min_size=1, max_size=6).map(" ".join)


def some(words, start, most=6):
    """Returns memories of these words, which have the numbers from `start` on."""
    texts = st.tuples(said(words), said(words) | st.just(""))
    return st.lists(texts, min_size=1, max_size=most).map(
        lambda all_: [
            memory(f"{title} {at}", number=start + at, text=text)
            for at, (title, text) in enumerate(all_)
        ]
    )


beliefs = st.sampled_from([UNKNOWN, PROVEN, DOUBTED])


@settings(max_examples=40)
@given(st.permutations(ASKED), said(ELSE), st.sampled_from([*ASKED, *ELSE]), some(ELSE, 10))
def test_an_unrelated_memory_never_passes_a_related_one_because_it_is_proven_or_new(
    words, text, shared, others
):
    old = NOW - timedelta(days=4000)
    told = f"{' '.join(words)} {text}"
    related = memory("Related", number=1, text=told, agent="senior", created=old)
    unrelated = memory("Unrelated", number=2, text=f"{text} {shared}", paths=("**",))
    believed = {related.id: DOUBTED, unrelated.id: PROVEN}
    found = answered([related, unrelated, *others], " ".join(ASKED), believed, files=("a.py",))
    assert next(iter(found)) == "Related"


@given(some(ASKED + ELSE, 1), st.data())
def test_the_order_does_not_depend_on_the_order_of_arrival(records, data):
    believed = {one.id: data.draw(beliefs) for one in records}
    shuffled = data.draw(st.permutations(records))
    before = answered(records, " ".join(ASKED), believed)
    assert list(answered(shuffled, " ".join(ASKED), believed).items()) == list(before.items())


@settings(max_examples=40)
@given(some((*ASKED, "field", "page"), 1), some(ELSE, 100, most=1), beliefs, st.data())
def test_adding_an_unrelated_memory_leaves_the_order_of_the_others(records, more, belief, data):
    """One more memory makes words a little rarer: within 1 % of another, or the floor, all may pass."""
    believed = {one.id: data.draw(beliefs) for one in records} | {more[0].id: belief}
    before = answered(records, " ".join(ASKED), believed, floor=0.99 * FLOOR)
    surely = answered(records, " ".join(ASKED), believed, floor=1.01 * FLOOR)
    after = answered([*records, *more], " ".join(ASKED), believed)
    assert surely.keys() <= after.keys() <= before.keys()
    for better, worse in combinations([one for one in before if one in after], 2):
        if before[better] > 1.01 * before[worse]:
            assert after[better] > after[worse]


@given(some(ASKED, 1), some(ELSE, 100, most=1))
def test_a_brief_has_the_same_order_whatever_comes_in_whichever_order(records, more):
    told = {(PLACE, one.id): UNKNOWN for one in [*records, *more]}
    view = View("qa_tester", NOW, lambda _: 90.0, told, {})
    with Index.of(Stored(one, f"{one.id}.md", "") for one in [*records, *more]) as index:
        found = [Found(PLACE, row) for row in index.rows(index.buckets())]
    brief = as_brief(found, view)
    assert as_brief(reversed(found), view) == brief
    others = [one for one in found if one.row.id != more[0].id]
    assert as_brief(others, view) == [each for each in brief if each[1] in others]


@settings(max_examples=25)
@given(
    st.lists(st.tuples(st.sampled_from(Result), st.integers(1, 3)), max_size=12),
    st.sampled_from(["build cache", ""]),
)
@example([(Result.FAILURE, 1)] * 3, "build cache")
@example([(Result.HARMFUL, 2)] * 3, "")
def test_refuted_lessons_stay_out_of_every_answer(told, question):
    lesson = memory("Warm the build cache", number=1, origin=Origin.LEARNED, agent="qa")
    records = [lesson, memory("Keep the build cache small", number=2, agent="qa")]
    records += [
        outcome("Built", result, number=at, agent="qa", lessons=(id_at(which),))
        for at, (result, which) in enumerate(told, 3)
    ]
    with tempfile.TemporaryDirectory() as folder:
        store = Path(folder) / ".alma"
        for one in records:
            file = store / path_of(one)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(format_record(one))
        (store / "config.toml").write_text("[agents.qa]\n")
        alma = Alma.open(store, world=World(Path(folder), {"HOME": folder}, lambda: NOW))
        shown = alma.recall(question, agent="qa").hits
        all_ = alma.recall(question, agent="qa", min_confidence=0).hits
    assert "refuted" not in {one.evidence.status for one in shown}
    kept = [one.record.id for one in all_ if one.evidence.status != "refuted"]
    assert [one.record.id for one in shown] == kept
