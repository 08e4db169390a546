"""What is left of a forgotten memory: its id, when and why it was forgotten, never its words."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from alma_cli.errors import Malformed
from alma_cli.files.disk import digest, read
from alma_cli.files.header import as_time, format_header, split
from alma_cli.files.memory import MOST_FILE
from alma_cli.model import Kind
from alma_cli.printable import clean_line


@dataclass(frozen=True, slots=True)
class Tombstone:
    """A tombstone as it stands; what a damaged one does not say is None or ""."""

    id: str
    path: str
    digest: str
    at: datetime | None = None
    reason: str = ""

    @property
    def said(self) -> str:
        """Returns when and why: `forgotten on 2026-11-22: it was wrong`."""
        when = f" on {self.at:%Y-%m-%d}" if self.at else ""
        return f"forgotten{when}{f': {clean_line(self.reason)}' if self.reason else ''}"


def path_of_tombstone(agent: str, id_: str) -> str:
    """Returns where the tombstone of a memory is written, relative to the store."""
    return f"agents/{agent}/forgotten/{id_}.md"


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
        if (name := _id(path)).startswith(id_):
            yield _read(path, name, content)


def forgotten_like(root: Path, agent: str, kind: Kind, title: str) -> tuple[str, ...]:
    """Returns what to say of a new memory when its owner forgot one of its kind and title."""
    wanted = digest_of_title(title)
    said = []
    for path, content in _files(root, agent):
        # Most are of other titles: only what holds the digest is read as TOML.
        if wanted.encode() in content and _header(content).get("kind") == kind.value:
            tomb = _read(path, _id(path), content)
            said.append(f"the same {kind.value} was {tomb.said} (`alma restore {tomb.id}`)")
    return tuple(said)


def _files(root: Path, agent: str) -> Iterator[tuple[str, bytes]]:
    for file in sorted((root / "agents").glob(f"{agent}/forgotten/**/*.md")):
        path = file.relative_to(root).as_posix()
        try:
            yield path, read(root, path, MOST_FILE)
        except (FileNotFoundError, Malformed):
            continue  # gone while we looked, or behind a link: then it tells nothing


def _read(path: str, id_: str, content: bytes) -> Tombstone:
    try:
        parts = split(content)
    except Malformed:
        return Tombstone(id_, path, digest(content))
    at = as_time(parts.header.get("created"))
    return Tombstone(id_, path, digest(content), at, parts.body.strip())


def _header(content: bytes) -> dict[str, object]:
    try:
        return split(content).header
    except Malformed:
        return {}


def _id(path: str) -> str:
    return path.rpartition("/")[2].removesuffix(".md")
