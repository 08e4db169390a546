"""Nothing that a repository brings along is run, and signing only on request."""

import os
import subprocess

import pytest
from support.git import commit
from support.repo import HOOKS, SETTINGS

from alma_cli.git.commit import Committed, Deferred

NAME = "agents/qa/heuristics/wait--k3f9x2m7qd.md"


@pytest.fixture
def trapped(busy):
    """A repository whose every hook and program setting leaves a mark and fails."""
    mark = busy.root.parent / "mark"
    program = busy.root.parent / "evil"
    program.write_text(f'#!/bin/sh\necho "$0 $*" >> {mark}\nexit 1\n')
    program.chmod(0o755)
    hooks = busy.root / ".git/hooks"
    for hook in HOOKS:
        (hooks / hook).unlink(missing_ok=True)
        (hooks / hook).symlink_to(program)
    for setting in SETTINGS:
        busy.git("config", setting, str(program))
    busy.git("config", "filter.evil.required", "true")
    busy.git("config", "commit.gpgSign", "true")
    busy.git("config", "gc.auto", "1")
    busy.git("config", "log.showSignature", "true")
    busy.git("config", "core.hooksPath", str(hooks))
    busy.write(".git/info/attributes", "* diff=evil merge=evil ident\n*.txt filter=evil\n")
    mark.unlink(missing_ok=True)
    return busy


def test_no_program_of_the_repository_runs(trapped):
    mark = trapped.root.parent / "mark"
    first = trapped.learn()
    assert first == Committed(trapped.head())
    trapped.learn(NAME, text="better\n")
    assert isinstance(trapped.learn(NAME, text="better\n"), Committed)
    (trapped.store / NAME).unlink()
    deleted = commit(trapped.store, {NAME: False}, "forget", environ=trapped.environ)
    assert isinstance(deleted, Committed)
    assert not mark.exists()


def make_racy(repo, name):
    """Lets git believe that the file was written in the moment in which the index was."""
    moment = (repo.root / name).stat().st_mtime_ns
    os.utime(repo.root / ".git/index", ns=(moment, moment))


def test_no_filter_runs_on_a_file_as_young_as_the_index(trapped):
    for number in range(2):
        make_racy(trapped, "src/new.txt")
        assert trapped.learn(f"{number}.md") == Committed(trapped.head())
    assert not (trapped.root.parent / "mark").exists()


def test_a_filter_of_the_environment_stays_off_too(trapped):
    program = trapped.git("config", "filter.evil.clean").strip()
    trapped.git("config", "--remove-section", "filter.evil")
    trapped.environ.update(
        GIT_CONFIG_COUNT="1", GIT_CONFIG_KEY_0="filter.evil.clean", GIT_CONFIG_VALUE_0=program
    )
    make_racy(trapped, "src/new.txt")
    assert trapped.learn() == Committed(trapped.head())
    assert not (trapped.root.parent / "mark").exists()


def test_settings_of_the_environment_stay_in_force_beside_the_filters(repo):
    repo.git("config", "filter.evil.clean", "false")
    wary = repo.with_git(before="export GIT_TEST_ASSUME_DIFFERENT_OWNER=1")
    wary.environ.update(
        GIT_CONFIG_COUNT="1", GIT_CONFIG_KEY_0="safe.directory", GIT_CONFIG_VALUE_0="*"
    )
    assert wary.learn() == Committed(repo.head())


def test_a_change_as_young_as_the_index_is_still_seen(repo):
    repo.git("config", "core.trustctime", "false")
    before = (repo.root / "a.txt").stat()
    repo.write("a.txt", "two\n")
    os.utime(repo.root / "a.txt", ns=(before.st_atime_ns, before.st_mtime_ns))
    make_racy(repo, "a.txt")
    assert repo.learn() == Committed(repo.head())
    assert repo.git("status", "--porcelain") == " M a.txt\n"


