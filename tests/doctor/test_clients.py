"""`alma doctor` looks at the clients that somebody connected, and at no others."""

import pytest

from alma_cli.doctor import clients as looking


@pytest.fixture
def joined(shop):
    """The example store, with Claude Code connected in the project."""
    shop.ok("connect", "claude-code")
    return shop


def edit(file, old, new):
    assert old in file.read_text()
    file.write_text(file.read_text().replace(old, new))


def test_clients_that_nobody_connected_are_no_finding(shop, codes):
    shop.files({".claude/settings.json": "no JSON", "CLAUDE.md": "# Shop\n"})
    assert codes(shop) == []


def test_a_connected_client_is_well(joined, codes):
    assert codes(joined) == []


def test_what_somebody_left_out_or_edited_is_no_finding(joined, codes):
    (joined.folder / ".mcp.json").unlink()
    edit(joined.folder / "CLAUDE.md", "Before a task", "Before any task")
    assert codes(joined) == []


def test_entries_of_which_some_are_gone_are_a_finding_until_it_is_connected_again(
    joined, codes, finding
):
    edit(joined.folder / ".claude/settings.json", '"SessionStart"', '"Other"')
    found = finding(joined, "client-stale")
    assert found["path"] == ".claude/settings.json"
    assert found["mend"] == "`alma connect claude-code`"
    joined.ok("connect", "claude-code")
    assert codes(joined) == []


def test_a_file_that_the_client_cannot_read_is_a_finding(joined, codes, finding):
    joined.files({".mcp.json": "{\n  mcpServers\n}\n"})
    assert codes(joined) == ["client-broken"]
    found = finding(joined, "client-broken")
    assert (found["path"], found["line"]) == (".mcp.json", 2)
    assert found["mend"] == "mend it by hand, then `alma connect claude-code`"


def test_what_is_connected_for_all_projects_is_looked_at_too(shop, finding):
    shop.ok("connect", "cursor", "--user")
    file = shop.home / ".cursor/hooks.json"
    edit(file, '"stop"', '"other"')
    found = finding(shop, "client-stale")
    assert found["path"] == str(file)
    assert found["mend"] == "`alma connect cursor --user`"


def test_a_server_that_cannot_be_started_is_a_finding(joined, codes, finding, monkeypatch):
    monkeypatch.setattr(looking, "find_spec", lambda _: None)
    assert codes(joined) == ["client-server"]
    assert finding(joined, "client-server")["mend"] == "`pip install 'alma-cli[mcp]'`"
