"""`alma config set`: one value, checked as it is read, and not a byte of the rest."""

import difflib
import tomllib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.tree import bytes_below

from alma_cli.config_edit import ConfigEdit
from alma_cli.errors import Usage
from alma_cli.place import Place


def config(shop):
    return (shop.store / "config.toml").read_text("utf-8")


def changes(before, after):
    return [
        line
        for line in difflib.ndiff(before.splitlines(), after.splitlines())
        if line[:1] in {"+", "-"} and line.strip() not in {"+", "-"}
    ]


@pytest.mark.parametrize(
    ("key", "value", "stands"),
    [
        ("recall.limit", "5", 5),
        ("recall.budget", "1200", 1200),
        ("recall.half_life_days", "30", 30),
        ("recall.half_life_days", "0.5", 0.5),
        ("git.commit", "batch", "batch"),
        ("git.commit", "false", False),
        ("git.sign", "true", True),
        ("default_agent", "Backend_Dev", "backend_dev"),
        ("agents.qa_tester.about", "5", "5"),
        ("agents.QA_Tester.about", "who, what", "who, what"),
        ("agents.qa_tester.about", "", ""),
        ("agents.qa_tester.can_learn", "Testing, forms/*", ["testing", "forms/*"]),
        ("agents.qa_tester.can_learn", "", []),
        ("agents.qa_tester.can_learn", '["testing"]', ["testing"]),
        ("agents.qa_tester.share_with", "*", ["*"]),
        ("agents.junior_dev.inherit_from", "QA_agent", ["qa_agent"]),
        ("domains.billing.keywords", '["query plan, slow", "sql"]', ["query plan, slow", "sql"]),
        ("domains.billing.keywords", "12", ["12"]),
        ('domains."testing/load".about', "Load", "Load"),
        ("domains.testing/load.about", "Load", "Load"),
    ],
)
def test_a_value_stands_where_it_was_set_and_nothing_else_changed(shop, key, value, stands):
    before = tomllib.loads(config(shop))
    shop.ok("config", "set", key, value)
    after = tomllib.loads(config(shop))
    *tables, last = key.replace('"', "").lower().split(".")
    was, now = before, after
    for name in tables:
        was, now = was.setdefault(name, {}), now[name]
    assert now[last] == stands
    was[last] = stands
    assert before == after


def test_comments_and_layout_stay(shop):
    before = config(shop)
    shop.ok("config", "set", "agents.qa_tester.about", "The storefront")
    shop.ok("config", "set", "recall.limit", "5")
    assert changes(before, config(shop)) == [
        '- about = "Frontend QA"',
        '+ about = "The storefront"',
        "- limit = 8             # memories in one answer",
        "+ limit = 5             # memories in one answer",
    ]


