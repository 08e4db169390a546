"""Branches that learn merge by plain git, without a driver and without a conflict."""


def learn(alma, strategy, result="--failure"):
    alma.ok("learn", result, "--task", "Test the login form", "--strategy", strategy)


def test_two_branches_that_each_learn_merge_without_conflict(alma):
    alma.ok("init", "--agent", "qa")
    learn(alma, "sleep(5000) before clicking")
    alma.git("switch", "--quiet", "--create", "feature")
    learn(alma, "sleep(5000) before clicking")
    learn(alma, "read the cookie from disk")
    alma.git("switch", "--quiet", "main")
    learn(alma, "sleep(5000) before clicking")
    learn(alma, "wait for the button to be enabled", "--success")

    alma.git("merge", "--quiet", "--no-edit", "feature")

    assert alma.git("status", "--short") == ""
    (sleep,) = (
        memory
        for memory in alma.json("list", "--agent", "qa")["memories"]
        if memory["title"] == "sleep(5000) before clicking"
    )
    assert sleep["evidence"] == {"for": 3, "against": 0}
    assert len(alma.json("log")["events"]) == 6
    assert alma.ok("undo")


def test_ten_parallel_branches_merge_in_any_order(alma):
    alma.ok("init", "--agent", "qa")
    for number in range(10):
        alma.git("switch", "--quiet", "--create", f"b{number}", "main")
        learn(alma, f"strategy of branch {'abcdefghij'[number] * 4}")
    alma.git("switch", "--quiet", "main")
    for number in (3, 1, 9, 0, 7, 2, 8, 6, 4, 5):
        alma.git("merge", "--quiet", "--no-edit", f"b{number}")
    assert len(alma.json("list")["memories"]) == 10
