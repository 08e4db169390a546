"""`alma doctor` exits 1 while anything is wrong, and says of each thing how it is mended."""

import os
import shutil

import pytest
from support.programs import git_that

LESSON = ".alma/agents/qa_tester/anti-patterns"


def test_a_person_reads_the_name_the_sentence_and_the_remedy(shop):
    shop.files({".alma/agents/qa_tester/knowledge/broken.md": "+++\n"})
    ran = shop("doctor")
    assert ran.status == 1
    path = ".alma/agents/qa_tester/knowledge/broken.md"
    assert ran.out.splitlines() == [
        f"file-damaged: `{path}:1` has no second `+++` line to end its header",
        f"  mend: mend it, or `git checkout HEAD -- {path}`",
    ]


def test_outside_a_store_there_is_nothing_to_examine(alma):
    assert alma("doctor").status == 10


def test_an_unknown_key_is_named_with_its_line(shop, finding):
    file = shop.store / "config.toml"
    file.write_text(file.read_text().replace("budget =", "bugdet ="))
    found = finding(shop, "config-unknown")
    assert "`recall.bugdet` is not a known key" in found["message"]
    assert found["path"] == ".alma/config.toml"
    assert file.read_text().splitlines()[found["line"] - 1].startswith("bugdet =")


def test_a_configuration_that_cannot_be_read_is_a_finding_and_the_rest_is_examined(shop, codes):
    (shop.store / "config.toml").write_text("format = \n")
    shop.files({".alma/agents/qa_tester/knowledge/broken.md": "+++\n"})
    assert codes(shop) == ["config-damaged", "file-damaged"]


def test_a_store_of_a_newer_format_is_mended_by_a_newer_alma(shop, finding):
    file = shop.store / "config.toml"
    file.write_text(file.read_text().replace("format = 1", "format = 2"))
    found = finding(shop, "config-damaged")
    assert (found["path"], found["mend"]) == (
        ".alma/config.toml",
        "`pip install --upgrade alma-cli`",
    )


def test_a_format_that_is_none_is_mended_in_the_file(shop, finding):
    file = shop.store / "config.toml"
    file.write_text(file.read_text().replace("format = 1", 'format = "one"'))
    assert finding(shop, "config-damaged")["mend"].startswith("edit the file")


def test_sharing_that_only_one_side_wants_is_a_finding(alma, codes):
    alma.files(
        {
            ".alma/config.toml": 'format = 1\n[agents.a]\ninherit_from = ["b"]\n[agents.b]\n'
            'share_with = ["c"]\n'
        }
    )
    alma.ok("init")
    found = alma("doctor").out
    assert "`a` inherits from `b`, which does not share with it" in found
    assert "`b` shares with `c`, which is not defined" in found
    assert codes(alma) == ["config-one-sided"]


def test_a_default_agent_that_is_not_configured_is_a_finding(alma, codes):
    alma.ok("init", "--agent", "qa")
    assert codes(alma) == []
    alma.environ["ALMA_AGENT"] = "nobody"
    assert codes(alma) == ["config-default"]


def test_conflict_markers_are_named_with_file_and_line(shop, finding):
    (file,) = (shop.folder / LESSON).glob("*--8ab27pwz4c.md")
    file.write_text(file.read_text() + "<<<<<<< HEAD\na\n=======\nb\n>>>>>>> other\n")
    found = finding(shop, "file-conflicted")
    assert found["path"] == str(file.relative_to(shop.folder))
    assert file.read_text().splitlines()[found["line"] - 1] == "<<<<<<< HEAD"
    assert "`git add " in found["mend"]


def test_two_files_with_one_id_are_a_finding(shop, codes):
    (file,) = (shop.folder / LESSON).glob("*--8ab27pwz4c.md")
    shutil.copy(file, file.with_name(f"zz-{file.name}"))
    assert codes(shop) == ["id-duplicate"]


def test_an_id_in_the_name_that_is_not_the_header_s_is_a_finding(shop, finding):
    (file,) = (shop.folder / LESSON).glob("*--8ab27pwz4c.md")
    file.rename(file.with_name("wait--0000000000.md"))
    found = finding(shop, "id-mismatch")
    assert "`8ab27pwz4c`" in found["message"]
    assert found["mend"].startswith("`git mv ")


