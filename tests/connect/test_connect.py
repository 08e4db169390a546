"""`alma connect` edits a client's own files in place, says what it does, and takes it back."""

import errno
import json
import os

import pytest

from alma_cli.connect import block

FILES = {
    "claude-code": (".mcp.json", ".claude/settings.json", "CLAUDE.md"),
    "codex": (".codex/config.toml", ".codex/hooks.json", "AGENTS.md"),
    "cursor": (".cursor/mcp.json", ".cursor/hooks.json", ".cursor/rules/alma.mdc"),
}
CLIENTS = sorted(FILES)
SETTINGS = """{
    // kept
    "permissions": {"allow": ["Bash(ls:*)", "Read"]},
    "hooks": {
        "Stop": [{"hooks": [{"type": "command", "command": "say done"}]}],
        "PreToolUse": [
            {"matcher": "Bash", "hooks": [{"type": "command", "command": "./audit.sh"}]}
        ]
    }
}
""".replace("    // kept\n", "")
MCP = '{"mcpServers": {"files": {"command": "npx", "args": ["files"]}}}'


def tree(folder):
    """Returns all files below a folder but those of the store and of git."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not {".alma", ".git"} & {*path.relative_to(folder).parts}
    }


@pytest.mark.parametrize("client", CLIENTS)
def test_it_is_missing_then_made_then_current_and_doing_it_again_changes_nothing(alma, client):
    before = alma("connect", client, "--check")
    assert (before.status, before.out.count("missing  ")) == (1, len(FILES[client]))
    assert alma.ok("connect", client).count("made ") == len(FILES[client])
    assert set(tree(alma.folder)) == set(FILES[client])
    made = tree(alma.folder)
    assert alma.ok("connect", client, "--check").count("current ") == len(FILES[client])
    assert alma.ok("connect", client).count("unchanged ") == len(FILES[client])
    assert tree(alma.folder) == made


@pytest.mark.parametrize("client", CLIENTS)
def test_removing_it_leaves_nothing_behind(alma, client):
    alma.ok("connect", client)
    assert alma.ok("connect", client, "--remove").count("removed ") == len(FILES[client])
    assert all(name.endswith(".before-alma") for name in tree(alma.folder))


def test_what_was_there_stays_byte_for_byte_and_comes_back(alma):
    files = {".claude/settings.json": SETTINGS, ".mcp.json": MCP, "CLAUDE.md": "# Shop\n\nBe kind."}
    alma.files(files)
    alma.ok("connect", "claude-code")
    for name, before in files.items():
        assert (alma.folder / f"{name}.before-alma").read_text() == before
    settings = (alma.folder / ".claude/settings.json").read_text()
    assert settings.startswith(SETTINGS[: SETTINGS.index('"}]}],')])
    stop = json.loads(settings)["hooks"]["Stop"]
    assert [each["hooks"][0]["command"] for each in stop] == ["say done", "alma-hook claude-code"]
    alma.ok("connect", "claude-code", "--remove")
    assert {name: (alma.folder / name).read_text() for name in files} == files


def test_a_dry_run_prints_a_diff_and_writes_nothing(alma):
    alma.files({"CLAUDE.md": "# Shop\n"})
    ran = alma("connect", "claude-code", "--dry-run")
    assert ran.status == 0
    assert "--- /dev/null\n+++ " in ran.out
    assert "\n # Shop\n+\n+<!-- alma 1 " in ran.out
    assert '+            "command": "alma-hook claude-code",' in ran.out
    assert tree(alma.folder) == {"CLAUDE.md": b"# Shop\n"}


def test_a_block_that_somebody_edited_is_never_touched(alma):
    alma.ok("connect", "claude-code")
    file = alma.folder / "CLAUDE.md"
    edited = file.read_text().replace("## Memory", "## Our memory")
    file.write_text(edited)
    for more in ((), ("--remove",)):
        ran = alma("connect", "claude-code", *more)
        assert ran.status == 0
        assert "has an entry that somebody made or edited; it stays as it is" in ran.err
        assert file.read_text() == edited
    alma.ok("connect", "claude-code")
    assert f"edited   {file}" in alma.ok("connect", "claude-code", "--check")


def test_an_older_block_is_replaced_where_it_stands(alma, monkeypatch):
    with monkeypatch.context() as past:
        past.setattr(block, "TEXT", "## Memory\n\nAn older text.\n")
        alma.files({"CLAUDE.md": "# Shop\n"})
        alma.ok("connect", "claude-code")
    file = alma.folder / "CLAUDE.md"
    file.write_text(file.read_text() + "\n## More\n")
    ran = alma("connect", "claude-code", "--check")
    assert (ran.status, "stale    " in ran.out) == (1, True)
    alma.ok("connect", "claude-code")
    text = file.read_text()
    assert "An older text." not in text
    assert text.startswith("# Shop\n\n<!-- alma 1 ")
    assert text.endswith("<!-- /alma -->\n\n## More\n")
    assert text.count("<!-- alma ") == 1


def test_the_instructions_are_short():
    assert len(block.TEXT.splitlines()) < 25


def test_hooks_that_are_there_in_part_are_stale_and_completed(alma):
    alma.ok("connect", "claude-code")
    file = alma.folder / ".claude/settings.json"
    settings = json.loads(file.read_text())
    del settings["hooks"]["Stop"]
    settings["hooks"]["PreToolUse"][0]["matcher"] = "Bash"
    file.write_text(json.dumps(settings))
    assert "stale    " in alma("connect", "claude-code", "--check").out
    alma.ok("connect", "claude-code")
    hooks = json.loads(file.read_text())["hooks"]
    assert hooks["Stop"]
    assert [each["matcher"] for each in hooks["PreToolUse"]] == [
        "Bash|Edit|MultiEdit|Write|NotebookEdit"
    ]


def test_a_server_that_somebody_starts_in_another_way_is_theirs(alma):
    mine = {"command": "uv", "args": ["run", "alma", "mcp"], "env": {"ALMA_AGENT": "qa"}}
    alma.files({".mcp.json": json.dumps({"mcpServers": {"alma": mine}})})
    for more in ((), ("--remove",)):
        alma.ok("connect", "claude-code", *more)
        assert json.loads((alma.folder / ".mcp.json").read_text())["mcpServers"]["alma"] == mine


@pytest.mark.parametrize(
    "other",
    [
        {"command": "npx", "args": ["-y", "another-alma"]},
        {"type": "http", "url": "https://alma.example"},
        {"command": "alma-of-ours", "args": 5},
    ],
)
def test_another_server_of_that_name_is_somebodys_own_and_is_named(alma, other):
    text = json.dumps({"mcpServers": {"alma": other}})
    alma.files({".mcp.json": text})
    ran = alma("connect", "claude-code")
    assert "/.mcp.json` has an entry that somebody made or edited; it stays as it is" in ran.err
    assert (alma.folder / ".mcp.json").read_text() == text


def test_a_server_of_ours_without_its_arguments_is_completed(alma):
    alma.files({".mcp.json": '{"mcpServers": {"alma": {"command": "alma", "env": {"A": "b"}}}}'})
    alma.ok("connect", "claude-code")
    made = json.loads((alma.folder / ".mcp.json").read_text())["mcpServers"]["alma"]
    assert made == {"command": "alma", "env": {"A": "b"}, "args": ["mcp"]}


OTHERWISE = [
    ("alma", ["mcp"]),
    ("/opt/bin/alma", ["--store", "/shop", "mcp"]),
    ("uvx", ["--from", "alma-cli[mcp]", "alma", "mcp"]),
    ("python3", ["-m", "alma_cli", "mcp"]),
    ("sh", ["-c", "cd /shop && exec alma mcp"]),
]


@pytest.mark.parametrize(("command", "arguments"), OTHERWISE)
def test_a_server_of_ours_under_another_name_is_there_already_and_stays(alma, command, arguments):
    text = json.dumps({"mcpServers": {"memory": {"command": command, "args": arguments}}})
    toml = f'[mcp_servers.memory]\ncommand = "{command}"\nargs = {json.dumps(arguments)}\n'
    files = {".mcp.json": text, ".codex/config.toml": toml}
    alma.files(files)
    for client, name in (("claude-code", ".mcp.json"), ("codex", ".codex/config.toml")):
        alma.ok("connect", client)
        assert f"current  {alma.folder / name}" in alma.ok("connect", client, "--check")
        assert f"{name}` has an entry that somebody" in alma("connect", client, "--remove").err
        assert (alma.folder / name).read_text() == files[name]


def test_a_server_that_is_another_program_does_not_count(alma):
    others = {
        "notes": {"command": "llama", "args": ["mcp"]},
        "web": {"type": "http", "url": "https://alma.example/mcp"},
        "odd": 3,
    }
    alma.files({".mcp.json": json.dumps({"mcpServers": others})})
    alma.ok("connect", "claude-code")
    made = json.loads((alma.folder / ".mcp.json").read_text())["mcpServers"]
    assert made == {**others, "alma": {"command": "alma", "args": ["mcp"]}}


@pytest.mark.parametrize(
    "command",
    ["uv run alma-hook claude-code", '"/my venv/alma-hook" claude-code', "alma hook claude-code"],
)
def test_a_hook_that_somebody_runs_in_another_way_is_there_already_and_stays(alma, command):
    alma.ok("connect", "claude-code")
    file = alma.folder / ".claude/settings.json"
    mine = file.read_text().replace('"alma-hook claude-code"', json.dumps(command))
    file.write_text(mine)
    assert f"current  {file}" in alma.ok("connect", "claude-code", "--check")
    assert f"unchanged {file}" in alma.ok("connect", "claude-code")
    assert (
        "settings.json` has an entry that somebody"
        in alma("connect", "claude-code", "--remove").err
    )
    assert file.read_text() == mine


def test_a_hook_of_cursors_that_somebody_runs_in_another_way_stays_too(alma):
    mine = {"version": 1, "hooks": {"stop": [{"command": "uv run alma-hook cursor"}]}}
    alma.files({".cursor/hooks.json": json.dumps(mine)})
    alma.ok("connect", "cursor")
    file = alma.folder / ".cursor/hooks.json"
    assert json.loads(file.read_text())["hooks"]["stop"] == mine["hooks"]["stop"]
    alma.ok("connect", "cursor", "--remove")
    assert json.loads(file.read_text()) == mine


def test_hooks_of_somebodys_own_stay_where_ours_are_taken_out(alma):
    mine = [{"hooks": [{"type": "command", "command": "uv run alma-hook claude-code"}]}]
    alma.files({".claude/settings.json": json.dumps({"hooks": {"Stop": mine}})})
    alma.ok("connect", "claude-code")
    alma.ok("connect", "claude-code", "--remove")
    assert json.loads((alma.folder / ".claude/settings.json").read_text()) == {
        "hooks": {"Stop": mine}
    }


@pytest.mark.parametrize("text", ['{"hooks": {}}', '{\n  "hooks": {"Stop": []},\n  "a": {}\n}\n'])
def test_what_was_empty_before_is_there_again(alma, text):
    alma.files({".claude/settings.json": text})
    alma.ok("connect", "claude-code")
    alma.ok("connect", "claude-code", "--remove")
    assert (alma.folder / ".claude/settings.json").read_text() == text


def test_what_somebody_wrote_since_stays_when_ours_is_taken_out(alma):
    alma.files({".claude/settings.json": '{"hooks": {}}'})
    alma.ok("connect", "claude-code")
    file = alma.folder / ".claude/settings.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), "model": "opus"}))
    alma.ok("connect", "claude-code", "--remove")
    assert json.loads(file.read_text())["model"] == "opus"


def test_an_older_entry_is_not_brought_back_by_removing_a_newer_one(alma, monkeypatch):
    with monkeypatch.context() as past:
        past.setattr(block, "TEXT", "## Memory\n\nAn older text.\n")
        alma.files({"CLAUDE.md": "# Shop\n"})
        alma.ok("connect", "claude-code")
    alma.ok("connect", "claude-code")
    alma.ok("connect", "claude-code", "--remove")
    assert (alma.folder / "CLAUDE.md").read_text() == "# Shop\n"


def test_a_server_that_is_no_object_is_refused(alma):
    alma.files({".mcp.json": '{"mcpServers": {"alma": "mine"}}'})
    assert ".mcp.json: `mcpServers.alma` is not an object" in alma("connect", "claude-code").err


def test_a_link_that_leads_to_itself_is_named(alma):
    (alma.folder / ".mcp.json").symlink_to(".mcp.json")
    ran = alma("connect", "claude-code")
    assert ran.status == 1
    assert ".mcp.json: cannot be read: Too many levels of symbolic links" in ran.err


@pytest.mark.parametrize("text", ["# Shop\r\n\r\nBe kind.  \r\n", "# Shop\n\nBe kind.\n\n\n"])
def test_instructions_that_are_taken_out_leave_line_ends_and_spaces_as_they_were(alma, text):
    file = alma.folder / "CLAUDE.md"
    file.write_bytes(text.encode())
    alma.ok("connect", "claude-code")
    alma.ok("connect", "claude-code", "--remove")
    assert file.read_bytes().decode() == text


def test_a_file_that_is_no_json_stops_everything_before_anything_is_written(alma):
    alma.files({".claude/settings.json": '{\n  "a": 1,\n}\n'})
    before = tree(alma.folder)
    ran = alma("connect", "claude-code")
    assert ran.status == 1
    assert "settings.json:3: is not JSON" in ran.err
    assert "hint: mend it by hand; nothing was changed" in ran.err
    assert tree(alma.folder) == before


def test_a_list_where_another_thing_stands_is_refused(alma):
    alma.files({".claude/settings.json": '{"hooks": {"Stop": {}}}'})
    assert "`hooks.Stop` is not a list" in alma("connect", "claude-code").err
    alma.files({".claude/settings.json": '{"hooks": []}'})
    assert "`hooks` is not an object" in alma("connect", "claude-code").err


def test_your_own_files_are_in_your_home(alma):
    alma.ok("connect", "claude-code", "--user")
    assert {".claude.json", ".claude/settings.json", ".claude/CLAUDE.md"} <= set(tree(alma.home))
    assert tree(alma.folder) == {}


def test_a_link_stays_a_link(alma):
    alma.files({"AGENTS.md": "# Shop\n"})
    link = alma.folder / "CLAUDE.md"
    link.symlink_to("AGENTS.md")
    alma.ok("connect", "claude-code")
    assert link.is_symlink()
    assert "<!-- alma " in (alma.folder / "AGENTS.md").read_text()


def test_the_project_is_found_from_below_and_permissions_stay(alma):
    alma.ok("init", "--agent", "qa")
    alma.files({"CLAUDE.md": "# Shop\n", "src/a.py": ""})
    (alma.folder / "CLAUDE.md").chmod(0o600)
    inner = type(alma)(alma.folder / "src", alma.home, alma.environ)
    inner.ok("connect", "claude-code")
    assert (alma.folder / "CLAUDE.md").stat().st_mode & 0o777 == 0o600
    assert (alma.folder / ".mcp.json").is_file()


def test_it_can_be_told_to_a_program(alma):
    told = alma("connect", "claude-code", "--check", "--json")
    assert (told.status, told.json["ok"]) == (1, False)
    assert {each["state"] for each in told.json["files"]} == {"missing"}
    assert alma.json("connect", "claude-code")["files"][0]["changes"] is True


@pytest.mark.parametrize(
    "arguments", [("emacs",), ("all", "--user", "--project"), ("all", "--check", "--remove")]
)
def test_what_makes_no_sense_is_a_usage_error(alma, arguments):
    assert alma("connect", *arguments).status == 2


CODEX = """# mine
model = "gpt-5.3-codex"   # the best

