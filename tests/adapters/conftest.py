"""A repository with a store and an agent, made once to be copied, and adapters over it."""

import shutil

import pytest
from support.alma import Alma, environment

SCOPE = """
[agents.qa_tester]
cannot_learn = ["billing"]

[agents.writer]
"""


@pytest.fixture(scope="session")
def empty(tmp_path_factory):
    top = tmp_path_factory.mktemp("adapters")
    made = Alma(top / "shop", top, environment(top))
    made.folder.mkdir()
    made.git("init", "--quiet", "--initial-branch=main")
    made.ok("init")
    config = made.store / "config.toml"
    config.write_text(f'{config.read_text()}\ndefault_agent = "qa_tester"\n{SCOPE}')
    made.commit_by_hand()
    return made.folder


@pytest.fixture
def alma(bare, empty):
    """A repository in which `qa_tester` may not learn about billing."""
    shutil.copytree(empty, bare.folder, dirs_exist_ok=True)
    return bare


@pytest.fixture
def quick(alma):
    """The same where no commits are made: what is kept does not depend on them."""
    config = alma.store / "config.toml"
    config.write_text(f"{config.read_text()}\n[git]\ncommit = false\n")
    return alma


@pytest.fixture
def events(alma):
    """Counts the commits since it was made."""

    def count():
        return int(alma.git("rev-list", "--count", "HEAD"))

    before = count()
    return lambda: count() - before
