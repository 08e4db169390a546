"""Several processes at once, each under the lock of the store, as `store.apply` holds it."""

import subprocess
import sys
from pathlib import Path

PROGRAM = """
import fcntl, os, sys
from pathlib import Path
from alma_cli.git.commit import Committed, commit
store, me = Path(sys.argv[1]), sys.argv[2]
for number in range(3):
    name = f"agents/qa/outcomes/{me}-{number}.md"
    with open(store / ".lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        (store / name).write_text(name)
        done = commit(store, {name: store / name}, f"qa: {name}", environ=dict(os.environ))
    assert isinstance(done, Committed), done
"""


def test_twelve_processes_lose_nothing_and_sweep_nothing_in(busy):
    busy.write(".gitignore", ".lock\n")
    (busy.store / "agents/qa/outcomes").mkdir(parents=True)
    before = busy.elsewhere()
    environ = {**busy.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    program = (sys.executable, "-S", "-c", PROGRAM, str(busy.store))
    running = [subprocess.Popen((*program, str(me)), env=environ) for me in range(12)]
    assert [child.wait(60) for child in running] == [0] * 12
    assert busy.count() == 37
    log = busy.git("log", "--format=%n%s", "--name-only", "--max-count=36").split("\n")
    subjects = {line.removeprefix("qa: ") for line in log if line.startswith("qa: ")}
    paths = [line.removeprefix(".alma/") for line in log if line.startswith(".alma/")]
    assert len(subjects) == len(paths) == 36
    assert subjects == set(paths)
    assert busy.elsewhere() == before
    assert busy.of_store() == ""
    assert busy.leftovers() == []
    assert busy.git("fsck", "--strict") == ""


def test_events_and_the_commits_of_a_person_go_side_by_side(repo):
    (repo.store / "agents/qa/outcomes").mkdir(parents=True)
    environ = {**repo.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    relaxed = PROGRAM.replace("    assert isinstance(done, Committed), done\n", "")
    program = (sys.executable, "-S", "-c", relaxed, str(repo.store))
    running = [subprocess.Popen((*program, str(me)), env=environ) for me in range(2)]
    mine = 0
    while any(child.poll() is None for child in running):
        repo.write("a.txt", f"{mine}\n")
        repo.git("add", "a.txt", check=False)
        before = repo.git("log", "--format=%s", "--", "a.txt").count("mine")
        repo.git("commit", "-q", "-m", "mine", check=False)
        mine += repo.git("log", "--format=%s", "--", "a.txt").count("mine") - before
    assert [child.wait(60) for child in running] == [0, 0]
    assert repo.git("log", "--format=%s", "--", "a.txt").count("mine") == mine
    for path in sorted((repo.store / "agents/qa/outcomes").iterdir()):
        repo.learn(f"agents/qa/outcomes/{path.name}", text=path.read_bytes(), message=path.name)
    assert repo.of_store() == "?? .alma/.lock\n"
    assert repo.git("fsck", "--strict", "--no-dangling") == ""
