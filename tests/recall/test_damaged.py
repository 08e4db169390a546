"""Files that cannot be read are named once and never rewritten; all others are recalled."""

import os
import shutil

import pytest
from support.tree import bytes_below

HEAD = '+++\nkind = "knowledge"\n+++\n'
DAMAGED = {
    "no header": (b"# Cores\n", 1),
    "open header": (b'+++\nkind = "knowledge"\n# Cores\n', 1),
    "bad TOML": (b'+++\nkind = "knowledge"\ntags = [\n+++\n# Cores\n', None),
    "no title": (f"{HEAD}Cores without a title\n".encode(), 4),
    "not UTF-8": (HEAD.encode() + b"# Cores \xff\n", None),
    "conflict": (f"<<<<<<< HEAD\n{HEAD}# Cores\n=======\n# Others\n>>>>>>> x\n".encode(), None),
    "conflict below": (
        f"{HEAD}# Cores\n<<<<<<< HEAD\none\n=======\ntwo\n>>>>>>> x\n".encode(),
        None,
    ),
    "wrong type": (b'+++\nkind = "knowledge"\ntags = "cores"\n+++\n# Cores\n', 1),
    "wrong domain": (b'+++\nkind = "knowledge"\ndomain = "../x"\n+++\n# Cores\n', 1),
    "wrong id": (b'+++\nid = "x"\nkind = "knowledge"\n+++\n# Cores\n', 1),
    "too large": (HEAD.encode() + b"# Cores\n\n" + b"x" * 300_000, None),
    "empty": (b"", None),
}


@pytest.fixture
def qa(alma):
    """A store with the agent `qa`, without commits, and one memory that is whole."""
    config = 'default_agent = "qa"\n[agents.qa]\n[git]\ncommit = false\n'
    alma.files({".alma/config.toml": config})
    alma.ok("add", "knowledge", "CI has two cores")
    return alma


@pytest.mark.parametrize("name", DAMAGED)
def test_a_damaged_file_is_named_once_and_the_others_are_recalled(qa, name):
    content, line = DAMAGED[name]
    path = "agents/qa/knowledge/damaged.md"
    qa.files({f".alma/{path}": content})
    where = f"warning: {path}:{line}: " if line else f"warning: {path}:"
    for _ in range(2):
        ran = qa("recall", "cores")
        assert ran.status == 0
        assert "CI has two cores" in ran.out
        assert ran.err.count(path) == 1
        assert ran.err.startswith(where)
    assert (qa.store / path).read_bytes() == content


@pytest.mark.parametrize(
    "command", [["list"], ["recall"], ["recall", "zebra"], ["recall", "cores"]]
)
def test_every_reading_command_names_it_once(qa, command):
    qa.files({".alma/agents/qa/knowledge/damaged.md": "no header\n"})
    ran = qa(*command)
    assert ran.status == 0
    assert ran.err.count("damaged.md") == 1


def test_learning_goes_on_beside_damaged_files_and_leaves_them_alone(alma):
    alma.ok("init", "--agent", "qa")
    damaged = {f".alma/agents/qa/heuristics/{n}.md": c for n, (c, _) in enumerate(DAMAGED.values())}
    alma.files(damaged)
    alma.ok("learn", "--success", "--task", "a", "--strategy", "Click once")
    after = bytes_below(alma.folder)
    assert {path: after[path] for path in damaged} == damaged
    assert {line[:3] for line in alma.git("status", "--short", "-uall").splitlines()} == {"?? "}


def test_a_file_that_is_mended_is_recalled_and_no_longer_named(qa):
    path = ".alma/agents/qa/knowledge/damaged.md"
    qa.files({path: "no header\n"})
    assert "damaged.md" in qa("recall", "cores").err
    qa.files({path: f"{HEAD}# Laptops have eight cores\n"})
    ran = qa("recall", "cores")
    assert "Laptops have eight cores" in ran.out
    assert "damaged.md" not in ran.err


