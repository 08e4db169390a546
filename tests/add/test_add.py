"""`alma add`: a memory that somebody writes down."""

import pytest
from support.tree import bytes_below

PERSON, LEARNED = 2 / 2.5, 1 / 2


@pytest.fixture
def qa(alma):
    """A store with the agent `qa`, without commits, which is quicker."""
    config = 'default_agent = "qa"\n[agents.qa]\n[git]\ncommit = false\n'
    alma.files({".alma/config.toml": config})
    return alma


def added(alma, *words, **more):
    """Adds a memory and returns its document."""
    told = alma.json("add", *words, **more)
    assert len(told["written"]) == 1
    return alma.json("show", told["written"][0]["id"])


def test_an_anti_pattern_has_why_and_what_instead(qa):
    said = qa.ok(
        *("add", "anti-pattern", "Using sleep() for async waits"),
        *("--why-bad", "Causes flaky tests, wastes time"),
        *("--better", "Use explicit waits with conditions", "--domain", "testing"),
    )
    assert said.startswith("added anti-pattern ")
    assert said.endswith(' "Using sleep() for async waits"\n')
    assert qa.text("anti-patterns").endswith(
        "+++\n# Using sleep() for async waits\n\n"
        "## Why it is bad\nCauses flaky tests, wastes time\n\n"
        "## Do instead\nUse explicit waits with conditions\n"
    )
    assert 'domain = "testing"\n' in qa.text("anti-patterns")


def test_a_heuristic_has_when_and_why(qa):
    memory = added(
        qa,
        *("heuristic", "Fill one field at a time", "--when", "A form has many fields"),
        *("--why", "A failure names the field", "--body", "Then submit", "--tag", "Forms,ui"),
    )
    assert memory["when"] == "A form has many fields"
    assert memory["why"] == "A failure names the field"
    assert memory["text"] == "Then submit"
    assert memory["tags"] == ["forms", "ui"]


@pytest.mark.parametrize("kind", ["knowledge", "preference"])
def test_knowledge_and_preferences_have_a_text(qa, kind):
    memory = added(qa, kind, "Two cores in CI", "--body", "And 7 GB of memory.")
    assert (memory["kind"], memory["text"]) == (kind, "And 7 GB of memory.")
    assert memory["status"] is None


def test_title_and_body_can_come_from_standard_input(qa):
    assert added_from(qa, "--body", "-")["text"] == "line 1\n\nline 2"
    memory = qa.json("show", qa_add(qa, "add", "knowledge", "-", stdin="Title\nand a text\n"))
    assert (memory["title"], memory["text"]) == ("Title", "and a text")


def qa_add(alma, *words, stdin):
    return alma(*words, "--json", stdin=stdin).json["written"][0]["id"]


def added_from(alma, *flags):
    id_ = qa_add(alma, "add", "knowledge", "A title", *flags, stdin="line 1\r\n\r\nline 2\r\n")
    return alma.json("show", id_)


def test_a_memory_of_the_team_is_read_by_every_agent(alma):
    alma.ok("init", "--agent", "one", "--agent", "two")
    memory = added(alma, "knowledge", "CI runs on two cores", "--team")
    assert memory["agent"] == "team"
    for agent in ("one", "two"):
        (hit,) = alma.json("recall", "cores", "--agent", agent)["hits"]
        assert (hit["id"], hit["inherited"]) == (memory["id"], "team")


def test_without_any_agent_it_is_a_usage_error(alma):
    alma.ok("init")
    assert alma("add", "knowledge", "x").status == 2
    assert alma("add", "knowledge", "x", "--team").status == 0


def test_the_owner_is_said_once(qa):
    for flags in (["--team", "--user"], ["--team", "--agent", "qa"], ["--user", "--agent", "qa"]):
        assert qa("add", "knowledge", "x", *flags).status == 2
    assert qa.memories() == []
    assert not (qa.home / "alma").exists()