[mcp_servers.files]       # kept
command = "npx"
args = ["files"]
"""


def test_codex_has_its_server_in_toml_with_comments_kept(alma):
    alma.files({".codex/config.toml": CODEX})
    alma.ok("connect", "codex")
    file = alma.folder / ".codex/config.toml"
    added = '\n[mcp_servers.alma]\ncommand = "alma"\nargs = ["mcp"]\n'
    assert file.read_text() == CODEX + added
    alma.ok("connect", "codex", "--remove")
    assert file.read_text() == CODEX


def test_a_codex_server_goes_without_the_comment_on_what_follows_it(alma):
    alma.files({".codex/config.toml": CODEX})
    alma.ok("connect", "codex")
    file = alma.folder / ".codex/config.toml"
    more = '\n# of the profile\n[profiles.fast]\nmodel = "small"\n'
    file.write_text(file.read_text() + more)
    alma.ok("connect", "codex", "--remove")
    assert file.read_text() == CODEX + more


def test_a_codex_server_keeps_the_line_ends_of_its_file(alma):
    before = CODEX.replace("\n", "\r\n").encode()
    file = alma.folder / ".codex/config.toml"
    file.parent.mkdir()
    file.write_bytes(before)
    alma.ok("connect", "codex")
    made = file.read_bytes()
    assert made.count(b"\n") == made.count(b"\r\n")
    alma.ok("connect", "codex", "--remove")
    assert file.read_bytes() == before


def test_a_codex_server_in_a_dotted_key_is_taken_out(alma):
    file = alma.folder / ".codex/config.toml"
    dotted = 'mcp_servers.alma = {command = "alma", args = ["mcp"]}\n'
    alma.files({".codex/config.toml": f'model = "x"\n{dotted}other = 1\n'})
    alma.ok("connect", "codex", "--remove")
    assert file.read_text() == 'model = "x"\nother = 1\n'


def test_a_codex_server_of_another_kind_is_brought_up_to_date_or_left(alma):
    file = alma.folder / ".codex/config.toml"
    alma.files({".codex/config.toml": '[mcp_servers.alma]\ncommand = "alma" # why\nargs = []\n'})
    alma.ok("connect", "codex")
    assert file.read_text() == '[mcp_servers.alma]\ncommand = "alma" # why\nargs = ["mcp"]\n'
    for started in ('"uv"\nargs = ["run", "alma", "mcp"]', '"npx"\nargs = ["another-alma"]'):
        mine = f"[mcp_servers.alma]\ncommand = {started}\n"
        file.write_text(mine)
        for more in ((), ("--remove",)):
            alma.ok("connect", "codex", *more)
            assert file.read_text() == mine


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("model = \n", "is not TOML"),
        ("mcp_servers = 3\n", "`mcp_servers` is not a table"),
        ("[mcp_servers]\nalma = 3\n", "`mcp_servers.alma` is not a table"),
        ("mcp_servers = {}\n", "has a `mcp_servers` that no table can be added to"),
    ],
)
def test_a_codex_configuration_that_is_in_the_way_is_named(alma, text, said):
    alma.files({".codex/config.toml": text})
    ran = alma("connect", "codex")
    assert (ran.status, said in ran.err) == (1, True), ran.err
    assert tree(alma.folder) == {".codex/config.toml": text.encode()}


def test_a_rule_of_cursors_always_applies(alma):
    alma.ok("connect", "cursor")
    text = (alma.folder / ".cursor/rules/alma.mdc").read_text()
    assert text.startswith("---\ndescription: The memory of this project\nalwaysApply: true\n---\n")


def test_all_are_connected_at_once_and_a_shared_file_once(alma):
    alma.files({"AGENTS.md": "# Shop\n"})
    (alma.folder / "CLAUDE.md").symlink_to("AGENTS.md")
    alma.ok("connect", "all")
    assert (alma.folder / "AGENTS.md").read_text().count("<!-- alma ") == 1
    assert alma("connect", "all", "--check").status == 0


def test_a_full_disk_leaves_no_piece_of_a_file_behind(alma, monkeypatch):
    def refuse(_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", refuse)
    ran = alma("connect", "claude-code")
    assert ran.status == 1
    assert f"cannot write `{alma.folder / '.mcp.json'}`: No space left on device" in ran.err
    assert tree(alma.folder) == {}
