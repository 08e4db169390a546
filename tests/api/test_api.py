"""`from alma_cli import Alma`: the commands as methods."""

import inspect
import subprocess
import sys
import traceback

import pytest
from typer.main import get_command

import alma_cli
from alma_cli import Alma, AlmaError, Conflict, NoStore, NotFound, Refused, Usage
from alma_cli.cli.app import app


@pytest.fixture
def opened(shop):
    """The example store, opened as a program does."""
    return Alma.open(shop.folder / ".alma", world=shop.world)


def test_the_calls_of_the_essay_work_word_for_word(shop):
    alma = Alma.open(world=shop.world)
    alma.add_anti_pattern(
        agent="qa_tester",
        pattern="Using sleep() for async waits",
        why_bad="Causes flaky tests, wastes time",
        better_alternative="Use explicit waits with conditions",
    )
    memories = shop.json("list", "--agent", "qa_tester", "--kind", "anti-pattern")["memories"]
    (made,) = (each for each in memories if each["why"] == "Causes flaky tests, wastes time")
    assert made["title"] == "Using sleep() for async waits"
    assert made["better"] == "Use explicit waits with conditions"


def test_before_and_after_a_task(opened):
    before = opened.recall(agent="qa_tester", query="Test the login form")
    assert "Validate forms incrementally" in before.to_prompt()
    recorded = opened.learn(
        agent="qa_tester",
        task="Test the login form",
        strategy="Fill one field, then leave it",
        outcome="success",
        used=[before.hits[0].record.id],
    )
    after = opened.recall(agent="qa_tester", query="fill one field and leave it")
    assert recorded.id in {hit.record.id for hit in after.hits}


def test_recall_gives_what_the_command_prints(shop, opened):
    recalled = opened.recall(agent="qa_tester", query="async waits")
    assert recalled.to_dict() == shop.json("recall", "async waits", "--agent", "qa_tester")
    assert recalled.to_prompt() == shop.ok("recall", "async waits")
    assert recalled.to_markdown() == shop.ok("recall", "async waits", "--format", "md")


def test_nothing_relevant_is_an_empty_prompt(opened):
    recalled = opened.recall(agent="qa_tester", query="zebra kubernetes")
    assert (recalled.to_prompt(), recalled.hits) == ("", ())


def test_without_a_query_it_is_the_brief(shop, opened):
    assert opened.recall(agent="qa_tester").to_prompt() == shop.ok("recall")


def test_recall_takes_the_filters_of_the_command(opened):
    told = opened.recall(
        agent="qa_tester",
        query="form test",
        kinds=["anti-pattern", "heuristic"],
        domains=["testing_strategies"],
        tags=["forms"],
        limit=3,
        budget=900,
        min_confidence=0.5,
        own=True,
        fresh=True,
    ).to_dict()
    assert told["hits"]
    for hit in told["hits"]:
        assert hit["kind"] in {"anti-pattern", "heuristic"}
        assert "forms" in hit["tags"]


def test_a_failure_makes_an_anti_pattern(shop, opened):
    recorded = opened.learn(
        agent="qa_tester",
        task="Test the cart",
        strategy="Click twice",
        outcome="failure",
        why_bad="The order is sent twice",
        better_alternative="Disable the button",
        error="409",
        tags=["cart"],
        domain="testing_strategies",
    )
    lesson = shop.json("show", recorded.id)
    assert (lesson["kind"], lesson["better"]) == ("anti-pattern", "Disable the button")
    told = recorded.to_dict()
    assert set(told) == {
        "schema",
        "event",
        "commit",
        "written",
        "removed",
        "lesson",
        "notes",
        "warnings",
    }
    assert told["lesson"] == {"id": recorded.id, "new": True, "similarity": None}
    assert told["commit"] == shop.git("rev-parse", "HEAD").strip()


def test_every_kind_can_be_added(shop, opened):
    more = {"agent": "qa_tester", "domain": "testing_strategies", "tags": ["a"], "body": "more"}
    made = [
        opened.add_heuristic(strategy="Do so", when="now", why="it works", **more),
        opened.add_knowledge(fact="It is so", **more),
        opened.add_preference(preference="Prefer so", **more),
        opened.add_anti_pattern(pattern="Not so", better="Else", **more),
    ]
    told = [shop.json("show", recorded.id) for recorded in made]
    assert [each["kind"] for each in told] == [
        "heuristic",
        "knowledge",
        "preference",
        "anti-pattern",
    ]
    assert all((each["text"], each["tags"]) == ("more", ["a"]) for each in told)


def test_feedback_counts(shop, opened):
    before = shop.json("show", "k3f9")["evidence"]["for"]
    opened.feedback("k3f9", helpful=True, agent="qa_tester", note="yes")
    assert shop.json("show", "k3f9")["evidence"]["for"] == before + 1


