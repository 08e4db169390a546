"""What a recall loads and starts: little, and nothing; counted, since times would be noise."""

import os
import shutil
import sys

import pytest

HEAVY = {"rich", "git", "tomlkit", "pydantic", "asyncio", "numpy", "re2"}
MOST = 209
"""Modules, those of a bare interpreter included; `import typer` alone brings 139."""

WORKFLOWS = 12
"""Modules that read where open workflows stand, for a brief; five of them are those of json."""

LOADED = """
import sys
from alma_cli.cli.app import main
status = main(sys.argv[1:])
print(*sorted(sys.modules), file=sys.stderr)
sys.exit(status)
"""

NO_PROCESS = """
import sys

STARTS = ("subprocess.Popen", "os.exec", "os.posix_spawn", "os.fork", "os.forkpty", "os.system")

def watch(event, arguments):
    if event in STARTS:
        print("started:", event, arguments, file=sys.stderr)
        sys.stderr.flush()
        import os
        os._exit(99)

sys.addaudithook(watch)
from alma_cli.cli.app import main
sys.exit(main(sys.argv[1:]))
"""


def python(alma, code, *arguments):
    """Runs Python with `code` in the folder of the store."""
    script = alma.home / "script.py"
    script.write_text(code)
    words = " ".join(f"'{word}'" for word in arguments)
    return alma.shell(f"'{sys.executable}' '{script}' {words}")


def loaded(alma, *arguments):
    """Returns the names of all modules after a command."""
    ran = python(alma, LOADED, *arguments)
    assert ran.status == 0, ran.err
    return set(ran.err.splitlines()[-1].split())


@pytest.fixture
def warm(shop):
    """The example store with its index made, of files that are too old to change unseen."""
    for path in shop.store.rglob("*"):
        os.utime(path, (0, 0))
    shop.ok("recall", "forms")
    return shop


@pytest.mark.parametrize("query", ["Test the login form", "async waits", ""])
def test_recall_loads_nothing_heavy(warm, query):
    modules = loaded(warm, "recall", query, "--agent", "qa_tester")
    assert not modules & {*HEAVY, "rapidfuzz"}
    assert len(modules) <= (MOST if query else MOST + WORKFLOWS)


def test_workflows_are_read_for_a_brief_alone_and_only_where_there_are_any(warm):
    readers = {"alma_cli.workflows", "alma_cli.checkpoint"}
    assert readers <= loaded(warm, "recall")
    assert not readers & loaded(warm, "recall", "async waits")
    shutil.rmtree(warm.store / "workflows")
    assert not readers & loaded(warm, "recall")


def test_so_does_a_recall_that_makes_the_index(shop):
    modules = loaded(shop, "recall", "async waits")
    assert not modules & {*HEAVY, "rapidfuzz"}


def test_what_makes_an_index_comes_only_with_a_change(shop):
    for path in shop.store.rglob("*"):  # what was written just now may change again unseen
        os.utime(path, (0, 0))
    makers = {f"alma_cli.search.{name}" for name in ("update", "fill", "standing", "vocabulary")}
    assert makers <= loaded(shop, "recall", "async waits")
    assert not makers & loaded(shop, "recall", "async waits")


def test_rapidfuzz_comes_only_with_a_word_that_no_memory_holds(warm):
    assert "rapidfuzz" not in loaded(warm, "recall", "validate forms")
    modules = loaded(warm, "recall", "validat formz incrementaly")
    assert "rapidfuzz" in modules
    assert not modules & {"numpy", "rich", "git"}


def test_json_and_the_other_formats_load_no_more(warm):
    for kind in ("json", "md", "xml", "text"):
        assert not loaded(warm, "recall", "async waits", "--format", kind) & {*HEAVY, "rapidfuzz"}


@pytest.mark.parametrize("command", [("list",), ("show", "8ab2"), ("agent", "list")])
def test_reading_commands_load_no_git_and_no_rich(warm, command):
    assert not loaded(warm, *command) & HEAVY


@pytest.mark.parametrize("query", ["async waits", "validat formz", ""])
def test_recall_starts_no_process(shop, query):
    ran = python(shop, NO_PROCESS, "recall", query)
    assert ran.status == 0, ran.err
    assert "<alma-memories" in ran.out


def test_the_watch_itself_sees_a_process(shop):
    """Learning runs git; without this the test above could not fail."""
    ran = python(shop, NO_PROCESS, "learn", "--success", "--task", "a", "--strategy", "b")
    assert ran.status == 99
    assert "started:" in ran.err


def test_recall_needs_nothing_on_the_path(shop):
    said = shop.ok("recall", "async waits")
    shop.environ["PATH"] = ""
    ran = shop.process("recall", "async waits")
    assert (ran.status, ran.out) == (0, said)


def test_help_and_version_load_nothing_heavy_off_a_terminal(bare):
    assert not loaded(bare, "--version") & {*HEAVY, "sqlite3"}
    assert not loaded(bare, "recall", "--help") & HEAVY


def test_a_guard_starts_nothing_and_loads_re2_for_patterns_alone(warm):
    warm.files({"a.txt": "nothing of interest\n", "tests/a.ts": "await page.goto('/')\n"})
    ran = python(warm, NO_PROCESS, "guard", "a.txt", "tests/a.ts")
    assert ran.status == 0, ran.err
    modules = loaded(warm, "guard", "tests/a.ts")
    assert not modules & (HEAVY - {"re2"})
    for file in warm.store.rglob("anti-patterns/*.md"):
        file.write_text(file.read_text().replace("regex = ", "tried = "))
    assert not loaded(warm, "guard", "tests/a.ts", "--json") & HEAVY
