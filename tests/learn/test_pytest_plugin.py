"""`pytest --alma-agent NAME`: a run of tests is one event, and never fails because of it."""

import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from alma_cli.adapters.pytest_plugin import Recorder
from alma_cli.sources.cases import Verdict
from alma_cli.sources.junit import read

REPORT = Path(__file__).parent / "reports" / "pytest.xml"
FAILS = "def test_empties_the_cart():\n    assert 1 == 0\n\ndef test_adds():\n    pass\n"
PASSES = FAILS.replace("1 == 0", "1 == 1")


def phase(name, outcome="passed", when="call", text=None):
    return pytest.TestReport(name, ("", 0, ""), {}, outcome, text, when, duration=0.5)


def recorded(*phases):
    recorder = Recorder("qa", Path())
    for one in phases:
        recorder.pytest_runtest_logreport(one)
    return recorder.cases()


def told(*phases):
    return [(one.where, one.name, one.verdict) for one in recorded(*phases)]


@pytest.fixture
def qa(alma):
    """A store with an agent, without commits, and a file of tests of which one fails."""
    config = 'default_agent = "qa"\n[agents.qa]\n[git]\ncommit = false\n'
    alma.files({".alma/config.toml": config, "test_cart.py": FAILS})
    return alma


def run(alma, *flags):
    """Runs pytest in the folder as a process of its own, with no other plugin."""
    arguments = ["-q", "-p", "no:cacheprovider", "-p", "alma", *flags]
    return subprocess.run(
        [sys.executable, "-m", "pytest", *arguments],
        cwd=alma.folder,
        env={**alma.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


def outcomes(alma):
    found = alma.json("list", "--kind", "outcome")["memories"]
    return [(one["task"], one["result"]) for one in sorted(found, key=lambda one: one["created"])]


def test_it_is_a_plugin_of_pytests():
    (found,) = entry_points(group="pytest11", name="alma")
    assert found.value == "alma_cli.adapters.pytest_plugin"


def test_a_test_is_named_as_in_a_report_so_that_either_closes_the_loop_of_the_other():
    names = [
        ("tests/test_login.py::TestLogin::test_submits_the_form", "failed"),
        ("tests/test_login.py::TestLogin::test_shows_an_error[chrome]", "failed"),
    ]
    made = recorded(*(phase(name, outcome, text="x") for name, outcome in names))
    assert [one.key for one in made] == [
        one.key for one in read(REPORT.read_bytes(), "pytest.xml")[:2]
    ]
    assert told(phase("a/test_b.py::test_c[x::y/z]"))[0][:2] == ("a.test_b", "test_c[x::y/z]")


def test_a_test_passes_when_none_of_its_phases_failed():
    ready, cleaned = phase("t.py::a", when="setup"), phase("t.py::a", when="teardown")
    assert told(ready, phase("t.py::a"), cleaned) == [("t", "a", Verdict.PASSED)]
    broken = phase("t.py::a", "failed", "setup", "boom")
    assert told(broken, cleaned) == [("t", "a", Verdict.FAILED)]
    leaking = phase("t.py::a", "failed", "teardown", "boom")
    assert told(ready, phase("t.py::a"), leaking) == [("t", "a", Verdict.FAILED)]
    assert told(phase("t.py::a", "skipped", "setup")) == [("t", "a", Verdict.SKIPPED)]


def test_a_test_that_was_run_again_and_passed_is_flaky():
    again = phase("t.py::a", "rerun", text="boom")
    assert told(again, phase("t.py::a")) == [("t", "a", Verdict.FLAKY)]
    assert told(again, phase("t.py::a", "failed", text="boom")) == [("t", "a", Verdict.FAILED)]


def test_what_fails_is_recorded_and_what_passes_again_closes_the_loop(qa):
    qa.files({"test_tax.py": "import no_such_module\n"})
    ran = run(qa, "--alma-agent", "qa", "--continue-on-collection-errors")
    assert ran.returncode == 1
    assert "\nalma: recorded 2 failed tests, of 3 tests\n" in ran.stdout
    assert sorted(outcomes(qa)) == [("empties the cart", "failure"), ("tax", "failure")]
    assert "assert 1 == 0" in qa.text("run-empties")
    assert "No module named 'no_such_module'" in qa.text("run-tax")
    qa.files({"test_cart.py": PASSES, "test_tax.py": PASSES})
    again = run(qa, "--alma-agent", "qa")
    assert again.returncode == 0
    assert "\nalma: recorded 2 tests passing again, of 4 tests" in again.stdout
    assert sorted(outcomes(qa)[2:]) == [("empties the cart", "success"), ("tax", "success")]


def test_of_several_processes_one_records(qa):
    ran = run(qa, "--alma-agent", "qa", "-p", "xdist", "-n", "2")
    assert ran.stdout.count("alma: ") == 1
    assert outcomes(qa) == [("empties the cart", "failure")]


def test_a_store_that_cannot_be_used_is_a_line_and_the_tests_end_as_they_do(qa):
    qa.files({"test_cart.py": PASSES})
    ran = run(qa, "--alma-agent", "nobody")
    assert ran.returncode == 0
    line = "alma: warning: nothing is recorded: agent `nobody` is not in the configuration\n"
    assert f"{line}alma: hint: " in ran.stdout
    assert ran.stderr == ""


def test_without_the_flag_nothing_is_loaded_or_written(qa):
    check = "import sys\n\ndef test_it():\n    assert not [m for m in sys.modules if"
    plugin = "{'alma_cli', 'alma_cli.adapters', 'alma_cli.adapters.pytest_plugin'}"
    qa.files({"test_cart.py": f"{check} m.startswith('alma_cli') and m not in {plugin}]\n"})
    ran = run(qa)
    assert (ran.returncode, "alma:" in ran.stdout) == (0, False)
    assert outcomes(qa) == []
    assert qa.json("log")["events"] == []


def test_the_plugin_imports_nothing_but_itself():
    text = (
        "import sys, pytest; before = {*sys.modules}; import alma_cli.adapters.pytest_plugin;"
        "print(len({*sys.modules} - before))"
    )
    ran = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=True)
    assert int(ran.stdout) == 3
