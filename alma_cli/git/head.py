"""What HEAD holds of a store's files, by git's own names, so that no content has to be read."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from enum import Enum
from pathlib import Path
from typing import Final

from alma_cli.errors import Malformed
from alma_cli.files.disk import read
from alma_cli.git.repository import UNFILTERED, Busy, NotNow, attributes, find
from alma_cli.git.run import GitMissing, git
from alma_cli.place import MOST
from alma_cli.sha import sha1, sha256

_LONG: Final = 64
"""Characters of a name in a repository of SHA-256."""


class Standing(Enum):
    """How a file on the disk stands to what HEAD has in its place."""

    SAME = "same"
    OTHER = "other"
    NEW = "new"
    """HEAD has nothing there."""
    UNKNOWN = "unknown"
    """There is no git to ask, or git keeps the file in a form of its own."""


def compared(
    store: Path, paths: Collection[str], environ: Mapping[str, str]
) -> dict[str, Standing]:
    """Returns how files of a store stand to HEAD; nothing on both sides is the same.

    While a merge or the like is under way, what it has put into the index counts as HEAD's: the
    commit that ends it will hold it. A checkout that writes CRLF has changed nothing. No filter is
    run.
    """
    held = _names("HEAD:./", store, paths, environ)
    if held is None:
        return dict.fromkeys(paths, Standing.UNKNOWN)
    found = {path: _compared(store, path, held.get(path, "")) for path in paths}
    apart = [path for path in found if found[path] is not Standing.SAME]
    if apart and _is_under_way(store, environ):
        staged = _names(":./", store, apart, environ) or {}
        found |= {path: _compared(store, path, staged[path]) for path in apart if path in staged}
    other = [path for path in found if found[path] is Standing.OTHER]
    return found | _as_checked_out(store, other, held, environ)


def name_of(content: bytes, *, long: bool) -> str:
    """Returns the name that git gives a content; `long` in a repository of SHA-256."""
    named = b"blob %d\0%b" % (len(content), content)
    return (sha256(named) if long else sha1(named)).hexdigest()


def _names(
    where: str, store: Path, paths: Collection[str], environ: Mapping[str, str]
) -> dict[str, str] | None:
    """Returns git's names of the files that it holds, None where there is no git to ask."""
    # Git takes one name a line here; a name with a line feed in it git is taken not to have.
    asked = [path for path in dict.fromkeys(paths) if "\n" not in path]
    lines = b"".join(b"%s%s\n" % (where.encode(), os.fsencode(path)) for path in asked)
    form = "--batch-check=%(objectname) %(objecttype)"
    try:
        ran = git(store, "cat-file", form, environ=environ, stdin=lines or b"\n")
    except GitMissing:
        return None
    if ran.status:
        return None
    names = [
        line.removesuffix(b" blob").decode("ascii", "replace") for line in ran.out.split(b"\n")
    ]  # else "... tree" or "... missing"
    return {path: name for path, name in zip(asked, names, strict=False) if name.isalnum()}


def _is_under_way(store: Path, environ: Mapping[str, str]) -> bool:
    try:
        find(store, environ)
    except NotNow as reason:
        return not isinstance(reason, Busy)
    return False


def _as_checked_out(
    store: Path, paths: Collection[str], held: Mapping[str, str], environ: Mapping[str, str]
) -> dict[str, Standing]:
    """Returns those that are other bytes than HEAD's only because git checked them out so."""
    try:
        filters = attributes(store, "filter", paths, environ)
        texts = attributes(store, "text", paths, environ)
    except NotNow:
        return {}
    found = {}
    for path in paths:
        if filters[path] not in UNFILTERED:
            found[path] = Standing.UNKNOWN
        elif texts[path] != "unset" and held.get(path):
            found[path] = _compared(store, path, held[path], crlf=True)
    return found


def _compared(store: Path, path: str, name: str, *, crlf: bool = False) -> Standing:
    try:
        content = read(store, path, MOST)
    except (FileNotFoundError, Malformed):
        return Standing.OTHER if name else Standing.SAME
    if not name:
        return Standing.NEW
    text = content.replace(b"\r\n", b"\n") if crlf else content
    return Standing.SAME if name_of(text, long=len(name) == _LONG) == name else Standing.OTHER
