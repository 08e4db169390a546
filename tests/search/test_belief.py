"""Evidence weighed from the files of one moment, as `alma log` and `alma diff` tell it."""

from datetime import UTC, datetime

import pytest

from alma_cli.rules.evidence import Fading
from alma_cli.search.belief import believed

NOW = datetime(2026, 11, 22, tzinfo=UTC)
OLD, HEIR, OUTCOME = "0d00000001", "0e00000002", "0c00000003"
FILES = {
    f"agents/qa/heuristics/old--{OLD}.md": f'+++\nid = "{OLD}"\n+++\n# Wait for the toast\n',
    f"agents/qa/heuristics/heir--{HEIR}.md": (
        f'+++\nid = "{HEIR}"\nsupersedes = ["{OLD}"]\n+++\n# Wait for the event\n'
    ),
    f"agents/qa/outcomes/2026-11/paid--{OUTCOME}.md": (
        f'+++\nid = "{OUTCOME}"\nresult = "success"\nlessons = ["{OLD}"]\n+++\n# Pay\n'
    ),
}


def wins(files):
    found = believed(files, lambda path: files[path].encode(), {OLD, HEIR}, NOW, Fading())
    return {id_: evidence.wins for id_, evidence in found.items()}


def test_an_heir_has_the_evidence_of_what_it_replaces():
    assert wins(FILES)[HEIR] == 1


@pytest.mark.parametrize("name", [f"{HEIR}.md", f"{HEIR}.e7k2m9qd0x.md"])
def test_an_heir_that_a_merge_brought_back_beside_its_tombstone_has_none(name):
    forgotten = FILES | {f"agents/qa/forgotten/{name}": "+++\n+++\n"}
    assert wins(forgotten)[HEIR] == 0
    assert wins(forgotten)[OLD] == 1
