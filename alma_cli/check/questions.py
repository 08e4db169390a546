"""The checks of `probes.toml`: what agents are told in vain or without what they must be told."""

from __future__ import annotations

from collections.abc import Iterator

from alma_cli.check import codes
from alma_cli.check.facts import Facts
from alma_cli.check.finding import Finding
from alma_cli.place import PROBES
from alma_cli.printable import clean_line, shorten
from alma_cli.rules.expecting import Probe, weakened

MOST_QUERY = 80
"""Bytes of a question that a finding repeats."""


def answers(facts: Facts) -> Iterator[Finding]:
    """Finds probes that cannot be asked, and those whose answer is not as expected."""
    if error := facts.bad_probes:
        yield Finding(codes.BAD_PROBES, error.reason, PROBES, error.line)
    for one in facts.asked:
        for why in one.violated:
            yield Finding(codes.VIOLATED, f"{_named(one.probe)} {why}", PROBES, one.probe.line)


def expectations(facts: Facts) -> Iterator[Finding]:
    """Finds what the probes of the base expect, and those of today do not."""
    if facts.bad_probes:
        return
    now = {one.probe.key: one.probe for one in facts.asked}
    for before in facts.base_probes:
        probe = now.get(before.key)
        for what in weakened(before, probe):
            line = probe.line if probe else 0
            yield Finding(codes.WEAKENED, f"{_named(before)} {what}", PROBES, line)


def _named(probe: Probe) -> str:
    return f'`{probe.agent}` asked "{shorten(clean_line(probe.query), MOST_QUERY)}"'


CHECKS = (answers, expectations)
