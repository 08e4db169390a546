"""A LangGraph store over memories: items come back as they were put, and are read by people."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from langgraph.store.base import GetOp, InvalidNamespaceError, PutOp, SearchOp
from langgraph.store.memory import InMemoryStore

from alma_cli.adapters import langgraph_items as items
from alma_cli.adapters import langgraph_store
from alma_cli.adapters.langgraph_store import AlmaStore
from alma_cli.errors import Malformed, Refused, Usage

ADA = ("users", "ada")
ALLOWED = {"allow_secret": "an example"}
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=())),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)
LABEL = st.text(st.characters(exclude_characters=".\0", exclude_categories=("Cs",)), min_size=1)


@pytest.fixture
def store(alma):
    return AlmaStore(alma.store, world=alma.world)


@pytest.fixture
def fast(quick):
    return AlmaStore(quick.store, world=quick.world)


@settings(max_examples=25)
@given(st.dictionaries(st.text(max_size=9), JSON, max_size=4))
def test_any_value_of_json_is_the_same_in_a_page(value):
    page = items.page_of(ADA, "likes", value)
    assert repr(items.value_in(page.code)) == repr(value)


@settings(max_examples=25)
@given(st.lists(LABEL, min_size=1, max_size=4), st.text(st.characters(exclude_categories=("Cs",))))
def test_a_name_says_which_namespace_and_key_it_is_of(namespace, key):
    name = items.name_of(tuple(namespace), key)
    assert items.parts_of(name) == (tuple(namespace), key)


def test_an_item_comes_back_with_the_times_it_was_made_and_changed(alma, store):
    store.put(ADA, "likes", {"food": "pizza"})
    alma.later(days=1)
    store.put(ADA, "likes", {"food": "pasta"})
    item = store.get(ADA, "likes")
    assert (item.namespace, item.key, item.value) == (ADA, "likes", {"food": "pasta"})
    assert (item.updated_at - item.created_at).days == 1


def test_an_item_is_a_memory_that_people_can_read_and_recall(alma, store):
    store.put(ADA, "1f0e", {"kind": "Memory", "content": {"content": "Ada likes dark themes"}})
    assert alma.text("ada-likes-dark-themes").endswith(
        "+++\n# Ada likes dark themes\n\n## Code\n```json\n"
        '{\n  "kind": "Memory",\n  "content": {\n    "content": "Ada likes dark themes"\n  }\n}\n```\n'
    )
    assert "- Ada likes dark themes. [" in alma.ok("recall", "dark themes")
    assert alma.ok("check") == ""


def test_an_item_without_a_sentence_is_known_by_its_name_and_value(alma, store):
    store.put(ADA, "prefs", {"theme": "dark"})
    assert 'users/ada/prefs: {"theme": "dark"}' in alma.ok("list")


def test_each_call_is_one_event_and_a_batch_too(store, events):
    store.put(ADA, "likes", {"food": "pizza"})
    assert events() == 1
    ops = [PutOp(ADA, "a", {"n": 1}), PutOp(ADA, "likes", {"food": "soup"}), PutOp(ADA, "x", None)]
    store.batch(ops)
    assert events() == 2
    store.put(ADA, "likes", {"food": "soup"})
    store.delete(ADA, "nobody")
    assert events() == 2


def test_a_batch_answers_as_it_was_before_it_wrote(fast):
    fast.put(ADA, "likes", {"food": "pizza"})
    ops = [PutOp(ADA, "likes", {"food": "soup"}), GetOp(ADA, "likes"), SearchOp(("users",))]
    _, got, (found,) = fast.batch(ops)
    assert got.value == found.value == {"food": "pizza"}


def test_of_two_puts_of_one_batch_the_last_counts(fast):
    fast.batch([PutOp(ADA, "likes", {"n": 1}), PutOp(ADA, "likes", {"n": 2})])
    assert [item.value for item in fast.search(())] == [{"n": 2}]


def test_an_update_edits_the_memory_and_leaves_what_a_person_added(alma, store):
    store.put(ADA, "likes", {"food": "I like pizza"})
    (path,) = alma.store.glob("agents/*/knowledge/*.md")
    path.write_text(path.read_text().replace("[source]", "# mine\nreviewer = 'Bob'\n[source]"))
    alma.commit_by_hand()
    store.put(ADA, "likes", {"food": "I like soup"})
    assert alma.memories() == [path.relative_to(alma.store).as_posix()]
    assert "# mine\nreviewer = 'Bob'\n[source]" in path.read_text()
    assert "# I like soup\n" in path.read_text()


def test_a_deleted_item_is_forgotten_and_undo_takes_it_back(alma, store):
    store.put(ADA, "likes", {"food": "pizza"})
    store.delete(ADA, "likes")
    assert store.get(ADA, "likes") is None
    assert (alma.store / "agents" / "qa_tester" / "forgotten").is_dir()
    alma.ok("undo")
    assert store.get(ADA, "likes").value == {"food": "pizza"}


def test_a_deleted_item_can_be_put_again(fast):
    for _ in range(2):
        fast.put(ADA, "likes", {"food": "pizza"})
        fast.delete(ADA, "likes")
    fast.put(ADA, "likes", {"food": "pizza"})
    assert len(fast.search(())) == 1


def test_what_is_out_of_scope_is_refused_and_nothing_of_a_batch_is_written(quick):
    store = AlmaStore(quick.store, domain="billing", world=quick.world)
    with pytest.raises(Refused, match="`qa_tester` may not learn about `billing`"):
        store.batch([PutOp(ADA, "a", {"n": 1}), PutOp(ADA, "b", {"n": 2})])
    assert quick.memories() == []


def test_a_secret_is_refused_unless_a_reason_is_given(quick, fast):
    value = {"note": "the key is AKIAIOSFODNN7EXAMPLQ"}
    with pytest.raises(Refused, match="looks like a secret"):
        fast.put(ADA, "keys", value)
    allowed = AlmaStore(quick.store, world=quick.world, **ALLOWED)
    allowed.put(ADA, "keys", value)
    assert allowed.get(ADA, "keys").value == value


@pytest.mark.parametrize("value", [{"x": float("nan")}, {"x": object()}, {"x": {1: 2}}])
def test_a_value_that_is_no_json_is_refused_by_its_name(fast, value):
    with pytest.raises(Usage, match=r"`value\.x"):
        fast.put(ADA, "odd", value)


def test_items_do_not_expire_and_say_so(fast):
    with pytest.raises(NotImplementedError):
        fast.put(ADA, "likes", {"n": 1}, ttl=5)
    with pytest.raises(NotImplementedError, match="do not expire"):
        fast.batch([PutOp(ADA, "likes", {"n": 1}, ttl=5)])


def test_a_namespace_with_a_period_is_refused_in_a_batch_too(fast):
    with pytest.raises(InvalidNamespaceError):
        fast.batch([PutOp(("a.b",), "k", {"n": 1})])


def test_a_value_that_somebody_damaged_is_named_with_its_file(quick, fast):
    fast.put(ADA, "likes", {"food": "pizza"})
    (path,) = quick.store.glob("agents/*/knowledge/*.md")
    path.write_text(path.read_text().replace("{\n", "{{\n"))
    with pytest.raises(Malformed, match=r"knowledge/users-ada-likes.*the value is not JSON"):
        fast.get(ADA, "likes")


def test_an_item_that_somebody_damaged_costs_a_search_only_itself_and_is_told(quick, fast):
    for key, food in (("a", "soup"), ("b", "pizza"), ("c", "pasta")):
        fast.put(ADA, key, {"text": f"Ada eats {food} on Fridays"})
    (path,) = quick.store.glob("agents/*/knowledge/ada-eats-pizza*.md")
    path.write_text(path.read_text().replace("{\n", "{{\n"))
    for asked in ({}, {"query": "fridays"}, {"filter": {"text": {"$ne": ""}}}):
        with pytest.warns(UserWarning, match="ada-eats-pizza.*the value is not JSON"):
            assert sorted(item.key for item in fast.search(ADA, **asked)) == ["a", "c"]
    with pytest.warns(UserWarning, match="ada-eats-pizza"):
        assert [item.key for item in fast.search(ADA, limit=1, offset=1)] == ["a"]


def test_an_item_that_goes_while_it_is_asked_for_is_not_there(quick, fast):
    fast.put(ADA, "likes", {"food": "pizza"})
    (path,) = quick.store.glob("agents/*/knowledge/*.md")
    with fast._shelf.open() as view:
        assert view.has("langgraph:users/ada/likes")
        path.unlink()
        ops = (GetOp(ADA, "likes"), SearchOp(ADA), SearchOp(ADA, query="pizza"))
        assert [langgraph_store._answer(view, op) for op in ops] == [None, [], []]


@pytest.fixture
def both(fast):
    """The same items here and in LangGraph's own store."""
    theirs = InMemoryStore()
    for store in (fast, theirs):
        store.put(
            ("docs", "guides", "v1"), "a", {"text": "Set up the tests", "n": 1, "tags": ["x"]}
        )
        store.put(
            ("docs", "guides", "v2"), "b", {"text": "Run all tests", "n": 2, "of": {"by": "Ada"}}
        )
        store.put(("docs", "api", "v1"), "c", {"text": "Endpoints", "n": 3.5, "of": {"by": "Bob"}})
        store.put(("users",), "d", {"name": "Ada", "n": -1})
    return fast, theirs


