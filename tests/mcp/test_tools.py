"""The tools take what the commands take, and answer what they print."""

import inspect
import shutil

import pytest
from typer.main import get_command

from alma_cli import Usage
from alma_cli.api import Alma
from alma_cli.cli.app import app
from alma_cli.here import stand
from alma_cli.mcp import calls
from alma_cli.mcp.arguments import MOST_INPUT, checked
from alma_cli.mcp.tools import BY_NAME, TOOLS

TASK = {"task": "Test the map", "strategy": "Click before the tiles are there"}
SAID = ("--task", TASK["task"], "--strategy", TASK["strategy"])
STATE = '{"tables": [1, "two", null], "rate": 0.25}'

ALIKE = {
    "recall": ({"query": "Test the login form", "limit": 3}, ["Test the login form", "-k", "3"]),
    "learn": (
        {"outcome": "failure", **TASK, "better": "Wait for them", "used": ["8ab2"]},
        ["--failure", *SAID, "--better", "Wait for them", "--used", "8ab2"],
    ),
    "feedback": ({"id": "8ab2", "helpful": True}, ["8ab2", "--helpful"]),
    "forget": ({"id": "8ab2", "reason": "old"}, ["8ab2", "--reason", "old"]),
    "checkpoint": (
        {"workflow": "move", "state": {"tables": [1, "two", None], "rate": 0.25}, "step": "dump"},
        ["move", "--state", STATE, "--step", "dump"],
    ),
    "resume": ({"workflow": "deploy-v2"}, ["deploy-v2"]),
}


def called(alma, name, **given):
    """Calls a tool in the store of `alma`, at its time."""
    alma._date()
    return calls.call(Alma(stand(alma.world)), BY_NAME[name], given)


@pytest.fixture
def other(shop, tmp_path):
    """The same store once more, at the same time, with the same ids to come."""
    folder = tmp_path / "other"
    shutil.copytree(shop.folder, folder)
    return type(shop)(folder, shop.home, shop.environ, shop.time)


@pytest.mark.parametrize("name", ALIKE)
def test_a_tool_answers_the_document_that_the_command_prints(shop, other, name):
    given, words = ALIKE[name]
    printed = other.json(name, *words)
    assert called(shop, name, **given).document == printed


def test_guard_answers_the_document_that_the_command_prints(shop):
    text = "await page.goto('/');\nawait sleep(5000);\n"
    printed = shop("guard", "--path", "tests/login.spec.ts", "--json", stdin=text).json
    answer = called(shop, "guard", text=text, path="tests/login.spec.ts")
    assert answer.document == printed
    assert not answer.document["ok"]
    assert "instead: Use explicit waits with conditions." in answer.text


def test_remember_answers_the_document_that_add_prints_but_vouches_for_nothing(shop, other):
    printed = other.json("add", "heuristic", "Wait for the tiles", "--why", "They come late")
    given = {"kind": "heuristic", "title": "Wait for the tiles", "why": "They come late"}
    answer = called(shop, "remember", **given)
    assert {**answer.document, "commit": None} == {**printed, "commit": None}
    id_ = answer.document["written"][0]["id"]
    assert shop.json("show", id_)["origin"] == "learned"
    assert other.json("show", id_)["origin"] == "person"


def test_an_error_is_the_document_that_the_command_prints(shop):
    with pytest.raises(Usage) as raised:
        called(shop, "recall", query="forms", agent="nobody")
    printed = shop("recall", "forms", "--agent", "nobody", "--json").json
    assert calls.refused(raised.value).document == printed


def test_the_text_for_the_model_is_the_prompt_and_what_it_leaves_out(shop):
    ran = shop("recall", "Test the login form")
    assert called(shop, "recall", query="Test the login form").text == ran.out + ran.err.rstrip()
    assert called(shop, "recall", query="zebra kubernetes").text == "nothing relevant for qa_tester"


