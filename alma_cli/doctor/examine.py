"""The doctor: gathers, mends where it is asked to, checks, and tries a whole round."""

from __future__ import annotations

from alma_cli.config import UPGRADE
from alma_cli.doctor.checks import CHECKS
from alma_cli.doctor.clients import clients
from alma_cli.doctor.configuration import read
from alma_cli.doctor.facts import gather
from alma_cli.doctor.finding import Examined
from alma_cli.doctor.mending import repairs
from alma_cli.doctor.round_trip import round_trip
from alma_cli.world import World


def examine(world: World, named: str = "", *, fix: bool = False, dry_run: bool = False) -> Examined:
    """Returns what is wrong with the store named, the user's own, git, clients and this machine.

    With `fix` what is safe to mend is mended first, but for a store that a newer `alma` made; in a
    dry run of that it is only listed.
    Raises `NoStore`.
    """
    here, complaints = read(world, named)
    facts = [gather(here, place) for place in here.stores]
    is_ours = all(complaint.mend != UPGRADE for complaint in complaints)
    due = [repair for each in facts for repair in repairs(each)] if fix and is_ours else []
    mended = tuple(repair.done for repair in due if dry_run or repair.do())
    if mended and not dry_run:
        facts = [gather(here, place) for place in here.stores]
    found = [finding for each in facts for check in CHECKS for finding in check(each)]
    found += clients(world)
    if facts[0].git.version:  # without git there is nothing to undo with, which is told already
        found += round_trip(world, sign=here.config.git.sign)
    count = sum(len(each.headers) for each in facts)
    return Examined((*complaints, *found), mended, count, fix and dry_run)
