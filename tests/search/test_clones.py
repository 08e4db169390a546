"""What clones learned apart and merged is what one clone would have learned, whatever the order."""

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from support.builders import NOW, id_at, memory, outcome
from support.tree import bytes_below

from alma_cli.files.disk import digest
from alma_cli.files.memory import format_record
from alma_cli.model import Result, Stored
from alma_cli.place import Place, path_of
from alma_cli.rules.evidence import Fading, weigh
from alma_cli.search.index import Index

LESSONS = (
    memory(number=1),
    memory("Wait less", number=2, supersedes=(id_at(1),)),
    memory(number=3),
)

events = st.lists(
    st.tuples(
        st.sampled_from(Result),
        st.sampled_from(LESSONS),
        st.booleans(),
        st.sampled_from(("qa", "dev")),
        st.integers(0, 400 * 24),
    ),
    max_size=12,
)


def as_outcomes(told, first):
    """Returns the events of one clone; ids are its own."""
    return [
        outcome(
            number=first + place,
            result=result,
            agent=agent,
            created=NOW - timedelta(hours=hours),
            **{"lessons" if full else "used": (lesson.id,)},
        )
        for place, (result, lesson, full, agent, hours) in enumerate(told)
    ]


def believed(records, now=NOW, half_life=90.0):
    """Returns the evidence for each lesson, from an index of these records in this order."""
    stored = [Stored(one, path_of(one), digest(format_record(one))) for one in records]
    with Index.of(stored, Fading(half_life)) as index:
        return weighed(index, now, half_life)


def weighed(index, now, half_life):
    tallies = index.tallies([one.id for one in LESSONS])
    return [weigh(one.kind, one.origin, tallies.get(one.id, ()), now, half_life) for one in LESSONS]


@given(events, events, st.randoms(use_true_random=False))
def test_two_clones_merged_believe_what_one_clone_would(ours, theirs, chance):
    one, other = as_outcomes(ours, 100), as_outcomes(theirs, 200)
    merged = [*LESSONS, *one, *other]
    as_one_learned_it = sorted(merged, key=lambda record: (record.created, record.id))
    chance.shuffle(merged)
    assert believed(merged) == believed(as_one_learned_it)


@given(events)
def test_an_event_that_both_clones_have_counts_once(told):
    outcomes = as_outcomes(told, 100)
    by_path = {path_of(one): one for one in (*LESSONS, *outcomes, *outcomes)}
    assert believed(by_path.values()) == believed([*LESSONS, *outcomes])


@settings(max_examples=25)
@given(
    events, st.lists(st.tuples(st.integers(-30, 4000), st.floats(0.5, 400)), min_size=1, max_size=3)
)
def test_counting_anew_changes_no_file(tmp_path_factory, told, moments):
    place = Place(tmp_path_factory.mktemp("store") / ".alma")
    for one in (*LESSONS, *as_outcomes(told, 100)):
        file = place.root / path_of(one)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(format_record(one))
    before = bytes_below(place.root / "agents")
    for days, half_life in moments:
        now = NOW + timedelta(days=days)
        with Index.open(place, now=now, fading=Fading(half_life)) as index:
            assert weighed(index, now, half_life) == believed(
                (*LESSONS, *as_outcomes(told, 100)), now, half_life
            )
    assert bytes_below(place.root / "agents") == before


def test_believing_less_and_asking_for_it_changes_no_file(shop):
    before = bytes_below(shop.store / "agents")
    assert shop.json("show", "8ab2")["status"] == "established"
    shop.later(days=2000)
    assert shop.json("show", "8ab2")["confidence"] < 0.81
    for command in (("list",), ("recall", "forms"), ("why", "8ab2"), ("log", "8ab2")):
        shop.ok(*command)
    assert bytes_below(shop.store / "agents") == before
