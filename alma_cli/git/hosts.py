"""Where the hosts of git repositories open a pull request: pure, from a remote's URL.

What GitHub asks for is from its documentation, "Using query parameters to create a pull request",
read 2026-11-28; the others' are the addresses that their servers answer a push with.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Final
from urllib.parse import quote, urlencode

_URL: Final = re.compile(
    r"(?:(?:https?|ssh|git)://)(?:[^/@]*@)?(?P<host>[\w.-]+)(?::\d+)?/(?P<path>[\w./~-]+?)/*\Z"
)
_SCP: Final = re.compile(r"(?:[\w.-]+@)?(?P<host>[\w.-]+):(?P<path>[\w./~-]+?)/*\Z")
# What is no UTF-8 in the name of a branch is written as its bytes.
_quoted: Final = partial(quote, errors="surrogateescape")
_query: Final = partial(urlencode, quote_via=quote, errors="surrogateescape")


def _github(page: str, base: str, branch: str, title: str) -> str:
    asked = _query({"quick_pull": 1, "title": title})
    return f"{page}/compare/{_quoted(base)}...{_quoted(branch)}?{asked}"


def _gitlab(page: str, base: str, branch: str, title: str) -> str:
    asked = {"source_branch": branch, "target_branch": base, "title": title}
    named = {f"merge_request[{name}]": value for name, value in asked.items()}
    return f"{page}/-/merge_requests/new?{_query(named)}"


def _bitbucket(page: str, base: str, branch: str, title: str) -> str:
    asked = {"source": branch, "dest": base, "title": title}
    return f"{page}/pull-requests/new?{_query(asked)}"


def _forgejo(page: str, base: str, branch: str, _: str) -> str:
    return f"{page}/compare/{_quoted(base)}...{_quoted(branch)}"


_HOSTS: Final[Mapping[str, Callable[[str, str, str, str], str]]] = {
    "github": _github,
    "gitlab": _gitlab,
    "bitbucket": _bitbucket,
    "codeberg": _forgejo,
}


def pull_request(remote: str, base: str, branch: str, title: str) -> str:
    """Returns the address that opens a pull request of a branch, "" where the host is not known.

    A company's own host is known by its first word, as `github.example.com` is.
    """
    match = _URL.match(remote) or _SCP.match(remote)
    if not match:
        return ""
    host, path = match["host"].lower(), match["path"].strip("/").removesuffix(".git")
    opens = _HOSTS.get(host.partition(".")[0])
    return opens(f"https://{host}/{path}", base, branch, title) if opens and "/" in path else ""
