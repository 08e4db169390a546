"""docs/checks.md explains every code, as the program has it."""

from pathlib import Path

from alma_cli.check.codes import CODES

PAGE = Path(__file__).parents[2] / "docs" / "checks.md"
BEGIN, END = "<!-- codes -->\n", "<!-- end of codes -->\n"
GROUPS = {
    "ALM1": "Files",
    "ALM2": "Scope and configuration",
    "ALM3": "What should stand in no memory",
    "ALM4": "Lessons",
    "ALM5": "Probes",
}


def explained() -> str:
    """Returns the codes with their level, example and remedy, in Markdown."""
    parts = []
    for start, heading in GROUPS.items():
        parts.append(f"## {heading}\n")
        for code in (one for one in CODES.values() if one.name.startswith(start)):
            fixable = ", `--fix` mends it" if code.fixable else ""
            parts.append(f"### {code.name}\n\n{code.what[0].upper()}{code.what[1:]}.\n")
            parts.append(f"*{code.level.value}{fixable}*, for example\n")
            parts.append(f"```text\n{code.example}\n```\n")
            parts.append(f"What to do: {code.remedy}.\n")
    return "\n".join(parts)


def test_every_code_is_explained(rewrite):
    written = PAGE.read_text("utf-8")
    before, rest = written.split(BEGIN)
    after = rest.split(END)[1]
    made = f"{before}{BEGIN}\n{explained()}\n{END}{after}"
    if rewrite:
        PAGE.write_text(made, "utf-8")
    assert written == made


def test_every_code_is_in_a_group_and_says_its_sentences():
    for code in CODES.values():
        assert code.name[:4] in GROUPS
        assert all((code.what, code.example, code.remedy))
        assert not code.what.endswith(".")
        assert not code.remedy.endswith(".")
