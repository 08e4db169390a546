"""`alma agent`, `alma domain`, `alma config show`: configuration without an editor."""

import tomllib

import pytest
from support.tree import bytes_below

HAND = """\
# mine
format = 1
default_agent = "qa"   # who else

[agents.qa]
about = 'Frontend QA' # single quotes stay
share_with = [
    "dev",  # a colleague
]
[agents.dev]

[git]
commit = true
"""


@pytest.fixture
def hand(alma):
    """A configuration that a person wrote."""
    alma.ok("init")
    alma.files({".alma/config.toml": HAND})
    alma.commit_by_hand()
    return alma


def config(alma):
    return tomllib.loads((alma.store / "config.toml").read_text())


def test_an_agent_is_added_with_all_it_may_and_shares(alma):
    alma.ok("init")
    alma.ok(
        *("agent", "add", "QA_Tester", "--about", "Frontend QA"),
        *("--can-learn", "Testing_Strategies,selector_patterns", "--can-learn", "ui/*"),
        *("--cannot-learn", "backend_logic", "--share-with", "*", "--inherit-from", "lead"),
    )
    assert config(alma)["agents"] == {
        "qa_tester": {
            "about": "Frontend QA",
            "can_learn": ["testing_strategies", "selector_patterns", "ui/*"],
            "cannot_learn": ["backend_logic"],
            "share_with": ["*"],
            "inherit_from": ["lead"],
        }
    }
    assert alma.git("log", "-1", "--format=%s") == "add agent qa_tester\n"


def test_the_first_agent_is_the_default_and_others_when_asked(alma):
    alma.ok("init")
    assert alma.ok("agent", "add", "one") == "added agent `one`, the default\n"
    assert alma.ok("agent", "add", "two") == "added agent `two`\n"
    alma.ok("agent", "add", "three", "--default")
    assert alma.ok("agent", "list") == "  one\n* three\n  two\n"


def test_a_new_agent_can_learn_at_once(alma):
    alma.ok("init")
    alma.ok("agent", "add", "one")
    assert alma("learn", "--success", "--task", "a", "--strategy", "b").status == 0


def test_comments_order_and_layout_of_a_person_survive_an_edit(hand):
    hand.ok("agent", "add", "lead", "--about", 'says "hi"')
    hand.ok("agent", "share", "qa", "--with", "lead")
    hand.ok(
        "domain", "add", "testing/selectors", "--about", "Finding things", "--keyword", "css,id"
    )
    text = (hand.store / "config.toml").read_text()
    for line in HAND.splitlines():
        assert line in text.splitlines()
    assert config(hand)["agents"]["qa"]["share_with"] == ["dev", "lead"]
    assert config(hand)["agents"]["lead"] == {"about": 'says "hi"'}
    assert config(hand)["domains"] == {
        "testing/selectors": {"about": "Finding things", "keywords": ["css", "id"]}
    }


def test_sharing_and_its_end_give_the_bytes_back(hand):
    hand.ok("agent", "share", "qa", "--with", "lead")
    hand.ok("agent", "unshare", "qa", "--with", "lead")
    assert config(hand) == tomllib.loads(HAND)


def test_windows_line_ends_and_a_byte_order_mark_survive_an_edit(hand):
    file = hand.store / "config.toml"
    file.write_bytes(("\ufeff" + HAND.replace("\n", "\r\n")).encode())
    hand.commit_by_hand()
    hand.ok("agent", "add", "lead")
    content = file.read_bytes()
    assert content.startswith(b"\xef\xbb\xbf# mine\r\n")
    assert b"[agents.lead]" in content
    assert content.count(b"\r\n") >= HAND.count("\n")


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (["agent", "add", "qa"], 2),
        (["agent", "add", "QA"], 2),
        (["agent", "add", "team"], 2),
        (["agent", "add", "a/b"], 2),
        (["agent", "add", "nul"], 2),
        (["agent", "add", "x", "--can-learn", "a b"], 2),
        (["agent", "add", "x", "--inherit-from", "*"], 2),
        (["agent", "explain", "nobody"], 2),
        (["agent", "share", "nobody", "--with", "qa"], 2),
        (["agent", "share", "qa", "--with", "a b"], 2),
        (["agent", "unshare", "qa", "--with", "lead"], 1),
        (["domain", "add", "a b"], 2),
        (["domain", "add", "a//b"], 2),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_does_not_fit_is_an_error_and_writes_nothing(hand, words, status):
    before = bytes_below(hand.folder)
    ran = hand(*words)
    assert (ran.status, ran.out) == (status, "")
    assert bytes_below(hand.folder) == before


def test_a_domain_is_described_once(hand):
    hand.ok("domain", "add", "Billing")
    assert hand("domain", "add", "billing").status == 2


def test_sharing_twice_changes_nothing(hand):
    before = bytes_below(hand.folder)
    assert hand.ok("agent", "share", "qa", "--with", "dev") == "`qa` shares with `dev` already\n"
    assert bytes_below(hand.folder) == before


def test_sharing_with_who_is_not_there_yet_is_a_warning(hand):
    ran = hand("agent", "share", "qa", "--with", "later")
    assert ran.status == 0
    assert ran.err == "warning: `later` is not a configured agent yet\n"