def test_a_header_that_names_another_owner_than_the_folder_is_a_finding(shop, finding):
    (file,) = (shop.folder / LESSON).glob("*--8ab27pwz4c.md")
    file.write_text(file.read_text().replace('agent = "qa_tester"', 'agent = "somebody"'))
    assert '`agent = "somebody"`' in finding(shop, "header-mismatch")["message"]


def test_memories_of_an_agent_that_is_not_configured_are_a_finding(shop, codes, finding):
    (file,) = (shop.folder / LESSON).glob("*--8ab27pwz4c.md")
    text = file.read_text().replace("8ab27pwz4c", "8ab27pwz4d")
    shop.files({".alma/agents/ghost/anti-patterns/x.md": text.replace("qa_tester", "ghost")})
    assert codes(shop) == ["agent-unknown"]
    assert finding(shop, "agent-unknown")["mend"] == "`alma agent add ghost`"


def test_a_file_that_init_writes_and_that_is_gone_is_a_finding(shop, codes):
    (shop.store / ".gitignore").unlink()
    assert codes(shop) == ["store-file-missing"]
    shop.ok("init")
    assert codes(shop) == []


def test_a_pending_event_is_told_with_what_it_waits_for(shop, finding):
    (shop.folder / ".git" / "MERGE_HEAD").write_text(shop.git("rev-parse", "HEAD"))
    shop.ok("add", "knowledge", "CI has two cores")
    found = finding(shop, "event-pending")
    assert '(qa_tester: add knowledge "CI has two cores")' in found["message"]
    assert found["message"].endswith("is saved, not committed: a merge is under way")


def test_batched_events_are_findings_until_they_are_committed(shop, codes):
    shop.ok("config", "set", "git.commit", "batch")
    shop.ok("add", "knowledge", "CI has two cores")
    assert codes(shop) == ["event-pending"]
    assert codes(shop, "--fix") == ["event-pending"]
    shop.ok("commit")
    assert codes(shop) == []


def test_what_no_sync_has_sent_is_a_finding_where_there_is_a_remote(shop, codes, finding):
    shop.git("init", "--quiet", "--bare", "../hub.git")
    shop.git("remote", "add", "origin", "../hub.git")
    assert codes(shop) == ["store-unsynced"]
    shop.ok("sync")
    assert codes(shop) == []
    shop.ok("add", "knowledge", "CI has two cores")
    assert finding(shop, "store-unsynced")["message"] == "1 file is not on the remote yet"


def test_an_event_that_came_with_a_copy_of_the_store_is_a_finding(shop, codes, finding):
    shop.files({".alma/.pending/20261122-x/intent.json": "{}"})
    assert codes(shop) == ["event-unusable"]
    assert "rm -r .alma/.pending/20261122-x" in finding(shop, "event-unusable")["mend"]


def test_a_folder_without_git_is_a_finding(bare, codes):
    bare.ok("init", "--agent", "qa")
    assert codes(bare) == ["event-pending", "git-none"]


def test_no_git_at_all_is_a_finding(shop, codes):
    shop.environ["PATH"] = str(shop.home)
    assert codes(shop) == ["git-missing"]


def test_a_git_that_is_too_old_is_a_finding(shop, codes, finding):
    git_that(shop, 'case "$*" in *" version") echo git version 2.30.1.windows.2; exit;; esac')
    assert codes(shop) == ["git-old"]
    assert "2.30.1 is older than 2.36" in finding(shop, "git-old")["message"]


def test_thousands_of_loose_objects_are_a_finding(shop, codes):
    git_that(shop, 'case "$*" in *count-objects*) echo count: 6701; exit;; esac')
    assert codes(shop) == ["git-loose"]


def test_a_repository_of_another_user_is_a_finding(shop, codes, finding):
    git_that(shop, "export GIT_TEST_ASSUME_DIFFERENT_OWNER=1")
    assert codes(shop) == ["git-unsafe"]
    assert "safe.directory" in finding(shop, "git-unsafe")["mend"]


