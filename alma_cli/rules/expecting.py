"""A probe: a question whose answer is watched, and what it is expected to hold."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator

from alma_cli.value import frozen


@frozen
class Probe:
    """A question of an agent, with the ids that its answer must have and must not have.

    `line` is where it stands in its file, 0 where it is in none.
    """

    agent: str
    query: str
    must: tuple[str, ...] = ()
    must_not: tuple[str, ...] = ()
    line: int = 0

    @property
    def key(self) -> tuple[str, str]:
        """Returns what makes it this probe and no other."""
        return self.agent, self.query

    @property
    def torn(self) -> str:
        """Returns an id that the answer must have and must not have, "" where there is none."""
        return next((id_ for id_ in self.must_not if id_ in self.must), "")


def violations(
    probe: Probe, told: Collection[str], heir: Callable[[str], str], there: Collection[str]
) -> Iterator[str]:
    """Yields what an answer does not keep of what a probe expects, in words.

    `told` are the ids in the answer, `heir` gives the id that counts in place of another, `there`
    are the expected ids that a memory has. What was superseded is answered by what replaced it.
    """
    for id_ in probe.must:
        now = heir(id_)
        if id_ not in told and now not in told:
            gone = "" if {id_, now} & {*there} else ": there is no such memory any more"
            replaced = f", nor is {now}, which replaced it" if now != id_ else ""
            yield f"must have {id_}, which is not in the answer{replaced}{gone}"
    for id_ in probe.must_not:
        if id_ in told:
            yield f"must not have {id_}, which is in the answer"


def weakened(before: Probe, now: Probe | None) -> Iterator[str]:
    """Yields what a probe no longer expects, in words; `now` is None where it is gone."""
    if now is None:
        yield "is no longer asked"
        return
    for name, old, new in (
        ("must have", before.must, now.must),
        ("must not have", before.must_not, now.must_not),
    ):
        for id_ in old:
            if id_ not in new:
                yield f"no longer {name} {id_}"
