"""`alma edit ID --set field=value`: one field changes, through the same gate as a new memory."""

import pytest
from support.tree import bytes_below, files_holding

SLEEP = "8ab27pwz4c"
PATH = f"agents/qa_tester/anti-patterns/using-sleep-for-async-waits--{SLEEP}.md"


@pytest.fixture
def sleep(shop):
    """Returns the example's file on `sleep()` as a way to look at it and to change it."""
    return shop.store / PATH


def show(alma, id_=SLEEP):
    return alma.json("show", id_)


def test_fields_are_set_and_said(shop):
    said = shop.ok("edit", "8ab2", "--set", "why=Slow", "--set", "title=Sleeping in tests")
    assert said == f'edited anti-pattern {SLEEP} "Sleeping in tests": title, why\n'
    told = show(shop)
    assert (told["title"], told["why"]) == ("Sleeping in tests", "Slow")


def test_every_field_can_be_set(shop):
    wanted = {"text": "More.\n\nAnd more.", "better": "Wait", "when": "CI", "code": "sleep(1)"}
    flags = [flag for name, value in wanted.items() for flag in ("--set", f"{name}={value}")]
    flags += ["--set", "domain=testing_strategies/e2e", "--set", "tags=ci, Slow", "--set", "tags=x"]
    shop.ok("edit", SLEEP, *flags, "--set", "paths=e2e/**", "--set", "paths=ui/{a,b}.ts")
    told = show(shop)
    assert {name: told[name] for name in wanted} == wanted
    assert told["domain"] == "testing_strategies/e2e"
    assert (told["tags"], told["paths"]) == (["ci", "slow", "x"], ["e2e/**", "ui/{a,b}.ts"])


def test_only_the_lines_of_the_field_change(shop, sleep):
    before = sleep.read_text()
    shop.ok("edit", SLEEP, "--set", "why=Slow")
    assert sleep.read_text() == before.replace("Causes flaky tests, wastes time.", "Slow")


def test_comments_unknown_keys_carriage_returns_and_mark_survive(shop, sleep):
    odd = sleep.read_text().replace("tags = [", "# mine\nfuture = {a = 1}  # new\ntags  =  [")
    odd = b"\xef\xbb\xbf" + odd.replace("\n", "\r\n").encode()
    sleep.write_bytes(odd)
    shop.commit_by_hand()
    shop.ok("edit", SLEEP, "--set", "tags=ci", "--set", "better=Wait for the\nevent")
    expected = odd.replace(b'["async", "playwright"]', b'["ci"]')
    expected = expected.replace(b"Use explicit waits with conditions.", b"Wait for the\r\nevent")
    assert sleep.read_bytes() == expected


def test_an_empty_value_takes_the_section_away(shop, sleep):
    shop.ok("edit", SLEEP, "--set", "why=", "--set", "tags=")
    assert "Why it is bad" not in sleep.read_text()
    assert (show(shop)["why"], show(shop)["tags"]) == ("", [])


def test_a_value_can_come_from_standard_input(shop):
    shop.ok("edit", SLEEP, "--set", "text=-", stdin="Line one\nline = two\n")
    assert show(shop)["text"] == "Line one\nline = two"


def test_a_text_that_looks_like_a_heading_stays_text(shop):
    shop.ok("edit", SLEEP, "--set", "why=Slow\n## Do instead\nSleep more")
    told = show(shop)
    assert told["why"] == "Slow\n## Do instead\nSleep more"
    assert told["better"] == "Use explicit waits with conditions."


def test_a_new_title_keeps_the_name_of_the_file(shop):
    told = shop.json("edit", SLEEP, "--set", "title=Sleeping")
    assert told["written"] == [{"id": SLEEP, "kind": "anti-pattern", "path": PATH}]
    assert f"--{SLEEP}.md" in shop.ok("show", SLEEP)


def test_it_is_one_event_of_the_owner_and_can_be_undone(shop, sleep):
    before = sleep.read_bytes()
    shop.ok("edit", SLEEP, "--set", "why=Slow")
    assert shop.git("log", "-1", "--format=%s").strip() == (
        'qa_tester: edit anti-pattern "Using sleep() for async waits"'
    )
    assert shop.git("show", "--name-only", "--format=", "HEAD").split() == [f".alma/{PATH}"]
    shop.ok("undo")
    assert sleep.read_bytes() == before


def test_evidence_stays_with_it(shop):
    before = show(shop)["evidence"]
    shop.ok("edit", SLEEP, "--set", "title=Sleeping")
    assert show(shop)["evidence"] == before


def test_recall_knows_the_new_words_at_once(shop):
    shop.ok("edit", SLEEP, "--set", "title=Zebra crossings")
    hits = shop.json("recall", "zebra crossings", "--agent", "qa_tester")["hits"]
    assert hits[0]["id"] == SLEEP


def test_setting_what_is_there_makes_no_event(shop):
    head = shop.git("rev-parse", "HEAD")
    told = shop.json("edit", SLEEP, "--set", "tags=async,playwright")
    assert (told["event"], told["written"]) == (None, [])
    assert shop.git("rev-parse", "HEAD") == head


WRONG = {
    "id=aaaaaaaaaa": "`id` cannot be set",
    "kind=heuristic": "`kind` cannot be set",
    "agent=backend_dev": "`agent` cannot be set",
    "created=2020-01-01": "`created` cannot be set",
    "colour=red": "`colour` cannot be set",
    "why": "`--set why` has no value",
    "title=": "a title is empty",
    "title=one\ntwo": "a title is one line",
    "domain=": "is not a name for a domain",
    "tags=two words": "is not a name for a tag",
    "text=a\0b": "NUL",
    "text=" + "x" * 40_000: "larger than 32 KiB",
}


