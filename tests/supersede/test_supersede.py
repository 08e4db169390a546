"""`alma supersede`: a better memory takes over place and evidence, the old one stays in its file."""

import pytest
from support.tree import bytes_below

SLEEP = "8ab27pwz4c"
TITLE = "Using sleep() for async waits"
NEW = "Sleeping in end-to-end tests"


def supersede(alma, id_, title, *more):
    return alma.json("supersede", id_, title, *more)["written"][0]["id"]


def visible(alma):
    return {each["id"] for each in alma.json("list")["memories"]}


def test_the_new_one_has_kind_owner_domain_tags_paths_and_guard_of_the_old(shop):
    shop.ok("edit", SLEEP, "--set", "paths=e2e/**")
    old = shop.json("show", SLEEP)
    made = supersede(shop, "8ab2", NEW, "--why", "Slow", "--better", "Wait", "--when", "CI")
    new = shop.json("show", made)
    for key in ("kind", "agent", "domain", "tags", "paths"):
        assert new[key] == old[key]
    assert (new["title"], new["why"], new["better"], new["when"]) == (NEW, "Slow", "Wait", "CI")
    assert new["supersedes"] == [SLEEP]
    assert "[guard]\n" in shop.text(made)


def test_it_says_what_supersedes_what(shop):
    said = shop.ok("supersede", "8ab2", NEW)
    assert said.endswith(f' "{NEW}" supersedes {SLEEP} "{TITLE}"\n')
    assert said.startswith("anti-pattern ")


def test_it_is_one_event_and_the_old_file_stays_as_it_is(shop):
    before = bytes_below(shop.folder)
    told = shop.json("supersede", "8ab2", NEW)
    after = bytes_below(shop.folder)
    (path,) = (each["path"] for each in told["written"])
    assert shop.git("show", "--name-status", "--format=%s", "HEAD").split("\n") == [
        f'qa_tester: replace anti-pattern "{TITLE}" by "{NEW}"',
        "",
        f"A\t.alma/{path}",
        "",
    ]
    same = {name: held for name, held in before.items() if not name.startswith(".git/")}
    assert same.items() <= after.items()


def test_the_evidence_counts_on_and_the_old_one_is_hidden(shop):
    old = shop.json("show", SLEEP)
    made = supersede(shop, "8ab2", NEW)
    new = shop.json("show", made)
    assert new["evidence"] == old["evidence"]
    assert len(new["outcomes"]) == len(old["outcomes"])
    assert SLEEP not in visible(shop)
    hits = shop.json("recall", "sleep async waits", "--agent", "qa_tester")["hits"]
    assert SLEEP not in {hit["id"] for hit in hits}


def test_the_old_one_says_by_which_it_is_superseded(shop):
    made = supersede(shop, "8ab2", NEW)
    assert f'hidden      superseded by {made} "{NEW}"\n' in shop.ok("show", "8ab2")
    told = shop.json("show", "8ab2")
    assert (told["hidden"], told["superseded_by"]) == ("superseded", made)
    new = shop.json("show", made)
    assert (new["hidden"], new["superseded_by"]) == (None, None)


def test_evidence_is_inherited_along_a_chain(shop):
    before = shop.json("show", SLEEP)["evidence"]
    middle = supersede(shop, "8ab2", "Sleeping in tests")
    shop.ok("feedback", middle, "--helpful")
    last = supersede(shop, middle, "Sleeping anywhere")
    assert shop.json("show", last)["evidence"] == {**before, "for": before["for"] + 1}
    assert {SLEEP, middle, last} & visible(shop) == {last}
    for hidden in (SLEEP, middle):
        assert shop.json("show", hidden)["superseded_by"] == last


def test_an_outcome_that_still_names_the_old_one_counts_for_the_new(shop):
    made = supersede(shop, "8ab2", NEW)
    before = shop.json("show", made)["evidence"]
    how = ("--task", "a", "--strategy", "b", "--agent", "qa_tester", "--lesson", SLEEP)
    shop.ok("learn", "--failure", *how)
    assert shop.json("show", made)["evidence"]["for"] == before["for"] + 1


def test_what_is_superseded_already_is_not_superseded_again(shop):
    made = supersede(shop, "8ab2", NEW)
    ran = shop("supersede", "8ab2", "Another")
    assert ran.status == 2
    assert f"{SLEEP} is superseded by {made} already" in ran.err
    assert f"hint: `alma supersede {made} ...`" in ran.err


