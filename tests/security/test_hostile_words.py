"""What people and agents say is never a path, an option, a revision or a program."""

import json
import sys

import pytest
from support.tree import bytes_below

from alma_cli import api
from alma_cli.errors import AlmaError
from alma_cli.here import stand
from alma_cli.mcp import calls
from alma_cli.mcp.tools import BY_NAME

NASTY = [
    *("../x", "..", ".", "/etc/passwd", "a/../../x", "~", "-rf", "--output=mark", "a b", "A\n"),
    *("a\n", "a\0", "\u0430gent", "\uff41gent", "\u212aelvin", "a\u200b", "\u202eagent", "a\\b"),
    *(
        "con",
        "nul",
        "com1",
        "lpt9.txt",
        ".git",
        ".alma",
        "a.",
        "a ",
        "_a",
        "a-",
        "x" * 65,
        "%2e%2e",
    ),
    *("$(touch mark)", "`touch mark`", "a;touch mark", "*", "?", "[a]", "a:b", "team/../qa"),
]
EVIL = [
    *("--output=mark", "-O", "--upload-pack=touch mark", "--exec=touch mark", "-c core.pager=x"),
    *("@{-1}", ":/x", "HEAD:..", "ext::sh -c touch% mark", "$(touch mark)", "^HEAD", "a..b"),
]
STARTED = []


def watch(event, arguments):
    if event == "subprocess.Popen":
        STARTED.append([str(word) for word in arguments[1]])


sys.addaudithook(watch)


@pytest.fixture
def qa(alma):
    alma.ok("init", "--agent", "qa")
    alma.ok("add", "knowledge", "CI has two cores")
    return alma


def outside(alma):
    """Returns all that lies beside the store, in the folder and around it."""
    files = bytes_below(alma.folder.parent)
    return {path: files[path] for path in files if "/.alma/" not in path and "/.git/" not in path}


@pytest.mark.parametrize("name", NASTY, ids=ascii)
def test_a_name_that_is_no_name_is_refused_everywhere_and_makes_no_file(qa, name):
    before, store = outside(qa), bytes_below(qa.store)
    row = {"kind": "knowledge", "title": "x", "agent": name}
    refused = [
        ("agent", "add", "--", name),
        ("domain", "add", "--", name),
        ("add", "knowledge", "x", f"--agent={name}"),
        ("learn", "--success", "--task=x", "--strategy=y", f"--agent={name}"),
        ("recall", "x", f"--agent={name}"),
        ("forget", "--", name),
        ("show", "--", name),
        ("restore", "--", name),
        ("edit", "--set", "why=x", "--", name),
        ("why", "--", name),
        ("feedback", "--helpful", "--", name),
        ("supersede", "--", name, "x"),
        ("checkpoint", "--state=1", "--", name),
        ("resume", "--", name),
        ("workflow", "finish", "--", name),
        ("probe", "add", "x", f"--must={name}"),
    ]
    for command in refused:
        ran = qa(*command)
        assert ran.status in {1, 2}, (command, ran)
        assert ran.err.startswith("error: ")
    for tool, given in (
        ("recall", {"agent": name}),
        ("learn", {"agent": name, "outcome": "success", "task": "x", "strategy": "y"}),
        ("remember", {"agent": name, "kind": "knowledge", "title": "x"}),
        ("forget", {"id": name}),
        ("feedback", {"id": name, "helpful": True}),
        ("checkpoint", {"workflow": name, "state": {}}),
        ("resume", {"workflow": name}),
    ):
        with pytest.raises(AlmaError):
            calls.call(api.Alma(stand(qa.world)), BY_NAME[tool], given)
    qa("import", "-", "--apply", stdin=json.dumps(row))
    qa("import", "-", "--apply", stdin=json.dumps({**row, "agent": "qa", "id": name}))
    assert outside(qa) == before
    grown = set(bytes_below(qa.store)) - set(store)
    assert all(path.startswith("agents/qa/knowledge/x--") for path in grown), grown


@pytest.mark.parametrize("evil", EVIL)
def test_no_words_of_anybody_are_arguments_of_git_but_after_the_end_of_options(qa, evil):
    lesson = qa.json("learn", "--failure", "--task", "a", "--strategy", "sleep(5)")["lesson"]["id"]
    qa.git("init", "--quiet", "--bare", "--initial-branch=main", "../hub.git")
    qa.git("remote", "add", "origin", "../hub.git")
    qa.git("push", "--quiet", "origin", "main")
    before = outside(qa)
    STARTED.clear()
    text = f"{evil} and more"
    row = {"kind": "knowledge", "title": text, "body": evil, "ref": evil, "task": evil}
    for command in (
        ("learn", "--failure", f"--task={evil}", f"--strategy={text}", f"--error={evil}"),
        ("learn", "--success", f"--task={evil}", f"--strategy={text}", f"--why-bad={evil}"),
        ("add", "heuristic", f"--why={evil}", f"--when={evil}", f"--body={evil}", "--", text),
        ("edit", lesson, "--set", f"why={evil}"),
        ("feedback", lesson, "--harmful", f"--note={evil}"),
        ("supersede", lesson, "--", text),
        ("forget", lesson, f"--reason={evil}"),
        ("restore", lesson, f"--at={evil}"),
        ("restore", lesson),
        ("recall", f"--at={evil}", "x"),
        ("undo", "--", evil),
        ("rollback", f"--to={evil}"),
        ("log", f"--since={evil}"),
        ("diff", "--", evil),
        ("checkpoint", "deploy", "--state=[]", f"--step={evil}", f"--note={text}"),
        ("probe", "add", "--", evil),
        ("review", "--", evil),
        ("check", f"--base={evil}"),
        ("propose", f"--branch={evil}"),
        ("propose", f"--remote={evil}"),
        ("sync", f"--remote={evil}"),
    ):
        ran = qa(*command)
        assert ran.status in {0, 1, 2, 3, 4}, (command, ran)
    qa("import", "-", "--apply", stdin=json.dumps(row))
    assert STARTED
    for line in STARTED:
        ends = [line.index(end) for end in ("--end-of-options", "--") if end in line]
        options = line[: min(ends, default=len(line))]
        assert not [word for word in options if evil in word], line
    assert outside(qa) == before