LAYOUTS = [
    "",
    "format = 1\n# the end",
    "agents.qa.about = 'x'  # who\n\n[recall]\nlimit = 3\n",
    "[agents]\nqa = {about='x'}\n",
    "[agents]\nqa.about = 'x'\n",
    "agents = { qa = { about = 'x' } }\n",
    "recall = {limit = 3}\n[agents.qa]\n",
    "recall.limit = 3\n[agents.qa]\nabout='x'",
    "[agents.qa] # a\n[recall]\n# c\nlimit=3 # d\n\n# e\n[git]\ncommit = true\n",
    "[agents.QA]\nabout='''\na\n[b]\n'''\n[recall]\n",
    "# top\n[agents.qa] # x\ncan_learn = [\n 'a', # b\n]\n\n# about git\n[git]\nsign=true\n\n# tail\n",
    "[agents]\n[agents.qa]\r\n[recall]\r\nlimit = 3",
    "\ufeff[domains.'t/f']\nabout='y'\n[agents.qa]\n",
]
VALUES = [
    (("recall", "limit"), 5),
    (("recall", "half_life_days"), 0.5),
    (("git", "commit"), "batch"),
    (("git", "sign"), False),
    (("agents", "qa", "can_learn"), ["a", 'b"c']),
    (("agents", "qa", "about"), "two\nlines [x] # no comment"),
    (("domains", "t/f", "keywords"), ["k"]),
    (("default_agent",), "qa"),
]


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize(("key", "value"), VALUES)
def test_a_key_is_set_however_the_file_is_laid_out(tmp_path, layout, key, value):
    (tmp_path / "config.toml").write_bytes(layout.encode())
    edit = ConfigEdit(Place(tmp_path))
    assert edit.assign(key, value)
    after = edit.put().content.decode()
    table = tomllib.loads(after.removeprefix("\ufeff"))
    for part in key:
        table = {name.lower(): held for name, held in table.items()}[part]
    assert table == value
    kept = [line.rpartition("#")[2] for line in layout.split("\n") if " #" in line]
    assert all(comment in after for comment in kept if "b" not in comment)
    assert not edit.assign(key, value)
    assert edit.put().content.decode() == after


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(LAYOUTS), st.lists(st.sampled_from(VALUES), max_size=6))
def test_keys_may_be_set_in_any_order(tmp_path, layout, steps):
    (tmp_path / "config.toml").write_bytes(layout.encode())
    edit = ConfigEdit(Place(tmp_path))
    for key, value in steps:
        edit.assign(key, value)
    after = tomllib.loads(edit.put().content.decode("utf-8-sig"))
    for key, value in steps:
        table = after
        for part in key:
            table = {name.lower(): held for name, held in table.items()}[part]
        assert table == value


def test_a_layout_in_which_there_is_no_room_is_said_to_be_one(tmp_path):
    (tmp_path / "config.toml").write_text("agents = { qa = { about = 'x' } }\n")
    with pytest.raises(Usage, match="layout"):
        ConfigEdit(Place(tmp_path)).assign(("agents", "dev", "about"), "y")


REFUSED = [
    ("recall.limti", "5", "`recall.limti` is not a known key", "did you mean `recall.limit`?"),
    ("limit", "5", "`limit` is not a known key", ""),
    ("output_format", "md", "`output_format` is not a known key", ""),
    ("a.b.c.d", "5", "`a.b.c.d` is not a known key", ""),
    ("", "5", "`` is not a known key", ""),
    ("recall", "5", "`recall` is a table", "`recall.limit`, `recall.budget`"),
    ("agents.qa_tester", "5", "`agents.qa_tester` is a table", "`agents.qa_tester.can_learn`"),
    ("agents.qa_tester.abuot", "x", "is not a known key", "did you mean `agents.qa_tester.about`"),
    ("recall.limit", "many", "`recall.limit` is not a whole number", ""),
    ("recall.limit", "0", "`recall.limit` is not a whole number", ""),
    ("recall.limit", "true", "`recall.limit` is not a whole number", ""),
    ("recall.limit", "[[[[" * 9999, "`recall.limit` is not a whole number", ""),
    ("recall.half_life_days", "NaN", "is not a number of days above 0", ""),
    ("git.commit", "maybe", '`git.commit` is not `true`, `false` or `"batch"`', ""),
    ("git.sign", "yes", "`git.sign` is neither `true` nor `false`", ""),
    ("format", "2", "writes format 1", ""),
    ("agents.qa_tester.can_learn", "a b", "`a b` is not a name for a domain", ""),
    ("agents.qa_tester.can_learn", "[1]", "is not a list of strings", ""),
    ("agents.qa_tester.share_with", "team", "`team` is what every agent reads", ""),
    ("domains.a b.about", "x", "`a b` is not a name for a domain", ""),
    ("agents.nobody.about", "x", "agent `nobody` is not in", "`alma agent add nobody` adds it"),
    ("default_agent", "nobody", "agent `nobody` is not in", "`alma agent add nobody` adds it"),
]


@pytest.mark.parametrize(("key", "value", "said", "hint"), REFUSED)
def test_what_reading_would_refuse_is_not_written(shop, key, value, said, hint):
    before = bytes_below(shop.folder)
    ran = shop("config", "set", key, value)
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.startswith("error: ")
    assert said in ran.err
    assert hint in ran.err
    assert bytes_below(shop.folder) == before


