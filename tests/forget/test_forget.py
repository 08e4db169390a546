"""`alma forget`: the memory goes, a tombstone without its words stays, and everybody honours it."""

import hashlib
import tomllib

import pytest
from support.tree import bytes_below, files_holding, tomb_of

SLEEP = "8ab27pwz4c"
PATH = f"agents/qa_tester/anti-patterns/using-sleep-for-async-waits--{SLEEP}.md"
TITLE = "Using sleep() for async waits"
WHY = "forgotten on 2026-11-22: The framework waits by itself"


@pytest.fixture
def forgotten(shop):
    """The example store without its lesson on `sleep()`."""
    shop.ok("forget", "8ab2", "--reason", "The framework waits by itself")
    return shop


def test_the_file_goes_and_a_tombstone_comes_in_one_event(shop):
    told = shop.json("forget", "8ab2", "--reason", "Waits by itself")
    tomb = f"agents/qa_tester/forgotten/{SLEEP}.{told['event']}.md"
    assert told["written"] == [{"id": SLEEP, "kind": "anti-pattern", "path": tomb}]
    assert told["removed"] == [{"id": SLEEP, "kind": "anti-pattern", "path": PATH}]
    changed = shop.git("show", "--name-status", "--no-renames", "--format=%s", "HEAD")
    assert changed.split("\n") == [
        f'qa_tester: forget anti-pattern "{TITLE}"',
        "",
        f"D\t.alma/{PATH}",
        f"A\t.alma/{tomb}",
        "",
    ]
    assert shop.json("log", "-n", "1")["events"][0]["memories"] == [SLEEP]
    assert shop.ok("list", "--json").count(SLEEP) == 0


def test_it_says_what_was_forgotten(shop):
    assert shop.ok("forget", "8AB2") == f'forgot anti-pattern {SLEEP} "{TITLE}"\n'


def test_the_tombstone_has_when_why_and_a_digest_and_no_word_of_the_memory(forgotten):
    content = (forgotten.store / tomb_of(forgotten, SLEEP)).read_text()
    _, header, body = content.split("+++\n")
    held = tomllib.loads(header)
    event = held.pop("source")["event"]
    assert event == forgotten.json("log")["events"][0]["event"]
    assert held.pop("created").isoformat() == "2026-11-22T12:01:00+00:00"
    digest = hashlib.sha256(b"using sleep() for async waits").hexdigest()
    common = {"id": SLEEP, "kind": "anti-pattern", "agent": "qa_tester"}
    assert held == common | {"title_digest": digest}
    assert body == "The framework waits by itself\n"
    assert "sleep" not in content


def test_a_reason_is_optional_and_can_come_from_standard_input(shop):
    shop.ok("forget", "k3f9")
    assert (shop.store / tomb_of(shop, "k3f9x2m7qd")).read_text().endswith("+++\n")
    shop.ok("forget", "8ab2", "--reason", "-", stdin="Two\nlines\n")
    assert (shop.store / tomb_of(shop, SLEEP)).read_text().endswith("+++\nTwo\nlines\n")


def test_nobody_sees_it_any_more(forgotten):
    asked = forgotten.json("recall", TITLE, "--agent", "qa_tester", "--kind", "anti-pattern")
    assert SLEEP not in {hit["id"] for hit in asked["hits"]}
    assert SLEEP not in {each["id"] for each in forgotten.json("list")["memories"]}
    assert f"id={SLEEP}" not in forgotten.ok("recall", "--agent", "qa_tester")


@pytest.mark.parametrize(
    "command",
    [
        ("show", "8ab2"),
        ("show", SLEEP),
        ("feedback", "8ab2", "--helpful"),
        ("edit", "8ab2", "--set", "why=x"),
        ("forget", "8ab2"),
        ("supersede", "8ab2", "Sleeping"),
        ("learn", "--success", "--task", "a", "--strategy", "b", "--lesson", "8ab2"),
    ],
)
def test_whoever_names_it_is_told_when_and_why(forgotten, command):
    before = bytes_below(forgotten.folder)
    ran = forgotten(*command)
    assert (ran.status, ran.out) == (1, "")
    assert ran.err == (
        f"error: {SLEEP} was forgotten on 2026-11-22: The framework waits by itself\n"
        f"hint: `alma restore {SLEEP}` takes it back\n"
    )
    assert bytes_below(forgotten.folder) == before


