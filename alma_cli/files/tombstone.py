"""What is left of a forgotten memory: its id, when and why it was forgotten, never its words."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from alma_cli.errors import Malformed
from alma_cli.files.disk import digest, read
from alma_cli.files.header import as_time, format_header, split
from alma_cli.files.memory import MOST_FILE
from alma_cli.model import Kind
from alma_cli.place import buried_in
from alma_cli.printable import clean_line
from alma_cli.sha import sha256
from alma_cli.value import frozen


@frozen
class Tombstone:
    """A tombstone as it stands; what a damaged one does not say is None or "".

    `kind` is that of the memory, `title` the digest of its title.
    """

    id: str
    path: str
    digest: str
    at: datetime | None = None
    reason: str = ""
    kind: str = ""
    title: str = ""

    @property
    def said(self) -> str:
        """Returns when and why: `forgotten on 2026-11-22: it was wrong`."""
        when = f" on {self.at:%Y-%m-%d}" if self.at else ""
        return f"forgotten{when}{f': {clean_line(self.reason)}' if self.reason else ''}"

    @property
    def of_the_same(self) -> str:
        """Returns what to say of a new memory of the same kind and title."""
        return f"the same {self.kind} was {self.said} (`alma restore {self.id}`)"


def path_of_tombstone(agent: str, id_: str, event: str) -> str:
    """Returns where the tombstone of a memory is written, relative to the store.

    The event is in its name, so that two branches that forget the same memory do not conflict.
    """
    return f"agents/{agent}/forgotten/{id_}.{event}.md"


def format_tombstone(
    id_: str, kind: Kind, agent: str, title: str, *, at: datetime, event: str, reason: str
) -> bytes:
    """Returns the file of a tombstone; of the title it holds nothing but a digest."""
    header = format_header(
        {
            "id": id_,
            "kind": kind.value,
            "agent": agent,
            "created": at,
            "title_digest": digest_of_title(title),
            "source": {"event": event},
        }
    )
    return (header + (f"{reason}\n" if reason else "")).encode()


def digest_of_title(title: str) -> str:
    """Returns the SHA-256 of a title without regard to case, spaces and a full stop at its end."""
    folded = unicodedata.normalize("NFKC", title).casefold()
    return sha256(" ".join(folded.split()).rstrip(".! ").encode()).hexdigest()


def tombstones(root: Path, id_: str = "") -> Iterator[Tombstone]:
    """Yields the tombstones of a store whose id begins so, by path."""
    for path, content in _files(root, "*"):
        if buried_in(path).startswith(id_):
            yield as_tombstone(path, content)


def forgotten_like(root: Path, agent: str, kind: Kind, title: str) -> tuple[str, ...]:
    """Returns what to say of a new memory when its owner forgot one of its kind and title."""
    wanted = digest_of_title(title)
    # Most are of other titles: only what holds the digest is read as TOML.
    alike = (
        as_tombstone(path, held) for path, held in _files(root, agent) if wanted.encode() in held
    )
    return tuple(tomb.of_the_same for tomb in alike if (tomb.kind, tomb.title) == (kind, wanted))


def _files(root: Path, agent: str) -> Iterator[tuple[str, bytes]]:
    for file in sorted((root / "agents").glob(f"{agent}/forgotten/**/*.md")):
        path = file.relative_to(root).as_posix()
        try:
            yield path, read(root, path, MOST_FILE)
        except (FileNotFoundError, Malformed):
            continue  # gone while we looked, or behind a link: then it tells nothing


def as_tombstone(path: str, content: bytes) -> Tombstone:
    """Returns what a file says that is a tombstone by its path, damaged or not."""
    try:
        parts = split(content)
    except Malformed:
        return Tombstone(buried_in(path), path, digest(content))
    at = as_time(parts.header.get("created"))
    kind, title = (str(parts.header.get(key, "")) for key in ("kind", "title_digest"))
    return Tombstone(buried_in(path), path, digest(content), at, parts.body.strip(), kind, title)
