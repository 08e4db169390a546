"""What becomes of the answer to a probe: which memories enter it, leave it, or move."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from difflib import SequenceMatcher

from alma_cli.flow.probing import Asked
from alma_cli.rules.expecting import weakened
from alma_cli.value import frozen


@frozen
class Step:
    """A memory whose place in an answer is another; places count from 1, 0 for none."""

    id: str
    title: str
    before: int
    after: int


@frozen
class Watched:
    """A probe, asked before a change and after it.

    `before` is None where nobody could be asked, as before the first store; `weakened` says what
    was expected of it before and is no more. `known` is False for a probe that the change takes
    out: it is asked all the same, and nothing is expected.
    """

    before: Asked | None
    after: Asked
    weakened: tuple[str, ...] = ()
    known: bool = True

    @property
    def steps(self) -> tuple[Step, ...]:
        """Returns the memories that enter or leave, and those that move past others that stay."""
        return tuple(_steps(self.before, self.after))

    @property
    def is_changed(self) -> bool:
        """Says whether the agent is told something else, in whatever order."""
        return _said(self.before) != _said(self.after)


def watched(
    before: Iterable[Asked], after: Iterable[Asked], gone: Iterable[Asked]
) -> tuple[Watched, ...]:
    """Returns what becomes of each answer; `gone` are the probes that are only asked before."""
    held = {one.probe.key: one for one in before}
    found = []
    for known, some in ((True, after), (False, gone)):
        for one in some:
            old = held.get(one.probe.key)
            less = weakened(old.probe, one.probe if known else None) if old else ()
            found.append(Watched(old, one, tuple(less), known))
    return tuple(found)


def _said(asked: Asked | None) -> list[str]:
    """Returns what is told, without the fence: that is named after versions of files."""
    return asked.text.splitlines()[1:-1] if asked else []


def _steps(before: Asked | None, after: Asked) -> Iterator[Step]:
    old, new = before.told if before else (), after.told
    titles = {**_titles(before), **_titles(after)}
    both = {*old} & {*new}
    stays = [id_ for id_ in old if id_ in both], [id_ for id_ in new if id_ in both]
    blocks = SequenceMatcher(None, *stays, autojunk=False).get_matching_blocks()
    in_order = {id_ for block in blocks for id_ in stays[0][block.a : block.a + block.size]}
    for id_ in dict.fromkeys((*new, *old)):
        if id_ not in in_order:
            yield Step(id_, titles[id_], _place(old, id_), _place(new, id_))


def _titles(asked: Asked | None) -> Mapping[str, str]:
    hits = asked.answer.shown if asked and asked.answer else ()
    return {hit.record.id: hit.record.title for hit in hits}


def _place(told: tuple[str, ...], id_: str) -> int:
    return told.index(id_) + 1 if id_ in told else 0
