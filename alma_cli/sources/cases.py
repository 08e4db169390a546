"""Test cases as they ran, whoever ran them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum
from typing import Final

from alma_cli.sha import sha256
from alma_cli.value import frozen, replace

_BRACKETED: Final = re.compile(r"([^\[({]*)(.*)", re.DOTALL)
_IDENTIFIER: Final = re.compile(r"\w+\Z")
_PREFIX: Final = re.compile(r"[Tt]est(?:_+(?=.)|(?=[A-Z0-9]))")
_SEAMS: Final = re.compile(r"_+|(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


class Verdict(StrEnum):
    """What became of a test; a flaky one failed and then passed in the same run."""

    PASSED = "passed"
    FAILED = "failed"
    FLAKY = "flaky"
    SKIPPED = "skipped"


@frozen
class Case:
    """One test in one run: `where` is its class or file, `error` what its runner says of it.

    `output` is what a failed test printed, `failures` how often it failed in this run,
    `duration_ms` milliseconds or None.
    """

    where: str
    name: str
    verdict: Verdict
    error: str = ""
    output: str = ""
    failures: int = 0
    duration_ms: int | None = None

    @property
    def key(self) -> str:
        """Returns 12 hex digits that are the same for the same test in every run."""
        return sha256(f"{self.where}\n{self.name}".encode("utf-8", "replace")).hexdigest()[:12]

    @property
    def readable(self) -> str:
        """Returns its name as words: `test_submits_theForm[chrome]` is submits the form [chrome].

        A name that is a sentence already stays as it is.
        """
        name = " ".join(self.name.split())
        found = _BRACKETED.match(name)
        head, rest = (found[1], found[2]) if found else (name, "")
        if not _IDENTIFIER.match(head):
            return name
        parts = _SEAMS.split(_PREFIX.sub("", head, count=1))
        words = " ".join(part if part.isupper() else part.lower() for part in parts if part)
        rest = "" if rest == "()" else rest.removeprefix("()")
        return f"{words or head} {rest}".rstrip()


def together(cases: Iterable[Case]) -> tuple[Case, ...]:
    """Returns every test once, in the order in which they ran first.

    A report may tell of a test again for each try of it, or for its clean-up: what failed and
    passed after that is flaky, what failed after it had passed has failed.
    """
    found: dict[str, Case] = {}
    for one in cases:
        before = found.get(one.key)
        found[one.key] = one if before is None else _joined(before, one)
    return tuple(found.values())


def _joined(before: Case, after: Case) -> Case:
    if not before.failures:
        return before if after.verdict is Verdict.SKIPPED else after
    failures = before.failures + after.failures
    passed = after.verdict in {Verdict.PASSED, Verdict.FLAKY}
    return replace(before, verdict=Verdict.FLAKY if passed else Verdict.FAILED, failures=failures)
