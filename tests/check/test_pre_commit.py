"""`.pre-commit-hooks.yaml`: pre-commit runs a check and a guard before each commit."""

import sys
from pathlib import Path
from textwrap import indent

import pytest

pytest.importorskip("pre_commit")
HOOKS = Path(__file__).parents[2] / ".pre-commit-hooks.yaml"
MEMORY = ".alma/agents/qa_tester/heuristics/index.md"
CODE = "tests/login.spec.ts"


def test_pre_commit_stops_a_memory_out_of_scope_and_a_mistake_that_is_known(shop):
    # The environment that it would install for `python` is the one that we are in.
    hooks = HOOKS.read_text("utf-8").replace("language: python", "language: system")
    config = f"repos:\n- repo: local\n  hooks:\n{indent(hooks, '  ')}"
    header = 'kind = "heuristic"\ndomain = "database_queries"'
    shop.files(
        {
            ".pre-commit-config.yaml": config,
            MEMORY: f"+++\n{header}\n+++\n# Add an index first\n",
            CODE: "await sleep(5000);\n",
        }
    )
    run = f"git add --all && '{sys.executable}' -m pre_commit run --color never"
    stopped = shop.shell(run)
    assert stopped.status == 1
    assert f"{MEMORY}:3: ALM201 is about `database_queries`" in stopped.out
    assert f"{CODE}:1:7: error[8ab2]: Using sleep() for async waits" in stopped.out
    shop.files({MEMORY: f"+++\n{header}\n+++\n# A\n".replace("database_queries", "general")})
    shop.files({CODE: "await expect(button).toBeEnabled();\n"})
    passed = shop.shell(run)
    assert (passed.status, passed.out.count("Passed")) == (0, 2)