def test_a_rule_that_ignores_memories_is_a_finding(shop, codes, finding):
    shop.files({".gitignore": ".alma/\n"})
    assert codes(shop) == ["git-ignores"]
    assert "`.gitignore:1:.alma/`" in finding(shop, "git-ignores")["message"]


def test_an_encryption_filter_is_a_finding(shop, codes):
    shop.files({".gitattributes": ".alma/** filter=git-crypt\n"})
    assert codes(shop) == ["git-filter"]


def test_a_git_that_knows_no_author_is_a_finding(shop, codes):
    for name in list(shop.environ):
        if name.endswith(("_NAME", "_EMAIL")):
            del shop.environ[name]
    shop.git("config", "user.useConfigOnly", "true")
    assert codes(shop) == ["git-nameless"]


def test_a_damaged_index_is_a_finding_until_it_is_fixed(shop, codes):
    (file,) = (shop.store / ".cache").glob("*.sqlite")
    file.write_bytes(b"no database at all" * 1000)
    assert codes(shop) == ["index-damaged"]
    assert codes(shop) == ["index-damaged"]
    assert codes(shop, "--fix") == []
    assert not file.exists()


def test_an_index_of_another_version_is_a_finding_until_it_is_fixed(shop, codes):
    old = shop.store / ".cache" / "index-0.sqlite"
    old.write_bytes(b"")
    assert codes(shop) == ["index-old"]
    assert codes(shop, "--fix") == []
    assert not old.exists()


def test_an_index_that_can_be_kept_nowhere_is_a_finding(shop, codes, monkeypatch):
    shop.environ["XDG_CACHE_HOME"] = str(shop.home)
    closed = str(shop.store), str(shop.home)
    monkeypatch.setattr(os, "access", lambda path, _: not str(path).startswith(closed))
    assert codes(shop) == ["index-homeless", "store-read-only"]


def test_a_store_that_cannot_be_written_is_a_finding(shop, finding, monkeypatch):
    monkeypatch.setattr(
        os, "access", lambda path, how: (str(path), how) != (str(shop.store), os.W_OK)
    )
    found = finding(shop, "store-read-only")
    assert (found["path"], found["mend"][:20]) == (".alma", "`chmod u+w .alma`, o")


def test_a_lock_that_no_writer_will_get_is_a_finding(shop, finding, tmp_path):
    (shop.store / ".lock").unlink(missing_ok=True)
    (shop.store / ".lock").symlink_to(tmp_path)
    found = finding(shop, "store-lock")
    assert (found["path"], found["mend"][:18]) == (".alma/.lock", "`rm .alma/.lock`, ")


def test_the_user_s_own_store_is_examined_too(shop, codes):
    shop.ok("add", "preference", "Prefer tabs", "--user")
    assert codes(shop) == []
    (shop.home / "alma" / ".gitignore").unlink()
    assert codes(shop) == ["store-file-missing"]


@pytest.mark.parametrize("kind", ["file", "link"])
def test_what_stands_where_events_wait_is_a_finding_since_nothing_can_be_written(
    shop, finding, codes, kind
):
    place = shop.store / ".pending"
    shutil.rmtree(place, ignore_errors=True)
    if kind == "file":
        place.write_text("")
    else:
        place.symlink_to("elsewhere")
    found = finding(shop, "store-pending")
    assert found["path"] == ".alma/.pending"
    assert found["mend"].startswith("`rm .alma/.pending`")
    assert shop("add", "knowledge", "CI has two cores").status != 0
    place.unlink()
    shop.ok("add", "knowledge", "CI has two cores")
    assert codes(shop) == []


def test_a_folder_in_the_place_of_the_lock_is_mended_as_one(shop, finding):
    (shop.store / ".lock").unlink(missing_ok=True)
    (shop.store / ".lock").mkdir()
    assert finding(shop, "store-lock")["mend"].startswith("`rm -r .alma/.lock`")


def test_an_index_of_git_that_cannot_be_read_is_no_filter(shop, codes, finding):
    (shop.folder / ".git/index").write_bytes(b"DIRC")
    assert "git-broken" in codes(shop)
    assert "git-filter" not in codes(shop)
    assert "index" in finding(shop, "git-broken")["message"]
