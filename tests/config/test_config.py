"""The configuration says what was written, where it was written, and what is wrong with it."""

import tomllib
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alma_cli.config import Config, Domain, GitSettings, RecallSettings, load
from alma_cli.errors import BadConfig, Malformed, Usage
from alma_cli.files.toml import line_of
from alma_cli.place import Place
from alma_cli.rules.scope import Agent
from alma_cli.world import World

DESIGN = """\
format = 1
default_agent = "qa_tester"       # used where no --agent and no ALMA_AGENT is given

[agents.qa_tester]
about = "Frontend QA"
can_learn = ["testing_strategies", "selector_patterns"]
cannot_learn = ["backend_logic", "database_queries"]

[agents.senior_architect]
share_with = ["junior_dev", "qa_agent"]

[agents.junior_dev]
inherit_from = ["senior_architect"]

[domains.database_queries]
about = "SQL, ORM and migrations"
keywords = ["sql", "select", "join", "query plan", "migration"]

[recall]
limit = 8
budget = 800          # tokens
half_life_days = 90
[git]
commit = true
"""


def place_of(folder, text, *, personal=False):
    root = folder / ("personal" if personal else "project")
    root.mkdir(exist_ok=True)
    content = text if isinstance(text, bytes) else text.encode()
    (root / "config.toml").write_bytes(content)
    return Place(root, personal=personal)


@pytest.fixture
def project(tmp_path):
    """Loads a project's configuration, over one of the user and under variables."""

    def load_project(text="", user=None, *, strict=True, **environ):
        world = World(tmp_path, environ)
        own = None if user is None else place_of(tmp_path, user, personal=True)
        return load(world, place_of(tmp_path, text), own, strict=strict)

    return load_project


def refused(project, text, **more):
    with pytest.raises(BadConfig) as refusal:
        project(text, **more)
    return refusal.value


# What is read


def test_an_empty_configuration_is_the_defaults(project):
    assert project("") == Config()
    assert project("format = 1\n") == Config()


def test_without_any_store_there_are_the_defaults(tmp_path):
    assert load(World(tmp_path, {}), None, None) == Config()


def test_the_example_of_the_design_is_read_to_the_last_key(project):
    config = project(DESIGN)
    assert config.default_agent == "qa_tester"
    assert config.agents == {
        "qa_tester": Agent(
            "qa_tester",
            "Frontend QA",
            can_learn=("testing_strategies", "selector_patterns"),
            cannot_learn=("backend_logic", "database_queries"),
        ),
        "senior_architect": Agent("senior_architect", share_with=("junior_dev", "qa_agent")),
        "junior_dev": Agent("junior_dev", inherit_from=("senior_architect",)),
    }
    keywords = ("sql", "select", "join", "query plan", "migration")
    about = "SQL, ORM and migrations"
    assert config.domains == {"database_queries": Domain("database_queries", about, keywords)}
    assert config.recall == RecallSettings(8, 800, 90.0)
    assert config.git == GitSettings(commit=True)
    assert config.warnings == ()


def test_every_setting_can_be_other_than_its_default(project):
    config = project(
        "[recall]\nlimit = 3\nbudget = 400\nhalf_life_days = 7.5\n"
        '[git]\ncommit = "batch"\nsign = true\n'
    )
    assert config.recall == RecallSettings(3, 400, 7.5)
    assert config.git == GitSettings(commit="batch", sign=True)


def test_an_agent_without_keys_may_learn_all(project):
    assert project("[agents.qa]\n").agents == {"qa": Agent("qa")}


def test_an_empty_list_is_not_an_absent_one(project):
    agent = project("[agents.qa]\ncan_learn = []\ninherit_from = []\n").agents["qa"]
    assert (agent.can_learn, agent.inherit_from) == ((), ())


def test_names_are_folded_to_lower_case(project):
    config = project(
        'default_agent = "QA"\n[agents.QA]\ncan_learn = ["Testing/*"]\nshare_with = ["Dev", "*"]\n'
        '[domains."Testing/Selectors"]\nkeywords = ["CSS"]\n'
    )
    assert config.default_agent == "qa"
    assert config.agents["qa"] == Agent("qa", can_learn=("testing/*",), share_with=("dev", "*"))
    assert config.domains["testing/selectors"].keywords == ("CSS",)


