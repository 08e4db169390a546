"""What the doctor finds: values, made by checks and told by the command."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from alma_cli.printable import clean_line
from alma_cli.value import frozen

FIX: Final = "`alma doctor --fix`"


@frozen
class Finding:
    """Something that is wrong: a name for programs, what it is, and the command that mends it.

    With a `path`, as a person would type it, `message` is what is said of that file; `line` counts
    from 1, 0 for none.
    """

    code: str
    message: str
    mend: str
    path: str = ""
    line: int = 0

    @property
    def sentence(self) -> str:
        """Returns what is wrong, the file included."""
        line = f":{self.line}" if self.line else ""
        return f"`{self.path}{line}` {self.message}" if self.path else self.message


@frozen
class Mended:
    """Something that `--fix` did about findings of that name, or in a dry run would do."""

    code: str
    message: str


@frozen
class Examined:
    """What is wrong, what was done about it, and how many memories were looked at."""

    findings: tuple[Finding, ...]
    mended: tuple[Mended, ...]
    memories: int
    dry_run: bool = False


def lines(told: Examined) -> Iterable[str]:
    """Yields what was done and what is wrong, for a person."""
    for mended in told.mended:
        yield f"{'would have' if told.dry_run else 'mended'}: {mended.message}"
    for finding in told.findings:
        yield f"{finding.code}: {clean_line(finding.sentence)}"
        yield f"  mend: {clean_line(finding.mend)}"
    if not told.findings:
        memories = "1 memory" if told.memories == 1 else f"{told.memories:,} memories"
        looked_at = "configuration, git, index, clients, and a learn, recall and undo"
        yield f"all is well: {memories}, {looked_at}"


def document(told: Examined) -> dict[str, object]:
    """Returns the same for a program."""
    return {
        "schema": 1,
        "ok": not told.findings,
        "dry_run": told.dry_run,
        "memories": told.memories,
        "findings": [
            {
                "code": finding.code,
                "message": finding.sentence,
                "mend": finding.mend,
                "path": finding.path or None,
                "line": finding.line or None,
            }
            for finding in told.findings
        ],
        "mended": [{"code": each.code, "message": each.message} for each in told.mended],
    }