def test_the_traps_would_have_caught_git_add_and_git_commit(trapped):
    trapped.git("config", "--remove-section", "filter.evil")
    trapped.git("config", "filter.evil.clean", str(trapped.root.parent / "evil"))
    environ = trapped.environ
    for arguments in (("add", "a.txt"), ("commit", "-q", "-m", "x", "--", "a.txt")):
        subprocess.run(
            ("git", *arguments), cwd=trapped.root, env=environ, capture_output=True, check=False
        )
    marked = (trapped.root.parent / "mark").read_text()
    assert "hooks/" in marked
    assert "evil" in marked


SIGNER = """#!/bin/sh
cat > /dev/null
echo "[GNUPG:] SIG_CREATED D 1 8 00 0 0" >&2
printf -- '-----BEGIN PGP SIGNATURE-----\\n\\nmade by a test\\n-----END PGP SIGNATURE-----\\n'
"""


@pytest.fixture
def signer(busy):
    program = busy.root.parent / "signer"
    program.write_text(SIGNER)
    program.chmod(0o755)
    settings = program.with_name("settings")
    busy.environ["GIT_CONFIG_GLOBAL"] = str(settings)
    busy.git("config", "--global", "gpg.program", str(program))
    return busy


def test_a_commit_is_signed_when_asked_to(signer):
    before = signer.elsewhere()
    done = signer.learn(sign=True)
    assert done == Committed(signer.head())
    raw = signer.git("cat-file", "commit", "HEAD")
    assert "gpgsig -----BEGIN PGP SIGNATURE-----" in raw
    assert raw.endswith("\n\nqa: learn\n")
    assert signer.git("log", "-1", "--format=%an <%ae>").strip() == "Ada <ada@example.org>"
    assert signer.git("rev-list", "--count", "HEAD").strip() == "2"
    assert signer.touched() == [f"A .alma/{NAME}"]
    assert signer.elsewhere() == before
    assert signer.learn(sign=True) == done


def test_a_signed_commit_without_an_identity_is_by_alma(signer):
    signer.git("config", "user.useConfigOnly", "true")
    signer.git("config", "--unset", "user.email")
    assert isinstance(signer.learn(sign=True), Committed)
    raw = signer.git("cat-file", "commit", "HEAD")
    assert "\nauthor alma <alma@localhost> " in raw
    assert "\ncommitter alma <alma@localhost> " in raw


def test_the_first_commit_of_a_branch_can_be_signed(signer):
    signer.git("checkout", "-q", "--orphan", "fresh")
    assert isinstance(signer.learn(sign=True), Committed)
    assert signer.touched() == [f"A .alma/{NAME}"]
    assert signer.count() == 1


def test_a_commit_that_cannot_be_signed_waits(signer):
    (signer.root.parent / "signer").write_text("#!/bin/sh\nexit 1\n")
    before = signer.head(), signer.git("ls-files", "-s")
    done = signer.learn(sign=True)
    assert isinstance(done, Deferred)
    assert done.reason.startswith("the commit cannot be signed: ")
    assert (signer.head(), signer.git("ls-files", "-s")) == before


@pytest.mark.parametrize("setting", ["gpg.program", "gpg.ssh.program", "gpg.ssh.defaultKeyCommand"])
def test_no_program_of_the_repository_signs(busy, setting):
    mark = busy.root.parent / "mark"
    program = busy.root.parent / "evil"
    program.write_text(f"#!/bin/sh\ntouch {mark}\nexit 1\n")
    program.chmod(0o755)
    busy.git("config", setting, str(program))
    busy.git("config", "gpg.format", "ssh" if "ssh" in setting else "openpgp")
    if setting == "gpg.ssh.program":
        busy.git("config", "user.signingKey", "key::ssh-ed25519 AAAA")
    done = busy.learn(sign=True)
    assert done == Deferred(
        f"this repository's own configuration would run a program: `{setting.lower()}`"
    )
    assert not mark.exists()
    busy.git("commit", "--quiet", "--gpg-sign", "--allow-empty", "--message=x", check=False)
    assert mark.exists()
