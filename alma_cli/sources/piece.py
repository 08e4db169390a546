"""The pieces that a source is read into, in this program's words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final, TypeAlias

from alma_cli.model import Kind, Result
from alma_cli.value import frozen

KINDS: Final[Mapping[str, Kind]] = {
    **{kind.value: kind for kind in Kind if kind is not Kind.OUTCOME},
    **dict.fromkeys(("antipattern", "mistake", "pitfall"), Kind.ANTI_PATTERN),
    **dict.fromkeys(("lesson", "strategy", "best-practice"), Kind.HEURISTIC),
    **dict.fromkeys(("fact", "domain-knowledge", "note", "reference"), Kind.KNOWLEDGE),
    **dict.fromkeys(("user-preference", "rule", "instruction"), Kind.PREFERENCE),
}
"""What others call the kinds, in the singular."""


@frozen
class Whence:
    """Where a piece stands in its source.

    `line` counts from 1, 0 where there is none; `called` is what the source calls such a piece,
    `ref` names it for good, `unused` are the fields that have no place in a memory.
    """

    path: str = ""
    line: int = 0
    called: str = ""
    ref: str = ""
    unused: tuple[str, ...] = ()


@frozen
class Row:
    """One memory to be, unchecked; empty parts are left out.

    `agent` must be configured, of `owners` the first one that is counts. `skip` says why this
    would be no memory unless somebody asks for it. A `named` row is what its reference names,
    whatever it says; of others the same words are one memory. `file` is what the references of all
    points of a file begin with, where the whole of that file is read.
    """

    whence: Whence
    title: str
    kind: str = Kind.KNOWLEDGE
    body: str = ""
    why: str = ""
    better: str = ""
    when: str = ""
    code: str = ""
    tags: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    agent: str = ""
    owners: tuple[str, ...] = ()
    domain: str = ""
    created: str = ""
    skip: str = ""
    named: bool = False
    file: str = ""


@frozen
class Trial:
    """One outcome to be: what was tried, and what became of it; `duration_ms` in milliseconds."""

    whence: Whence
    agent: str
    result: Result
    task: str
    strategy: str
    error: str = ""
    notes: str = ""
    domain: str = ""
    created: str = ""
    duration_ms: int | None = None


@frozen
class Whole:
    """A whole file of another store of this program, as `alma export` writes it into `raw`."""

    whence: Whence
    raw: str
    path: str = ""
    id: str = ""
    agent: str = ""


@frozen
class Member:
    """An agent that the source configures, with its scope."""

    whence: Whence
    name: str
    can_learn: tuple[str, ...] = ()
    cannot_learn: tuple[str, ...] = ()
    share_with: tuple[str, ...] = ()
    inherit_from: tuple[str, ...] = ()


@frozen
class LeftOut:
    """What cannot become anything here, why, and what could be done about it."""

    whence: Whence
    reason: str
    hints: tuple[str, ...] = ()


Piece: TypeAlias = Row | Trial | Whole | Member | LeftOut


def ref_of(source: str, name: str) -> str:
    """Returns what a piece is called here by its name in a source, "" where it has none."""
    return f"{source}:{name}" if name else ""


def kind_of(*words: object) -> str:
    """Returns the kind that the first telling word of another program means, "" for none."""
    for word in words:
        if isinstance(word, str):
            folded = name_of(word)
            if kind := KINDS.get(folded) or KINDS.get(folded.removesuffix("s")):
                return kind
    return ""


def name_of(text: str) -> str:
    """Returns a text as a name: lower-case ASCII with `-` in place of the rest, at most 64 long."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower().replace("_", "-"))[:64].strip("-")


def names_of(texts: Iterable[object]) -> tuple[str, ...]:
    """Returns the names that texts make, each once."""
    names = (name_of(text) for text in texts if isinstance(text, str))
    return tuple(dict.fromkeys(name for name in names if name))


def domain_of(text: str) -> str:
    """Returns a domain that another program names, `/` and `_` kept."""
    parts = (re.sub(r"[^a-z0-9_-]+", "-", part)[:64] for part in text.lower().split("/"))
    return "/".join(part.strip("-_") for part in parts if part.strip("-_"))