@pytest.mark.parametrize(
    "text",
    [
        "[agents.qa]\nabout = 'x'\n",
        "agents.qa.about = 'x'\n",
        "agents = { qa = { about = 'x' } }\n",
        "[agents]\nqa = { about = 'x' }\n",
        "[agents]\nqa.about = 'x'\n",
        "[agents]\n[agents.'qa']\n'about' = 'x'\n",
        "[agents.qa]\r\nabout = 'x'\r\n",
        "\ufeff[agents.qa]\nabout = 'x'\n",
        "\ufeff[agents.qa]\r\nabout = 'x'",
    ],
    ids=ascii,
)
def test_one_table_may_be_written_in_any_way_toml_has(project, text):
    assert project(text).agents == {"qa": Agent("qa", "x")}


def test_the_agent_of_a_name_is_given_whatever_its_case(project):
    config = project("[agents.qa_tester]\n")
    assert config.agent("QA_Tester") is config.agents["qa_tester"]


def test_an_unknown_agent_is_a_usage_error_that_says_how_to_add_it(project):
    config = project("[agents.qa_tester]\n")
    with pytest.raises(Usage) as refusal:
        config.agent("qa_testr")
    assert refusal.value.status == 2
    assert refusal.value.message == "agent `qa_testr` is not in the configuration"
    assert refusal.value.hints[0] == "did you mean `qa_tester`?"
    assert "`alma agent add qa_testr`" in refusal.value.hints[1]


# Who set what


def test_the_project_wins_over_the_user_and_the_environment_over_both(project, tmp_path):
    config = project(
        'default_agent = "project"\n[recall]\nbudget = 500\n',
        user='default_agent = "user"\n[recall]\nbudget = 300\nlimit = 2\n',
        ALMA_AGENT="Env",
        ALMA_FORMAT="json",
    )
    assert (config.default_agent, config.output_format) == ("env", "json")
    assert config.recall == RecallSettings(limit=2, budget=500, half_life_days=90.0)
    mine, ours = (str(tmp_path / name / "config.toml") for name in ("personal", "project"))
    assert config.origins == {
        "default_agent": "ALMA_AGENT",
        "output_format": "ALMA_FORMAT",
        "recall.budget": ours,
        "recall.limit": mine,
    }


def test_every_value_that_was_written_has_an_origin(project):
    origins = project(DESIGN).origins
    assert set(origins) == {
        *("default_agent", "recall.limit", "recall.budget", "recall.half_life_days"),
        *("git.commit", "agents.qa_tester", "agents.qa_tester.about"),
        *("agents.qa_tester.can_learn", "agents.qa_tester.cannot_learn"),
        *("agents.senior_architect", "agents.senior_architect.share_with"),
        *("agents.junior_dev", "agents.junior_dev.inherit_from"),
        *("domains.database_queries", "domains.database_queries.about"),
        "domains.database_queries.keywords",
    }


def test_an_empty_variable_says_nothing(project):
    config = project('default_agent = "qa"\n', ALMA_AGENT="", ALMA_FORMAT="")
    assert (config.default_agent, config.output_format) == ("qa", "")


@pytest.mark.parametrize(
    ("variable", "value"),
    [("ALMA_AGENT", "team"), ("ALMA_AGENT", "a b"), ("ALMA_AGENT", "con"), ("ALMA_FORMAT", "yaml")],
)
def test_a_variable_that_makes_no_sense_is_a_usage_error(project, variable, value):
    with pytest.raises(Usage) as refusal:
        project("", **{variable: value})
    assert value in refusal.value.message


@pytest.mark.parametrize("table", ["agents.qa", "domains.testing"])
def test_agents_and_domains_belong_to_projects_and_not_to_the_user(project, tmp_path, table):
    name = table.partition(".")[0]
    error = refused(project, "", user=f"format = 1\n\n[{table}]\nabout = 'x'\n")
    assert error.message.startswith(f"{tmp_path / 'personal' / 'config.toml'}:3: `{name}` is not")


# What is refused