@pytest.mark.parametrize(
    "flags",
    [
        ["heuristic", "x", "--why-bad", "y"],
        ["anti-pattern", "x", "--why", "y"],
        ["knowledge", "x", "--better", "y"],
        ["knowledge", "x", "--why", "y"],
        ["preference", "x", "--when", "y"],
        ["outcome", "x"],
        ["knowledge", ""],
        ["knowledge", " \n "],
        ["knowledge", "x", "--domain", "a b"],
        ["knowledge", "x", "--domain", "a//b"],
        ["knowledge", "x", "--domain", "../a"],
        ["knowledge", "x", "--agent", "nobody"],
        ["knowledge", "x", "--agent", "../qa"],
        ["knowledge", "x", "--agent", "team"],
        ["knowledge", "a\0b"],
        ["knowledge", "x", "--body", "x" * 40_000],
        ["knowledge", "x", "--tag", "two words"],
    ],
    ids=lambda flags: " ".join(flags)[:40],
)
def test_what_does_not_fit_is_a_usage_error_and_writes_nothing(qa, flags):
    before = bytes_below(qa.folder)
    ran = qa("add", *flags)
    assert (ran.status, ran.out) == (2, "")
    assert bytes_below(qa.folder) == before


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("../../etc/passwd", "etc-passwd"),
        ("表を見る", "memory"),
        ("con", "memory"),
        ("Größe prüfen", "groe-prufen"),
        ("a" * 300, "a" * 50),
        ('He said "no"', "he-said-no"),
        ("# Not a heading", "not-a-heading"),
        ("+++", "memory"),
    ],
)
def test_any_title_makes_a_safe_file_name_and_comes_back(qa, title, slug):
    memory = added(qa, "knowledge", title)
    assert memory["path"] == f"agents/qa/knowledge/{slug}--{memory['id']}.md"
    assert (memory["title"] + memory["text"]) == title


def test_by_a_person_it_is_a_persons(qa):
    memory = added(qa, "heuristic", "Warm the cache")
    assert (memory["origin"], memory["status"]) == ("person", "established")
    assert memory["confidence"] == pytest.approx(PERSON, abs=1e-4)


def test_an_agent_does_not_award_itself_trust(qa):
    qa.environ["ALMA_AGENT"] = "qa"
    memory = added(qa, "heuristic", "Warm the cache")
    assert (memory["origin"], memory["status"]) == ("learned", "tentative")
    assert memory["confidence"] == pytest.approx(LEARNED, abs=1e-4)


def test_a_person_at_a_terminal_stays_one_whatever_the_variable_says(qa):
    qa.environ["ALMA_AGENT"] = "qa"
    qa.ok("add", "heuristic", "Warm the cache", terminal=True)
    assert qa.json("list")["memories"][0]["origin"] == "person"


def test_what_says_the_same_already_is_told_and_written_all_the_same(qa):
    first = added(qa, "heuristic", "Warm the cache first")
    ran = qa("add", "heuristic", "warm the cache first")
    assert ran.status == 0
    assert f'{first["id"][:4]} "Warm the cache first" says the same already' in ran.err
    assert len(qa.memories()) == 2


def test_advice_that_repeats_an_anti_pattern_is_warned_of(shop):
    ran = shop(
        "add", "heuristic", "Using sleep() for async waits", "--domain", "testing_strategies"
    )
    assert ran.status == 0
    assert "8ab2 is an anti-pattern on the same" in ran.err


def test_the_code_it_is_about_is_kept(qa):
    memory = added(qa, "knowledge", "Slow", "--path", "src/**/*.ts", "--path", "tests/a,b.ts")
    assert memory["paths"] == ["src/**/*.ts", "tests/a,b.ts"]


def test_it_is_one_commit_with_a_sentence(alma):
    alma.ok("init", "--agent", "qa")
    alma.ok("add", "preference", "Prefer verbose output")
    assert alma.git("log", "-1", "--format=%s") == 'qa: add preference "Prefer verbose output"\n'
    assert alma.git("status", "--short") == ""


def test_every_text_survives_as_it_was_written(qa):
    body = "## Why it is bad\nnot a section\n\n+++\nid = 'x'\n+++\n\n    code\n\ttab\n\\## When"
    memory = added(qa, "anti-pattern", "A title", "--body", body, "--why-bad", "## When")
    assert memory["text"] == body
    assert (memory["why"], memory["when"]) == ("## When", "")
