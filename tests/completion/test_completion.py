"""Completion, asked as bash, zsh and fish ask for it: by a process and its environment."""

import json
import re

import pytest
from support.tree import bytes_below

from alma_cli.cli.completion import VALUES
from alma_cli.cli.lazy import COMMANDS, LazyGroup


@pytest.fixture
def complete(shop):
    """Completes a command line of which the last word is being typed."""

    def ask(line, shell="bash", **more):
        words = line.split(" ")
        given = {
            "bash": {"COMP_WORDS": line, "COMP_CWORD": str(len(words) - 1)},
            "zsh": {"_TYPER_COMPLETE_ARGS": line},
            "fish": {"_TYPER_COMPLETE_ARGS": line, "_TYPER_COMPLETE_FISH_ACTION": "get-args"},
        }
        held = dict(shop.environ)
        shop.environ |= {"_ALMA_COMPLETE": f"complete_{shell}"} | given[shell] | more
        try:
            return shop.process()
        finally:
            shop.environ.clear()
            shop.environ |= held

    return ask


@pytest.fixture
def offered(complete):
    """Returns the values that bash is offered, and nothing else is said."""

    def ask(line):
        ran = complete(line)
        assert (ran.status, ran.err) == (0, "")
        return ran.out.split()

    return ask


def test_commands_are_offered(offered):
    assert offered("alma ") == list(COMMANDS)
    assert {"recall"} <= set(offered("alma re")) < set(COMMANDS)
    assert offered("alma config ") == ["show", "set"]


def test_options_are_offered(offered):
    assert offered("alma export --ou") == ["--output"]


AGENTS = ["qa_tester", "backend_dev", "senior_architect", "junior_dev", "qa_agent"]


@pytest.mark.parametrize(
    ("line", "values"),
    [
        ("alma recall --agent ", AGENTS),
        ("alma recall -a q", ["qa_tester", "qa_agent"]),
        ("alma recall --agent=q", ["qa_tester", "qa_agent"]),
        ("alma learn --failure --agent b", ["backend_dev"]),
        ("alma export --agent j", ["junior_dev"]),
        ("alma stats --agent j", ["junior_dev"]),
        ("alma agent explain s", ["senior_architect"]),
        ("alma agent share qa_tester --with b", ["backend_dev"]),
        ("alma agent add new --inherit-from b", ["backend_dev"]),
        ("alma recall --domain te", ["testing_strategies"]),
        ("alma agent add new --can-learn d", ["database_queries"]),
        ("alma list --kind a", ["anti-pattern"]),
        ("alma export --kind o", ["outcome"]),
        ("alma add ", ["anti-pattern", "heuristic", "knowledge", "preference"]),
        ("alma import x --as al", ["alma-memory", "alma"]),
        ("alma recall --format ", ["prompt", "md", "json", "xml", "text", "rich"]),
        ("alma export --format ", ["jsonl", "json", "md", "agents-md", "mem0", "langgraph"]),
        ("alma show 8ab", ["8ab27pwz4c"]),
        ("alma feedback 8ab", ["8ab27pwz4c"]),
        ("alma learn --success --lesson 8ab", ["8ab27pwz4c"]),
        ("alma learn --success --used 8ab", ["8ab27pwz4c"]),
        ("alma config set recall.", ["recall.limit", "recall.budget", "recall.half_life_days"]),
        ("alma config set agents.qa_agent.a", ["agents.qa_agent.about"]),
        ("alma config set git.commit ", ["true", "false", "batch"]),
        ("alma config set default_agent j", ["junior_dev"]),
        ("alma config set agents.qa_agent.can_learn d", ["database_queries"]),
        ("alma --store .alma recall --agent j", ["junior_dev"]),
    ],
)
def test_a_value_is_offered_by_what_it_begins_with(offered, line, values):
    assert offered(line) == values


def test_all_advice_has_its_id_offered(shop, offered):
    files = {path for path in shop.memories() if "/outcomes/" not in path}
    assert set(offered("alma show ")) == {path[-13:-3] for path in files}


def test_a_domain_that_only_memories_have_is_offered(shop, offered):
    shop.ok("add", "knowledge", "x", "--team", "--domain", "zebras")
    assert offered("alma recall --domain z") == ["zebras"]


def test_restore_offers_what_was_forgotten(shop, complete):
    shop.files({".alma/agents/team/forgotten/8zzzzzzzzz.md": "+++\n+++\nit was wrong\n"})
    assert complete("alma restore 8", "fish").out == "8zzzzzzzzz\tforgotten it was wrong\n"


def test_ids_come_with_their_titles_where_a_shell_shows_them(complete):
    title = "Using sleep for async waits"
    assert complete("alma show 8ab", "fish").out == f"8ab27pwz4c\t{title}\n"
    assert complete("alma show 8ab", "zsh").out == (
        f"""_arguments '*: :(("8ab27pwz4c":"{title}"))'\n"""
    )


def test_agents_come_with_what_they_do(complete):
    assert complete("alma recall --agent qa_t", "fish").out == "qa_tester\tFrontend QA\n"


def test_fish_is_told_whether_there_is_anything(complete):
    def status(line):
        ran = complete(line, "fish", _TYPER_COMPLETE_FISH_ACTION="is-args")
        assert (ran.out, ran.err) == ("", "")
        return ran.status

    assert status("alma show 8ab") == 0
    assert status("alma show zzz") != 0


HOSTILE = [
    r"a \$(touch pwned) b",
    "a `touch pwned` b",
    "a '$(touch pwned)' \"$(touch pwned)\" b",
    "a ')); touch pwned; (( b",
    "a [/b] [red] :x: \\[c] b",
    "a \u2028 \x1b[2J \u202e b",
    "a " + "long " * 30,
]


