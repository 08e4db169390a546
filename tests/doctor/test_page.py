"""docs/doctor.md leaves out no finding and invents none."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_every_finding_is_in_the_table():
    table = (ROOT / "docs" / "doctor.md").read_text("utf-8").split("## What it finds")[1]
    cells = re.findall(r"^\| (`[^|]*) \|", table, re.MULTILINE)
    listed = set(re.findall(r"`([a-z-]+)`", "".join(cells)))
    source = "".join(file.read_text("utf-8") for file in (ROOT / "alma_cli/doctor").glob("*.py"))
    named = (
        r'"((?:config|store|file|id|header|agent|event|workflow|client|git|index|round)-[a-z-]+)"'
    )
    assert listed == set(re.findall(named, source))
