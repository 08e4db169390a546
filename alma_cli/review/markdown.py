"""A review as Markdown for a comment: what is wrong first, then what agents are told, then why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from difflib import unified_diff
from itertools import groupby
from typing import Final

from alma_cli.check.codes import CONTRADICTION, DUPLICATE, Level
from alma_cli.check.finding import Finding
from alma_cli.model import Kind
from alma_cli.printable import clean_line, shorten
from alma_cli.render.markup import fence, folded, span
from alma_cli.review.compare import Review
from alma_cli.review.reading import paragraph
from alma_cli.review.watched import Step, Watched
from alma_cli.rules.differences import Difference, What
from alma_cli.rules.secrets import redact

MARK: Final = "<!-- alma review -->"
"""The first line, by which a program finds the comment again."""
MOST: Final = 60_000
"""Characters of a comment; GitHub takes 65,536."""
MOST_BLOCK: Final = 6_000
"""Characters of a block of memories."""
MOST_LINES: Final = 50
"""Findings, and outcomes, that are listed."""
MOST_LINE: Final = 400
"""Bytes of a finding."""
_SIDE = frozenset({DUPLICATE.name, CONTRADICTION.name})


def comment(review: Review) -> str:
    """Returns the review; where it is too long for a comment it loses prompts first, then its end.

    Every block is complete by itself, so that what is left out opens nothing.
    """
    head = f"{MARK}\n## What agents remember"
    blocks = [head, *_blocks(review, with_prompts=True)]
    if sum(len(block) + 2 for block in blocks) > MOST:
        blocks = [head, *_blocks(review, with_prompts=False)]
    return "\n\n".join(_fitting(blocks)) + "\n"


def body_of(review: Review) -> str:
    """Returns the same, without prompts, as the text of a pull request and of its commit."""
    if not (review.told.memories or review.told.files or review.told.damaged):
        return "Nothing is proposed any more."
    return "\n\n".join(_fitting([_ABOUT, *_blocks(review, with_prompts=False)]))


_ABOUT: Final = "What agents remember changes with this, and what they are told before a task."


def _fitting(blocks: Iterable[str]) -> Iterator[str]:
    """Yields the first blocks that a comment holds, and says so where that is not all."""
    room = MOST
    for block in blocks:
        room -= len(block) + 2
        if room < 0:
            yield _REST
            return
        yield block


_REST: Final = "There is more than a comment holds: run `alma review --json` for all of it."


def _blocks(review: Review, *, with_prompts: bool) -> Iterator[str]:
    told = review.told
    yield f"{span(told.old)} → {span(told.new)}: {counted(review)}"
    if not (told.memories or told.files or told.damaged or _wrong(review)):
        return
    yield _verdict(review)
    yield from _findings(review.checked.findings, review.checked.silenced)
    yield from _answers(review, with_prompts=with_prompts)
    yield from _memories(told.memories)
    if told.files:
        lines = [f"{what.value} {clean_line(path)}" for what, path in told.files]
        yield "### Other files of the store"
        yield fence(_some(lines))
    if told.damaged:
        yield "### Could not be compared"
        yield fence(_some(list(told.damaged)))


def counted(review: Review) -> str:
    """Returns how many memories became what, in one line."""
    advice = [one for one in review.told.memories if one.stored.record.kind is not Kind.OUTCOME]
    outcomes = len(review.told.memories) - len(advice)
    number = {what: sum(one.what is what for one in advice) for what in What}
    parts = [f"{count} {_NAMES.get(what, what.value)}" for what, count in number.items() if count]
    parts += [_plural(outcomes, "outcome")] if outcomes else []
    return ", ".join(parts) or "no memory changes"


_NAMES: Final = {What.EVIDENCE: "with other evidence"}


def _plural(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _wrong(review: Review) -> bool:
    checked = review.checked
    return bool(checked.findings or checked.silenced or _changed(review))


def _changed(review: Review) -> list[Watched]:
    return [one for one in review.watched if _is_told(one)]


def _is_told(one: Watched) -> bool:
    return bool(one.is_changed or one.after.violated or one.weakened or not one.known)


def _verdict(review: Review) -> str:
    checked = review.checked
    counts = [(checked.number(level), level.value) for level in Level]
    found = ", ".join(_plural(number, name) for number, name in counts if number)
    ignored = f", {checked.ignored} ignored" if checked.ignored else ""
    violated = sum(bool(one.after.violated) for one in review.watched if one.known)
    probes = sum(one.known for one in review.watched)
    changed = sum(one.is_changed for one in review.watched)
    parts = [f"`alma check`: **{found or 'nothing found'}**{ignored}"]
    if review.watched:
        kept = (
            f"**{violated} of {_plural(probes, 'probe')} violated**"
            if violated
            else (f"{_plural(probes, 'probe')}, all kept")
        )
        parts.append(f"{kept}, {_plural(changed, 'answer')} changed")
    return " · ".join(parts)


def _findings(findings: Sequence[Finding], silenced: Sequence[Finding]) -> Iterator[str]:
    beside = [one for one in findings if one.code.name in _SIDE]
    rest = [one for one in findings if one.code.name not in _SIDE]
    for heading, some in (
        ("### Findings", sorted(rest, key=lambda one: one.code.level is not Level.ERROR)),
        ("### Says the same as another memory, or contradicts it", beside),
        ("### Ignored, as these memories ask themselves", silenced),
    ):
        if some:
            yield heading
            yield fence(_some([_finding(one) for one in some]))


def _finding(one: Finding) -> str:
    where = f"{one.where}: " if one.where else ""
    return f"{one.code.level.value} {one.code.name} {where}{one.message}"


def _some(lines: Sequence[str]) -> str:
    kept = [shorten(clean_line(redact(line)[0]), MOST_LINE) for line in lines[:MOST_LINES]]
    more = len(lines) - len(kept)
    return "\n".join([*kept, *([f"... and {more:,} more"] if more else [])])


def _answers(review: Review, *, with_prompts: bool) -> Iterator[str]:
    told = _changed(review)
    if told:
        yield "### What agents are told"
    for one in sorted(told, key=lambda one: not one.after.violated):
        yield _answer(one)
        if with_prompts and one.is_changed:
            yield folded("The answer, before and after", [fence(_both(one), "diff")])
    if told and (rest := len(review.watched) - len(told)):
        yield f"{_plural(rest, 'other probe')} answered as before."


def _answer(one: Watched) -> str:
    probe = one.after.probe
    lines = [f"{span(probe.agent)} asks {span(probe.query)}", ""]
    lines += [f"- **violated**: {span(why)}" for why in one.after.violated]
    lines += [f"- expects less: {span(why)}" for why in one.weakened]
    if one.before is None:
        lines.append("- it could not be asked before")
    lines += [f"- {_step(step)}" for step in one.steps]
    if one.is_changed and not one.steps:
        lines.append("- the same memories in the same order, worded or weighed otherwise")
    return "\n".join(lines)


def _step(step: Step) -> str:
    named = f"{span(step.id)} {span(step.title)}"
    if not step.before:
        return f"**enters** at {step.after}: {named}"
    if not step.after:
        return f"**leaves** from {step.before}: {named}"
    return f"moves from {step.before} to {step.after}: {named}"


def _both(one: Watched) -> str:
    """Returns both answers as one diff that leaves nothing out; their fences are not compared."""
    before, after = (
        (asked.text if asked else "").splitlines() for asked in (one.before, one.after)
    )
    shared = unified_diff(before[1:-1], after[1:-1], lineterm="", n=len(before) + len(after))
    return "\n".join([*shared][3:])


def _memories(memories: Sequence[Difference]) -> Iterator[str]:
    advice = [one for one in memories if one.stored.record.kind is not Kind.OUTCOME]
    outcomes = [one for one in memories if one.stored.record.kind is Kind.OUTCOME]
    if advice:
        yield "### Memories"
    for agent, some in groupby(advice, key=lambda one: one.stored.record.agent):
        yield f"#### {span(agent)}"
        for kind, alike in groupby(some, key=lambda one: one.stored.record.kind):
            yield from _of_kind(kind, alike)
    if outcomes:
        lines = [_outcome(one) for one in outcomes]
        yield folded(_plural(len(outcomes), "outcome"), [fence(_some(lines))])


def _of_kind(kind: Kind, alike: Iterable[Difference]) -> Iterator[str]:
    """Yields the memories of a kind in blocks that can be left out one by one."""
    block = ""
    for text in map(paragraph, alike):
        if block and len(block) + len(text) > MOST_BLOCK:
            yield f"**{kind.value}**\n\n{fence(block)}"
            block = ""
        block += f"\n\n{text}"
    yield f"**{kind.value}**\n\n{fence(block)}"


def _outcome(one: Difference) -> str:
    record = one.stored.record
    result = getattr(record, "result", "")
    return f"{one.what.value} {record.id} {record.agent} {result}: {record.title}"
