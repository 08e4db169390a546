"""Whatever agents, people and bad luck do in whatever order, the store holds what a dictionary does.

By default a few short stories; with `--torture` (`just stories`) many long ones.
"""

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from support.machine import Machine
from support.model import OWNER, READER
from support.warm import Warm


@pytest.fixture
def warm(alma):
    process = Warm(alma.environ)
    yield process
    process.close()


def test_the_store_holds_what_the_model_says(alma, warm, request, tmp_path):
    torture = request.config.getoption("--torture")
    alma.files({"code.py": "x = 0\n", "other.py": "y = 0\n"})
    alma.commit_by_hand()
    alma.ok("init", "--agent", OWNER, "--agent", READER)
    alma.git("init", "--quiet", "--bare", "--initial-branch=main", "../hub.git")
    alma.git("remote", "add", "origin", "../hub.git")
    alma.git("push", "--quiet", "origin", "main")
    alma.git("clone", "--quiet", "../hub.git", "../colleague")
    alma.git("-C", "../colleague", "remote", "set-url", "origin", "../hub.git")
    run_state_machine_as_test(
        lambda: Machine(alma, warm, tmp_path / "model"),
        settings=settings(
            max_examples=500 if torture else 3,
            stateful_step_count=50 if torture else 20,
            derandomize=not torture,
            # A failure of the short stories is told as it comes; shortening one takes minutes.
            phases=[Phase.generate, *([Phase.shrink] if torture else [])],
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