def test_sharing_with_who_will_not_read_it_is_a_warning(hand):
    hand.ok("agent", "add", "picky", "--inherit-from", "dev")
    assert "it will not read it" in hand("agent", "share", "qa", "--with", "picky").err


def test_explain_says_what_it_may_learn_whom_it_reads_and_why(shop):
    assert shop.ok("agent", "explain", "junior_dev").splitlines() == [
        "junior_dev: Features and bug fixes, with senior_architect's lessons at hand",
        "may learn: everything",
        "reads:",
        "  junior_dev (its own)",
        "  team (every agent reads the team's)",
        "  senior_architect (inherited: `senior_architect` shares with it)",
        "shares with: nobody",
    ]
    lines = shop.ok("agent", "explain", "QA_tester").splitlines()
    assert "may learn: testing_strategies, selector_patterns" in lines
    assert "may not learn: backend_logic, database_queries" in lines


def test_explain_names_what_cannot_come_true(hand):
    hand.ok("agent", "add", "spy", "--inherit-from", "qa,ghost", "--share-with", "nobody")
    assert hand.json("agent", "explain", "spy")["problems"] == [
        "`spy` inherits from `qa`, which does not share with it",
        "`spy` inherits from `ghost`, which is not defined",
        "`spy` shares with `nobody`, which is not defined",
    ]


def test_domains_are_listed_with_their_memories(hand):
    hand.ok("agent", "add", "x", "--can-learn", "layout", "--cannot-learn", "b*")
    hand.ok("domain", "add", "billing", "--about", "Invoices")
    hand.ok("add", "knowledge", "one", "--domain", "testing")
    told = {each["domain"]: each["memories"] for each in hand.json("domain", "list")["domains"]}
    assert told == {"billing": 0, "layout": 0, "testing": 1}
    assert "    0  billing  Invoices\n" in hand.ok("domain", "list")


def test_every_value_is_shown_with_where_it_came_from(hand):
    told = {each["key"]: each for each in hand.json("config", "show")["values"]}
    file = str(hand.store / "config.toml")
    assert (told["default_agent"]["value"], told["default_agent"]["origin"]) == ("qa", file)
    assert (told["recall.limit"]["value"], told["recall.limit"]["origin"]) == (8, "default")
    assert told["agents.qa.about"]["value"] == "Frontend QA"
    hand.environ["ALMA_AGENT"] = "dev"
    told = {each["key"]: each for each in hand.json("config", "show")["values"]}
    assert (told["default_agent"]["value"], told["default_agent"]["origin"]) == (
        "dev",
        "ALMA_AGENT",
    )
    assert told["user_store"]["origin"] == "ALMA_USER_STORE"


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("format = 1\n\nlimit = 3\n", 3, "`limit` is not a known key"),
        ("[agents.qa]\ncan_lern = []\n", 2, "`agents.qa.can_lern` is not a known key"),
        ("[recall]\n\nlimit = 0\n", 3, "`recall.limit` is not a whole number"),
        ("[recall]\nhalf_life_days = 'x'\n", 2, "is not a number of days"),
        ("[git]\ncommit = 'maybe'\n", 2, "is not `true`, `false` or"),
        ("format = 2\n", 1, "this `alma` reads and writes format 1"),
        ("[agents.team]\n", 1, "`team` is what every agent reads"),
        ("[agents.qa]\nshare_with = 'dev'\n", 2, "is not a list of strings"),
        ("a = [\n", None, "config.toml:"),
    ],
)
def test_a_wrong_configuration_is_named_with_file_and_line(hand, text, line, said):
    (hand.store / "config.toml").write_text(text)
    ran = hand("list")
    assert (ran.status, ran.out) == (2, "")
    assert said in ran.err
    if line:
        assert f"{hand.store / 'config.toml'}:{line}: " in ran.err


def test_an_unknown_key_is_told_the_nearest_known_one(hand):
    (hand.store / "config.toml").write_text("[agents.qa]\ncan_lern = []\n")
    assert "hint: did you mean `can_learn`?" in hand("list").err


def test_without_a_store_every_command_says_so(bare):
    for words in (
        *(["recall", "x"], ["learn", "--success", "--task", "a", "--strategy", "b"], ["list"]),
        *(["add", "knowledge", "x"], ["show", "8ab2"], ["feedback", "8ab2", "--helpful"], ["log"]),
        *(["undo"], ["commit"], ["import", "-"], ["agent", "list"], ["agent", "add", "x"]),
        *(["domain", "list"], ["config", "show"]),
    ):
        ran = bare(*words)
        assert (words, ran.status, ran.out) == (words, 10, "")
        assert ran.err.startswith("error: no `.alma` in ")
        assert "hint: `alma init` makes one" in ran.err
        assert bare(*words, "--json").json["error"]["code"] == "no-store"
    assert not bare.store.exists()


def test_what_somebody_is_about_is_told_on_one_line(hand):
    forged = 'about = "Frontend\\nforged: a line of its own"'
    config = HAND.replace("about = 'Frontend QA' # single quotes stay", forged)
    hand.files({".alma/config.toml": f"{config}\n[domains.api]\n{forged}\n"})
    for command in (("agent", "list"), ("agent", "explain", "qa"), ("domain", "list")):
        lines = hand.ok(*command).splitlines()
        assert sum("forged: " in line for line in lines) == 1
        assert not any(line.startswith("forged: ") for line in lines)