def test_the_agent_may_come_from_the_configuration(shop, opened):
    opened.learn(task="a", strategy="b", outcome="success")
    assert shop.json("log", "-n", "1")["events"][0]["agent"] == "qa_tester"


RAISED = [
    (lambda a: a.recall(agent="nobody"), Usage),
    (lambda a: a.recall(kinds=["lesson"]), Usage),
    (lambda a: a.recall(budget=3), Usage),
    (lambda a: a.learn(task="a", strategy="b", outcome="won"), Usage),
    (lambda a: a.learn(task="", strategy="", outcome="success"), Usage),
    (lambda a: a.learn(task="a", strategy="b", outcome="success", lesson="zzzz"), NotFound),
    (lambda a: a.add_knowledge(agent="qa_tester", fact="x", domain="backend_logic"), Refused),
    (lambda a: a.add_knowledge(agent="qa_tester", fact=""), Usage),
    (lambda a: a.feedback("zzzz", helpful=True), NotFound),
]


def test_what_a_command_exits_with_is_raised(opened):
    for call, error in RAISED:
        with pytest.raises(error):
            call(opened)


def test_where_there_is_no_store_opening_says_so(bare):
    with pytest.raises(NoStore):
        Alma.open(world=bare.world)
    with pytest.raises(NoStore):
        Alma.open(bare.folder, world=bare.world)


def test_a_folder_that_holds_a_store_can_be_opened_by_its_path(shop):
    assert Alma.open(str(shop.folder), world=shop.world).recall(query="async waits").hits


def test_an_open_store_follows_edits_of_its_configuration(shop, opened):
    with pytest.raises(Usage):
        opened.recall(agent="writer")
    shop.ok("agent", "add", "writer")
    assert opened.recall(agent="writer").to_dict()["agent"] == "writer"


def test_a_traceback_of_an_error_tells_its_hints(opened):
    with pytest.raises(AlmaError) as caught:
        opened.recall(agent="qa_testr")
    told = "".join(traceback.format_exception(caught.value))
    assert "is not in the configuration\nhint: did you mean `qa_tester`?\n" in told


def test_the_errors_are_of_one_kind_with_message_and_hints(opened):
    for kind in (Conflict, NoStore, NotFound, Refused, Usage):
        assert issubclass(kind, AlmaError)
    with pytest.raises(Usage) as caught:
        opened.recall(agent="qa_testr")
    assert caught.value.message == "agent `qa_testr` is not in the configuration"
    assert caught.value.hints[0] == "did you mean `qa_tester`?"
    assert (caught.value.code, caught.value.status) == ("usage", 2)


def flags(name):
    """Returns the options of a command with underscores, without what only a shell needs."""
    command = get_command(app).get_command(None, name)
    names = {
        option.lstrip("-").replace("-", "_")
        for parameter in command.params
        for option in parameter.opts
        if option.startswith("--")
    }
    return names - {"json", "dry_run", "no_commit", "help", "format", "explain", "from"}


PLURAL = {
    "tag": "tags",
    "kind": "kinds",
    "domain": "domains",
    "path": "paths",
    "artifact": "artifacts",
}


def test_the_arguments_of_learn_are_its_flags():
    expected = flags("learn") - {"success", "failure", "tag"} | {"outcome", "tags"}
    taken = set(inspect.signature(Alma.learn).parameters) - {"self", "better_alternative"}
    assert taken == expected


def test_the_arguments_of_recall_are_its_flags():
    expected = {PLURAL.get(name, name) for name in flags("recall")} | {"query"}
    assert set(inspect.signature(Alma.recall).parameters) - {"self"} == expected


def test_the_arguments_of_checkpoint_and_resume_are_their_flags():
    for name, call in (("checkpoint", Alma.checkpoint), ("resume", Alma.resume)):
        expected = {PLURAL.get(flag, flag) for flag in flags(name)} | {"workflow_id"}
        assert set(inspect.signature(call).parameters) - {"self"} == expected


def test_the_names_of_the_package_are_what_they_say():
    assert set(alma_cli.__all__) == {
        *("Alma", "AlmaError", "Conflict", "Forked", "NoStore", "NotFound", "Refused", "Usage")
    }
    for name in alma_cli.__all__:
        assert getattr(alma_cli, name).__name__ == name
    with pytest.raises(AttributeError, match="`alma_cli` has no attribute `nonsense`"):
        _ = alma_cli.nonsense


def test_the_package_itself_loads_nothing():
    code = (
        "import sys, alma_cli; "
        "print(*(name for name in sys.modules if name.startswith('alma_cli.')))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == ""
