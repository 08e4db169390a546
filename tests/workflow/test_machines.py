"""Two machines save the same workflow at once: both are kept, it is told, and they are joined."""

import json
from dataclasses import replace

from support.alma import ids


def test_two_clones_that_save_at_once_meet_and_are_joined(work):
    here = work.alma
    here.git("init", "--quiet", "--bare", "--initial-branch=main", "../hub.git")
    here.git("remote", "add", "origin", "../hub.git")
    here.git("push", "--quiet", "origin", "main")
    here.ok("checkpoint", "deploy", "--state", '{"log": [], "n": 0}', "--step", "begin")
    here.ok("sync")
    there = replace(here, folder=here.folder.parent / "laptop", environ={**here.environ})
    here.git("clone", "--quiet", "../hub.git", str(there.folder))
    there.new_id = ids(10_000)
    there.ok("sync")
    for alma, name in ((here, "desk"), (there, "laptop")):
        state = json.dumps({"log": [name], "n": 1, name: True})
        alma.ok("checkpoint", "deploy", "--state", state, "--step", name, "--expect", "1")
    here.ok("sync")
    assert there.json("sync")["kept_both"] == []
    here.ok("sync")

    for alma in (here, there):
        ran = alma("resume", "deploy", "--json")
        assert ran.status == 4
        assert {head["step"] for head in ran.json["heads"]} == {"desk", "laptop"}
    there.ok("workflow", "merge", "deploy", "--reduce", "log=append")
    there.ok("sync")
    here.ok("sync")
    states = [alma.json("resume", "deploy")["state"] for alma in (here, there)]
    assert states[0] == states[1]
    assert (sorted(states[0]["log"]), states[0]["n"]) == (["desk", "laptop"], 1)
    assert {"desk", "laptop"} < states[0].keys()
    assert here.json("checkpoint", "deploy", "--step", "on")["seq"] == 4
