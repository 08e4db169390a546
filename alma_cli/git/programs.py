"""Programs that a repository's own configuration names for reaching a remote, or for signing.

Git would run the first to fetch or push, and in a partial clone whenever it reads something that
was left out; the others for `[git] sign`, which a store can bring along too. The person's own
configuration and environment may name such programs; what a repository brings along may have come
in the mail.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from alma_cli.errors import Refused
from alma_cli.git.run import git

REACHING: Final = (
    r"^(core\.(sshcommand|gitproxy|askpass|alternaterefscommand)"
    r"|credential\.(.*\.)?helper|remote\..*\.(uploadpack|receivepack|vcs))$"
)
SIGNING: Final = r"^gpg\.(.*\.)?(program|defaultkeycommand)$"
_OWN: Final = frozenset({"local", "worktree"})


def refusal(program: str) -> Refused:
    """Returns why nothing is fetched, pushed or signed where a setting names a program."""
    return Refused(
        f"this repository's own configuration would run a program: `{program}`",
        "if it is yours, set it in your global configuration (`git config --global`)",
    )


def named(folder: Path, environ: Mapping[str, str], purpose: str = REACHING) -> str:
    """Returns the first setting of the repository around a folder that names one, "" for none."""
    query = ("config", "--show-scope", "--null", "--name-only", "--get-regexp", purpose)
    told = git(folder, *query, environ=environ).out.decode("utf-8", "replace")
    fields = told.split("\0")
    pairs = zip(fields[0::2], fields[1::2], strict=False)
    return next((key for scope, key in pairs if scope in _OWN), "")
