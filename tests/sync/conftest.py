"""Fixtures: `two` are clones of one repository with a store, `apart` are stores of their own."""

from dataclasses import replace

import pytest
from support.alma import ids


@pytest.fixture
def clone(alma):
    """Makes another clone of the hub beside the repository."""
    made = []

    def make(into=""):
        made.append(into)
        folder = alma.folder.parent / f"clone{len(made)}"
        alma.git("clone", "--quiet", "../hub.git", str(folder / into))
        # Ids that no other clone draws.
        return replace(
            alma, folder=folder, environ={**alma.environ}, new_id=ids(10_000 * len(made))
        )

    return make


@pytest.fixture
def hub(alma):
    """A repository with a store, and an empty hub beside it that it is pushed to."""
    alma.git("init", "--quiet", "--bare", "--initial-branch=main", "../hub.git")
    alma.ok("init", "--agent", "qa")
    alma.git("remote", "add", "origin", "../hub.git")
    alma.git("push", "--quiet", "origin", "main")
    return alma


@pytest.fixture
def two(hub, clone):
    return hub, clone()


@pytest.fixture
def apart(bare, clone):
    """Two stores that are repositories of their own, with one event."""
    bare.git("init", "--quiet", "--bare", "--initial-branch=main", "../hub.git")
    bare.environ["GIT_CONFIG_COUNT"] = "1"
    bare.environ["GIT_CONFIG_KEY_0"], bare.environ["GIT_CONFIG_VALUE_0"] = (
        "init.defaultBranch",
        "main",
    )
    bare.ok("init", "--agent", "qa", "--separate")
    bare.git("-C", ".alma", "remote", "add", "origin", "../../hub.git")
    bare.ok("sync")
    return bare, clone(".alma")