def test_a_file_that_breaks_is_named_and_no_longer_recalled(qa):
    (path,) = qa.memories()
    qa.ok("recall", "cores")
    (qa.store / path).write_text("broken\n")
    ran = qa("recall", "cores")
    assert ran.out == ""
    assert ran.err.count(path) == 1


def test_two_files_with_one_id_are_both_named_and_the_first_path_wins(qa):
    for name, title in (("b", "Second cores"), ("a", "First cores")):
        text = f'+++\nid = "c0res00000"\nkind = "knowledge"\n+++\n# {title}\n'
        qa.files({f".alma/agents/qa/knowledge/{name}.md": text})
    ran = qa("recall", "cores")
    assert "First cores" in ran.out
    assert "Second cores" not in ran.out
    assert "knowledge/a.md" in ran.err
    assert "knowledge/b.md" in ran.err


@pytest.mark.parametrize("newline", ["\r\n", "\n"])
@pytest.mark.parametrize("mark", ["\ufeff", ""])
def test_windows_line_ends_and_a_byte_order_mark_are_no_damage(qa, newline, mark):
    text = f'{mark}+++\nid = "c0res00000"\nkind = "knowledge"\n+++\n# Eight cores\n\nOn laptops.\n'
    qa.files({".alma/agents/qa/knowledge/a.md": text.replace("\n", newline).encode()})
    ran = qa("recall", "eight cores", "--json")
    hit = ran.json["hits"][0]
    assert (hit["id"], hit["title"], hit["text"]) == ("c0res00000", "Eight cores", "On laptops.")
    assert ran.err == ""


def test_what_stands_in_the_place_of_the_index_is_named_once_with_the_remedy(qa):
    qa.ok("recall", "cores")
    (index,) = (qa.store / ".cache").glob("*.sqlite")
    index.unlink()
    index.mkdir()
    for _ in range(2):
        ran = qa("recall", "cores")
        assert "CI has two cores" in ran.out
        assert ran.err == (
            f"warning: an index is made for this call alone: `{index}` is a folder,"
            f" and `rm -r {index}` makes room for it\n"
        )
    assert qa.shell(f"rm -r {index}").status == 0
    assert qa("recall", "cores").err == ""


def test_a_link_out_of_the_store_is_not_followed(qa, tmp_path):
    (tmp_path / "secret.md").write_text(f"{HEAD}# Secret cores\n")
    (qa.store / "agents/qa/knowledge/link.md").symlink_to(tmp_path / "secret.md")
    (qa.store / "agents/spy").symlink_to(tmp_path)
    ran = qa("recall", "cores")
    assert ran.status == 0
    assert "Secret cores" not in ran.out


def test_a_pipe_in_the_store_does_not_hang_it(qa):
    os.mkfifo(qa.store / "agents/qa/knowledge/pipe.md")
    assert "CI has two cores" in qa.ok("recall", "cores")


def test_a_broken_index_is_made_anew(qa):
    qa.ok("recall", "cores")
    for file in (qa.store / ".cache").rglob("*"):
        if file.is_file():
            file.write_bytes(b"garbage" * 100)
    assert "CI has two cores" in qa.ok("recall", "cores")


@pytest.fixture
def torn(shop):
    """A lesson whose file a person has damaged; the path is as git knows it."""
    path = next(f".alma/{path}" for path in shop.memories() if "8ab27pwz4c" in path)
    file = shop.folder / path
    file.write_text(file.read_text().replace("tags = [", "tags = [[", 1))
    return shop, path


