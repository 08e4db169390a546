"""Fixtures: `alma` runs commands in an empty git repository, `bare` in a folder without git."""

import os
import shutil
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import settings
from support.alma import Alma, environment

# How long an example takes says something about the machine, not about the code. The same commit
# gets the same verdict each time, so a few will do; `just explore` looks for what nobody has seen yet.
settings.register_profile("alma", deadline=None, derandomize=True, max_examples=30)
settings.register_profile("explore", deadline=None, max_examples=2000, print_blob=True)
settings.load_profile("alma")


MEMORY = Path("/dev/shm")  # noqa: S108 - pytest makes a folder of its own there
ROOM = 4 * 2**30
"""Bytes that all tests together surely find enough."""


def pytest_configure(config):
    """Keeps temporary folders in memory where that is possible: most tests wait for the disk."""
    if config.option.basetemp is None and not hasattr(config, "workerinput") and in_memory():
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))


def in_memory():
    """Says whether a file system in memory has room, and runs the programs that tests put there."""
    if not os.access(MEMORY, os.W_OK):
        return False
    about = os.statvfs(MEMORY)
    return not about.f_flag & os.ST_NOEXEC and about.f_bavail * about.f_frsize >= ROOM


def pytest_addoption(parser):
    parser.addoption(
        "--rewrite", action="store_true", help="bring transcripts and goldens up to date"
    )
    parser.addoption("--torture", action="store_true", help="break everything, everywhere")


def pytest_terminal_summary(terminalreporter):
    """Says how often a write was broken, what came of it, and what came of races."""
    counts: Counter[str] = Counter()
    for reports in terminalreporter.stats.values():
        for report in reports:
            for name, found in getattr(report, "user_properties", ()):
                counts.update(found if name == "crash" and report.when == "call" else {})
                if name in {"race", "soak"} and report.when == "call":
                    terminalreporter.write_line(found)
    if counts:
        terminalreporter.write_line(
            f"crashes: {counts['runs']} runs, {counts['half']} half-written,"
            f" {counts['lost']} acknowledged lost, {counts['twice']} duplicates"
        )


@pytest.fixture
def tally(record_property):
    """Counts what must not be, for the summary at the end of the run."""

    def count(**found: int) -> None:
        record_property("crash", found)

    return count


@pytest.fixture
def rewrite(request):
    return request.config.getoption("--rewrite")


@pytest.fixture
def bare(tmp_path, monkeypatch):
    """A folder that is no repository."""
    folder, home = tmp_path / "shop", tmp_path / "home"
    folder.mkdir()
    home.mkdir()
    environ = environment(home)
    monkeypatch.setenv("COLUMNS", environ["COLUMNS"])
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", environ["GIT_CONFIG_GLOBAL"])
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    return Alma(folder, home, {**environ, "GIT_CEILING_DIRECTORIES": str(tmp_path)})


@pytest.fixture
def alma(bare):
    """An empty git repository on the branch main."""
    bare.git("init", "--quiet", "--initial-branch=main")
    return bare


@pytest.fixture(scope="session")
def example(tmp_path_factory):
    """A repository with the example store and its index, made once to be copied."""
    top = tmp_path_factory.mktemp("example")
    made = Alma(top / "shop", top, environment(top))
    made.folder.mkdir()
    made.git("init", "--quiet", "--initial-branch=main")
    made.ok("init", "--example")
    made.ok("recall", "forms")
    return made.folder


@pytest.fixture
def shop(bare, example):
    """A repository with the example store."""
    shutil.copytree(example, bare.folder, dirs_exist_ok=True)
    bare.later(minutes=1)
    return bare
