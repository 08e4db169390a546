import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.git import commit

from alma_cli.git.commit import Committed, Deferred

NAME = "agents/qa/heuristics/wait--k3f9x2m7qd.md"
OTHER = "agents/qa/outcomes/2026-11/login--p0d6e1v9sx.md"


def test_a_commit_holds_exactly_the_files_of_the_event(repo):
    repo.put("agents/qa/knowledge/by-hand--0000000000.md", text="a person's own\n")
    done = repo.learn(NAME, OTHER)
    assert done == Committed(repo.head())
    assert repo.touched() == [f"A .alma/{NAME}", f"A .alma/{OTHER}"]
    assert repo.of_store() == "?? .alma/agents/qa/knowledge/by-hand--0000000000.md\n"


def test_what_a_person_has_staged_changed_or_left_untracked_stays_so(busy):
    before = busy.elsewhere()
    assert isinstance(busy.learn(), Committed)
    assert busy.elsewhere() == before
    assert busy.touched() == [f"A .alma/{NAME}"]
    assert busy.of_store() == ""
    busy.git("commit", "-q", "-m", "the person's")
    assert busy.touched() == ["M a.txt", "A src/new.txt"]


def test_an_event_that_joins_a_commit_that_says_all_of_it_moves_head_there(repo):
    before = repo.head()
    repo.learn(NAME)
    ahead = repo.head()
    repo.git("reset", "-q", "--hard", before)
    repo.put(NAME)
    done = commit(repo.store, {NAME: True}, "in", environ=repo.environ, joins=ahead)
    assert done == Committed(ahead) == Committed(repo.head())
    assert repo.of_store() == ""


def test_an_event_that_joins_another_line_is_a_merge_of_both_and_done_once(repo):
    before = repo.head()
    repo.learn(NAME)
    other = repo.head()
    repo.git("reset", "-q", "--hard", before)
    repo.learn(OTHER)
    mine = repo.head()
    repo.put(NAME)
    for _ in range(2):
        done = commit(repo.store, {NAME: True}, "in", environ=repo.environ, joins=other)
        assert isinstance(done, Committed)
        assert repo.git("log", "-1", "--format=%P").split() == [mine, other]
    assert repo.of_store() == ""


def test_an_event_without_files_joins_what_it_has_all_of(repo):
    before = repo.head()
    repo.learn(NAME)
    other = repo.head()
    repo.git("reset", "-q", "--hard", before)
    repo.learn(NAME, message="the same elsewhere")
    mine = repo.head()
    assert isinstance(commit(repo.store, {}, "in", environ=repo.environ, joins=other), Committed)
    assert repo.git("log", "-1", "--format=%P").split() == [mine, other]


def test_the_message_stands_as_it_was_given(repo):
    message = 'qa: avoid "sleep()" für immer\n\nAlma-Event: e7k2m9qd0x\nAlma-Agent: qa\n'
    repo.learn(message=message)
    assert repo.git("log", "-1", "--format=%B").rstrip("\n") == message.rstrip("\n")
    assert (
        repo.git("log", "-1", "--format=%(trailers:key=Alma-Event,valueonly)").strip()
        == "e7k2m9qd0x"
    )


def test_a_message_that_looks_like_commands_of_fast_import_is_a_message(repo):
    message = "x\n\nfrom refs/heads/main\nD a.txt\nreset refs/heads/main\ndata 5\n"
    repo.learn(message=message)
    assert repo.git("log", "-1", "--format=%B").rstrip("\n") == message.rstrip("\n")
    assert repo.touched() == [f"A .alma/{NAME}"]
    assert repo.git("fsck", "--strict") == ""


def test_the_person_whom_git_knows_is_author_and_committer(repo):
    repo.git("config", "committer.name", "Bob")
    repo.learn()
    shown = repo.git("log", "-1", "--format=%an <%ae>, %cn <%ce>").strip()
    assert shown == "Ada <ada@example.org>, Bob <ada@example.org>"


def test_author_and_date_of_the_environment_are_kept(repo):
    repo.environ.update(GIT_AUTHOR_NAME="Eve", GIT_AUTHOR_DATE="2026-11-22T06:00:00+0100")
    repo.learn()
    assert repo.git("log", "-1", "--format=%an %aI").strip() == "Eve 2026-11-22T06:00:00+01:00"


