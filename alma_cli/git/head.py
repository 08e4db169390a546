"""What HEAD holds of a store's files, by git's own names, so that no content has to be read."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from enum import Enum
from hashlib import sha1, sha256
from pathlib import Path
from typing import Final

from alma_cli.errors import Malformed
from alma_cli.files.disk import read
from alma_cli.git.run import GitMissing, git

MOST: Final = 2 * 1024 * 1024
"""Bytes of the largest file of a store, a checkpoint, with room."""
_LONG: Final = 64
"""Characters of a name in a repository of SHA-256."""


class Standing(Enum):
    """How a file on the disk stands to what HEAD has in its place."""

    SAME = "same"
    OTHER = "other"
    NEW = "new"
    """HEAD has nothing there."""
    UNKNOWN = "unknown"
    """There is no git to ask."""


def compared(
    store: Path, paths: Collection[str], environ: Mapping[str, str]
) -> dict[str, Standing]:
    """Returns how files of a store stand to HEAD.

    Nothing on both sides is the same. A checkout that writes CRLF has changed nothing; no filter
    is run, so a file that git keeps encrypted is another.
    """
    # Git takes one name a line here; a name with a line feed in it HEAD is taken not to have.
    asked = [path for path in dict.fromkeys(paths) if "\n" not in path]
    lines = b"".join(b"HEAD:./%s\n" % os.fsencode(path) for path in asked)
    try:
        form = "--batch-check=%(objectname) %(objecttype)"
        offline = {**environ, "GIT_NO_LAZY_FETCH": "1"}
        ran = git(store, "cat-file", form, environ=offline, stdin=lines or b"\n")
    except GitMissing:
        return dict.fromkeys(paths, Standing.UNKNOWN)
    if ran.status:
        return dict.fromkeys(paths, Standing.UNKNOWN)
    names = [
        line.removesuffix(b" blob").decode("ascii", "replace") for line in ran.out.split(b"\n")
    ]
    held = {path: name for path, name in zip(asked, names, strict=False) if name.isalnum()}
    return {path: _compared(store, path, held.get(path, "")) for path in paths}


def name_of(content: bytes, *, long: bool) -> str:
    """Returns the name that git gives a content; `long` in a repository of SHA-256."""
    named = b"blob %d\0%b" % (len(content), content)
    return (sha256(named) if long else sha1(named)).hexdigest()  # noqa: S324


def _compared(store: Path, path: str, name: str) -> Standing:
    try:
        content = read(store, path, MOST)
    except (FileNotFoundError, Malformed):
        return Standing.OTHER if name else Standing.SAME
    if not name:
        return Standing.NEW
    texts = (content, content.replace(b"\r\n", b"\n"))
    same = name in {name_of(text, long=len(name) == _LONG) for text in texts}
    return Standing.SAME if same else Standing.OTHER
