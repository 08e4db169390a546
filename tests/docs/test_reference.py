"""docs/cli.md says what `--help` says, and leaves out no command and no variable."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

from alma_cli.cli.app import app
from alma_cli.cli.lazy import COMMANDS

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "cli.md"
BEGIN, END = "<!-- reference -->\n", "<!-- end of reference -->\n"


def walk(command, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], bool]]:
    """Yields every command by its words, and whether it is a group."""
    group = hasattr(command, "list_commands")
    yield path, group
    for name in command.list_commands(None) if group else ():
        yield from walk(command.get_command(None, name), (*path, name))


EVERY = tuple(walk(typer.main.get_command(app)))


def help_of(alma, path: tuple[str, ...]) -> str:
    # How the root shows its help is settled when it is imported, maybe at somebody's terminal.
    ran = alma(*path, "--help") if path else alma.process("--help")
    assert ran.status == 0, ran
    return ran.out


def reference(alma) -> str:
    sections = []
    for path, _ in EVERY:
        depth = "#" * (3 + max(0, len(path) - 1))
        heading = f"{depth} {' '.join(('alma', *path))}"
        sections.append(f"{heading}\n\n```text\n{help_of(alma, path).strip()}\n```\n\n")
    return "".join(sections)


def test_the_reference_is_what_help_prints(bare, rewrite):
    written = PAGE.read_text("utf-8")
    before, rest = written.split(BEGIN)
    _, after = rest.split(END)
    made = f"{before}{BEGIN}\n{reference(bare)}{END}{after}"
    if rewrite:
        PAGE.write_text(made, "utf-8")
    assert written == made


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_in_the_reference(name):
    assert f"\n### alma {name}\n" in PAGE.read_text("utf-8")


@pytest.mark.parametrize(("path", "group"), EVERY, ids=["-".join(path) for path, _ in EVERY])
def test_every_command_has_help_and_an_example(bare, path, group):
    about = help_of(bare, path).split("\n\n")
    assert about[0].startswith(f"Usage: {' '.join(('alma', *path))} ")
    assert about[1].startswith("  ")
    assert not about[1].rstrip().endswith(".")
    example = re.search(r"^  Examples?: `alma ", "\n\n".join(about), re.MULTILINE)
    assert group or example


def test_every_variable_of_the_environment_is_in_the_table():
    page = PAGE.read_text("utf-8")
    listed = set(re.findall(r"^\| `([A-Z_]+)` \|", page, re.MULTILINE))
    source = "\n".join(file.read_text("utf-8") for file in (ROOT / "alma_cli").rglob("*.py"))
    used = set(re.findall(r"\b(?:ALMA|XDG)_[A-Z_]*[A-Z]\b", source))
    assert listed == used | {"NO_COLOR"}
