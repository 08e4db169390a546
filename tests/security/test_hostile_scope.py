"""No spelling of a name, and no way round the command line, gets past a scope or a share."""

import json

import pytest

HEAD = '+++\nkind = "knowledge"\nagent = "{agent}"\ndomain = "{domain}"\n+++\n# Hash every zebra\n'
FORBIDDEN = [
    "backend",
    "Backend",
    "BACKEND",
    " backend ",
    "backend/sql",
    "Backend/SQL",
    "\uff42ackend",
    "b\u0430ckend",
    "backend\u200b",
    "./backend",
    "backend/",
    "forms/../backend",
]
READERS = ["spy", "SPY", "Spy "]


@pytest.fixture
def two(alma):
    """`qa` may not learn about the backend; `spy` shares with nobody and nobody with it."""
    alma.ok("init", "--agent", "qa", "--agent", "spy")
    alma.ok("config", "set", "agents.qa.cannot_learn", '["backend"]')
    return alma


@pytest.mark.parametrize("domain", FORBIDDEN, ids=ascii)
def test_a_forbidden_domain_is_forbidden_under_every_spelling(two, domain):
    known = two.json("add", "knowledge", "Zebras are fast", "--agent=qa")["written"][0]["id"]
    before = two.memories()
    row = {"kind": "knowledge", "title": "A zebra", "domain": domain, "agent": "qa"}
    for command in (
        ("add", "knowledge", "A zebra", "--agent=qa", f"--domain={domain}"),
        ("learn", "--success", "--agent=qa", "--task=x", "--strategy=zebra", f"--domain={domain}"),
        ("edit", known, "--set", f"domain={domain}"),
    ):
        assert two(*command).status in {2, 3}, command
    told = two("import", "-", "--apply", "--json", stdin=json.dumps(row)).json
    assert len(told["refused"]) == 1
    assert two.memories() == before


def test_what_a_pull_request_brings_past_the_scope_is_not_recalled(two):
    for number, domain in enumerate(("backend", "Backend", "backend/sql")):
        text = HEAD.format(agent="qa", domain=domain)
        two.files({f".alma/agents/qa/knowledge/zebra-{number}.md": text})
    ran = two("recall", "zebra", "--agent", "qa")
    assert "Hash every zebra" not in ran.out


@pytest.mark.parametrize("name", READERS)
def test_no_spelling_of_a_name_reads_what_is_not_shared(two, name):
    two.ok("add", "knowledge", "Zebras are fast", "--agent=qa")
    two.files({".alma/agents/qa/knowledge/z.md": HEAD.format(agent="spy", domain="general")})
    assert "Zebras are fast" in two.ok("recall", "zebra", "--agent=qa")
    for command in (
        ("recall", "zebra", f"--agent={name}"),
        ("recall", f"--agent={name}"),
        ("recall", "zebra", f"--agent={name}", "--at=HEAD"),
        ("recall", "zebra", f"--agent={name}", "--json"),
    ):
        ran = two(*command)
        assert "ebra" not in ran.out.replace('"zebra"', ""), (command, ran.out)