UNKNOWN = [
    ("recal = 1\n", 1, "recal", "recall"),
    ("format = 1\n\ndefault_agnet = 'qa'\n", 3, "default_agnet", "default_agent"),
    ("[recall]\nlimt = 3\n", 2, "recall.limt", "limit"),
    ("[recall]\nlimit = 3\n# note\nbugdet = 4\n", 4, "recall.bugdet", "budget"),
    ("recall.half_life = 3\n", 1, "recall.half_life", "half_life_days"),
    ("recall = { limt = 3 }\n", 1, "recall.limt", "limit"),
    ("[git]\ncommits = true\n", 2, "git.commits", "commit"),
    ("[agents.qa]\ncan_lern = []\n", 2, "agents.qa.can_lern", "can_learn"),
    ("[agents.a]\n[agents.b]\n\nshare_wiht = []\n", 4, "agents.b.share_wiht", "share_with"),
    ("[agents]\n[agents.qa]\nabuot = 'x'\n", 3, "agents.qa.abuot", "about"),
    ("[agents]\nqa.can_lern = []\n", 2, "agents.qa.can_lern", "can_learn"),
    ("agents.qa.inherits_from = []\n", 1, "agents.qa.inherits_from", "inherit_from"),
    ("\nagents = { qa = { can_lern = [] } }\n", 2, "agents.qa.can_lern", "can_learn"),
    ('[agents."qa"]\n"can_lern" = []\n', 2, "agents.qa.can_lern", "can_learn"),
    ("  [ agents . qa ]\n  can_lern=[]\n", 2, "agents.qa.can_lern", "can_learn"),
    ("[agents.qa.scope]\nx = 1\n", 1, "agents.qa.scope", ""),
    ('[domains."a/b"]\nkeyword = []\n', 2, "domains.a/b.keyword", "keywords"),
    ("format = 1\r\n\r\n[recall]\r\nlimt = 3\r\n", 4, "recall.limt", "limit"),
    ("\ufeff[recall]\nlimt = 3\n", 2, "recall.limt", "limit"),
    ("\ufeff[recall]\r\nlimt = 3\r\n", 2, "recall.limt", "limit"),
    ("[zzz]\nx = 1\n", 1, "zzz", ""),
    ("'' = 1\n", 1, "", ""),
]


@pytest.mark.parametrize(("text", "line", "key", "near"), UNKNOWN)
def test_an_unknown_key_is_refused_with_its_line_and_the_nearest_known(
    project, text, line, key, near
):
    error = refused(project, text)
    assert (error.line, error.reason) == (line, f"`{key}` is not a known key")
    assert error.hints == ((f"did you mean `{near}`?",) if near else ())
    assert error.status == 2


@pytest.mark.parametrize(("text", "line", "key"), [case[:3] for case in UNKNOWN])
def test_a_hook_warns_of_an_unknown_key_and_goes_on(project, text, line, key):
    config = project(text, strict=False)
    (warning,) = config.warnings
    assert f"config.toml:{line}: `{key}` is not a known key" in warning


