"""A week of a real repository: merges, a squash, work by hand, and the commands that walk it."""

from support.tree import bytes_below


def learn(alma, agent, strategy, *flags):
    words = ("--agent", agent, "--task", "Test the shop", "--strategy", strategy, *flags)
    return alma.json("learn", "--failure", *words)


def day(alma):
    """Lets a night pass; what git does by itself is dated like the rest."""
    alma.later(days=1)
    alma._date()


def work(alma, message):
    """A person commits code."""
    code = alma.folder / "code.py"
    code.write_text((code.read_text() if code.exists() else "") + f"# {message}\n")
    alma.git("add", "code.py")
    alma.git("commit", "-m", message)


def on(alma, branch):
    alma.git("checkout", "-q", *branch)


def a_week(alma):
    """Sunday to Friday; returns the lesson that all of it is about."""
    alma.ok("init", "--agent", "qa", "--agent", "dev")
    work(alma, "the shop")
    day(alma)  # Monday, the 23rd
    lesson = learn(alma, "qa", "Sleep before clicking")["lesson"]["id"]
    alma.ok("add", "knowledge", "CI has two cores", "--agent", "dev")
    day(alma)  # Tuesday: a branch is merged
    on(alma, ["-b", "cart"])
    learn(alma, "qa", "Sleep before clicking", "--why-bad", "Flaky")
    on(alma, ["main"])
    learn(alma, "dev", "Share one database")
    alma._date()
    alma.git("merge", "--no-ff", "-m", "Merge cart", "cart")
    day(alma)  # Wednesday: another is squashed
    on(alma, ["-b", "waits"])
    learn(alma, "qa", "Sleep before clicking")
    alma.ok("add", "preference", "Prefer short tests", "--agent", "qa")
    work(alma, "wait for the toast")
    on(alma, ["main"])
    alma.git("merge", "--squash", "waits")
    alma._date()
    alma.git("commit", "-m", "Wait for the toast (#7)")
    alma.git("branch", "-D", "waits")
    day(alma)  # Thursday: a mistake, taken back; a verdict
    learn(alma, "dev", "Mock the clock")
    alma.ok("undo")
    alma.ok("feedback", lesson, "--harmful", "--agent", "qa")
    day(alma)  # Friday: a person edits a memory, and code
    (path,) = (alma.store / path for path in alma.memories() if "ci-has-two-cores" in path)
    path.write_text(path.read_text().replace("two cores", "four cores"))
    alma.git("commit", "-am", "more cores")
    return lesson


def test_log_diff_and_rollback_walk_a_week(alma):
    lesson = a_week(alma)
    told = alma.json("log")["events"]
    assert [each["summary"] for each in told] == [
        'harmful "Sleep before clicking"',
        'undo: avoid "Mock the clock"',
        'avoid "Mock the clock"',
        'preference "Prefer short tests"',
        'failure "Sleep before clicking"',
        'avoid "Share one database"',
        'failure of "Sleep before clicking"',
        'add knowledge "CI has two cores"',
        'avoid "Sleep before clicking"',
        "start a memory",
    ]
    assert [each["squashed"] for each in told].count(True) == 2
    assert {each["agent"] for each in alma.json("log", "--since", "2026-11-26")["events"]} == {
        "dev",
        "qa",
    }
    assert len(alma.json("log", "--agent", "qa", "--since", "2026-11-25")["events"]) == 3

    page = alma.json("log", lesson)
    assert [each["evidence"]["for"] for each in page["events"]] == [3, 3, 2, 1]
    assert page["memory"]["evidence"] == {"for": 3, "against": 1}

    diff = alma.json("diff", "2026-11-24..HEAD")
    whats = {(each["title"], each["kind"]): each["what"] for each in diff["memories"]}
    assert whats == {
        ("CI has four cores", "knowledge"): "changed",
        ("Share one database", "anti-pattern"): "new",
        ("Share one database", "outcome"): "new",
        ("Sleep before clicking", "anti-pattern"): "changed",
        ("Sleep before clicking", "outcome"): "new",
        ("Harmful: Sleep before clicking", "outcome"): "new",
        ("Prefer short tests", "preference"): "new",
    }
    (sleep,) = (each for each in diff["memories"] if each["id"] == lesson)
    assert [part["name"] for part in sleep["fields"]] == ["why"]
    assert sleep["before"]["evidence"] == {"for": 1, "against": 0}
    assert sleep["after"]["evidence"] == {"for": 3, "against": 1}
    assert sleep["after"]["confidence"] == alma.json("show", lesson)["confidence"]

    others = bytes_below(alma.store / "agents" / "dev")
    code = (alma.folder / "code.py").read_bytes()
    alma.ok("rollback", "--to", "2026-11-24", "--agent", "qa")
    assert bytes_below(alma.store / "agents" / "dev") == others
    assert (alma.folder / "code.py").read_bytes() == code
    left = alma.json("diff", "2026-11-24")["memories"]
    assert sorted((each["agent"], each["title"]) for each in left) == [
        ("dev", "CI has four cores"),
        ("dev", "Share one database"),
        ("dev", "Share one database"),
    ]
    alma.ok("rollback", "--to", "2026-11-24")
    assert alma.json("diff", "2026-11-24")["memories"] == []
    assert alma.git("status", "--short") == ""
