"""Recalls beside learners, while somebody deletes the index: no error, nothing stale, nothing torn."""

import sqlite3

from alma_cli.search import cache

READERS, LEARNERS, EACH = 16, 4, 2

LEARN = """
import sys
from pathlib import Path
from alma_cli import Alma
told, me = Path(sys.argv[1]), sys.argv[2]
for number in range(int(sys.argv[3])):
    strategy = f"check page{me}x{number} by hand"
    Alma.open().learn(task="Test it", strategy=strategy, outcome="failure", new=True)
    (told / strategy).touch()
"""

ASK = """
import sys
from pathlib import Path
from alma_cli import Alma
told, done = Path(sys.argv[1]), Path(sys.argv[2])
while True:
    last, known = done.exists(), {file.name for file in told.iterdir()}
    answer = Alma.open().recall("check by hand", limit=100, budget=100_000).to_dict()
    missing = known - {hit["title"] for hit in answer["hits"]}
    assert not missing, missing
    if last:
        break
"""

DELETE = """
import shutil, sys, time
from pathlib import Path
folder, done = Path(sys.argv[1]), Path(sys.argv[2])
while not done.exists():
    shutil.rmtree(folder, ignore_errors=True)
    time.sleep(0.05)
"""


def test_a_recall_knows_all_that_was_learned_before_it_whoever_deletes_the_index(alma):
    alma.ok("init", "--agent", "qa")
    told, done = alma.home / "told", alma.home / "done"
    told.mkdir()
    readers = [alma.program(ASK, told, done) for _ in range(READERS)]
    readers.append(alma.program(DELETE, alma.store / ".cache", done))
    learners = [alma.program(LEARN, told, number, EACH) for number in range(LEARNERS)]
    said = [learner.communicate()[1] for learner in learners]
    done.touch()
    said += [reader.communicate()[1] for reader in readers]
    assert [error for error in said if error] == []

    learned = {file.name for file in told.iterdir()}
    hits = alma.json("recall", "check by hand", "--limit", "100", "--budget", "100000")["hits"]
    assert {hit["title"] for hit in hits} == learned
    assert len(learned) == LEARNERS * EACH
    db = sqlite3.connect(alma.store / ".cache" / cache.NAME)
    assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    db.close()
