"""A remote, or a repository that came in the mail, can hand over memories and do nothing else."""

import os

import pytest
from support.machines import held, learn

from alma_cli.between import travels
from alma_cli.git import run as runner

EXCHANGE = "refs/heads/alma/memories"


def send(alma, files, links=()):
    """Pushes a commit with these files as what others sent; `links` are symbolic links."""
    lines = []
    for path, content in files.items():
        alma.files({"sent": content})
        mode = "120000" if path in links else "100644"
        lines.append(f"{mode} {alma.git('hash-object', '-w', 'sent').strip()}\t{path}\n")
    alma.files({"sent": "".join(lines)})
    index = "export GIT_INDEX_FILE=.git/sent; git update-index --index-info < sent"
    tree = alma.shell(f"{index} && git write-tree && rm sent .git/sent").out.strip()
    commit = alma.git("commit-tree", "-m", "sent", tree).strip()
    alma.git("push", "--quiet", "origin", f"{commit}:{EXCHANGE}")


def send_on(alma, files):
    """Pushes a commit that changes these files, on top of what is there."""
    alma.git("clone", "--quiet", "--branch=alma/memories", "../hub.git", "../elsewhere")
    for path, content in files.items():
        (alma.folder.parent / "elsewhere" / path).write_text(content)
    git = "git -C ../elsewhere"
    alma.shell(f"{git} commit --quiet --all --message=sent && {git} push --quiet")


def test_only_memories_come_in(hub):
    memory = "agents/qa/knowledge/fine.md"
    send(
        hub,
        {
            f".alma/{memory}": "# Fine",
            ".alma/config.toml": "format = 1",
            ".alma/.gitignore": "*",
            ".alma/agents/qa/.hidden/x.md": "# Hidden",
            ".alma/agents/qa/knowledge/run.sh": "echo",
            ".alma/agents/qa/knowledge/link.md": "../../../../home",
            "Makefile": "all: evil",
        },
        links=[".alma/agents/qa/knowledge/link.md"],
    )
    config = (hub.store / "config.toml").read_bytes()
    hub.ok("sync")
    assert list(held(hub)) == [memory]
    assert (hub.store / "config.toml").read_bytes() == config
    assert not (hub.folder / "Makefile").exists()
    assert hub.git("status", "--short") == ""


@pytest.mark.parametrize(
    "path",
    [
        "agents/../../x.md",
        "agents/qa/.git/x.md",
        "agents/qa/a.md/x.md",
        "agents//x.md",
        "agents/x.md",
        "other/qa/x.md",
        "agents/qa/x\n.md",
        "agents/qa/\x1b[2J.md",
        f"agents/qa/{'x' * 300}.md",
        "config.toml",
    ],
)
def test_a_path_that_is_no_place_of_a_memory_does_not_travel(path):
    assert not travels(path)


def test_a_file_that_is_too_large_stays_there_and_holds_nobody_up(hub):
    large, small = "agents/qa/knowledge/large.md", "agents/qa/knowledge/a.md"
    send(hub, {f".alma/{large}": "x" * (3 * 1024 * 1024), f".alma/{small}": "a"})
    for strategy in ("Click twice", "Wait for five seconds"):
        ran = hub("sync")
        assert ran.status == 0
        assert f"`{large}` of the remote is larger than 2048 KiB" in ran.err
        learn(hub, strategy)
        hub.ok("sync")
    assert small in held(hub)
    assert large not in held(hub)
    sent = hub.git("ls-tree", "-r", "--name-only", "refs/alma/origin/alma/memories")
    assert f".alma/{large}\n" in sent
    assert sent.count("/outcomes/") == 2


def test_the_next_edit_takes_the_place_of_a_file_that_is_too_large(hub):
    known = learn(hub, "Click twice")
    hub.ok("sync")
    (path,) = (each for each in held(hub) if f"--{known}" in each)
    send_on(hub, {f".alma/{path}": "x" * (3 * 1024 * 1024)})
    hub.ok("edit", known, "--set", "why=It is slow")
    ours = held(hub)[path]
    hub.ok("sync")
    assert held(hub)[path] == ours
    assert len(hub.git("show", f"refs/alma/origin/alma/memories:.alma/{path}")) < 3000