@pytest.mark.parametrize(
    "command",
    [("show",), ("forget",), ("edit", "--set", "why=Slow"), ("feedback", "--helpful")],
    ids=" ".join,
)
def test_the_id_of_a_damaged_file_is_told_with_the_damage_and_the_remedy(torn, command):
    shop, path = torn
    before = (shop.folder / path).read_bytes()
    ran = shop(command[0], "8ab2", *command[1:])
    assert (ran.status, ran.out) == (1, "")
    assert f"error: {path}:" in ran.err
    assert f"hint: mend it; `git checkout HEAD -- {path}` takes back what is committed" in ran.err
    assert "`alma restore 8ab27pwz4c` what could be read last" in ran.err
    assert (shop.folder / path).read_bytes() == before
    shop.git("checkout", "HEAD", "--", path)
    assert shop("show", "8ab2").status == 0


def test_a_damaged_file_is_not_replaced_unless_a_commit_has_it(torn):
    shop, _ = torn
    ran = shop("restore", "8ab2")
    assert ran.status == 4
    assert "hold what no commit has" in ran.err
    shop.commit_by_hand()
    assert "restored anti-pattern 8ab27pwz4c" in shop.ok("restore", "8ab2")
    assert shop("show", "8ab2").status == 0
    assert shop.git("status", "--short") == ""


def test_damage_does_not_hide_what_happened_to_a_memory(torn):
    shop, _ = torn
    assert shop.json("log", "8ab2")["memory"]["id"] == "8ab27pwz4c"


@pytest.fixture
def closed():
    """Takes the right to read a file or folder away until the test ends; not root's."""
    modes = {}

    def close(path, mode=0):
        modes[path] = path.stat().st_mode
        path.chmod(mode)
        if os.access(path, os.R_OK | (os.X_OK if path.is_dir() else 0)):
            pytest.skip("root may read anything")

    yield close
    for path, mode in modes.items():
        path.chmod(mode)


@pytest.mark.parametrize("folder", ["agents", "agents/qa", "agents/qa/knowledge"])
@pytest.mark.parametrize("mode", [0o000, 0o444])
def test_a_folder_that_may_not_be_read_is_named_and_found_again_when_it_may(
    qa, closed, folder, mode
):
    qa.ok("recall", "cores")
    closed(qa.store / folder, mode)
    for _ in range(2):
        ran = qa("recall", "cores")
        assert (ran.status, ran.out) == (0, "")
        assert ran.err.startswith(f"warning: {folder}: is a folder that cannot be read\n")
    (qa.store / folder).chmod(0o755)
    ran = qa("recall", "cores")
    assert "CI has two cores" in ran.out
    assert ran.err == ""


@pytest.mark.skipif(not hasattr(os, "O_PATH"), reason="such a folder cannot be opened here")
@pytest.mark.parametrize("folder", ["agents", "agents/qa", "agents/qa/knowledge"])
def test_what_is_known_of_a_folder_that_may_be_entered_but_not_listed_is_still_told(
    qa, closed, folder
):
    for inside in (qa.store / "agents").rglob("*/"):
        os.utime(inside, (0, 0))  # or else it could have changed in the moment it was looked at
    os.utime(qa.store / "agents", (0, 0))
    qa.ok("recall", "cores")
    closed(qa.store / folder, 0o311)
    ran = qa("recall", "cores")
    assert "CI has two cores" in ran.out
    assert ran.err == ""
    shutil.rmtree(qa.store / ".cache")
    ran = qa("recall", "cores")
    assert (ran.status, ran.out) == (0, "")
    assert ran.err.startswith(f"warning: {folder}: is a folder that cannot be read\n")


@pytest.mark.parametrize("indexed", [True, False])
def test_a_file_that_may_not_be_read_is_named_and_found_again_when_it_may(qa, closed, indexed):
    qa.ok("add", "knowledge", "Laptops have eight cores")
    path = next(path for path in qa.memories() if "laptops" in path)
    if indexed:
        qa.ok("recall", "cores")
    closed(qa.store / path)
    for _ in range(2):
        ran = qa("recall", "cores")
        assert "CI has two cores" in ran.out
        assert ran.err == f"warning: {path}: cannot be read: Permission denied\n"
    (qa.store / path).chmod(0o644)
    assert "Laptops have eight cores" in qa.ok("recall", "cores")
