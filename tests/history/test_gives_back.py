"""Whatever a plan did, undo gives back every byte, and undoing that does it again."""

import subprocess
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.alma import Alma, environment
from support.builders import id_at
from support.tree import bytes_below

from alma_cli import store
from alma_cli.files.disk import digest_at
from alma_cli.here import stand
from alma_cli.model import Draft, Kind, Plan, Put, Remove
from alma_cli.place import FOLDERS
from alma_cli.verbs.rollback import rollback
from alma_cli.verbs.undo import undo

PATHS = [
    f"agents/{agent}/{FOLDERS[kind]}/{name}--{id_at(number)}.md"
    for number, (agent, kind, name) in enumerate(
        (agent, kind, name)
        for agent in ("qa", "team")
        for kind in (Kind.HEURISTIC, Kind.OUTCOME)
        for name in ("wait", "größe [x] *", "-n1")
    )
]
CONTENT = st.one_of(
    st.binary(max_size=60), st.sampled_from([b"", b"\r\n", b"a\r\n", b"\xef\xbb\xbfa"])
)
WISHES = st.dictionaries(st.sampled_from(PATHS), st.none() | CONTENT, min_size=1, max_size=8)
FEW = settings(max_examples=12, suppress_health_check=[HealthCheck.too_slow])


def plan_of(here, wishes):
    """Returns the plan that brings files to what is wished for, None for gone."""
    changes = []
    for path, content in wishes.items():
        there = digest_at(here.place.root, path, 1000)
        if content is not None:
            changes.append(Put(path, content, there))
        elif there is not None:
            changes.append(Remove(path, there))
    return Plan(here.world.new_id(), "learn", "try something", tuple(changes), "qa")


def write(alma, think):
    here = stand(alma.world)
    alma.later(minutes=1)
    alma._date()
    done = store.write(here.place, here.world, here.git(), lambda: think(here))[1]
    assert done.commit != "pending"
    return done


def fresh(folder):
    """Returns an empty store in a repository of its own."""
    (folder / "shop").mkdir()
    alma = Alma(folder / "shop", folder, environment(folder))
    subprocess.run(["git", "init", "-q"], cwd=alma.folder, env=alma.environ, check=True)
    alma.ok("init", "--agent", "qa")
    return alma


@FEW
@given(before=WISHES, wishes=WISHES)
def test_undo_after_a_plan_gives_back_every_byte(before, wishes):
    with tempfile.TemporaryDirectory() as name:
        alma = fresh(Path(name))
        first = write(alma, lambda here: Draft(plan_of(here, before), ()))
        start = bytes_below(alma.store)
        done = write(alma, lambda here: Draft(plan_of(here, wishes), ()))
        made = bytes_below(alma.store)
        if not done.commit or made == start:  # it wished for what there was
            return
        undone = write(alma, lambda here: undo(here, done.plan.event))
        assert bytes_below(alma.store) == start
        write(alma, lambda here: undo(here, undone.plan.event))
        assert bytes_below(alma.store) == made
        if first.commit:
            write(alma, lambda here: rollback(here, first.commit))
            assert bytes_below(alma.store) == start
        assert alma.git("status", "--short", "--", ".alma/agents") == ""