def test_it_is_told_in_json_too(forgotten):
    ran = forgotten("show", "8ab2", "--json")
    assert ran.status == 1
    assert "was forgotten on 2026-11-22" in ran.json["error"]["message"]


def learned(alma, *more):
    how = ("--task", "Test the cart", "--domain", "testing_strategies", "--strategy")
    return alma.json("learn", "--failure", "--agent", "qa_tester", *how, *more)


@pytest.mark.parametrize("title", [TITLE, "using SLEEP()  for async waits."])
def test_learning_the_same_again_is_allowed_and_says_so(forgotten, title):
    told = learned(forgotten, title)
    assert told["lesson"]["new"] is True
    assert told["warnings"] == [f"the same anti-pattern was {WHY} (`alma restore {SLEEP}`)"]
    assert told["lesson"]["id"] in {each["id"] for each in forgotten.json("list")["memories"]}


def test_adding_the_same_again_is_allowed_and_says_so(forgotten):
    ran = forgotten("add", "anti-pattern", TITLE, "--agent", "qa_tester")
    assert ran.status == 0
    assert "warning: the same anti-pattern was forgotten on 2026-11-22" in ran.err


@pytest.mark.parametrize(
    "command",
    [
        ("add", "knowledge", TITLE, "--agent", "qa_tester"),
        ("add", "anti-pattern", TITLE, "--team"),
        ("add", "anti-pattern", "Using sleep(5) for async waits", "--agent", "qa_tester"),
    ],
)
def test_another_kind_owner_or_title_is_another_memory(forgotten, command):
    assert "was forgotten" not in forgotten(*command).err


def test_a_store_without_that_tombstone_says_nothing(shop):
    shop.ok("forget", "k3f9")
    assert learned(shop, "Click the logo")["warnings"] == []


def test_outcomes_that_named_it_stay(forgotten):
    assert forgotten.json("show", "p0d6")["lessons"] == [SLEEP]


def test_an_outcome_can_be_forgotten_and_counts_no_more(shop):
    before = shop.json("show", SLEEP)["evidence"]
    shop.ok("forget", "p0d6", "--reason", "It was another test")
    assert shop.json("show", SLEEP)["evidence"] == {**before, "for": before["for"] - 1}


def test_an_undone_forget_gives_every_byte_back(shop):
    def memory():
        held = bytes_below(shop.folder)
        return {name: content for name, content in held.items() if name.startswith(".alma/")}

    before = memory()
    shop.ok("forget", "8ab2")
    assert memory() != before
    shop.ok("undo")
    assert memory() == before


def test_a_file_without_an_id_is_forgotten_by_the_id_of_its_path(shop):
    shop.files(
        {".alma/agents/team/knowledge/tokens.md": '+++\nkind = "knowledge"\n+++\n# Tokens\n'}
    )
    shop.commit_by_hand()
    (id_,) = (
        each["id"] for each in shop.json("list", "--team")["memories"] if each["title"] == "Tokens"
    )
    shop.ok("forget", id_)
    assert not (shop.store / "agents/team/knowledge/tokens.md").exists()
    assert "was forgotten" in shop("show", id_).err


def test_what_no_commit_holds_cannot_come_back_and_that_is_said(shop):
    made = shop.json("add", "knowledge", "CI has two cores", "--no-commit")["written"][0]["id"]
    ran = shop("forget", made, "--no-commit")
    assert ran.status == 0
    assert "warning: no commit holds it, so `alma restore` cannot take it back" in ran.err
    assert shop("forget", "8ab2").err == ""


def test_a_memory_of_an_agent_that_is_not_configured_can_be_forgotten(shop):
    shop.files({".alma/agents/stranger/knowledge/1.md": '+++\nid = "cccc000001"\n+++\n# Stray\n'})
    shop.commit_by_hand()
    shop.ok("forget", "cccc000001")
    assert tomb_of(shop, "cccc000001").startswith("agents/stranger/forgotten/")


