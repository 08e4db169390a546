"""What `alma check` finds: values, made by checks and told in three forms."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from alma_cli.check.codes import Code, Level
from alma_cli.printable import clean_line
from alma_cli.value import frozen


@frozen
class Finding:
    """Something in a file that should be looked at; `line` counts from 1, 0 for the whole file.

    `path` is relative to the store, "" for what is in no file, `shown` as a person would type it.
    """

    code: Code
    message: str
    path: str = ""
    line: int = 0
    shown: str = ""

    @property
    def where(self) -> str:
        """Returns file and line."""
        return f"{self.shown}:{self.line or 1}" if self.shown else ""


@frozen
class Checked:
    """What was found, in how many files, and what more the files themselves ask to ignore."""

    findings: tuple[Finding, ...]
    files: int
    silenced: tuple[Finding, ...] = ()

    @property
    def ignored(self) -> int:
        """Returns how much the files ask to ignore."""
        return len(self.silenced)

    def number(self, level: Level) -> int:
        """Returns how many findings are of a level."""
        return sum(one.code.level is level for one in self.findings)

    def is_ok(self, *, strict: bool) -> bool:
        """Says whether nothing stands in the way."""
        return not (self.findings if strict else self.number(Level.ERROR))


def lines(findings: Iterable[Finding]) -> Iterator[str]:
    """Yields the findings as linters print them."""
    for one in findings:
        where = f"{clean_line(one.where)}: " if one.where else ""
        yield f"{where}{one.code.name} {clean_line(one.message)}"


def summary(told: Checked) -> str:
    """Returns what was found in one line."""
    counts = [
        f"{number} {level.value}{'' if number == 1 else 's'}"
        for level in Level
        if (number := told.number(level))
    ]
    counts += [f"{told.ignored} ignored"] if told.ignored else []
    looked = "1 file" if told.files == 1 else f"{told.files:,} files"
    return f"{', '.join(counts) or 'nothing found'} in {looked}"


def github(findings: Iterable[Finding]) -> Iterator[str]:
    """Yields workflow commands, which GitHub shows beside the lines of a pull request.

    docs.github.com/en/actions/reference/workflow-commands-for-github-actions
    """
    for one in findings:
        place = f"file={_property(one.shown)},line={one.line or 1}," if one.shown else ""
        title = _property(one.code.name)
        yield f"::{one.code.level.value} {place}title={title}::{_data(clean_line(one.message))}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(clean_line(text)).replace(":", "%3A").replace(",", "%2C")


def document(told: Checked, mended: Iterable[str], *, strict: bool) -> dict[str, object]:
    """Returns the same for a program; `mended` are the files that were completed before."""
    return {
        "schema": 1,
        "ok": told.is_ok(strict=strict),
        "errors": told.number(Level.ERROR),
        "warnings": told.number(Level.WARNING),
        "findings": [
            {
                "code": one.code.name,
                "level": one.code.level.value,
                "path": one.shown or None,
                "line": one.line or None,
                "message": one.message,
                "remedy": one.code.remedy,
            }
            for one in told.findings
        ],
        "mended": list(mended),
        "ignored": told.ignored,
        "files": told.files,
    }