@pytest.mark.parametrize(
    "key",
    [
        "core.sshCommand",
        "core.gitProxy",
        "core.askPass",
        "core.alternateRefsCommand",
        "credential.helper",
        "credential.https://example.org.helper",
        "remote.origin.uploadpack",
        "remote.origin.receivepack",
        "remote.origin.vcs",
    ],
)
def test_a_program_that_the_repository_names_is_refused_and_not_run(hub, key):
    program = hub.folder.parent / "evil"
    program.write_text(f"#!/bin/sh\ntouch {hub.folder.parent}/ran\n")
    program.chmod(0o755)
    hub.git("config", key, str(program))
    learn(hub, "sleep(5000) before clicking")
    ran = hub("sync")
    assert ran.status == 3
    assert key.lower() in ran.err.lower()
    assert not (hub.folder.parent / "ran").exists()


def test_an_address_that_runs_a_program_is_not_called(hub):
    hub.git("config", "remote.origin.url", f"ext::sh -c 'touch {hub.folder.parent}/ran'")
    hub.git("config", "protocol.ext.allow", "always")
    assert hub("sync").status == 1
    assert not (hub.folder.parent / "ran").exists()


def test_hooks_of_the_repository_do_not_run(hub):
    for name in ("pre-push", "reference-transaction", "post-merge", "post-commit", "pre-auto-gc"):
        hook = hub.folder / ".git" / "hooks" / name
        hook.write_text(f"#!/bin/sh\ntouch {hub.folder.parent}/ran\n")
        hook.chmod(0o755)
    learn(hub, "sleep(5000) before clicking")
    hub.ok("sync")
    assert not (hub.folder.parent / "ran").exists()


@pytest.mark.parametrize("address", ["../hub.git", "file://{}/hub.git"])
@pytest.mark.parametrize("command", ["sync", "propose"])
def test_a_remote_that_is_a_folder_runs_nothing_that_it_brought(hub, address, command):
    folder = hub.folder.parent
    hub.git("config", "remote.origin.url", address.format(folder))
    for name in ("pre-receive", "update", "post-receive", "post-update", "reference-transaction"):
        hook = folder / "hub.git" / "hooks" / name
        hook.write_text(f"#!/bin/sh\ntouch {folder}/ran\n")
        hook.chmod(0o755)
    hub.git("--git-dir=../hub.git", "config", "core.alternateRefsCommand", f"touch {folder}/ran;")
    hub.git("init", "--quiet", "--bare", "../lent.git")
    lent = folder / "hub.git" / "objects" / "info" / "alternates"
    lent.write_text(f"{folder}/lent.git/objects\n")
    learn(hub, "sleep(5000) before clicking")
    hub.ok(command)
    assert not (folder / "ran").exists()
    hub.git("push", "--quiet", "origin", "main:other")
    assert (folder / "ran").exists()


def test_a_remote_whose_files_are_checked_out_keeps_them(hub):
    hub.git("clone", "--quiet", "../hub.git", "../desk")
    desk = ("-C", "../desk")
    hub.git(*desk, "switch", "--quiet", "--create", "alma/memories")
    hub.git(*desk, "config", "receive.denyCurrentBranch", "updateInstead")
    hub.git("remote", "set-url", "origin", "../desk")
    learn(hub, "sleep(5000) before clicking")
    ran = hub("sync")
    assert ran.status == 1
    assert "[remote rejected] (branch is currently checked out)" in ran.err


def test_words_of_a_person_are_in_no_argument_of_git(hub, monkeypatch):
    called = []
    real = runner.git

    def record(folder, *arguments, **more):
        called.extend(arguments)
        return real(folder, *arguments, **more)

    for module in ("between", "git.remote", "git.exchange", "git.commit", "git.objects"):
        monkeypatch.setattr(f"alma_cli.{module}.git", record)
    learn(hub, "--output=evil")
    hub.ok("sync")
    assert any("push" in one for one in called)
    assert not any("evil" in one for one in called)


def test_a_password_in_an_address_is_not_shown(hub):
    said = "fatal: unable to access 'https://ada:s3cret@example.org/x.git/'"
    hub.environ["GIT_SSH_COMMAND"] = f'echo "{said}" >&2; exit 1 #'
    hub.git("config", "remote.origin.url", "ssh://example.org/x.git")
    ran = hub("sync")
    assert ran.status == 1
    assert "unable to access 'https://example.org/x.git/'" in ran.err


def test_a_remote_that_does_not_answer_is_given_up(hub, monkeypatch):
    monkeypatch.setattr("alma_cli.git.remote.PATIENCE", 0.5)
    fifo = hub.folder.parent / "wait"
    os.mkfifo(fifo)
    hub.environ["GIT_SSH_COMMAND"] = f"cat {fifo} #"
    hub.git("config", "remote.origin.url", "ssh://example.org/x.git")
    learn(hub, "sleep(5000) before clicking")
    ran = hub("sync")
    assert ran.status == 1
    assert "no answer in 0.5 seconds" in ran.err