def test_a_memory_of_the_users_own_is_forgotten_in_its_own_store(shop):
    made = shop.json("add", "preference", "--user", "Prefer tabs")["written"][0]["id"]
    before = bytes_below(shop.folder)
    shop.ok("forget", made, "--reason", "Spaces")
    assert bytes_below(shop.folder) == before
    own = shop.home / "alma" / "agents/team"
    assert [path.name.split(".")[0] for path in own.rglob("*.md")] == [made]
    assert "forgotten on 2026-11-22: Spaces" in shop("show", made).err
    ran = shop("add", "preference", "--user", "Prefer tabs")
    assert "the same preference was forgotten on 2026-11-22: Spaces" in ran.err
    assert shop.ok("restore", made).startswith(f'restored preference {made} "Prefer tabs" from ')
    assert shop.json("show", made)["title"] == "Prefer tabs"
    assert bytes_below(shop.folder) == before


def test_a_dry_run_writes_nothing_and_names_the_files(shop):
    before = bytes_below(shop.folder)
    out = shop.ok("forget", "8ab2", "--dry-run")
    removed, new = out.splitlines()[1:]
    assert removed == f"  remove {PATH}"
    assert new.startswith(f"  new    agents/qa_tester/forgotten/{SLEEP}.")
    assert bytes_below(shop.folder) == before


def test_without_a_commit_git_stays_as_it_is(shop):
    head = shop.git("rev-parse", "HEAD")
    assert shop.json("forget", "8ab2", "--no-commit")["commit"] is None
    assert shop.git("rev-parse", "HEAD") == head
    assert not (shop.store / PATH).exists()


TOKEN = "ghp_" + "A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8"


def test_a_secret_in_the_reason_is_refused(shop):
    ran = shop("forget", "8ab2", "--reason", f"it held {TOKEN}")
    assert ran.status == 3
    assert (shop.store / PATH).exists()
    assert files_holding(shop, TOKEN) == []


def test_an_unknown_id_is_no_and_an_ambiguous_one_is_usage(shop):
    assert shop("forget", "zzzz").status == 1
    assert shop("forget", "8ab").status == 2


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"+++\nx = [\n+++\n", b"+++\n+++\n"])
def test_a_damaged_tombstone_still_hides_and_breaks_nothing(shop, content):
    shop.files({f".alma/agents/qa_tester/forgotten/{SLEEP}.md": content})
    assert SLEEP not in {each["id"] for each in shop.json("list")["memories"]}
    assert "hidden      forgotten\n" in shop.ok("show", "8ab2")
    assert learned(shop, "Click the logo")["lesson"]["new"] is True


def test_a_full_folder_of_tombstones_takes_more_in_folders_of_their_own(shop):
    tombs = {f".alma/agents/qa_tester/forgotten/{n:010}.md": "+++\n+++\n" for n in range(512)}
    shop.files(tombs)
    shop.ok("forget", "8ab2", "--reason", "Full")
    assert tomb_of(shop, SLEEP).startswith(f"agents/qa_tester/forgotten/8/{SLEEP}.")
    assert "forgotten on 2026-11-22: Full" in shop("show", "8ab2").err
    assert "was forgotten" in learned(shop, TITLE)["warnings"][0]
    shop.ok("restore", "8ab2")
    assert shop.json("show", "8ab2")["id"] == SLEEP


def test_what_came_of_it_does_not_bring_its_words_back(alma):
    alma.ok("init", "--agent", "qa")
    told = (
        "learn",
        "--failure",
        "--task",
        "Test the form",
        "--strategy",
        "sleep(5) before clicking",
    )
    lesson = alma.json(*told)["lesson"]["id"]
    assert "sleep(5)" in alma.ok("recall", "form")
    alma.ok("forget", lesson)
    assert alma.json("recall", "form")["hits"] == []
    assert len(alma.json("recall", "form", "--kind", "outcome")["hits"]) == 1
    alma.ok("restore", lesson)
    assert "sleep(5)" in alma.ok("recall", "form")