def test_a_secret_is_not_written(shop):
    before = bytes_below(shop.folder)
    ran = shop("config", "set", "agents.qa_tester.about", "ghp_" + "a1B2c3D4e5F6g7H8i9J0" * 2)
    assert ran.status == 3
    assert bytes_below(shop.folder) == before


def test_it_is_one_event_that_can_be_undone(shop):
    before = config(shop)
    told = shop.json("config", "set", "recall.limit", "5")
    assert [each["path"] for each in told["written"]] == ["config.toml"]
    event = shop.json("log", "-n", "1")["events"][0]
    assert (event["event"], event["summary"]) == (told["event"], "set recall.limit to 5")
    shop.ok("undo")
    assert config(shop) == before


def test_what_is_so_already_is_no_event(shop):
    before = bytes_below(shop.folder)
    told = shop.json("config", "set", "agents.qa_tester.about", "Frontend QA")
    assert (told["event"], told["written"]) == (None, [])
    assert shop.ok("config", "set", "default_agent", "QA_tester") == (
        '`default_agent` is already "qa_tester"\n'
    )
    assert bytes_below(shop.folder) == before


def test_a_dry_run_writes_nothing(shop):
    before = bytes_below(shop.folder)
    assert shop.ok("config", "set", "recall.limit", "5", "--dry-run") == (
        "would have: `recall.limit` is now 5\n  edit   config.toml\n"
    )
    assert bytes_below(shop.folder) == before


def test_a_dash_reads_standard_input(shop):
    shop.ok("config", "set", "agents.qa_tester.about", "-", stdin="From a pipe\n")
    assert 'about = "From a pipe"' in config(shop)


def test_it_says_why_a_value_has_no_effect(shop):
    shop.environ["ALMA_AGENT"] = "qa_agent"
    ran = shop("config", "set", "default_agent", "backend_dev")
    assert ran.err == "warning: `ALMA_AGENT` is set and wins over it\n"
    ran = shop("config", "set", "agents.qa_tester.share_with", "backend_dev,intern")
    assert ran.err == "warning: `intern` is not a configured agent yet\n"


def test_a_value_of_the_user_goes_to_the_users_own_store(shop):
    (shop.store / "config.toml").write_text("format = 1\n")
    before = bytes_below(shop.folder)
    shop.ok("config", "set", "recall.limit", "3", "--user")
    shop.ok("config", "set", "default_agent", "somebody", "--user")
    own = (shop.home / "alma" / "config.toml").read_text("utf-8")
    assert tomllib.loads(own) == {
        "format": 1,
        "default_agent": "somebody",
        "recall": {"limit": 3},
    }
    told = {each["key"]: each for each in shop.json("config", "show")["values"]}
    assert told["recall.limit"]["value"] == 3
    assert told["recall.limit"]["origin"] == str(shop.home / "alma" / "config.toml")
    assert bytes_below(shop.folder) == before


def test_the_users_own_store_is_made_by_a_value_that_is_right_and_by_no_other(bare):
    ran = bare("config", "set", "agents.qa.about", "x", "--user")
    assert (ran.status, "belongs to a project" in ran.err) == (2, True)
    assert bare("config", "set", "recall.limit", "0", "--user").status == 2
    assert bare.ok("config", "set", "recall.limit", "3", "--user", "--dry-run").startswith("would")
    assert not (bare.home / "alma").exists()
    bare.ok("config", "set", "git.commit", "batch", "--user")
    assert (bare.home / "alma" / "config.toml").is_file()


def test_the_next_command_obeys(shop):
    shop.ok("config", "set", "recall.limit", "1")
    assert len(shop.json("recall", "forms")["hits"]) == 1
    shop.ok("config", "set", "agents.qa_tester.cannot_learn", "testing_strategies")
    ran = shop(
        *("learn", "--success", "--domain", "testing_strategies"),
        *("--task", "a form", "--strategy", "one field at a time"),
    )
    assert ran.status == 3
