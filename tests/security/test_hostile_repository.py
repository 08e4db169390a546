"""A clone whose hooks, configuration and attributes name programs: no command runs one of them."""

import pytest
from support.hooks import Client
from support.repo import HOOKS, SETTINGS
from support.wire import Wire

from alma_cli.cli import lazy

COMMANDS = [
    ("recall", "cores"),
    ("recall", "cores", "--at", "HEAD"),
    ("recall", "cores", "--reviewed"),
    ("recall", "cores", "--mark-unreviewed"),
    ("learn", "--failure", "--task", "Log in", "--strategy", "sleep(5)"),
    ("learn", "--success", "--task", "Log in", "--strategy", "wait for it"),
    ("add", "knowledge", "CI has no disk"),
    ("list",),
    ("show", "{id}"),
    ("edit", "{id}", "--set", "tags=ci"),
    ("feedback", "{id}", "--helpful"),
    ("supersede", "{id}", "CI has four cores"),
    ("forget", "{id}"),
    ("restore", "{id}"),
    ("log",),
    ("log", "{id}"),
    ("diff", "HEAD~1"),
    ("undo",),
    ("rollback", "--to", "HEAD~1"),
    ("agent", "add", "other"),
    ("domain", "add", "forms"),
    ("config", "set", "recall.limit", "7"),
    ("commit",),
    ("export",),
    ("stats",),
    ("why", "{id}"),
    ("reflect", "a.txt"),
    ("checkpoint", "deploy", "--state", "[1]"),
    ("resume", "deploy"),
    ("workflow", "finish", "deploy"),
    ("probe", "add", "cores", "--must", "{id}"),
    ("probe", "run"),
    ("import", "a.txt", "--as", "markdown"),
    ("tidy", "--apply"),
    ("guard", "a.txt"),
    ("check", "--base", "HEAD~1"),
    ("review", "HEAD~1"),
    ("connect", "all"),
    ("doctor", "--fix"),
    ("init",),
]
SENDING = [("sync",), ("propose",)]
"""What git could not do without such a program, so these refuse."""
SERVING = [("mcp",), ("hook",)]


@pytest.fixture
def trapped(alma):
    """A store in a repository where every program that git could run leaves a mark."""
    alma.files({"a.txt": "one\n"})
    alma.git("add", ".")
    alma.git("commit", "--quiet", "--message=first")
    alma.ok("init", "--agent", "qa")
    alma.ok("config", "set", "git.reviewed_ref", "main")
    alma.git("remote", "add", "origin", "../hub.git")
    program = alma.home / "evil"
    program.write_text(f'#!/bin/sh\necho "$0 $*" >> "{alma.home}/mark"\nexit 1\n')
    program.chmod(0o755)
    for hook in HOOKS:
        path = alma.folder / ".git/hooks" / hook
        path.unlink(missing_ok=True)
        path.symlink_to(program)
    for setting in SETTINGS:
        alma.git("config", setting, str(program))
    for switch in ("filter.evil.required", "commit.gpgSign", "log.showSignature", "log.follow"):
        alma.git("config", switch, "true")
    alma.git("config", "gc.auto", "1")
    alma.git("config", "core.hooksPath", str(alma.folder / ".git/hooks"))
    alma.files({".git/info/attributes": "* diff=evil merge=evil ident\n*.txt filter=evil\n"})
    (alma.home / "mark").unlink(missing_ok=True)
    return alma


def test_no_command_runs_a_program_of_the_repository(trapped):
    known = trapped.json("add", "knowledge", "CI has two cores")["written"][0]["id"]
    for command in COMMANDS:
        ran = trapped(*(word.format(id=known) for word in command))
        assert ran.status == 0, (command, ran)
    for command in SENDING:
        assert trapped(*command).status == 3
    assert not (trapped.home / "mark").exists()


def test_what_serves_an_agent_runs_no_program_of_the_repository(trapped):
    client = Client(trapped)
    for event in ("session-start", "prompt", "bash", "edit", "bash-failed", "stop"):
        client.send(event)
    told = {"agent": "qa", "task": "Log in", "outcome": "failure", "strategy": "sleep(5)"}
    with Wire(trapped) as wire:
        learned = wire.ask(1, "tools/call", {"name": "learn", "arguments": told})["result"]
        assert learned["structuredContent"]["commit"] not in {None, "pending"}
        wire.ask(2, "tools/call", {"name": "recall", "arguments": {"query": "log in"}})
    assert not (trapped.home / "mark").exists()


def test_every_command_is_tried():
    tried = {command[0] for command in (*COMMANDS, *SENDING, *SERVING)}
    assert tried == lazy.COMMANDS.keys()


READING_HISTORY = [
    ("log",),
    ("diff", "HEAD~1"),
    ("review", "HEAD~1"),
    ("check", "--base", "HEAD~1"),
    ("undo",),
    ("rollback", "--to", "HEAD~1"),
    ("recall", "cores", "--at", "HEAD~1"),
    ("recall", "cores", "--reviewed"),
    ("doctor",),
]


@pytest.fixture
def lacking(alma):
    """A partial clone: what its history held, git would fetch by a program that it names."""
    alma.ok("init", "--agent", "qa")
    known = alma.json("add", "knowledge", "CI has two cores")["written"][0]["id"]
    alma.ok("edit", known, "--set", "tags=ci")
    alma.git("config", "uploadpack.allowFilter", "true")
    address = f"file://{alma.folder}"
    alma.git("clone", "--quiet", "--filter=blob:none", address, "../lacking")
    program = alma.home / "evil"
    program.write_text(f'#!/bin/sh\ntouch "{alma.home}/mark"\nexit 1\n')
    program.chmod(0o755)
    alma.folder = alma.folder.parent / "lacking"
    return alma


@pytest.mark.parametrize("trap", ["remote.origin.uploadpack", "remote.origin.url"])
def test_nothing_of_the_repository_fetches_what_a_partial_clone_lacks(lacking, trap):
    program = str(lacking.home / "evil")
    lacking.git("config", trap, f"ext::{program}" if trap.endswith("url") else program)
    lacking.git("config", "protocol.ext.allow", "always")
    for command in READING_HISTORY:
        assert lacking(*command).status in {0, 1, 3}, command
    assert not (lacking.home / "mark").exists()
    lacking.shell("git diff HEAD~1")
    assert (lacking.home / "mark").exists()


def test_the_trap_would_have_caught_git(trapped):
    trapped.files({"a.txt": "two\n"})
    trapped.shell("git add a.txt; git commit --quiet --message=x")
    assert (trapped.home / "mark").read_text()
