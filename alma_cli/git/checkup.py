"""What git says of itself and of the repository around a store, asked once."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from alma_cli.git.ignored import SAMPLE, ignoring
from alma_cli.git.maintenance import loose_objects
from alma_cli.git.repository import Filtered, NotNow, check_no_filter, find, why
from alma_cli.git.run import GitMissing, git
from alma_cli.value import frozen

_FOLDERS: Final = ("rev-parse", "--absolute-git-dir", "--git-common-dir")


@frozen
class Checkup:
    """What there is to know; every part is empty where the one before leaves nothing to ask.

    `version` is git's, () where there is none. `trouble` says why git does not work with the
    repository at all, `waits` why a commit would have to wait now. `folders` are the folder of
    this working tree's git and the one that it shares with others. `ignored` is the rule that
    ignores memories, `filtered` the complaint about a filter on them, `broken` git's about what it
    cannot read, `nameless` about whom to name as the author; `loose` counts loose objects.
    """

    version: tuple[int, ...] = ()
    trouble: str = ""
    waits: str = ""
    folders: tuple[Path, ...] = ()
    ignored: str = ""
    filtered: str = ""
    broken: str = ""
    nameless: str = ""
    loose: int = 0


def check_up(store: Path, environ: Mapping[str, str]) -> Checkup:
    """Returns what git says; changes nothing and runs no program that a repository names."""
    try:
        version = _version(store, environ)
        folders, trouble = _folders(store, environ)
        waits, filtered, broken = _commit(store, environ)
        if trouble:
            return Checkup(version, trouble, waits or trouble)
        return Checkup(
            version,
            trouble,
            waits,
            folders,
            ignoring(store, environ) or "",
            filtered,
            broken,
            _nameless(store, environ),
            loose_objects(store, environ),
        )
    except GitMissing as missing:
        return Checkup(waits=missing.message)


def _version(store: Path, environ: Mapping[str, str]) -> tuple[int, ...]:
    said = git(store, "version", environ=environ).out.decode(errors="replace")
    found = re.search(r"\d+(?:\.\d+)+", said)
    return tuple(map(int, found[0].split("."))) if found else (0,)


def _folders(store: Path, environ: Mapping[str, str]) -> tuple[tuple[Path, ...], str]:
    asked = git(store, *_FOLDERS, environ=environ)
    if asked.status:
        return (), str(why(asked))
    own, shared = os.fsdecode(asked.out).split("\n")[:2]
    return tuple(dict.fromkeys((Path(own), (store / shared).resolve()))), ""


def _commit(store: Path, environ: Mapping[str, str]) -> tuple[str, str, str]:
    """Returns why a commit would have to wait, and the same where that is a filter, or damage."""
    try:
        find(store, environ)
    except NotNow as reason:
        return str(reason), "", ""
    try:
        check_no_filter(store, SAMPLE, environ)
    except Filtered as reason:
        return str(reason), str(reason), ""
    except NotNow as reason:
        return str(reason), "", str(reason)
    return "", "", ""


def _nameless(store: Path, environ: Mapping[str, str]) -> str:
    asked = git(store, "var", "GIT_AUTHOR_IDENT", environ=environ)
    return str(why(asked)) if asked.status else ""
