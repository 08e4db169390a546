"""What `alma-hook` loads and starts at a prompt: less than a recall, no process, no connection."""

import json
import os
import sys

import pytest
from support.hooks import Client

MOST = 150
"""Modules at a prompt, those of a bare interpreter included."""
FEW = 105
"""Modules where a tool has worked: no index is opened."""

HEAVY = {
    "asyncio",
    "click",
    "dataclasses",
    "git",
    "inspect",
    "hashlib",
    "logging",
    "multiprocessing",
    "numpy",
    "platformdirs",
    "pydantic",
    "rapidfuzz",
    "re2",
    "rich",
    "socket",
    "subprocess",
    "threading",
    "tomlkit",
    "typer",
}

WATCHED = """
import sys

FORBIDDEN = ("subprocess.", "os.exec", "os.posix_spawn", "os.fork", "os.system", "socket.")

def watch(event, arguments):
    if event.startswith(FORBIDDEN):
        print("did:", event, arguments, file=sys.stderr)
        sys.stderr.flush()
        import os
        os._exit(99)

sys.addaudithook(watch)
from alma_cli.hook import run
run._answer_in_time(["claude-code"], 600)
print(*sorted(sys.modules), file=sys.stderr)
"""


@pytest.fixture
def send(shop):
    """Sends an event to a process of its own; returns the answer and the modules it loaded."""
    for path in shop.store.rglob("*"):  # what was written just now may change again unseen
        os.utime(path, (0, 0))
    shop.ok("recall", "forms")
    script = shop.home / "watched.py"
    script.write_text(WATCHED)

    def send(event, **changes):
        sent = shop.home / "event.json"
        sent.write_text(Client(shop).payload(event, **changes))
        ran = shop.shell(f"'{sys.executable}' '{script}' < '{sent}'")
        assert ran.status == 0, ran.err
        return json.loads(ran.out or "{}"), set(ran.err.splitlines()[-1].split())

    return send


def test_a_prompt_loads_little_and_starts_nothing(send):
    answer, modules = send("prompt", prompt="validate forms in a test")
    assert answer
    assert not modules & HEAVY
    assert not {name for name in modules if name.startswith("alma_cli.cli")}
    assert len(modules) <= MOST


def test_rapidfuzz_comes_only_with_a_word_that_no_memory_holds(send):
    assert "rapidfuzz" in send("prompt")[1]


def test_the_guard_loads_its_engine_and_nothing_else_that_is_heavy(send):
    answer, modules = send("write")
    assert answer["hookSpecificOutput"]["permissionDecision"] == "ask"
    assert modules & HEAVY == {"re2"}


def test_what_only_notes_something_opens_no_index(send):
    _, modules = send("bash-worked")
    assert not modules & {*HEAVY, "sqlite3", "alma_cli.config"}
    assert len(modules) <= FEW