def test_a_newer_key_does_not_silence_the_others(project):
    config = project("[recall]\nmood = 'calm'\nlimit = 3\n[agents.qa]\nage = 3\n", strict=False)
    assert config.recall.limit == 3
    assert "qa" in config.agents
    assert len(config.warnings) == 2


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("default_agent = 3\n", 1, "`default_agent` is not a string"),
        ("recall = 3\n", 1, "`recall` is not a table"),
        ("\nagents = []\n", 2, "`agents` is not a table"),
        ("[agents]\nqa = 'x'\n", 2, "`agents.qa` is not a table"),
        ("[[agents.qa]]\nabout = 'x'\n", 1, "`agents.qa` is not a table"),
        ("[agents.qa]\nabout = ['x']\n", 2, "`agents.qa.about` is not a string"),
        ("[agents.qa]\ncan_learn = 'x'\n", 2, "`agents.qa.can_learn` is not a list of strings"),
        ("[agents.qa]\n\nshare_with = [1]\n", 3, "`agents.qa.share_with` is not a list of strings"),
        ("[domains.a]\nkeywords = {}\n", 2, "`domains.a.keywords` is not a list of strings"),
        ("[recall]\nlimit = '8'\n", 2, "`recall.limit` is not a whole number"),
        ("[recall]\nlimit = true\n", 2, "`recall.limit` is not a whole number"),
        ("[recall]\nlimit = 1.0\n", 2, "`recall.limit` is not a whole number"),
        ("[recall]\nbudget = 0\n", 2, "`recall.budget` is not a whole number"),
        ("[recall]\nbudget = -5\n", 2, "`recall.budget` is not a whole number"),
        ("recall.half_life_days = 0\n", 1, "is not a number of days above 0"),
        ("recall.half_life_days = nan\n", 1, "is not a number of days above 0"),
        ("recall.half_life_days = inf\n", 1, "is not a number of days above 0"),
        ("recall.half_life_days = 2026-11-22\n", 1, "is not a number of days above 0"),
        ("[git]\ncommit = 'yes'\n", 2, '`git.commit` is not `true`, `false` or `"batch"`'),
        ("[git]\ncommit = 1\n", 2, "`git.commit` is not `true`, `false` or"),
        ("[git]\nsign = 'no'\n", 2, "`git.sign` is neither `true` nor `false`"),
    ],
)
@pytest.mark.parametrize("strict", [True, False])
def test_a_value_of_another_type_is_named_with_its_line(project, text, line, said, strict):
    error = refused(project, text, strict=strict)
    assert error.line == line
    assert said in error.reason


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("default_agent = 'team'\n", 1, "`team` is what every agent reads"),
        ("default_agent = 'a b'\n", 1, "`a b` is not a name for an agent"),
        ("default_agent = ''\n", 1, "`` is not a name for an agent"),
        ("\n[agents.team]\n", 2, "`team` is what every agent reads"),
        ("[agents.Team]\n", 1, "`team` is what every agent reads"),
        ("[agents.con]\n", 1, "`con` is a reserved name on Windows"),
        ("[agents.'a b']\n", 1, "`a b` is not a name for an agent"),
        ("[agents.'..']\n", 1, "`..` is not a name for an agent"),
        ("[agents.'a/b']\n", 1, "`a/b` is not a name for an agent"),
        ('[agents.""]\n', 1, "`` is not a name for an agent"),
        ("[domains.lpt1]\n", 1, "`lpt1` is a reserved name on Windows"),
        ("[domains.'a//b']\n", 1, "`` is not a name for a domain"),
        ("[agents.qa]\ncan_learn = ['a b']\n", 2, "`a b` is not a name for a domain"),
        ("[agents.qa]\ncannot_learn = ['../x']\n", 2, "`..` is not a name for a domain"),
        ("[agents.qa]\nshare_with = ['team']\n", 2, "`team` is what every agent reads"),
        ("[agents.qa]\ninherit_from = ['*']\n", 2, "`*` is not a name for an agent"),
    ],
)
def test_what_is_no_name_is_refused_with_its_line(project, text, line, said):
    error = refused(project, text)
    assert error.line == line
    assert error.reason.startswith(said)


@pytest.mark.parametrize("strict", [True, False])
@pytest.mark.parametrize("value", ["2", "0", "'1'", "[1]"])
def test_another_format_is_refused_before_anything_else_is_read(project, value, strict):
    error = refused(project, f"mystery = 1\nformat = {value}\n", strict=strict)
    assert error.line == 2
    assert "this `alma` reads and writes format 1" in error.reason


@pytest.mark.parametrize("value", ["true", "1.0"])
def test_the_format_is_a_whole_number(project, value):
    refused(project, f"format = {value}\n")


def test_one_agent_under_two_spellings_is_refused(project):
    refused(project, "[agents.qa]\ncannot_learn = ['db']\n[agents.QA]\ncannot_learn = []\n")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("[agents.qa]\nabout = '''\n[recall]\nlimt = 1\n'''\n[recall]\nlimt = 3\n", 7),
        (
            "[domains.a]\nkeywords = [\n  'x', # y\n]\nabout = '''\nkeyword = 1\n'''\nkeyword = 2\n",
            8,
        ),
    ],
)
def test_a_line_of_a_text_is_not_taken_for_a_key(project, text, line):
    assert refused(project, text).line == line