def test_without_an_identity_alma_signs_with_its_own_name(repo):
    repo.git("config", "--unset", "user.name")
    repo.git("config", "--unset", "user.email")
    repo.git("config", "user.useConfigOnly", "true")
    assert isinstance(repo.learn(), Committed)
    shown = repo.git("log", "-1", "--format=%an <%ae>, %cn <%ce>").strip()
    assert shown == "alma <alma@localhost>, alma <alma@localhost>"


def test_an_update_and_a_deletion_are_committed_together(repo):
    repo.learn(NAME, OTHER)
    files = repo.put(NAME, text="better\n")
    (repo.store / OTHER).unlink()
    done = commit(repo.store, {**files, OTHER: False}, "edit", environ=repo.environ)
    assert done == Committed(repo.head())
    assert repo.touched() == [f"M .alma/{NAME}", f"D .alma/{OTHER}"]
    assert repo.of_store() == ""


def test_a_replay_makes_no_second_commit_and_names_the_first(busy):
    first = busy.learn()
    busy.learn(OTHER)
    index = (busy.root / ".git/index").read_bytes()
    assert busy.learn() == first
    assert busy.count() == 3
    assert (busy.root / ".git/index").read_bytes() == index


def test_a_name_is_not_taken_for_a_pattern(repo):
    first = repo.learn("a*.md")
    repo.learn("ab.md")
    assert repo.learn("a*.md") == first


def test_a_replayed_deletion_names_the_commit_that_deleted(repo):
    repo.learn()
    (repo.store / NAME).unlink()
    deleted = commit(repo.store, {NAME: False}, "forget", environ=repo.environ)
    repo.learn(OTHER)
    assert commit(repo.store, {NAME: False}, "forget", environ=repo.environ) == deleted
    assert repo.count() == 4


def test_deleting_what_never_was_names_head(repo):
    assert commit(repo.store, {NAME: False}, "forget", environ=repo.environ) == Committed(
        repo.head()
    )
    assert repo.count() == 1


def test_an_event_that_a_person_committed_by_hand_is_not_committed_again(repo):
    files = repo.put(NAME)
    repo.git("add", ".alma")
    repo.git("commit", "-q", "-m", "by hand")
    assert commit(repo.store, files, "learn", environ=repo.environ) == Committed(repo.head())
    assert repo.count() == 2


def test_bytes_are_stored_as_they_stand_in_the_file(repo):
    repo.git("config", "core.autocrlf", "true")
    odd = b"\xef\xbb\xbfcrlf\r\n\0binary\xff\ndata 3\nno end"
    repo.learn(text=odd)
    blob = repo.git("rev-parse", f"HEAD:.alma/{NAME}").strip()
    assert repo.git("cat-file", "blob", blob).encode("utf-8", "surrogateescape") == odd


def test_an_empty_file_is_committed(repo):
    repo.learn(text=b"")
    assert repo.git("cat-file", "-s", f"HEAD:.alma/{NAME}").strip() == "0"


@pytest.mark.parametrize(
    "name",
    [
        "new\nline.md",
        "carriage\r",
        'quote".md',
        '"quoted"',
        "back\\slash\\n.md",
        " leading and trailing ",
        "-rf",
        "--output=x",
        ":(glob)*",
        "*",
        "tab\t.md",
        "größe-記憶.md",
        "#comment",
        os.fsdecode(b"latin-\xff.md"),
    ],
)
def test_a_file_of_any_name_is_committed_and_deleted_again(repo, name):
    try:
        done = repo.learn(f"agents/{name}")
    except OSError:
        pytest.skip("this file system refuses the name")
    assert done == Committed(repo.head())
    assert repo.touched() == [f"A .alma/agents/{name}"]
    assert repo.learn(f"agents/{name}") == done
    (repo.store / "agents" / name).unlink()
    deleted = commit(repo.store, {f"agents/{name}": False}, "forget", environ=repo.environ)
    assert deleted == Committed(repo.head())
    assert repo.touched() == [f"D .alma/agents/{name}"]
    assert repo.of_store() == ""


@pytest.mark.parametrize("folder", ["with space", 'quo"te', "back\\slash", "größe", "-dash"])
def test_a_store_below_a_folder_of_any_name_is_committed(empty, folder):
    from dataclasses import replace

    repo = replace(empty, at=f"{folder}/.alma")
    assert repo.learn() == Committed(repo.head())
    assert repo.touched() == [f"A {folder}/.alma/{NAME}"]


