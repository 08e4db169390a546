"""New records from what a person, an agent or another program says."""

from __future__ import annotations

from alma_cli.errors import Usage
from alma_cli.files.header import to_millisecond
from alma_cli.files.memory import tidy, title_and_rest
from alma_cli.here import Here
from alma_cli.model import LESSONS, TEAM, Kind, Memory, Origin, Source
from alma_cli.names import fold
from alma_cli.rules.scope import Agent
from alma_cli.value import frozen


@frozen
class Wording:
    """What a new memory says; empty parts are left out."""

    title: str
    body: str = ""
    why: str = ""
    better: str = ""
    when: str = ""
    code: str = ""
    tags: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    ref: str = ""

    @property
    def text(self) -> str:
        """Returns all of it, for finding what it is about."""
        parts = (self.title, self.body, self.why, self.better, self.when, " ".join(self.tags))
        return "\n".join(part for part in parts if part)


def compose(
    here: Here,
    kind: Kind,
    wording: Wording,
    agent: Agent | None,
    *,
    domain: str,
    origin: Origin,
    event: str,
    task: str = "",
) -> Memory:
    """Returns the memory that a wording makes; `agent` is None for the team's and the user's own.

    Raises `Usage` for a kind that is not written directly, and for texts the kind does not have.
    """
    if kind is Kind.OUTCOME:
        raise Usage("an outcome is not written directly", "`alma learn` records one")
    if kind not in LESSONS and (wording.why or wording.better or wording.when):
        raise Usage(f"a {kind.value} has no why, when or instead", "say it in the body")
    title, rest = title_and_rest(wording.title)
    return Memory(
        id=here.world.new_id(),
        kind=kind,
        agent=agent.name if agent else TEAM,
        title=title,
        created=to_millisecond(here.world.now()),
        domain=domain,
        tags=cleaned(wording.tags),
        text=tidy(f"{rest}\n\n{tidy(wording.body)}"),
        why=tidy(wording.why),
        better=tidy(wording.better),
        when=tidy(wording.when),
        code=tidy(wording.code),
        paths=tuple(map(tidy, wording.paths)),
        origin=origin,
        source=Source(
            event=event, task=title_and_rest(task)[0] if task else "", ref=tidy(wording.ref)
        ),
    )


def cleaned(tags: tuple[str, ...]) -> tuple[str, ...]:
    """Returns tags in lower case, each once; raises `Usage` for what is no name."""
    return tuple(dict.fromkeys(fold(tag.strip(), "a tag") for tag in tags if tag.strip()))


def origin_of(here: Here) -> Origin:
    """Returns who vouches for what is written now: an agent does not award itself trust."""
    by_agent = here.world.environ.get("ALMA_AGENT") and not here.world.stdin_is_terminal()
    return Origin.LEARNED if by_agent else Origin.PERSON
