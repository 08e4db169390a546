"""Claude's memory tool over memories: it answers as the SDK's own file tool does."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest
from anthropic.lib.tools import ToolError
from anthropic.lib.tools._beta_builtin_memory_tool import BetaLocalFilesystemMemoryTool
from hypothesis import given, settings
from hypothesis import strategies as st

from alma_cli.adapters import memory_files as files
from alma_cli.adapters.anthropic_memory import AlmaAsyncMemoryTool, AlmaMemoryTool
from alma_cli.verbs.keep import Page

NOTES = "/memories/notes.md"
ALLOWED = {"allow_secret": "an example"}


@pytest.fixture
def tool(alma):
    return AlmaMemoryTool(alma.store, world=alma.world)


@pytest.fixture
def fast(quick):
    return AlmaMemoryTool(quick.store, world=quick.world)


def call(tool, command, path=None, **more):
    """Runs a command as the SDK does with what a model sends."""
    return tool.call({"command": command, **({"path": path} if path else {}), **more})


def answer(tool, *command, **more):
    """Returns what the model is told, a refusal too."""
    try:
        return call(tool, *command, **more)
    except ToolError as error:
        return f"refused: {error.content}"


def create(tool, path, text):
    return call(tool, "create", path, file_text=text)


def text_of(tool, path):
    """Returns a file without the numbers of its lines."""
    shown = call(tool, "view", path).split("\n")[1:]
    return "\n".join(line.partition("\t")[2] for line in shown)


SESSION = [
    ("create", NOTES, {"file_text": "# Notes\n\n- one\n- two\n"}),
    ("create", NOTES, {"file_text": "again"}),
    ("create", "/memories/plan/today.txt", {"file_text": "no line feed at the end"}),
    ("create", "/memories/plan/deep/er/x.txt", {"file_text": ""}),
    ("create", "/memories/.hidden", {"file_text": "x"}),
    ("create", "/memories/plan", {"file_text": "a folder is there"}),
    ("view", NOTES, {}),
    ("view", "/memories/plan/today.txt", {}),
    ("view", NOTES, {"view_range": [2, 3]}),
    ("view", NOTES, {"view_range": [3, -1]}),
    ("view", "/memories/nothing", {}),
    ("str_replace", NOTES, {"old_str": "- one", "new_str": "- first"}),
    ("str_replace", NOTES, {"old_str": "- ", "new_str": "* "}),
    ("str_replace", NOTES, {"old_str": "three", "new_str": "3"}),
    ("str_replace", NOTES, {"old_str": "- two\n", "new_str": "- two\n- three\n- four"}),
    ("str_replace", "/memories/nothing", {"old_str": "a", "new_str": "b"}),
    ("str_replace", "/memories/plan", {"old_str": "a", "new_str": "b"}),
    ("insert", NOTES, {"insert_line": 0, "insert_text": "above all\n"}),
    ("insert", NOTES, {"insert_line": 2, "insert_text": "two\nlines"}),
    ("insert", NOTES, {"insert_line": 99, "insert_text": "x"}),
    ("insert", NOTES, {"insert_line": -1, "insert_text": "x"}),
    ("insert", "/memories/plan/deep/er/x.txt", {"insert_line": 0, "insert_text": "first"}),
    ("insert", "/memories/nothing", {"insert_line": 0, "insert_text": "x"}),
    ("view", NOTES, {}),
    ("rename", None, {"old_path": NOTES, "new_path": "/memories/archive/notes.md"}),
    ("rename", None, {"old_path": NOTES, "new_path": "/memories/other.md"}),
    ("rename", None, {"old_path": "/memories/plan", "new_path": "/memories/archive/notes.md"}),
    ("rename", None, {"old_path": "/memories/plan", "new_path": "/memories/plans"}),
    ("rename", None, {"old_path": "/memories", "new_path": "/memories/x"}),
    ("view", "/memories/archive/notes.md", {}),
    ("view", "/memories/plans/deep/er/x.txt", {}),
    ("delete", "/memories/plans/today.txt", {}),
    ("delete", "/memories/plans", {}),
    ("delete", "/memories/plans", {}),
    ("delete", "/memories", {}),
    ("view", "/elsewhere", {}),
]


def test_every_answer_is_that_of_the_sdks_own_file_tool(fast, tmp_path):
    theirs = BetaLocalFilesystemMemoryTool(str(tmp_path / "theirs"))
    for command, path, more in SESSION:
        asked = (command, path)
        assert answer(fast, *asked, **more) == answer(theirs, *asked, **more), (asked, more)


def test_a_folder_is_listed_two_levels_deep_with_sizes(fast):
    assert call(fast, "view", "/memories").endswith("hidden items:\n0B\t/memories")
    create(fast, "/memories/b.md", "x" * 1536)
    create(fast, "/memories/a/one.md", "1234")
    create(fast, "/memories/a/deep/two.md", "é")
    create(fast, "/memories/a/.secret/x.md", "hidden")
    assert call(fast, "view", "/memories").split("\n") == [
        "Here're the files and directories up to 2 levels deep in /memories, excluding hidden items:",
        "1.5K\t/memories",
        "6B\t/memories/a/",
        "2B\t/memories/a/deep/",
        "4B\t/memories/a/one.md",
        "1.5K\t/memories/b.md",
    ]


def test_the_listing_names_what_the_sdks_lists(fast, tmp_path):
    theirs = BetaLocalFilesystemMemoryTool(str(tmp_path / "theirs"))
    for path in ("b.md", "a/one.md", "a/deep/two.md", "a/deep/er/three.md", ".x", "c d.txt"):
        for tool in (fast, theirs):
            create(tool, f"/memories/{path}", path)
    names = [
        sorted(line.partition("\t")[2] for line in call(tool, "view", "/memories").split("\n"))
        for tool in (fast, theirs)
    ]
    assert names[0] == names[1]


@settings(max_examples=50)
@given(st.text(st.characters(exclude_characters="\r\0", exclude_categories=("Cs",))))
def test_any_text_is_parted_into_its_middle_and_the_white_space_around(text):
    page = Page("x", "x", text)
    before, _, after = (page.edges or "|\n").partition("|")
    assert before + page.body + after == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        "plain",
        "one line feed\n",
        "\n\n  indented, and two\n\n",
        "## Code\nnot a section\n",
        "# Title\n\n## When\nx\n",
        "+++\nid = 'x'\n+++\n",
        "<<<<<<< HEAD\n",
        "\\## Code\n",
        "tabs\t and \u2028 and \x0b and \u00a0\n\u00a0",
        '{"json": true}',
        "```\nfence\n",
    ],
    ids=repr,
)
def test_a_text_comes_back_to_the_byte(fast, text):
    create(fast, NOTES, text)
    assert text_of(fast, NOTES) == text
    create(fast, "/memories/other.md", "else")
    call(fast, "insert", "/memories/other.md", insert_line=0, insert_text=text)
    assert text_of(fast, "/memories/other.md") == text.rstrip("\n") + "\nelse\n"


def test_white_space_in_a_path_belongs_to_it(fast):
    create(fast, "/memories/ notes ", "x")
    assert text_of(fast, "/memories/ notes ") == "x"


def test_a_file_without_its_text_is_not_made(quick, fast):
    with pytest.raises(ToolError, match="file_text"):
        call(fast, "create", NOTES)
    assert quick.memories() == []


@pytest.mark.parametrize("text", ["a\r\nb", "a\0b", "\ud800", "x" * 40_000], ids=lambda t: t[:5])
def test_a_text_that_no_memory_holds_is_refused(quick, fast, text):
    with pytest.raises(ToolError):
        create(fast, NOTES, text)
    assert quick.memories() == []


@pytest.mark.parametrize("text", ["a\rb", "a\0b", "x" * 40_000], ids=lambda text: text[:3])
def test_an_edit_that_no_memory_holds_is_refused_and_the_file_stays(fast, text):
    create(fast, NOTES, "one\n")
    with pytest.raises(ToolError):
        call(fast, "str_replace", NOTES, old_str="one", new_str=text)
    assert text_of(fast, NOTES) == "one\n"


@pytest.mark.parametrize(
    "path",
    [
        "/etc/passwd",
        "memories/x",
        "/memoriesx",
        "/memories/../x",
        "/memories/a/../../x",
        "/memories/..",
        "/memories/./x",
        "/memories/%2e%2e/x",
        "/memories/%252e%252e%252fx",
        "/memories/..%2fx",
        "/memories/..\\x",
        "/memories/a\\b",
        "/memories/a\nb",
        "/memories/a\0b",
        "/memories/" + "x" * 300,
        "",
    ],
    ids=lambda path: repr(path)[:30],
)
def test_a_path_that_leads_elsewhere_is_refused_by_every_command(quick, fast, path):
    create(fast, NOTES, "x")
    for command, more in (
        ("view", {"path": path}),
        ("create", {"path": path, "file_text": "x"}),
        ("str_replace", {"path": path, "old_str": "x", "new_str": "y"}),
        ("insert", {"path": path, "insert_line": 0, "insert_text": "x"}),
        ("delete", {"path": path}),
        ("rename", {"old_path": path, "new_path": "/memories/y"}),
        ("rename", {"old_path": NOTES, "new_path": path}),
    ):
        with pytest.raises(ToolError):
            fast.call({"command": command, **more})
    assert len(quick.memories()) == 1


def test_a_link_in_the_place_of_a_memory_is_not_followed(quick, fast):
    create(fast, NOTES, "x")
    (path,) = quick.store.glob("agents/*/knowledge/*.md")
    aside = quick.home / "aside.md"
    path.rename(aside)
    path.symlink_to(aside)
    with pytest.raises(ToolError, match="does not exist"):
        call(fast, "view", NOTES)


def test_a_file_leads_to_no_other(fast):
    create(fast, "/memories/a", "x")
    assert answer(fast, "create", "/memories/a/b", file_text="y") == (
        "refused: The path /memories/a is not a directory."
    )
    create(fast, "/memories/folder/x", "x")
    assert "is inside of" in answer(
        fast, "rename", old_path="/memories/folder", new_path="/memories/folder/in"
    )


def test_a_file_is_a_memory_that_people_can_read_and_recall(alma, tool):
    create(tool, "/memories/style.md", "Use tabs in Makefiles.\n")
    text = alma.text("style-md")
    assert 'ref = "anthropic:/memories/style.md"\n' in text
    assert text.endswith("+++\n# style.md\n\nUse tabs in Makefiles.\n")
    assert "- style.md. Use tabs in Makefiles. [" in alma.ok("recall", "tabs in makefiles")
    assert "style.md" in alma.ok("list", "--kind", "knowledge")
    assert alma.ok("check") == ""


def test_what_a_person_edits_the_model_sees(alma, tool):
    create(tool, NOTES, "one\n")
    (path,) = alma.store.glob("agents/*/knowledge/*.md")
    path.write_text(path.read_text().replace("one", "two"))
    assert text_of(tool, NOTES) == "two\n"


def test_each_command_is_one_event_and_undo_takes_it_back(alma, tool, events):
    def seen():
        shown = answer(tool, "view", "/memories")
        return shown, *(answer(tool, "view", path) for path in (NOTES, "/memories/a/x"))

    create(tool, NOTES, "one\ntwo\n")
    create(tool, "/memories/a/x", "x")
    create(tool, "/memories/a/y", "y")
    assert events() == 3
    for command, more in (
        ("str_replace", {"path": NOTES, "old_str": "one", "new_str": "1"}),
        ("insert", {"path": NOTES, "insert_line": 1, "insert_text": "between"}),
        ("rename", {"old_path": "/memories/a", "new_path": "/memories/b"}),
        ("delete", {"path": "/memories/a"}),
        ("create", {"path": "/memories/z", "file_text": "z"}),
    ):
        before, made = seen(), events()
        tool.call({"command": command, **more})
        assert events() == made + 1
        assert seen() != before
        alma.ok("undo")
        assert seen() == before


def test_views_and_refusals_are_no_events(tool, events):
    create(tool, NOTES, "x")
    answer(tool, "view", NOTES)
    answer(tool, "create", NOTES, file_text="y")
    answer(tool, "str_replace", NOTES, old_str="x", new_str="x")
    assert events() == 1


def test_a_refusal_of_the_scope_is_told_to_the_model(quick):
    tool = AlmaMemoryTool(quick.store, domain="billing", world=quick.world)
    with pytest.raises(ToolError) as told:
        create(tool, NOTES, "x")
    assert "agent `qa_tester` may not learn about `billing`" in told.value.content
    assert quick.memories() == []


def test_a_secret_is_refused_wherever_it_is_written(quick, fast):
    key = "AKIAIOSFODNN7EXAMPLQ"
    create(fast, NOTES, "the word\n")
    with pytest.raises(ToolError, match="looks like a secret"):
        call(fast, "str_replace", NOTES, old_str="word", new_str=key)
    with pytest.raises(ToolError, match="looks like a secret"):
        create(fast, f"/memories/{key}", "x")
    allowed = AlmaMemoryTool(quick.store, world=quick.world, **ALLOWED)
    call(allowed, "str_replace", NOTES, old_str="word", new_str=key)
    assert text_of(fast, NOTES) == f"the {key}\n"
    with pytest.raises(ToolError, match="looks like a secret"):  # that reason was given for another
        call(fast, "insert", NOTES, insert_line=1, insert_text=f"and {key[:-1]}Z")


def test_all_memory_can_be_cleared_in_one_event(tool, events):
    create(tool, NOTES, "x")
    create(tool, "/memories/a/b", "y")
    assert tool.clear_all_memory() == "All memory cleared"
    assert events() == 3
    assert call(tool, "view", "/memories").endswith("0B\t/memories")


def test_two_threads_that_edit_one_file_lose_nothing(tool):
    create(tool, NOTES, "")
    with ThreadPoolExecutor(2) as threads:
        list(
            threads.map(
                lambda n: call(tool, "insert", NOTES, insert_line=0, insert_text=f"line {n}"),
                range(6),
            )
        )
    assert sorted(text_of(tool, NOTES).split("\n")) == ["", *(f"line {n}" for n in range(6))]


def test_the_tool_that_does_not_wait_does_the_same(quick, tmp_path):
    tool = AlmaAsyncMemoryTool(quick.store, world=quick.world)
    theirs = BetaLocalFilesystemMemoryTool(str(tmp_path / "theirs"))

    async def asked(command, path, more):
        try:
            sent = {"command": command, **({"path": path} if path else {}), **more}
            return await tool.call(sent)
        except ToolError as error:
            return f"refused: {error.content}"

    async def session():
        told = [await asked(*each) for each in SESSION]
        return told, await tool.clear_all_memory()

    told, cleared = asyncio.run(session())
    assert told == [answer(theirs, command, path, **more) for command, path, more in SESSION]
    assert cleared == "All memory cleared"
    assert tool.to_dict() == {"type": "memory_20250818", "name": "memory"}


@pytest.mark.parametrize(
    ("number", "said"),
    [(0, "0B"), (1, "1B"), (1023, "1023B"), (1024, "1K"), (1536, "1.5K"), (5 * 2**20, "5M")],
)
def test_a_size_is_read_by_people(number, said):
    assert files.size(number) == said
