"""What a guard found on a terminal, in colour."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

STYLES: Final = {"error": "bold red", "warning": "bold yellow", "excerpt": "", "advice": "dim"}


def show(lines: Iterable[tuple[str, str]]) -> None:
    """Prints lines by what they are; no text of a file or a memory is taken as markup."""
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False)
    for what, line in lines:
        console.print(Text(line, style=STYLES[what]), soft_wrap=True)