@pytest.mark.parametrize("wish", WRONG, ids=lambda wish: wish[:20])
def test_what_cannot_be_set_is_a_usage_error_and_changes_nothing(shop, wish):
    before = bytes_below(shop.folder)
    ran = shop("edit", SLEEP, "--set", wish)
    assert (ran.status, ran.out) == (2, "")
    assert WRONG[wish] in ran.err
    assert bytes_below(shop.folder) == before


def test_a_text_set_twice_is_a_usage_error(shop):
    ran = shop("edit", SLEEP, "--set", "why=a", "--set", "why=b")
    assert ran.status == 2
    assert "`why` is set twice" in ran.err


def test_what_a_kind_does_not_have_cannot_be_set(shop):
    ran = shop("edit", "7j6b", "--set", "why=because")
    assert ran.status == 2
    assert "a knowledge has no `why`" in ran.err


def test_an_outcome_never_changes(shop):
    ran = shop("edit", "p0d6", "--set", "title=other")
    assert ran.status == 2
    assert "an outcome, which never changes" in ran.err


def test_an_unknown_id_is_no(shop):
    assert shop("edit", "zzzz", "--set", "why=a").status == 1


def test_without_a_change_and_a_terminal_it_is_a_usage_error(shop):
    shop.environ["EDITOR"] = "false"
    for ran in (shop("edit", SLEEP), shop("edit", SLEEP, terminal=True)):
        assert ran.status == 2
        assert f"hint: say it: `alma edit {SLEEP} --set field=value`" in ran.err


def test_scope_holds_for_an_edit_as_for_a_new_memory(shop):
    ran = shop("edit", SLEEP, "--set", "domain=backend_logic")
    assert ran.status == 3
    forced = shop.json("edit", SLEEP, "--set", "domain=backend_logic", "--force")
    assert any("recorded by force" in warning for warning in forced["warnings"])
    assert "backend_logic" in show(shop)["source"]["forced"]


def test_what_was_forced_once_can_be_edited_but_not_moved_on(shop):
    shop.ok("edit", SLEEP, "--set", "domain=backend_logic", "--force")
    shop.ok("edit", SLEEP, "--set", "why=Slow")
    assert shop("edit", SLEEP, "--set", "domain=database_queries").status == 3


def test_words_of_a_forbidden_domain_are_refused(shop):
    sql = "Write a left join with a subquery over the foreign key in postgres"
    ran = shop("edit", SLEEP, "--set", f"title={sql}", "--set", "why=", "--set", "better=")
    assert ran.status == 3
    assert "this reads like `database_queries`" in ran.err


TOKEN = "ghp_" + "A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8"


def test_a_secret_is_refused_and_written_nowhere(shop):
    ran = shop("edit", SLEEP, "--set", f"text=use {TOKEN}")
    assert ran.status == 3
    assert files_holding(shop, TOKEN) == []
    shop.ok("edit", SLEEP, "--set", f"text=use {TOKEN}", "--allow-secret", "made up")
    assert show(shop)["source"] | {"allowed_secret": "made up"} == show(shop)["source"]
    shop.ok("edit", SLEEP, "--set", "why=Slow")
    assert shop("edit", SLEEP, "--set", f"why={TOKEN[:-1]}9").status == 3


def test_a_dry_run_says_what_would_be_and_writes_nothing(shop):
    before = bytes_below(shop.folder)
    out = shop.ok("edit", SLEEP, "--set", "why=Slow", "--dry-run")
    assert out.startswith(f"would have: edited anti-pattern {SLEEP}")
    assert out.endswith(f"  edit   {PATH}\n")
    assert bytes_below(shop.folder) == before


def test_without_a_commit_only_the_file_changes(shop, sleep):
    head = shop.git("rev-parse", "HEAD")
    assert shop.json("edit", SLEEP, "--set", "why=Slow", "--no-commit")["commit"] is None
    assert shop.git("rev-parse", "HEAD") == head
    assert "Slow" in sleep.read_text()


def test_a_memory_of_the_users_own_is_edited_in_its_own_store(shop):
    made = shop.json("add", "preference", "--user", "Prefer tabs")["written"][0]["id"]
    before = bytes_below(shop.folder)
    shop.ok("edit", made[:6], "--set", "title=Prefer spaces")
    assert bytes_below(shop.folder) == before
    assert show(shop, made)["title"] == "Prefer spaces"
    own = shop.home / "alma"
    assert 'edit preference "Prefer spaces"' in shop.git("-C", str(own), "log", "-1", "--format=%s")


def test_a_memory_of_an_agent_that_is_not_configured_is_refused(shop):
    text = '+++\nid = "cccc000001"\n+++\n# Stray\n'
    shop.files({".alma/agents/stranger/knowledge/1.md": text})
    ran = shop("edit", "cccc000001", "--set", "title=Found")
    assert ran.status == 2
    assert "alma agent add stranger" in ran.err


def test_a_file_that_a_person_wrote_with_the_least_is_edited_too(shop):
    path = ".alma/agents/team/knowledge/cores.md"
    shop.files({path: "+++\n+++\n# CI has two cores"})
    shop.commit_by_hand()
    (id_,) = (m["id"] for m in shop.json("list")["memories"] if m["title"] == "CI has two cores")
    shop.ok("edit", id_, "--set", "title=CI has four cores", "--set", "text=Since May")
    assert (shop.folder / path).read_text() == "+++\n+++\n# CI has four cores\n\nSince May\n"
