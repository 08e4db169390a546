"""docs/prompts.md: every recipe runs, with stand-ins that note what they are given."""

import re
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

yaml = pytest.importorskip("yaml")
PAGE = (Path(__file__).parents[2] / "docs" / "prompts.md").read_text("utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
SLEEP = "Using sleep() for async waits"
STAND_IN = """#!/usr/bin/env bash
name=$(basename "$0")
printf '%s\\n' "$@" > "$NOTES/$name.arguments"
if [ -p /dev/stdin ]; then cat > "$NOTES/$name.input"; fi
if [ -f "$NOTES/$name.answer" ]; then cat "$NOTES/$name.answer"; fi
"""
PYTEST = """#!/usr/bin/env bash
cp "$NOTES/report.xml" "$2"
exit 1
"""
REPORT = (Path(__file__).parents[1] / "learn" / "reports" / "pytest.xml").read_bytes()


def recipe(language, part):
    (found,) = (text for kind, text in BLOCKS if kind == language and part in text)
    return found


@pytest.fixture
def notes(tmp_path):
    folder = tmp_path / "notes"
    folder.mkdir()
    return folder


@pytest.fixture
def qa(shop, notes):
    """The example store, with programs on PATH that stand in for those of the page."""
    bin_ = notes / "bin"
    bin_.mkdir()
    texts = {"claude": STAND_IN, "codex": STAND_IN, "llm": STAND_IN, "pytest": PYTEST}
    for name, text in texts.items():
        (bin_ / name).write_text(text)
        (bin_ / name).chmod(0o755)
    shop.environ |= {"NOTES": str(notes), "ALMA_AGENT": "qa_tester"}
    shop.environ["PATH"] = f"{bin_}:{shop.environ['PATH']}"
    return shop


def run(qa, text):
    ran = qa.shell(f"set -eo pipefail\n{text}")
    assert ran.status == 0, ran
    return ran


def outcomes(qa):
    return qa.json("list", "--kind", "outcome")["memories"]


def test_every_recipe_is_tried_here():
    assert [kind for kind, _ in BLOCKS] == ["sh"] * 5 + ["python"] * 2 + ["make", "yaml"]


@pytest.mark.parametrize(
    ("part", "name", "arguments"),
    [
        ('| claude -p "Write', "claude", ["-p"]),
        ("| codex exec", "codex", ["exec"]),
    ],
)
def test_memories_come_in_as_context_of_the_prompt(qa, notes, part, name, arguments):
    run(qa, recipe("sh", part))
    given = (notes / f"{name}.arguments").read_text().splitlines()
    assert given == [*arguments, "Write an end-to-end test of the login form."]
    assert SLEEP in (notes / f"{name}.input").read_text()


def test_memories_are_the_system_prompt_and_the_diff_is_the_material(qa, notes):
    qa.files({"login.ts": "old\n"})
    qa.commit_by_hand()
    qa.files({"login.ts": "new\n"})
    run(qa, recipe("sh", "| llm -s"))
    given = (notes / "llm.arguments").read_text()
    assert given.startswith("-s\n<alma-memories ")
    assert given.endswith("Review this change.\n")
    assert "+new" in (notes / "llm.input").read_text()


def test_a_script_recalls_guards_and_learns(qa, notes):
    before = len(outcomes(qa))
    run(qa, recipe("sh", "alma guard"))
    assert SLEEP in (notes / "claude.input").read_text()
    assert len(outcomes(qa)) == before + 1
    qa.files({"tests/login.spec.ts": "await sleep(5000);\n"})
    assert qa.shell(recipe("sh", "alma guard")).status == 1
    assert len(outcomes(qa)) == before + 1


def test_what_a_model_makes_of_a_session_is_recorded(qa, notes):
    answer = '{"outcome": "failure", "task": "Test the cart", "strategy": "Click twice"}\n'
    (notes / "claude.answer").write_text(answer)
    qa.files({"session.txt": "clicked twice: 409\n"})
    run(qa, recipe("sh", "alma reflect"))
    assert "clicked twice: 409" in (notes / "claude.input").read_text()
    assert "Click twice" in [one["title"] for one in outcomes(qa)]


@pytest.fixture
def here(qa, monkeypatch):
    """The same, as the place of this very process, for programs that use the API."""
    monkeypatch.chdir(qa.folder)
    for name, value in qa.environ.items():
        monkeypatch.setenv(name, value)
    return qa


def stand_in(monkeypatch, module, name, client):
    made = ModuleType(module)
    setattr(made, name, client)
    monkeypatch.setitem(sys.modules, module, made)


def test_a_program_with_the_sdk_of_anthropic_recalls_and_learns(here, monkeypatch, capsys):
    asked = {}

    def create(**told):
        asked.update(told)
        return SimpleNamespace(content=[SimpleNamespace(text="a test")])

    client = SimpleNamespace(messages=SimpleNamespace(create=create))
    stand_in(monkeypatch, "anthropic", "Anthropic", lambda: client)
    exec(recipe("python", "anthropic"), {})  # noqa: S102 - it is our own page
    assert SLEEP in asked["system"]
    assert asked["messages"][0]["content"].startswith("Write an end-to-end test")
    assert capsys.readouterr().out == "a test\n"
    newest = max(outcomes(here), key=lambda one: one["created"])
    assert newest["strategy"] == "Wait for the button before clicking"
    assert newest["used"]


@pytest.mark.usefixtures("here")
def test_a_program_with_the_sdk_of_openai_recalls(monkeypatch, capsys):
    asked = {}

    def create(**told):
        asked.update(told)
        return SimpleNamespace(output_text="a test")

    client = SimpleNamespace(responses=SimpleNamespace(create=create))
    stand_in(monkeypatch, "openai", "OpenAI", lambda: client)
    exec(recipe("python", "openai"), {})  # noqa: S102 - likewise
    assert SLEEP in asked["instructions"]
    assert capsys.readouterr().out == "a test\n"


def test_make_test_learns_from_what_failed_and_fails_as_the_tests_do(qa, notes):
    (notes / "report.xml").write_bytes(REPORT)
    qa.files({"Makefile": recipe("make", "pytest")})
    ran = qa.shell("make test")
    assert ran.status == 2
    assert "recorded 3 failed tests, of 6 tests" in ran.out
    assert SLEEP in qa.shell("make ask TASK='test the login form'").out


def test_a_job_learns_from_what_failed_and_sends_it(qa, notes):
    (notes / "report.xml").write_bytes(REPORT)
    qa.git("init", "--quiet", "--bare", "../hub.git")
    qa.git("remote", "add", "origin", "../hub.git")
    qa.git("push", "--quiet", "origin", "main")
    job = yaml.safe_load(recipe("yaml", "alma sync"))["jobs"]["test"]
    _, _, tests, learns = job["steps"]
    qa.environ |= job["env"]
    assert qa.shell(tests["run"]).status == 1
    assert "recorded 3 failed tests" in run(qa, learns["run"]).out
    assert "refs/heads/alma/memories" in qa.git("ls-remote", "--heads", "origin")
    assert "nothing new in 6 tests" in run(qa, learns["run"]).out
