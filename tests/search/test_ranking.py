"""What is found comes best first, for reasons that can be read."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alma_cli.search import rank
from alma_cli.search.question import CODE_WEIGHT, MOST_TERMS, MOST_UNKNOWN, Corpus, Near, pose, read

TITLES = {
    "aaaa": "Validate forms incrementally",
    "bbbb": "Using sleep() for async waits",
    "cccc": "Prefer getByRole to CSS selectors",
    "dddd": "Retry network calls with backoff",
    "eeee": "The login page needs a session cookie",
}


@pytest.fixture
def filled(store):
    for id_, title in TITLES.items():
        store.memory(id_, title)
    return store


def score(question, *fields, frequencies=None, nears=None):
    asked, pairs = read(question)
    seen = frequencies or {one.stem: 1 for one in asked}
    corpus = Corpus(100, (4.0, 40.0, 10.0, 5.0, 1.0, 5.0), seen)
    ranker = rank.Ranker(pose(asked, pairs, nears or {}, corpus))
    return ranker.score((*fields, *("",) * (6 - len(fields))))


def mass(word):
    """Returns what a word of a question says that one of a hundred memories holds."""
    asked, pairs = read(word)
    return pose(asked, pairs, {}, Corpus(100, (), {asked[0].stem: 1})).terms[0].mass


@pytest.mark.parametrize(
    ("question", "best"),
    [
        ("how do I validate a form", "aaaa"),
        ("froms", "aaaa"),
        ("valdate froms incremntally", "aaaa"),
        ("sleep(5000) before clicking", "bbbb"),
        ("get by role", "cccc"),
        ("getByRoel", "cccc"),
        ("css selector", "cccc"),
        ("the netwrok is flaky", "dddd"),
        ("loign", "eeee"),
    ],
)
def test_a_question_finds_its_memory_first(filled, question, best):
    assert filled.titles(question)[0] == TITLES[best]


NAMES = (
    "Prefer getByRole to CSS selectors",
    "Set max-old-space-size for the build",
    "Split tests/e2e/login.spec.ts by page",
    "Call use_effect_once outside of render",
    "Clone the sender on E0502",
    "Use the value before the borrow on E0503",
    "Narrow the action type on TS2345",
    "Start the mock server on ECONNREFUSED",
    "Formulare schrittweise prüfen, nicht erst beim Absenden",
    "Ne pas partager une session entre threads",
    "Cerrar la conexión de la base de datos",
    "Проверять формы пошагово",
    "フォームは段階的に検証する",
    "为每个工作进程打开新的连接池",
)


@pytest.mark.parametrize(
    ("question", "best"),
    [
        *((name, 0) for name in ("getByRole", "get_by_role", "get-by-role", "getbyrole")),
        *((name, 1) for name in ("maxOldSpaceSize", "--max-old-space-size=4096")),
        *((name, 2) for name in ("login.spec.ts", "tests/e2e/login.spec.ts:41", r"e2e\login.spec")),
        *((name, 3) for name in ("useEffectOnce", "useEfectOnce", "use-effect-onec")),
        *((name, 4) for name in ("E0502", "error[E0502]: cannot", "e0502")),
        ("E0503", 5),
        *((name, 6) for name in ("TS2345", "ts2345:")),
        *((name, 7) for name in ("ECONNREFUSED", "connect ECONNREFUSED 127.0.0.1:4010")),
        *((name, 8) for name in ("Formular", "prufen", "schrittweises Prüfen der Formulare")),
        *((name, 9) for name in ("sessions partagées", "thread")),
        *((name, 10) for name in ("conexiones", "conexion a bases de datos")),
        *((name, 11) for name in ("форма", "проверка форм")),
        *((name, 12) for name in ("検証", "フォームを検証")),
        *((name, 13) for name in ("连接池", "打开连接")),
    ],
)
def test_names_codes_and_other_languages_find_their_memory(store, question, best):
    for number, title in enumerate(NAMES):
        store.memory(f"{number:04}", title)
    with store.index() as index:
        found = index.search(question, index.buckets())[0]
    assert found.row.title == NAMES[best]
    assert found.score.nearness >= rank.FLOOR


def test_a_code_that_no_memory_holds_is_not_taken_for_another(store):
    store.memory("aaaa", "Clone the sender on E0502")
    assert store.titles("E0505") == []


@pytest.mark.parametrize(
    "name", ["ElasticSearch", "elastic-search", "elastic_search", "elasticsearch"]
)
def test_a_name_that_memories_hold_as_one_word_says_what_its_parts_say(filled, name):
    filled.memory("ffff", "Rebuild elasticsearch by an alias")
    with filled.index() as index:
        (found,) = index.search(name, index.buckets())
    assert found.score.coverage == 1.0


def test_parts_of_a_name_that_memories_hold_are_no_slips(store):
    store.memory("aaaa", "Rebuild elasticsearch by an alias")
    store.memory("bbbb", "Recycle plastic")
    assert store.titles("ElasticSearch") == ["Rebuild elasticsearch by an alias"]


@pytest.mark.parametrize("code", ["E0502", "TS2345", "SC2086", "ECONNREFUSED", "enoent"])
def test_the_code_of_an_error_counts_as_a_name_of_three_parts(code):
    assert mass(code) == pytest.approx(CODE_WEIGHT * mass("form"))


@pytest.mark.parametrize("word", ["utf8", "python311", "404", "error", "explain", "a1b2c3d4"])
def test_what_looks_like_a_code_and_is_none_counts_as_any_word(word):
    assert mass(word) == pytest.approx(mass("form"))


def test_opaque_titles_change_no_order(store, tmp_path):
    texts = [f"The {word} keeps state" for word in ("login form", "login page", "form of a page")]
    answers = []
    for names in ("d{}", "memory {}", "{}"):
        other = type(store)(tmp_path / str(len(answers)))
        for number, text in enumerate(texts, 1):
            other.memory(f"{number:04}", names.format(number * 123), text=text)
        with other.index() as index:
            found = index.search("a form to login", index.buckets())
        answers.append([one.row.id for one in found])
        assert {one.score.title for one in found} == {0.0}
    assert answers[0] == answers[1] == answers[2]


@pytest.mark.parametrize("question", ["froms", "form", "forms"])
def test_froms_finds_forms_though_its_stem_is_a_stop_word(store, question):
    store.memory("aaaa", "Read the form")
    store.memory("bbbb", "Letters from home")
    assert store.titles(question) == ["Read the form"]


@pytest.mark.parametrize("question", ["", "  ", "!?", "🎉", '"', "NOT AND OR", "*", "NEAR(a b)"])
def test_what_holds_no_words_to_look_for_finds_nothing_and_breaks_nothing(store, question):
    store.memory("aaaa", "Validate forms")
    assert store.titles(question) == []


@pytest.mark.parametrize(
    "question",
    [
        "quantum chromodynamics on a lattice",
        "what is the best recipe for pasta with mushrooms",
        "how should we do it with the thing from before",
        "the",
    ],
)
def test_what_is_about_something_else_stays_below_the_floor(filled, question):
    with filled.index() as index:
        found = index.search(question, index.buckets())
        assert [one.row.title for one in found if one.score.nearness >= rank.FLOOR] == []


@pytest.mark.parametrize("question", ["validate the form", "froms", "network retries", "getByRole"])
def test_what_is_about_the_question_is_above_the_floor(filled, question):
    with filled.index() as index:
        assert index.search(question, index.buckets())[0].score.nearness >= rank.STRONG


def test_the_right_line_of_a_stack_trace_counts_wherever_it_stands(filled):
    noise = "\n".join(f"  at frame{n} (node_modules/lib{n}/index{n}.js:{n})" for n in range(300))
    for trace in (f"Error: sleep async waits\n{noise}", f"{noise}\nError: sleep async waits"):
        with filled.index() as index:
            found = index.search(trace, index.buckets())[0]
        assert found.row.title == TITLES["bbbb"]
        assert found.score.nearness >= rank.FLOOR


def test_a_long_question_keeps_the_words_that_say_most():
    rare = [f"rare{n}x" for n in range(100)]
    asked, pairs = read(" ".join(["common", *rare, "forms", *(f"unknown{n}x" for n in range(99))]))
    seen = {"common": 900, "form": 2, **dict.fromkeys(rare, 3)}
    question = pose(asked, pairs, {}, Corpus(1000, (4.0,) * 6, seen))
    assert len(question.terms) == MOST_TERMS + MOST_UNKNOWN
    assert "forms" in {term.word for term in question.terms}
    assert "common" not in {term.word for term in question.terms}


def test_the_order_of_arrival_does_not_matter(store, tmp_path):
    titles = [f"Form number {n} of {n % 3} pages" for n in range(30)]
    answers = set()
    for turn in range(3):
        other = type(store)(tmp_path / f"store{turn}")
        some = list(enumerate(titles))
        random.Random(turn).shuffle(some)
        for n, title in some:
            other.memory(f"{n:04}", title)
            if turn:
                other.index().close()
        answers.add(tuple(other.titles("pages of forms 2")))
    assert len(answers) == 1


def test_a_word_that_was_removed_is_no_longer_what_was_meant(store):
    store.memory("aaaa", "Read the form")
    gone = store.memory("bbbb", "Many forms here")
    store.index().close()
    gone.unlink()
    with store.index() as index:
        grown = index.search("froms", index.buckets())
    with store.rebuilt() as index:
        assert [one.score for one in index.search("froms", index.buckets())] == [
            one.score for one in grown
        ]


def test_an_unrelated_memory_does_not_change_the_order_of_the_others(filled):
    question = "validate the login forms of the network page with a cookie"
    before = filled.titles(question)
    filled.memory("zzzz", "Espresso machines want descaling")
    assert filled.titles(question) == before
    assert len(before) > 2


def test_a_long_unrelated_memory_does_not_change_how_others_compare(store):
    """Of a store of two the averages would be all its own, and two memories swap places."""

    def compared():
        with store.index() as index:
            short, long = (one.score for one in index.search("login form", index.buckets()))
        return short.relevance / long.relevance

    store.memory("aaaa", "Reset", text="login form")
    store.memory("bbbb", "Reset", text="login form timeout browser field page")
    before = compared()
    store.memory("zzzz", "Espresso", text="descale the kettle " * 20)
    assert compared() == pytest.approx(before, rel=0.05)


def test_a_word_that_was_taken_for_another_is_named(filled):
    with filled.index() as index:
        found = index.search("validate froms", index.buckets())[0]
    assert found.score.replaced == (("froms", "forms"),)
    assert found.score.matched == (("title", ("validate", "forms")),)


def test_a_title_weighs_more_than_the_body():
    assert score("form", "form ").relevance > score("form", "", "form ").relevance


def test_neighbours_of_the_question_count_where_they_are_neighbours():
    together = score("login form", "", "a login form b ")
    apart = score("login form", "", "a login b form ")
    assert together.relevance > apart.relevance
    assert together.coverage == apart.coverage


def test_neighbours_in_an_identifier_are_neighbours():
    assert score("get by role", "get by role getbyrol ").relevance > 0.5


def test_the_best_alternative_counts_and_not_their_sum():
    nears = {"froms": (Near("form", 0.9, "forms"), Near("frog", 0.88, "frogs"))}
    seen = {"form": 1, "frog": 1}
    both = score("froms", "form frog ", frequencies=seen, nears=nears)
    one = score("froms", "form from ", frequencies=seen, nears=nears)
    assert both.lexical == pytest.approx(one.lexical)


def test_a_title_that_shares_no_word_with_the_question_gets_no_bonus():
    assert score("login form", "x7 ", "login form ").title == 0.0
    assert score("login form", "login form ").title == rank.TITLE_BONUS


def test_stop_words_count_but_do_not_cover():
    with_stop = score("what is the form", "form ")
    assert with_stop.coverage == 1.0
    assert score("what is the form", "what is the ").coverage == 0.0


@given(
    st.text(alphabet="abc de", max_size=40),
    st.text(alphabet="abc de", max_size=40),
    st.text(alphabet="abc de", max_size=40),
)
def test_relevance_and_coverage_are_between_0_and_1(question, title, body):
    found = score(question, title, body)
    assert 0.0 <= found.relevance <= 1.0
    assert 0.0 <= found.coverage <= 1.0 + 1e-9
    assert 0.0 <= found.title <= rank.TITLE_BONUS