@pytest.mark.parametrize(
    "filter",
    [
        None,
        {"n": 2},
        {"n": {"$gte": 1, "$lt": 3}},
        {"n": {"$ne": 1}},
        {"n": {"$eq": 3.5}},
        {"tags": ["x"]},
        {"of": {"by": "Bob"}},
        {"nothing": None},
        {"n": 1, "text": "Run all tests"},
    ],
    ids=str,
)
def test_a_filter_means_what_it_means_to_langgraph(both, filter):  # noqa: A002
    ours, theirs = (
        {(item.namespace, item.key) for item in store.search((), filter=filter)} for store in both
    )
    assert ours == theirs


def test_an_unknown_operator_is_named(both):
    with pytest.raises(Usage, match=r"`\$near` is no operator"):
        both[0].search((), filter={"n": {"$near": 1}})


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"prefix": ("docs",)},
        {"prefix": ("docs", "*", "v1")},
        {"suffix": ("v1",)},
        {"suffix": ("guides", "*")},
        {"prefix": ("docs",), "suffix": ("v2",)},
        {"max_depth": 2},
        {"max_depth": 1, "prefix": ("docs",)},
        {"limit": 1, "offset": 1},
        {"prefix": ("docs", "guides", "v1", "more")},
    ],
    ids=str,
)
def test_namespaces_are_listed_as_langgraph_lists_them(both, asked):
    ours, theirs = (store.list_namespaces(**asked) for store in both)
    assert ours == theirs


