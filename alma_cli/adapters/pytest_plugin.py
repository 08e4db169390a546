"""`pytest --alma-agent NAME`: what fails becomes an outcome, what passes again closes the loop.

pytest loads this in every run of whoever has ALMA installed, so it imports nothing else until it is
asked for, and then only when all tests are done. PYTEST_DONT_REWRITE: nothing here is asserted.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from alma_cli.sources.cases import Case

NAME = "alma-recorder"
FILE = "pytest"
"""Where a file is, as a JUnit report of pytest has it; tests are in a file."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Adds the flag without which nothing happens."""
    parser.getgroup("alma", "memory of an agent").addoption(
        "--alma-agent",
        metavar="NAME",
        default="",
        help="record what fails, and what passes again, as outcomes of this agent of ALMA's",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Listens where there is an agent; of several processes only in the one that reports."""
    agent = config.getoption("--alma-agent")
    if agent and not config.option.collectonly and not hasattr(config, "workerinput"):
        config.pluginmanager.register(Recorder(agent, config.invocation_params.dir), NAME)


class Recorder:
    """Gathers what becomes of each test, and writes it down when all have ended."""

    def __init__(self, agent: str, folder: Path) -> None:
        self._agent = agent
        self._folder = folder
        self._reports: list[tuple[str, str, str, float]] = []
        self._lines: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Notes one phase of a test; that it was set up and cleaned up well says nothing."""
        if report.outcome != "passed" or report.when == "call":
            self._note(report.nodeid, report, report.duration)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Notes whether a file of tests could be read."""
        if report.nodeid.endswith(".py"):
            self._note(report.nodeid, report, 0.0)

    def _note(
        self, name: str, report: pytest.TestReport | pytest.CollectReport, seconds: float
    ) -> None:
        # `rerun` is what pytest-rerunfailures calls a failure that is not the last word.
        is_failure = report.outcome in {"failed", "rerun"}
        error = _error(report) if is_failure else ""
        self._reports.append((name, report.outcome, error, seconds))

    def pytest_sessionfinish(self) -> None:
        """Records the run; whatever is wrong with the store, the tests have ended as they have."""
        try:
            self._lines = list(_recorded(self._agent, self._folder, self.cases()))
        except Exception as error:  # noqa: BLE001 - told in the summary, see above
            self._lines = [f"warning: nothing is recorded: {error}".partition("\n")[0]]
            self._lines += [f"hint: {hint}" for hint in getattr(error, "hints", ())]

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Says what was recorded."""
        for line in self._lines:
            terminalreporter.write_line(f"alma: {line}")

    def cases(self) -> tuple[Case, ...]:
        """Returns the tests of the run, each once, named as a JUnit report of pytest names them."""
        from alma_cli.sources.cases import Case, Verdict, together

        verdicts = {
            "passed": Verdict.PASSED,
            "skipped": Verdict.SKIPPED,
            "failed": Verdict.FAILED,
            "rerun": Verdict.FAILED,
        }

        def case(node: str, outcome: str, error: str, seconds: float) -> Case:
            failed = verdicts[outcome] is Verdict.FAILED
            duration = round(seconds * 1000)
            return Case(*_names(node), verdicts[outcome], error, "", int(failed), duration)

        return together(case(*each) for each in self._reports)


def _names(node: str) -> tuple[str, str]:
    """Returns class or module, and name, as `_pytest.junitxml` does, so that both mean one test."""
    path, bracket, parameters = node.partition("[")
    file, *rest = path.split("::")
    module = file.removesuffix(".py").replace("/", ".")
    *where, name = [module, *rest]
    return ".".join(where) or FILE, f"{name}{bracket}{parameters}"


def _error(report: pytest.TestReport | pytest.CollectReport) -> str:
    """Returns the line that tells a failure, then its traceback."""
    text = report.longreprtext
    crash = getattr(report.longrepr, "reprcrash", None)
    message = str(crash.message).partition("\n")[0] if crash else ""
    return f"{message}\n{text}" if message and not text.startswith(message) else text


def _recorded(agent: str, folder: Path, cases: tuple[Case, ...]) -> Iterator[str]:
    """Yields what was recorded of a run, and what is to be said of that."""
    from alma_cli import store
    from alma_cli.here import stand
    from alma_cli.library import Library
    from alma_cli.printable import clean_line
    from alma_cli.verbs.cases import Learned, Run, learn_run
    from alma_cli.world import World

    here = stand(World(folder))
    learner = here.agent(agent)
    loaded = tuple(one for one in cases if one.where == FILE and not one.failures)
    tests = tuple(one for one in cases if one not in loaded)
    run = Run(tests, here.world.new_id(), "pytest", loaded=loaded)

    def think() -> Learned:
        with Library(here) as library:
            return learn_run(here, library, learner, run)

    learned, applied = store.write(here.place, here.world, here.git(), think)
    yield clean_line(learned.draft.said[0])
    for warning in learned.draft.warnings:
        yield f"warning: {clean_line(warning)}"
    for left_out in learned.left_out:
        yield f"warning: left out: {clean_line(f'{left_out.test}: {left_out.reason}')}"
    if applied.deferred:
        yield f"warning: the commit is pending: {clean_line(applied.deferred)}"
