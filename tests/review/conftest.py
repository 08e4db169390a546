"""Fixtures: a branch that changes memory and code."""

import shutil

import pytest
from support.alma import Alma, environment

SLEEP, FORMS = "8ab27pwz4c", "k3f9x2m7qd"
QA = ("--agent", "qa_tester", "--domain", "testing_strategies")
PROBES = [
    ("validate a form", "--must", FORMS),
    ("sleep in a test", "--must", SLEEP),
    ("deploy to staging",),
]
SNEAKED = '+++\nid = "{}"\ncreated = 2026-11-22T06:00:00Z\nkind = "heuristic"\n{}+++\n# {}\n'


@pytest.fixture(scope="session")
def changed(example, tmp_path_factory):
    """A branch with a change of memory and one of code, made once to be copied."""
    folder = tmp_path_factory.mktemp("review") / "shop"
    shutil.copytree(example, folder)
    alma = Alma(folder, folder.parent, environment(folder.parent))
    alma.later(minutes=1)
    alma.files({"app/main.py": "", "tests/login.spec.ts": "await page.goto('/');\n"})
    for query, *more in PROBES:
        alma.ok("probe", "add", query, "--agent", "qa_tester", *more)
    alma.commit_by_hand()
    alma.git("checkout", "--quiet", "-b", "change")
    alma.ok("forget", FORMS, "--reason", "It takes too long")
    learned = ("--task", "Test the cart", "--strategy", "Poll the cart until it is empty")
    why = ("--why-bad", "Slow", "--better", "Wait for the response")
    alma.ok("learn", "--failure", *QA, *learned, *why)
    alma.ok(
        "learn", "--failure", *QA, "--task", "Test it", "--strategy", "Sleep", "--lesson", SLEEP
    )
    sneaked = SNEAKED.format("1" * 10, 'domain = "database_queries"\n', "Add an index first")
    path = ".alma/agents/qa_tester/heuristics/index--1111111111.md"
    alma.files({path: sneaked, "tests/login.spec.ts": "await sleep(5000);\n"})
    alma.commit_by_hand()
    return alma