def test_in_a_cycle_made_by_hand_the_smallest_id_survives(alma):
    alma.ok("init", "--agent", "qa")
    ids = ["aaaa000001", "bbbb000001", "cccc000001"]
    for id_, old in zip(ids, [ids[-1], *ids], strict=False):
        text = f'+++\nid = "{id_}"\nsupersedes = ["{old}"]\n+++\n# Advice of {id_[:4]}\n'
        alma.files({f".alma/agents/qa/heuristics/x--{id_}.md": text})
    for id_ in ids:
        alma.ok("feedback", id_, "--helpful")
    assert visible(alma) == {"aaaa000001"}
    hits = alma.json("recall", "advice", "--agent", "qa")["hits"]
    assert [(hit["id"], hit["evidence"]["for"]) for hit in hits if hit["kind"] != "outcome"] == [
        ("aaaa000001", 3)
    ]
    for hidden in ids[1:]:
        page = alma.ok("show", hidden)
        assert 'hidden      superseded by aaaa000001 "Advice of aaaa"\n' in page


def test_forgetting_the_new_one_brings_the_old_one_back_and_says_so(shop):
    made = supersede(shop, "8ab2", NEW)
    ran = shop("forget", made)
    assert f'warning: {SLEEP} "{TITLE}" is no longer superseded by it\n' in ran.err
    assert SLEEP in visible(shop)
    shop.ok("restore", made)
    assert SLEEP not in visible(shop)


def test_forgetting_the_old_one_leaves_its_evidence_with_the_new(shop):
    before = shop.json("show", SLEEP)["evidence"]
    made = supersede(shop, "8ab2", NEW)
    shop.ok("forget", SLEEP)
    assert shop.json("show", made)["evidence"] == before


def test_knowledge_and_preferences_can_be_superseded(shop):
    made = supersede(shop, "7j6b", "A password field is found by its label", "--body", "More.")
    told = shop.json("show", made)
    assert (told["kind"], told["text"]) == ("knowledge", "More.")
    ran = shop("supersede", made, "x", "--why", "y")
    assert ran.status == 2


def test_an_outcome_is_not_superseded(shop):
    ran = shop("supersede", "p0d6", "x")
    assert ran.status == 2
    assert "p0d6e1v9sx is an outcome" in ran.err


def test_an_unknown_id_and_an_empty_title_are_said(shop):
    assert shop("supersede", "zzzz", "x").status == 1
    assert shop("supersede", "8ab2", " ").status == 2


def test_scope_and_secrets_hold(shop):
    config = shop.store / "config.toml"
    narrow = '[agents.qa_tester]\ncannot_learn = ["testing_strategies"]\n'
    config.write_text(f"format = 1\n{narrow}")
    ran = shop("supersede", "8ab2", NEW)
    assert ran.status == 3
    assert shop("supersede", "8ab2", NEW, "--force").status == 0
    token = "ghp_" + "A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8"
    assert shop("supersede", "k3f9", f"use {token}", "--force").status == 3


def test_an_agent_does_not_award_itself_trust(shop):
    shop.environ["ALMA_AGENT"] = "qa_tester"
    made = supersede(shop, "8ab2", NEW)
    assert shop.json("show", made)["origin"] == "learned"


def test_a_title_that_was_forgotten_is_said(shop):
    shop.ok("forget", "7psq", "--reason", "Wrong")
    title = "Clicking through an overlay with `force: true`"
    ran = shop("supersede", "8ab2", title)
    assert "the same anti-pattern was forgotten on 2026-11-22: Wrong" in ran.err


@pytest.mark.parametrize("owner", ["--team", "--user"])
def test_the_owner_and_the_store_stay(shop, owner):
    old = shop.json("add", "preference", owner, "Prefer tabs")["written"][0]["id"]
    new = supersede(shop, old, "Prefer spaces")
    told = shop.json("show", new)
    assert (told["agent"], told["title"]) == ("team", "Prefer spaces")
    assert shop.json("show", old)["superseded_by"] == new
    path = told["path"]
    root = shop.home / "alma" if owner == "--user" else shop.store
    assert (root / path).exists()


def test_a_dry_run_writes_nothing(shop):
    before = bytes_below(shop.folder)
    out = shop.ok("supersede", "8ab2", NEW, "--dry-run")
    assert out.startswith("would have: anti-pattern ")
    assert shop.json("supersede", "8ab2", NEW, "--dry-run")["dry_run"] is True
    assert bytes_below(shop.folder) == before


def test_without_a_commit_git_stays_as_it_is(shop):
    head = shop.git("rev-parse", "HEAD")
    assert shop.json("supersede", "8ab2", NEW, "--no-commit")["commit"] is None
    assert shop.git("rev-parse", "HEAD") == head
    assert SLEEP not in visible(shop)