@pytest.mark.parametrize("title", HOSTILE)
@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_a_title_reaches_a_shell_without_what_it_would_run(shop, complete, title, shell):
    shop.files({".alma/agents/team/knowledge/x--8zzzzzzzzz.md": f"+++\n+++\n# {title}\n"})
    shop.files(
        {".alma/config.toml": f"format = 1\n[agents.a]\nabout = {json.dumps('q ' + title)}\n"}
    )
    for line, begins in (("alma show 8zz", "8zzzzzzzzz"), ("alma recall --agent ", "a")):
        ran = complete(line, shell)
        assert (ran.status, ran.err) == (0, "")
        text = ran.out.removeprefix("_arguments '*: :((").removesuffix("))'\n")
        pattern = {"zsh": r'"{}":"[\w .,/+=#@-]+"', "fish": r"{}\t[\w .,/+=#@-]+\n"}[shell]
        assert re.fullmatch(pattern.format(begins), text), text


@pytest.mark.parametrize("line", ["alma show 8", "alma recall --agent ", "alma recall --domain "])
def test_it_writes_nothing_not_even_an_index(shop, complete, line):
    for file in (shop.store / ".cache").iterdir():
        file.unlink()
    before = bytes_below(shop.folder)
    for shell in ("bash", "zsh", "fish"):
        assert complete(line, shell).out
    assert not list((shop.store / ".cache").iterdir())
    assert bytes_below(shop.folder) == before


BROKEN = {
    "not TOML": {".alma/config.toml": "format = = 1"},
    "a key of later": {".alma/config.toml": "format = 1\nlater = 1\n[agents.qa_tester]\n"},
    "another format": {".alma/config.toml": "format = 2\n"},
    "a damaged memory": {".alma/agents/team/knowledge/x--8zzzzzzzzz.md": "no header"},
    "a name that is no text": {".alma/agents/team/knowledge/\udcff--8zzzzzzzzz.md": "x"},
}


@pytest.mark.parametrize("files", BROKEN.values(), ids=BROKEN)
@pytest.mark.parametrize(
    "line",
    ["alma show 8", "alma restore ", "alma recall --agent ", "alma learn --domain ", "alma x "],
)
def test_it_is_silent_where_something_is_wrong(shop, complete, files, line):
    shop.files(files)
    for shell in ("bash", "zsh", "fish"):
        ran = complete(line, shell)
        assert (ran.status, ran.err) == (0, "")


def test_without_a_store_it_offers_nothing(shop, offered):
    (shop.store / "config.toml").unlink()
    assert offered("alma show 8") == []
    assert offered("alma recall --agent ") == []
    assert offered("alma --store /nowhere recall --agent ") == []
    assert "recall" in offered("alma ")


def test_a_flag_that_would_end_the_program_says_nothing(offered):
    assert offered("alma --version reca") == ["recall"]


def test_every_parameter_that_has_values_is_one_of_a_command():
    """A row of the table that no command has would be a slip, or left over from one that went."""
    group = LazyGroup(name="alma")
    known = set()

    def walk(command, path):
        for name, inner in getattr(command, "commands", {}).items():
            walk(inner, f"{path} {name}")
        for parameter in command.params:
            for name in (*parameter.opts, getattr(parameter, "metavar", None) or ""):
                known.update((name, f"{path} {name}"))

    for name in COMMANDS:
        walk(group.get_command(None, name), name)
    assert set(VALUES) <= known


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_for_a_shell_can_be_shown(shop, shell):
    shop.environ["_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION"] = "1"
    ran = shop.process("--show-completion", shell)
    assert (ran.status, ran.err) == (0, "")
    assert f"_ALMA_COMPLETE=complete_{shell}" in ran.out


def test_bash_completes_with_the_script_it_is_given(shop):
    shop.environ["_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION"] = "1"
    shop.files({"alma.sh": shop.process("--show-completion", "bash").out})
    program = shop.folder / "bin" / "alma"
    shop.files({"bin/alma": '#!/bin/sh\nexec python -m alma_cli "$@"\n'})
    program.chmod(0o755)
    said = shop.shell(
        'PATH="$PWD/bin:$PATH"; . ./alma.sh; COMP_WORDS=(alma show 8ab); COMP_CWORD=2;'
        ' _alma_completion alma; echo "${COMPREPLY[@]}"'
    )
    assert (said.out, said.err) == ("8ab27pwz4c\n", "")


def test_it_is_installed_for_the_shell_at_home_and_nowhere_else(shop):
    shop.environ["_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION"] = "1"
    before = bytes_below(shop.folder)
    ran = shop.process("--install-completion", "bash")
    assert ran.status == 0, ran
    script = (shop.home / ".bash_completions" / "alma.sh").read_text("utf-8")
    assert "_ALMA_COMPLETE=complete_bash" in script
    assert str(shop.home / ".bash_completions" / "alma.sh") in (shop.home / ".bashrc").read_text()
    assert bytes_below(shop.folder) == before


DEPLOYS = ["deploy-v2", "deploy-v3", "deploy-v4"]


def test_workflows_are_offered_by_their_outcomes_and_checkpoints(shop, offered):
    learn = ("learn", "--success", "--agent", "qa_tester", "--task", "Ship it", "--strategy", "Go")
    shop.ok(*learn, "--workflow", "deploy-v3")
    shop.files({".alma/workflows/deploy-v4/0001-start--zt41m8c2ya.md": "+++\n+++\n"})
    assert offered("alma learn --success --workflow deploy-") == DEPLOYS
    assert offered("alma resume deploy-") == DEPLOYS
    assert offered("alma workflow finish deploy-v4") == ["deploy-v4"]