def test_a_search_finds_by_words_the_best_first_below_a_namespace(both):
    ours, _ = both
    found = ours.search(("docs",), query="how to set up tests")
    assert [item.key for item in found] == ["a", "b"]
    assert 1 >= found[0].score > found[1].score > 0
    assert ours.search(("users",), query="tests") == []
    assert [item.key for item in ours.search((), query="tests", filter={"n": 2})] == ["b"]


def test_a_search_goes_on_where_the_page_before_ended(both):
    ours, _ = both
    for query in (None, "tests"):
        everything = ours.search(("docs",), query=query)
        pages = [ours.search(("docs",), query=query, limit=1, offset=n) for n in range(4)]
        assert [item for page in pages for item in page] == everything


def test_all_of_another_store_moves_here_in_one_event_and_back(store, events):
    theirs, back = InMemoryStore(), InMemoryStore()
    theirs.put(ADA, "likes", {"food": "pizza", "since": 2019})
    theirs.put(("users", "bob"), "likes", {"food": "pizza", "since": 2019})
    for there, here in ((theirs, store), (store, back)):
        here.batch(PutOp(one.namespace, one.key, one.value) for one in there.search(()))
    assert events() == 1
    moved, had = (
        [(*one.namespace, one.key, one.value) for one in s.search(())] for s in (back, theirs)
    )
    assert sorted(moved, key=str) == had


def test_what_says_the_same_of_two_people_is_two_items_after_tidying_too(quick, fast):
    for person in ("ada", "bob"):
        fast.put(("users", person), "likes", {"text": "Prefers a dark theme"})
    assert quick.ok("tidy", "--apply") == "nothing to tidy\n"
    assert [item.namespace[1] for item in fast.search(("users",))] == ["bob", "ada"]


@pytest.mark.parametrize(
    "key", [" ", "likes ", " likes", "a/b", "%", "../x", "", "\u2028"], ids=repr
)
def test_an_item_is_found_by_whatever_key_it_was_put(fast, key):
    fast.put(ADA, key, {"food": "pizza"})
    assert [item.key for item in fast.search(ADA)] == [key]
    assert fast.get(ADA, key).value == {"food": "pizza"}


def test_another_agent_has_other_items(quick, fast):
    fast.put(ADA, "likes", {"food": "pizza"})
    assert AlmaStore(quick.store, agent="writer", world=quick.world).get(ADA, "likes") is None


def test_all_works_without_waiting(fast):
    async def use():
        await fast.aput(ADA, "likes", {"text": "pizza on Fridays"})
        got = await fast.aget(ADA, "likes")
        found = await fast.asearch(("users",), query="friday")
        listed = await fast.alist_namespaces()
        await fast.adelete(ADA, "likes")
        return got.value, [item.key for item in found], listed, await fast.aget(ADA, "likes")

    assert asyncio.run(use()) == ({"text": "pizza on Fridays"}, ["likes"], [ADA], None)


def test_threads_that_put_at_once_lose_nothing(alma, store, events):
    with ThreadPoolExecutor(2) as threads:
        list(threads.map(lambda n: store.put(ADA, f"k{n % 3}", {"n": n}), range(6)))
    assert sorted(item.key for item in store.search(ADA)) == ["k0", "k1", "k2"]
    assert len(alma.memories()) == 3
    assert events() == 6


def test_of_a_name_that_two_machines_made_the_newest_counts_until_it_is_put_again(quick, fast):
    fast.put(ADA, "likes", {"food": "pizza"})
    (path,) = quick.store.glob("agents/*/knowledge/*.md")
    twin = path.read_text().replace("pizza", "soup").replace('id = "', 'id = "0000', 1)
    twin = twin.replace(path.stem[-10:], path.stem[-10:-4]).replace("T12:", "T13:")
    path.with_name("likes--0000" + path.stem[-10:-4] + ".md").write_text(twin)
    assert fast.get(ADA, "likes").value == {"food": "soup"}
    fast.put(ADA, "likes", {"food": "rice"})
    assert ["knowledge" in path for path in quick.memories()] == [False, True]  # one is forgotten
    assert [item.value for item in fast.search(())] == [{"food": "rice"}]