def test_a_folder_with_a_line_break_in_its_name_waits(empty):
    from dataclasses import replace

    repo = replace(empty, at="line\nbreak/.alma")
    assert repo.learn() == Deferred("the path of the repository holds a line break")


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=200), text=st.text(st.characters(exclude_characters="\0")))
def test_content_and_message_come_back_as_they_went_in(repo, content, text):
    repo.learn("x.md", text=content + b"!", message="learn")
    repo.learn("x.md", text=content, message=f"m\n\n{text}")
    blob = repo.git("cat-file", "blob", "HEAD:.alma/x.md")
    assert blob.encode("utf-8", "surrogateescape") == content
    stored = repo.git("cat-file", "commit", "HEAD").partition("\n\n")[2]
    expected = f"m\n\n{text}".encode("utf-8", "replace").decode()
    assert stored.removesuffix("\n") == expected.removesuffix("\n")


@pytest.mark.parametrize(
    "path",
    ["../a.txt", "x/../../a.txt", "/etc/hostname", ".git/config", "x//y", "x/.GIT/y", "x\0y", "."],
)
def test_a_path_that_is_no_place_in_the_store_is_not_even_read(repo, path):
    repo.put("x/y", "x/.GIT/y", ".git/config")
    objects = repo.git("cat-file", "--batch-check", "--batch-all-objects")
    done = commit(repo.store, {path: True}, "x", environ=repo.environ)
    assert done == Deferred(f"`{path}` is no place in the store")
    assert repo.git("cat-file", "--batch-check", "--batch-all-objects") == objects


def test_a_path_that_git_finds_dangerous_never_reaches_history(repo):
    before = repo.head(), repo.git("ls-files", "-s")
    assert isinstance(repo.learn("git~1/x"), Deferred)
    assert (repo.head(), repo.git("ls-files", "-s")) == before


def test_a_link_in_the_place_of_a_file_is_not_followed(repo):
    secret = repo.root.parent / "id_rsa"
    secret.write_text("secret")
    repo.put(OTHER)
    (repo.store / "m.md").symlink_to(secret)
    done = commit(repo.store, {"m.md": True}, "x", environ=repo.environ)
    assert isinstance(done, Deferred)
    assert done.reason.startswith("`m.md` cannot be read: ")
    assert repo.count() == 1


def test_a_file_that_is_gone_defers_the_event(repo):
    done = commit(repo.store, {NAME: True}, "x", environ=repo.environ)
    assert done == Deferred(f"`{Path(NAME).name}` cannot be read: No such file or directory")


def test_a_large_event_is_one_commit(repo):
    names = [f"agents/qa/outcomes/2026-11/{number:04}.md" for number in range(300)]
    assert isinstance(repo.learn(*names), Committed)
    assert len(repo.touched()) == 300
    assert repo.of_store() == ""
    assert repo.git("fsck", "--strict") == ""


def test_one_event_adds_no_pack_whatever_the_configuration_says(repo):
    repo.git("config", "fastimport.unpackLimit", "1")
    repo.git("config", "transfer.unpackLimit", "1")
    repo.learn()
    assert list((repo.root / ".git/objects/pack").iterdir()) == []


def test_the_reflogs_of_branch_and_head_tell_the_commit(repo):
    repo.learn()
    for name in ("HEAD", "main"):
        assert repo.git("reflog", "-1", "--format=%H %gs", name).strip() == f"{repo.head()} alma"


def test_no_reference_and_no_file_of_ours_is_left_behind(repo):
    repo.learn()
    assert repo.leftovers() == []
    assert repo.git("for-each-ref", "--format=%(refname)").split() == ["refs/heads/main"]
    assert repo.git("fsck", "--strict", "--unreachable") == ""


def test_one_event_costs_at_most_eight_runs_of_git(repo):
    watched = repo.with_git()
    assert isinstance(watched.learn(), Committed)
    assert len(watched.calls()) <= 8


def test_nothing_a_person_wrote_stands_among_the_arguments(repo):
    watched = repo.with_git()
    watched.learn("agents/--output=x/m.md", message="--exec=touch x", sign=False)
    watched.learn("agents/--output=x/m.md", message="--exec=touch x", sign=False)
    for call in watched.calls():
        assert "--output" not in call.partition(" -- ")[0]
        assert "--exec=touch" not in call