@pytest.mark.parametrize(
    ("content", "line", "said"),
    [
        (b"format = \n", 1, "invalid value"),
        (b"format = 1\n\nformat = 1\n", 3, "cannot overwrite a value"),
        (b"format = 1\n[recall\n", 2, "expected"),
        (b"format = 1\n# \xff\n", 2, "is not UTF-8 text"),
        (b"a = 'x'\rb = 1\n", 1, "expected newline"),
        (b"\0", 1, "invalid statement"),
        (b"a = " + b"[" * 5000, 1, "nested too deeply"),
    ],
)
def test_what_is_not_toml_is_refused_with_its_line(project, content, line, said):
    error = refused(project, content)
    assert error.line == line
    assert said in error.reason


def test_a_configuration_that_is_too_large_or_a_link_is_refused(project, tmp_path):
    with pytest.raises(Malformed, match="larger than 256 KiB"):
        project("#" * 300_000)
    (tmp_path / "project" / "config.toml").unlink()
    (tmp_path / "project" / "config.toml").symlink_to("/etc/passwd")
    with pytest.raises(Malformed, match="behind a link"):
        load(World(tmp_path, {}), Place(tmp_path / "project"), None)


def test_a_complaint_names_the_file_it_is_about(project, tmp_path):
    error = refused(project, "", user="limit = 3\n")
    assert str(error).startswith(f"{tmp_path / 'personal' / 'config.toml'}:1: `limit` is not")


@pytest.mark.parametrize(
    ("text", "key", "line"),
    [
        ("a = 1\nb = 2\n", ("b",), 2),
        ("[t]\n[t.u]\nx = 1\n", ("t", "u", "x"), 3),
        ("[t.u]\nx = 1\n[t]\nx = 1\n", ("t", "x"), 4),
        ("[t]\nu.x = 1\n", ("t", "u", "x"), 2),
        ("[t]\nu = { x = 1 }\n", ("t", "u", "x"), 2),
        ("[t]\ny = 1\n", ("t", "gone"), 1),
        ("y = 1\n", ("gone",), 1),
    ],
)
def test_the_line_of_a_key_is_found(text, key, line):
    assert line_of(text, key) == line


# Any text at all

scalars = st.one_of(
    st.sampled_from(["1", "-1", "true", "nan", "'x'", "''", '"\\u0000"', "2026-11-22", "1e400"]),
    st.sampled_from(["[]", "['a', 1]", "{}", "{ a = { b = [] } }", "[['a']]", "'team'", "'con'"]),
)
keys = st.sampled_from(
    [
        *("format", "default_agent", "recall", "git", "agents", "domains", "limit", "budget"),
        *("commit", "qa", "QA", "team", "about", "can_learn", "share_with", "'a/b'", '""', "x.y"),
    ]
)
lines = st.one_of(
    st.builds("{} = {}".format, keys, scalars),
    st.builds("{}.{} = {}".format, keys, keys, scalars),
    st.builds("[{}]".format, keys),
    st.builds("[{}.{}]".format, keys, keys),
    st.builds("[[{}.{}]]".format, keys, keys),
    st.just("format = 1"),
    st.text(max_size=20),
)
files = st.builds(
    lambda found, newline: newline.join(found).encode("utf-8", "surrogatepass"),
    st.lists(lines, max_size=8),
    st.sampled_from(["\n", "\r\n"]),
) | st.binary(max_size=60)


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(files, st.booleans(), st.booleans())
def test_any_file_is_read_or_refused(content, strict, personal):
    with TemporaryDirectory() as folder:
        place = place_of(Path(folder), content, personal=personal)
        world = World(Path(folder), {})
        layers = (None, place) if personal else (place, None)
        try:
            config = load(world, *layers, strict=strict)
        except BadConfig as error:
            assert 1 <= error.line <= content.decode("utf-8", "replace").count("\n") + 1  # noqa: PT017
            assert error.path == str(place.config)  # noqa: PT017
        else:
            assert not (strict and config.warnings)
            assert all(name == name.lower() for name in (*config.agents, *config.domains))
            assert {origin.partition(".")[0] for origin in config.origins} <= {
                *tomllib.loads(content.decode("utf-8-sig"))
            }
