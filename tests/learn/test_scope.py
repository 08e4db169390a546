"""An agent learns what its scope allows, and nothing else is written."""

from support.tree import bytes_below

SQL = "Write a left join with a subquery over the foreign key in postgres"


def learn(alma, *more, agent="qa_tester", strategy="Add one thing"):
    return alma(
        "learn", "--success", "--task", "a", "--strategy", strategy, "--agent", agent, *more
    )


REFUSED = [
    "backend_logic",
    "Backend_Logic",
    "backend_logic/handlers",
    "database_queries/postgres/locks",
    "something_else",
    "testing",  # is no child of testing_strategies, and not on the list
    "general",
]


def test_a_domain_outside_of_the_scope_is_refused_and_nothing_is_written(shop):
    before = bytes_below(shop.folder)
    for domain in REFUSED:
        ran = learn(shop, "--domain", domain)
        assert (domain, ran.status, ran.out) == (domain, 3, "")
        assert f"agent `qa_tester` may not learn about `{domain.lower()}`" in ran.err
        assert "`alma agent explain qa_tester`" in ran.err
        assert learn(shop, "--domain", domain, "--dry-run").status == 3
    assert bytes_below(shop.folder) == before


def test_a_child_of_an_allowed_domain_is_allowed(shop):
    assert learn(shop, "--domain", "Testing_Strategies/Forms").status == 0


def test_a_forbidden_domain_that_is_only_inferred_is_refused_and_the_words_are_told(shop):
    before = bytes_below(shop.folder)
    ran = learn(shop, strategy=SQL)
    assert ran.status == 3
    assert "`database_queries`" in ran.err
    assert "foreign key" in ran.err
    assert bytes_below(shop.folder) == before


def test_content_of_a_forbidden_domain_is_refused_under_an_allowed_name(shop):
    before = bytes_below(shop.folder)
    ran = learn(shop, "--domain", "testing_strategies", strategy=SQL)
    assert ran.status == 3
    assert "this reads like `database_queries`, which `qa_tester` may not learn" in ran.err
    assert "`foreign key`" in ran.err
    assert bytes_below(shop.folder) == before


def test_a_text_with_few_of_those_words_is_only_a_warning(shop):
    ran = learn(
        shop, "--domain", "testing_strategies", strategy="Seed the rows over SQL in postgres"
    )
    assert ran.status == 0
    assert "warning: this reads like `database_queries`" in ran.err


def test_the_why_and_what_instead_are_read_too(shop):
    ran = shop(
        *("learn", "--failure", "--task", "a", "--strategy", "Do one thing"),
        *("--domain", "testing_strategies", "--why-bad", SQL),
    )
    assert ran.status == 3


def test_force_records_it_with_a_note_of_what_it_overruled(shop):
    ran = learn(shop, "--domain", "backend_logic", "--force")
    assert ran.status == 0
    assert "warning: recorded by force: agent `qa_tester` may not learn" in ran.err
    made = shop.json("list", "--domain", "backend_logic", "--agent", "qa_tester")["memories"]
    assert [each["title"] for each in made] == ["Add one thing"]
    assert made[0]["source"]["forced"].startswith(
        "agent qa_tester may not learn about backend_logic"
    )


def test_what_was_forced_in_is_still_not_recalled_by_an_agent_that_may_not_read_it(shop):
    learn(shop, "--domain", "backend_logic", "--force")
    ran = shop("recall", "add one thing", "--agent", "qa_tester")
    assert "Add one thing" not in ran.out
    assert "1 hidden by scope" in ran.err


def test_what_is_forbidden_wins_over_what_is_allowed(alma):
    alma.ok("init")
    alma.ok("agent", "add", "a", "--can-learn", "testing", "--cannot-learn", "testing/load")
    assert learn(alma, "--domain", "testing/units", agent="a").status == 0
    assert learn(alma, "--domain", "testing/load/http", agent="a").status == 3


def test_patterns_cover_domains_and_their_children(alma):
    alma.ok("init")
    alma.ok("agent", "add", "a", "--can-learn", "test*", "--cannot-learn", "*_secret")
    assert learn(alma, "--domain", "testing", agent="a").status == 0
    assert learn(alma, "--domain", "tests/units", agent="a").status == 0
    assert learn(alma, "--domain", "layout", agent="a").status == 3
    assert learn(alma, "--domain", "test_secret/more", agent="a").status == 3


def test_an_empty_list_allows_nothing(alma):
    alma.ok("init", "--agent", "a")
    alma.files({".alma/config.toml": 'default_agent = "a"\n[agents.a]\ncan_learn = []\n'})
    assert learn(alma, "--domain", "testing", agent="a").status == 3
    assert learn(alma, agent="a").status == 3


def test_an_agent_without_a_list_learns_everything_it_is_not_forbidden(shop):
    assert learn(shop, "--domain", "anything/at_all", agent="qa_agent").status == 0
    assert learn(shop, "--domain", "database_queries", agent="qa_agent").status == 3


def test_every_way_to_write_passes_the_same_gate(shop):
    before = bytes_below(shop.folder)
    forbidden = ("--agent", "qa_tester", "--domain", "backend_logic")
    for kind in ("heuristic", "knowledge", "anti-pattern", "preference"):
        assert (kind, shop("add", kind, "x", *forbidden).status) == (kind, 3)
    assert shop("add", "knowledge", SQL, "--agent", "qa_tester").status == 3
    row = '{"outcome": "success", "task": "a", "strategy": "b", "domain": "backend_logic"}'
    assert shop("learn", "--from", "-", stdin=row).status == 3
    assert bytes_below(shop.folder) == before


def test_the_team_has_no_scope(shop):
    assert shop("add", "knowledge", SQL, "--team", "--domain", "database_queries").status == 0


def test_a_refusal_in_json_names_the_rule(shop):
    ran = learn(shop, "--domain", "backend_logic", "--json")
    assert ran.json["error"]["code"] == "refused"
    assert '`cannot_learn` holds "backend_logic"' in ran.json["error"]["message"]
    assert any("--force" in hint for hint in ran.json["error"]["hints"])
