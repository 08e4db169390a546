"""What comes over the line to `alma mcp`, malformed or for hours, does it no harm."""

import json
import signal
import sys
import time
from random import Random

import pytest
from support.wire import Wire, request

FRAMES = 2_000
METHODS = (
    *("ping", "tools/list", "tools/call", "resources/read", "resources/list", "prompts/get"),
    *("initialize", "completion/complete", "nonsense", "", "notifications/cancelled"),
)
JUNK = (
    *(None, True, 0, -1, 1e308, 10**30, "", "x" * 5_000, "\u202e\0\x1b[2J", [], {}, [[]], [None]),
    *({"name": "recall"}, {"name": "recall", "arguments": {"query": 5}}, {"uri": "alma://" * 99}),
    *({"name": "forget", "arguments": {"id": ["8ab2"]}}, {"name": "x" * 999}, {"_meta": 7}),
    *({"name": "learn", "arguments": {"outcome": "success"}}, {"name": None, "arguments": []}),
    *({"name": "recall", "arguments": {"agent": "../../etc"}}, {"arguments": {"limt": 1}}),
)
BROKEN = (
    *(
        b"\n",
        b"{\n",
        b"null\n",
        b"[]\n",
        b"\xff\xfe\x00\n",
        b'"\n',
        b"\x1b[2J\n",
        b"[" * 3_000 + b"\n",
    ),
    *(b'{"jsonrpc": "1.0", "id": 1, "method": "ping"}\n', b'{"id": 1}\n', b"}{\n", b"1e999\n"),
    *(b'{"jsonrpc": "2.0", "id": 1, "method": 3}\n', b'{"jsonrpc": "2.0", "method": 3}\n'),
    *(b'{"jsonrpc": "2.0", "id": 1, "method": "ping", "params": 1}\n', b'{"a": ' * 500 + b"\n"),
    *(b'{"jsonrpc": "2.0", "id": true, "method": "ping", "params": "\\ud800"}\n',),
)


def test_of_two_thousand_malformed_frames_each_request_is_answered_with_json_rpc(shop):
    draw = Random(12)
    asked, frames, broken = set(), [], 0
    for number in range(FRAMES):
        if draw.random() < 0.3:
            broken += 1
            frames.append(draw.choice(BROKEN))
            continue
        params = draw.choice(JUNK)
        frames.append(request(number, draw.choice(METHODS), params))
        if params is None or isinstance(params, dict):
            asked.add(number)
        else:
            broken += 1  # what has a list for its parameters is no message
    with Wire(shop) as wire:
        answers = wire.flood(b"".join(frames))
        assert wire.ask("after", "ping")["result"] == {}
        assert wire.process.poll() is None
    assert all(answer["jsonrpc"] == "2.0" for answer in answers)
    told = [answer["id"] for answer in answers if answer["id"] is not None]
    assert sorted(told) == sorted(asked)
    assert sum(answer["id"] is None for answer in answers) == broken
    complaints = [one for one in answers if "error" in one or one["result"].get("isError")]
    assert "Traceback" not in json.dumps(complaints)


def test_what_a_child_or_a_library_prints_does_not_reach_the_client(shop):
    """Git is run by `learn`; one that talks and reads must neither be heard nor eat a request."""
    folder = shop.home / "bin"
    folder.mkdir()
    (folder / "git").write_text("#!/bin/sh\ncat >&2\necho chatter\nexec false\n")
    (folder / "git").chmod(0o755)
    shop.environ["PATH"] = f"{folder}:{shop.environ['PATH']}"
    told = {"outcome": "success", "task": "t", "strategy": "Wait for the tiles"}
    with Wire(shop) as wire:
        wire.send(request(1, "tools/call", {"name": "learn", "arguments": told}))
        wire.send(request(2, "ping"))
        assert {wire.receive()["id"], wire.receive()["id"]} == {1, 2}


def test_a_call_that_is_cancelled_before_it_began_writes_nothing(shop):
    """The first call waits for a lock that the test holds; the second one waits for the first."""
    import fcntl

    before = shop.memories()
    told = {"outcome": "success", "task": "t", "new": True}
    with Wire(shop) as wire, (shop.store / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for id_, strategy in ((1, "Wait for the tiles"), (2, "Draw the map twice")):
            given = {"name": "learn", "arguments": {**told, "strategy": strategy}}
            wire.send(request(id_, "tools/call", given))
        assert wire.ask("alive", "ping")["result"] == {}
        cancel = {"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": 2}}
        wire.send(json.dumps(cancel).encode() + b"\n")
        assert wire.ask("later", "ping")["result"] == {}
        fcntl.flock(lock, fcntl.LOCK_UN)
        assert wire.receive()["id"] == 1
        assert wire.ask(3, "tools/call", {"name": "guard", "arguments": {"text": "x"}})
    new = set(shop.memories()) - set(before)
    assert any("wait-for-the-tiles" in path for path in new)
    assert not any("draw-the-map" in path for path in new)


def test_a_signal_ends_it_at_once(shop):
    with Wire(shop) as wire:
        wire.process.send_signal(signal.SIGTERM)
        assert wire.process.wait(10) == 128 + signal.SIGTERM


@pytest.mark.skipif(sys.platform != "linux", reason="what a process holds is asked of /proc")
def test_hours_of_calls_leave_memory_and_open_files_as_they_were(shop, request, record_property):
    """Ten minutes with `just soak`, else some dozens of calls."""
    calls = [
        ("recall", {"query": "Test the login form"}),
        ("recall", {"query": "validat formz"}),
        ("recall", {}),
        ("guard", {"text": "await sleep(5000);\n" * 50}),
        ("resume", {"workflow": "deploy-v2"}),
        ("recall", {"limit": "3"}),
        ("feedback", {"id": "8ab2", "helpful": True}),
    ]
    soak = request.config.getoption("--torture")
    until = time.monotonic() + (600 if soak else 0)

    def one_round(wire, number):
        for name, given in calls:
            if name != "feedback" or not number % (1 if soak else 4):
                wire.ask(f"{name} {number}", "tools/call", {"name": name, "arguments": given})

    with Wire(shop) as wire:
        first = 50 if soak else 5
        for rounds in range(first):
            one_round(wire, rounds)
        memory, files = wire.status()
        rounds = first
        while rounds < 3 * first or time.monotonic() < until:
            one_round(wire, rounds)
            rounds += 1
        grown, open_now = wire.status()
    said = f"{rounds} rounds, {memory} KiB then {grown}, {files} files then {open_now}"
    record_property("soak", f"soak: {said}")
    assert open_now == files
    assert grown < memory * 1.1