def flags(name):
    command = get_command(app).get_command(None, name)
    return {param.name.rstrip("_") for param in command.params} - {
        *("help", "json", "dry_run", "no_commit", "format", "explain", "from"),
        *("force", "allow_secret", "team", "user"),  # a person's to give
    }


NAMED = {
    "recall": {"kind": "kinds", "domain": "domains", "tag": "tags", "path": "paths"},
    "learn": {"success": "outcome", "failure": "outcome", "tag": "tags"},
    "remember": {"tag": "tags", "path": "paths"},
    "feedback": {"harmful": "helpful"},
    "guard": {"files": "text"},
    "checkpoint": {"artifact": "artifacts"},
}
LEFT_OUT = {"recall": {"fresh", "at", "mark_unreviewed"}}
COMMANDS = {"remember": "add"}


@pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.name)
def test_the_arguments_of_a_tool_are_the_flags_of_its_command(tool):
    names = NAMED.get(tool.name, {})
    taken = flags(COMMANDS.get(tool.name, tool.name)) - LEFT_OUT.get(tool.name, set())
    more = {"agent"} if tool.name == "feedback" else set()
    assert set(tool.arguments) == {names.get(flag, flag) for flag in taken} | more


@pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.name)
def test_every_argument_of_a_tool_is_one_of_the_api(tool):
    parameters = inspect.signature(getattr(Alma, tool.name)).parameters
    named = set(tool.arguments) - set(calls.FIRST.get(tool.name, ()))
    assert named <= set(parameters) | {"domain", "tags", "paths", "body"}


@pytest.mark.parametrize(
    ("name", "given", "said"),
    [
        ("recall", {"limt": 3}, "`recall` takes no `limt`"),
        ("recall", {"query": 5}, "`query` is not a text"),
        ("recall", {"limit": "3"}, "`limit` is not a whole number"),
        ("recall", {"limit": True}, "`limit` is not a whole number"),
        ("recall", {"limit": 0}, "`limit` is not within 1 and 1000000"),
        ("recall", {"limit": 10**40}, "`limit` is not within 1 and 1000000"),
        ("recall", {"min_confidence": float("nan")}, "`min_confidence` is not within 0 and 1"),
        ("recall", {"tags": "ui"}, "`tags` is not a list of texts"),
        ("recall", {"tags": ["ui", 3]}, "`tags` is not a list of texts"),
        ("recall", {"tags": [["ui"]]}, "`tags` is not a list of texts"),
        ("recall", {"kinds": ["opinion"]}, "`opinion` is no `kinds`"),
        ("learn", {"outcome": "success"}, "missing `task` and `strategy`"),
        ("learn", {"outcome": "maybe", **TASK}, "`maybe` is no `outcome`"),
        ("learn", {"outcome": "success", **TASK, "force": True}, "`learn` takes no `force`"),
        ("feedback", {"id": "8ab2", "helpful": "yes"}, "`helpful` is not true or false"),
        ("feedback", {"id": "8ab2"}, "missing `helpful`"),
        ("forget", {"id": ""}, "missing `id`"),
        ("guard", {"text": "x" * (MOST_INPUT + 1)}, "`text` is longer than 16 MiB"),
        ("checkpoint", {"workflow": "w", "handoff": []}, "`handoff` is not an object"),
    ],
)
def test_what_a_tool_does_not_take_is_named(name, given, said):
    with pytest.raises(Usage) as raised:
        checked(BY_NAME[name], given)
    assert raised.value.message == said


def test_what_is_null_or_an_empty_text_was_left_out():
    given = {"query": "forms", "agent": "", "tags": None}
    assert checked(BY_NAME["recall"], given) == {"query": "forms"}


def test_what_reads_says_so_and_only_forget_takes_something_away():
    reads = {tool.name for tool in TOOLS if tool.hints.get("readOnlyHint")}
    destroys = {
        tool.name
        for tool in TOOLS
        if tool.name not in reads and tool.hints.get("destructiveHint", True)
    }
    assert reads == {"recall", "guard", "resume"}
    assert destroys == {"forget"}
