"""Lines of a project that hold something, as git finds them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from alma_cli.errors import GitFailed
from alma_cli.git.run import git


def lines_with(pattern: str, folder: Path, store: Path, environ: Mapping[str, str]) -> list[str]:
    """Returns the lines of a project's files that match an extended regular expression.

    Files that git ignores, binary ones and those of the store are left out; without git there are
    none. `pattern` is the program's own.
    """
    inside = os.path.relpath(store, folder)
    query = ("grep", "--untracked", "-I", "-h", "-i", "-E", "-e", pattern)
    try:
        ran = git(folder, *query, "--", ".", f":(exclude,literal){inside}", environ=environ)
    except GitFailed:
        return []
    return ran.out.decode("utf-8", "replace").split("\n") if ran.status == 0 else []
