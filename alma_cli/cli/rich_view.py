"""An answer on a terminal, in colour."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alma_cli.printable import clean_line
from alma_cli.recollection import Hit, Recollection
from alma_cli.render import open_work
from alma_cli.render.bullet import SECTIONS, label_of
from alma_cli.render.plain import details, judged, share

if TYPE_CHECKING:
    from rich.table import Table

COLOURS = {
    "Avoid": "red",
    "Do": "green",
    "Know": "cyan",
    "Preferences": "magenta",
    "Before": "yellow",
}


def show(answer: Recollection, *, explain: bool) -> None:
    """Prints an answer by kind; no text of a memory is taken as markup."""
    from rich.console import Console
    from rich.padding import Padding
    from rich.text import Text

    console = Console(highlight=False)
    if answer.works:
        console.print(Text(open_work.NAME, style="bold"))
        for line in open_work.lines(answer):
            console.print(Padding(Text(line), (0, 0, 0, 2)))
        console.print()
    for kind, name in SECTIONS:
        shown = [hit for hit in answer.shown if hit.kind is kind]
        if not shown:
            continue
        console.print(Text(name, style=f"bold {COLOURS[name]}"))
        for hit in shown:
            console.print(Padding(Text(clean_line(hit.record.title), style="bold"), (0, 0, 0, 2)))
            for line in details(hit):
                console.print(Padding(Text(line), (0, 0, 0, 4)))
            if explain:
                console.print(Padding(_reasons(hit), (0, 0, 0, 4)))
            label = label_of(hit)
            console.print(Padding(Text(label, style="dim"), (0, 0, 1, 4)))


def _reasons(hit: Hit) -> Table:
    """Returns how a score came about; what a part rests on is wrapped below itself."""
    from rich.table import Table
    from rich.text import Text

    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_row("score", f" {hit.score:.3f}")
    if hit.nearness is not None:
        table.add_row("nearness", f" {hit.nearness:.3f}", judged(hit.nearness))
    for reason in hit.reasons:
        table.add_row(reason.name, share(reason), Text(clean_line(reason.words)))
    return table
