"""Asks probes what an agent is told, judges the answers, and finds questions worth watching."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from alma_cli import config
from alma_cli.errors import Usage
from alma_cli.here import Here
from alma_cli.library import Held, Library
from alma_cli.model import Attempt
from alma_cli.probes import query_of
from alma_cli.recollection import Recollection
from alma_cli.render.prompt import prompt
from alma_cli.rules.expecting import Probe, violations
from alma_cli.search.index import Index
from alma_cli.value import frozen, replace
from alma_cli.verbs.recall import Ask, recall


@frozen
class Asked:
    """A probe and what came of asking it.

    `answer` is None where nobody could be asked; `violated` says what is not as it is expected.
    """

    probe: Probe
    answer: Recollection | None
    violated: tuple[str, ...] = ()

    @property
    def told(self) -> tuple[str, ...]:
        """Returns the ids of the memories that the agent is told, best first."""
        return tuple(hit.record.id for hit in self.answer.shown) if self.answer else ()

    @property
    def text(self) -> str:
        """Returns what the agent is told, as it stands in a prompt."""
        return prompt(self.answer) if self.answer else ""


def as_everybody(here: Here) -> Here:
    """Returns the same place without the user's own store and settings: a probe is the project's.

    Raises `BadConfig`.
    """
    settings = config.load(here.world, here.place, None, strict=False)
    return replace(here, personal=None, config=settings)


def ask(here: Here, held: Held, probes: Iterable[Probe]) -> tuple[Asked, ...]:
    """Returns the answer of a store to each probe, and what is expected of it in vain."""
    return tuple(_asked(here, held, probe) for probe in probes)


def _asked(here: Here, held: Held, probe: Probe) -> Asked:
    try:
        answer = recall(here, probe.agent, Ask(probe.query), held)
    except Usage as error:
        return Asked(probe, None, (error.message,))
    index = held.index
    told = frozenset(hit.record.id for hit in answer.hits)
    expected = {*probe.must, *map(index.heir, probe.must)}
    there = [id_ for id_ in expected if _is_there(index, id_)]
    return Asked(probe, answer, tuple(violations(probe, told, index.heir, there)))


def _is_there(index: Index, id_: str) -> bool:
    return any(row.id == id_ and row.hidden != "forgotten" for row in index.find(id_))


def mine(here: Here, held: Held, known: Sequence[Probe], most: int) -> tuple[Probe, ...]:
    """Returns probes that ask the tasks of outcomes, what happened most often first.

    Each expects the lessons that its outcomes are about and that the answer has today: what is
    proposed is kept. Tasks on which nothing was learned, or that are asked already, are left out.
    """
    with Library(here, held=held) as library:
        attempts = library.attempts()
    asked = {(probe.agent, probe.query.casefold()) for probe in known}
    found = []
    for (agent, _), some in _by_task(attempts):
        query = some[-1].task
        if agent not in here.config.agents or (agent, query.casefold()) in asked:
            continue
        lessons = {held.index.heir(id_) for one in some for id_ in one.lessons}
        (answer,) = ask(here, held, [Probe(agent, query)])
        if must := tuple(id_ for id_ in answer.told if id_ in lessons):
            found.append(Probe(agent, query, must))
        if len(found) == most:
            break
    return tuple(found)


def _by_task(
    attempts: Iterable[Attempt],
) -> Iterator[tuple[tuple[str, str], list[Attempt]]]:
    """Yields the outcomes of each agent on each task, oldest first; the most, then the newest."""
    groups: dict[tuple[str, str], list[Attempt]] = {}
    for one in attempts:
        if one.task.strip() and one.lessons and _can_be_asked(one.task):
            task = " ".join(one.task.split())
            groups.setdefault((one.agent, task.casefold()), []).append(replace(one, task=task))
    counts = Counter({key: len(some) for key, some in groups.items()})
    newest = sorted(groups, key=lambda key: (groups[key][-1].created, key), reverse=True)
    for key in sorted(newest, key=lambda key: -counts[key]):
        yield key, groups[key]


def _can_be_asked(task: str) -> bool:
    try:
        return bool(query_of(task))
    except Usage:
        return False
