"""Plays the ```console blocks of a Markdown file against the program and compares what is printed.

A block holds `$ command` lines, each followed by what it prints. `alma` runs in this process with
a fixed clock and fixed ids; everything else (git, cat, mkdir ...) runs in a shell. A status other
than 0 is printed as `[exit N]`. `pytest --rewrite` brings the file up to date.
"""

import re
import shlex
from pathlib import Path

BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def play(text: str, run) -> str:
    """Returns the file with every block as it comes out; `run(command)` gives output and status."""

    def played(block: re.Match[str]) -> str:
        lines = []
        for command in commands(block[1]):
            output, status = run(command.replace("\\\n", " "))
            lines.append("$ " + command.replace("\n", "\n> ").replace("\\\n> ", "\\\n>"))
            lines += output.rstrip("\n").split("\n") if output.strip() else []
            lines += [f"[exit {status}]"] if status else []
        return "```console\n" + "\n".join(line.rstrip() for line in lines) + "\n```"

    return BLOCK.sub(played, text)


def commands(block: str) -> list[str]:
    """Returns the commands of a block; one that ends in a backslash goes on in the next line."""
    found: list[str] = []
    going_on = False
    for line in block.split("\n"):
        if line.startswith("$ "):
            found.append(line[2:])
            going_on = line.endswith("\\")
        elif going_on and line.startswith(">"):
            found[-1] += "\n" + line[1:]
            going_on = line.endswith("\\")
    return found


def is_alma(command: str) -> bool:
    """Says whether a command is one plain call of `alma`."""
    try:
        words = shlex.split(command)
    except ValueError:
        return False
    return words[:1] == ["alma"] and not re.search(
        r"[|<>&;$*]", re.sub(r"'[^']*'|\"[^\"]*\"", "", command)
    )


def files(root: Path) -> list[Path]:
    """Returns the pages that hold transcripts."""
    pages = [root / "README.md", *sorted((root / "docs").rglob("*.md"))]
    pages += sorted((root / "tests").rglob("*.md"))
    return [page for page in pages if page.is_file() and BLOCK.search(page.read_text("utf-8"))]
