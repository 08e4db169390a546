"""A store that came with a pull request: whatever is in it, it is data, and it stays in its folder."""

import os
import unicodedata

import pytest
from support.tree import bytes_below

HEAD = '+++\nkind = "knowledge"\n'
BOMBS = {
    "100 MB": lambda path: os.truncate(path, 100_000_000),
    "a NUL": f"{HEAD}+++\n# Cores \0\n",
    "nested lists": f"{HEAD}tags = {'[' * 5000}\n+++\n# Cores\n",
    "a long number": f"{HEAD}x = {'9' * 9000}\n+++\n# Cores\n",
    "many keys": HEAD + "".join(f"k{n} = 1\n" for n in range(100_000)) + "+++\n# Cores\n",
    "a key twice": f'{HEAD}kind = "heuristic"\n+++\n# Cores\n',
    "a large header": f'{HEAD}x = "{"x" * 17_000}"\n+++\n# Cores\n',
    "an id that is a path": f'{HEAD}id = "../../x"\n+++\n# Cores\n',
    "an id of capitals": f'{HEAD}id = "K3F9X2M7QD"\n+++\n# Cores\n',
    "an id with a line feed": f'{HEAD}id = "k3f9x2m7qd\\n"\n+++\n# Cores\n',
}
HIDDEN = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
UGLY = "\x1b[2J\x1b]52;c;eA==\x07\x9b31m\u202egnol\u2028[link=http://evil]x[/link]"


@pytest.fixture
def qa(alma):
    alma.ok("init", "--agent", "qa")
    alma.ok("add", "knowledge", "CI has two cores")
    return alma


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_named_once_and_all_else_is_recalled(qa, name):
    bomb = BOMBS[name]
    qa.files({".alma/agents/qa/knowledge/bomb.md": bomb if isinstance(bomb, str) else ""})
    if not isinstance(bomb, str):
        bomb(qa.store / "agents/qa/knowledge/bomb.md")
    for command in (("recall", "cores"), ("list",), ("export",)):
        ran = qa(*command)
        assert ran.status in {0, 1}
        assert ran.err.count("bomb.md") == 1, (command, ran.err[:300])
    assert "CI has two cores" in qa.ok("recall", "cores")


@pytest.mark.parametrize("name", ["agents", "agents/qa", "agents/qa/knowledge", "config.toml"])
def test_nothing_is_read_or_written_through_a_link(qa, tmp_path, name):
    outside = tmp_path / "outside"
    (qa.store / name).rename(outside)
    (qa.store / name).symlink_to(outside)
    before = bytes_below(outside) if outside.is_dir() else outside.read_bytes()
    read = qa("recall", "cores")
    written = qa("add", "knowledge", "Written by the way")
    assert "two cores" not in read.out
    assert written.status != 0 or name == "config.toml"
    assert (bytes_below(outside) if outside.is_dir() else outside.read_bytes()) == before


def test_the_folder_of_a_store_may_be_a_link_only_where_it_is_named(qa, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    qa.store.rename(elsewhere)
    qa.store.symlink_to(elsewhere)
    before = bytes_below(elsewhere)
    for command in (("recall", "cores"), ("add", "knowledge", "x"), ("init",)):
        ran = qa(*command)
        assert (ran.status, ran.out) == (3, "")
        assert "is a link" in ran.err
    assert bytes_below(elsewhere) == before
    assert "two cores" in qa.ok("--store", str(elsewhere), "recall", "cores")


@pytest.mark.parametrize("name", [".cache", ".lock", ".pending"])
def test_what_is_ours_alone_is_no_link_either(qa, tmp_path, name):
    outside = tmp_path / "outside"
    kept = qa.store / name
    if name == ".lock":
        outside.write_text("mine")
    else:
        outside.mkdir()
        (outside / "mine").write_text("mine")
    kept.rename(tmp_path / "before")
    kept.symlink_to(outside)
    assert "two cores" in qa.ok("recall", "cores")
    assert qa("add", "knowledge", "Another").status == (0 if name == ".cache" else 3)
    held = outside if name == ".lock" else outside / "mine"
    assert held.read_text() == "mine"
    assert outside.is_file() or [path.name for path in outside.iterdir()] == ["mine"]


@pytest.mark.parametrize("kind", ["pipe", "folder", "device"])
def test_what_is_no_file_hangs_nobody(qa, kind):
    path = qa.store / "agents/qa/knowledge/odd.md"
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    else:
        path.symlink_to("/dev/zero")
    for command in (("recall", "cores"), ("list",), ("export",)):
        assert "two cores" in qa.ok(*command)


def test_no_command_shows_what_a_terminal_would_obey(qa):
    toml = UGLY.replace("\\", "\\\\").encode("unicode_escape").decode().replace("\\x", "\\u00")
    fields = f'created = 2026-11-22T06:00:00Z\ntags = ["{toml}"]\nnote = "{toml}"\n'
    memory = f'{HEAD}id = "h0stk3f9x2"\n{fields}+++\n# Cores \x1b[1m{UGLY}\n\nBody {UGLY}\n'
    qa.files(
        {
            ".alma/agents/qa/knowledge/h0st.md": memory,
            f".alma/agents/qa/knowledge/{UGLY.replace('/', '')}.md": "no header",
            ".alma/agents/qa/heuristics/h1.md": f'{HEAD}domain = "{toml}"\n+++\n# Cores\n',
        }
    )
    qa.git("add", ".")
    qa.git(
        "commit", "--quiet", f"--message=qa: {UGLY}\n\nAlma-Event: e0e0e0e0e0\nAlma-Agent: {UGLY}"
    )
    formats = (("recall", "cores", "--format", each) for each in ("prompt", "md", "xml", "text"))
    for command in (
        *formats,
        ("recall", "cores", "--explain"),
        ("recall", UGLY),
        ("list",),
        ("show", "h0st"),
        ("show", UGLY),
        ("log",),
        ("diff", "HEAD~1..HEAD"),
        ("undo", "--dry-run"),
        ("rollback", "--to", "HEAD~1", "--dry-run"),
        ("forget", UGLY),
        ("add", "knowledge", f"Title {UGLY}", "--tag", UGLY),
        ("add", "knowledge", f"Title {UGLY}"),
        ("agent", "explain", UGLY),
        ("learn", "--success", "--task", UGLY, "--strategy", UGLY),
    ):
        ran = qa(*command)
        for text in (ran.out, ran.err):
            kinds = {unicodedata.category(char) for char in text if char not in "\n\t"}
            assert not kinds & HIDDEN, (command, ascii(text))


def test_a_file_name_begins_no_line_of_its_own(qa):
    qa.files({".alma/agents/qa/knowledge/a\n::stop-commands::x\nb.md": "no header"})
    for command in (("recall", "cores"), ("list",), ("check",), ("doctor",), ("diff",)):
        ran = qa(*command)
        told = ran.out + ran.err
        assert "::stop-commands::x" in told, command
        assert not any(line.startswith(("::", "b.md")) for line in told.splitlines()), command
