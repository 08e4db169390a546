"""Eight machines learn and sync at the same time: every event is everywhere, exactly once."""

import pytest
from support.machines import events_of, held

MACHINES = 8

PROGRAM = """
import sys
from pathlib import Path
from alma_cli import Alma
from alma_cli.here import stand
from alma_cli.verbs.sync import sync
from alma_cli.world import World
me, each = sys.argv[1], int(sys.argv[2])
synced = twice = 0
for number in range(each):
    Alma.open().learn(
        task=f"Test page {me} {number}", strategy=f"check control {me} {number} by hand",
        outcome="success" if number % 2 else "failure", new=True, domain="testing",
    )
    if number % 2 == int(me) % 2 or number == each - 1:
        told, _ = sync(stand(World()))
        synced, twice = synced + 1, twice + len(told.seconds)
print(synced, twice)
"""


@pytest.fixture(params=["", ".alma"], ids=["in a code repository", "separate"])
def machines(request, clone):
    """Eight clones: of a code repository with a store, or of a store."""
    request.getfixturevalue("apart" if request.param else "hub")
    return [clone(request.param) for _ in range(MACHINES)]


def test_eight_machines_that_race_have_every_event_exactly_once(request, machines, record_property):
    each = 50 if request.config.getoption("--torture") else 2
    running = [one.program(PROGRAM, number, each) for number, one in enumerate(machines)]
    said = [one.communicate() for one in running]
    assert [error for _, error in said if error] == []
    for one in machines:
        one.ok("sync")

    counts = [[int(word) for word in out.split()] for out, _ in said]
    synced, twice = (sum(column) for column in zip(*counts, strict=True))
    stores = [held(one) for one in machines]
    events = [events_of(one) for one in machines]
    record_property(
        "race",
        f"{MACHINES} machines, {MACHINES * each} learns, {synced} syncs at once:"
        f" {len(set(events[0]))} events in each clone, {twice} conflicts",
    )
    assert all(store == stores[0] for store in stores)
    assert all(len(set(found)) == len(found) == MACHINES * each for found in events)
    assert len(stores[0]) == 2 * MACHINES * each
    assert twice == 0
    for one in machines:
        assert one.git("-C", ".alma", "status", "--short", ".") == ""
        assert one.git("-C", ".alma", "fsck", "--strict", "--no-dangling") == ""
        assert not list((one.store / ".pending").glob("*"))
