"""What a store has already, as an import asks for it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Final

from alma_cli.errors import Malformed
from alma_cli.files.tombstone import Tombstone, tombstones
from alma_cli.here import Here
from alma_cli.library import Found, Library
from alma_cli.model import Kind, Memory
from alma_cli.place import owner_in
from alma_cli.search.row import Hidden
from alma_cli.sha import sha256

WORDS: Final = ("title", "text", "why", "better", "when", "code")
"""The parts of a memory that say what it says."""


def digest_of(memory: Memory) -> str:
    """Returns a digest of what a memory says, wherever it says it: 64 bits in hex."""
    said = "\0".join(getattr(memory, name) for name in WORDS)
    return sha256(said.encode()).hexdigest()[:16]


class Known:
    """The memories of the project, and what one import has taken so far."""

    def __init__(self, here: Here, library: Library) -> None:
        self._here = here
        self._library = library

    def by_ref(self, memory: Memory) -> Found | Memory | None:
        """Returns what its owner has under the reference of a memory, None where that has none."""
        ref = memory.source.ref
        return self._refs.get((memory.agent, ref)) if ref else None

    def alike(self, memory: Memory) -> Found | Memory | None:
        """Returns what its owner has of its kind that says the same."""
        alike = self._titles.get((memory.agent, memory.kind.value, memory.title.casefold()), [])
        return next((one for one in alike if self._said(one) == digest_of(memory)), None)

    def add(self, memory: Memory) -> None:
        """Notes a memory that was taken."""
        title = (memory.agent, memory.kind.value, memory.title.casefold())
        self._titles.setdefault(title, []).append(memory)
        if memory.source.ref:
            self._refs[memory.agent, memory.source.ref] = memory

    @cached_property
    def outcomes(self) -> set[tuple[str, str]]:
        """The outcomes that have a reference, by agent."""
        found = self._library.all(lambda b: b.kind is Kind.OUTCOME, hidden=True)
        return {(one.row.agent, one.row.ref) for one in found if self._is_ours(one) and one.row.ref}

    @cached_property
    def ids(self) -> dict[str, str]:
        """The ids of this store with the digests of their files."""
        found = self._library.all(lambda _bucket: True, hidden=True)
        return {one.row.id: one.row.digest for one in found if self._is_ours(one)}

    @cached_property
    def forgotten(self) -> dict[str, Tombstone]:
        """What was forgotten, by id."""
        return {tombstone.id: tombstone for tombstone in tombstones(self._here.place.root)}

    @cached_property
    def forgotten_titles(self) -> dict[tuple[str, str, str], Tombstone]:
        """The same by owner, kind and digest of the title, for rows that bring no id."""
        tombs = self.forgotten.values()
        return {(owner_in(tomb.path), tomb.kind, tomb.title): tomb for tomb in tombs}

    @property
    def visible(self) -> Iterator[Found]:
        """Yields the memories that are neither forgotten nor superseded."""
        return (one for one in self._ours if one.row.hidden is Hidden.NOT)

    @cached_property
    def _ours(self) -> tuple[Found, ...]:
        found = self._library.all(lambda b: b.kind is not Kind.OUTCOME, hidden=True)
        return tuple(one for one in found if self._is_ours(one))

    @cached_property
    def _refs(self) -> dict[tuple[str, str], Found | Memory]:
        return {(one.row.agent, one.row.ref): one for one in self._ours if one.row.ref}

    @cached_property
    def _titles(self) -> dict[tuple[str, str, str], list[Found | Memory]]:
        known: dict[tuple[str, str, str], list[Found | Memory]] = {}
        for one in self._ours:
            title = (one.row.agent, one.row.kind.value, one.row.title.casefold())
            known.setdefault(title, []).append(one)
        return known

    def _is_ours(self, one: Found) -> bool:
        return one.place == self._here.place

    def _said(self, one: Found | Memory) -> str:
        if isinstance(one, Memory):
            return digest_of(one)
        try:
            record = self._library.read(one).record
        except (FileNotFoundError, Malformed):
            return ""
        return digest_of(record) if isinstance(record, Memory) else ""
