"""Blocks between markers in YAML: a workflow of GitHub's, and hooks of pre-commit.

No YAML is parsed: a block is put in and taken out as lines, so that comments and layout stay, and
what cannot be understood line by line is refused (docs/decisions/0019-yaml-is-edited-as-lines.md).
"""

from __future__ import annotations

import re
from textwrap import dedent, indent
from typing import Final

from alma_cli.connect.block import digest
from alma_cli.connect.state import Edit, State
from alma_cli.errors import Malformed, Usage

VERSION: Final = 1
MARKED: Final = re.compile(
    r"^( *)# alma (\d+) ([0-9a-f]{8})\n(.*?)^ *# /alma(?:\n|\Z)", re.MULTILINE | re.DOTALL
)
HOOKS: Final = """\
- repo: local
  hooks:
  - id: alma-check
    name: alma check
    description: Look at memories as a linter looks at code
    entry: alma check
    language: system
    files: (^|/)\\.alma/
    require_serial: true
  - id: alma-guard
    name: alma guard
    description: Find in files what anti-patterns warn of
    entry: alma guard
    language: system
    types: [text]
    exclude: (^|/)\\.alma/
    require_serial: true
"""
"""As `.pre-commit-hooks.yaml` has them, but run by the `alma` that is installed."""
_OURS: Final = re.compile(r"^\s*-?\s*id:\s*['\"]?alma-(?:check|guard)\b", re.MULTILINE)
_REPOS: Final = re.compile(r"^repos:(?:[ \t]*(\[[ \t]*\]))?([ \t]*(?:#.*)?)$", re.MULTILINE)
_PACKAGE: Final = re.compile(r"[A-Za-z][\w.+@:/=~<>!,\[\] -]*")
_INSTALLED: Final = re.compile(r"-I -m pip install --quiet '([^'\n]+)'$", re.MULTILINE)


def workflow(before: str, *, remove: bool, package: str = "") -> Edit:
    """Edits a file that is ours alone; `package` is what pip installs, else what it does already.

    One without our marker is somebody's own.
    """
    found = MARKED.fullmatch(before.replace("\r\n", "\n").rstrip("\n") + "\n")
    if before.strip() and (found is None or digest(found[4]) != found[3]):
        return Edit(State.EDITED, before)
    state = State.MISSING
    if found:
        installed = _INSTALLED.search(found[4])
        package = package or (installed[1] if installed else "")
        state = State.CURRENT if found[4] == _workflow(package) else State.STALE
    if remove:
        return Edit(state, "")
    return Edit(state, before if state is State.CURRENT else _block(_workflow(package)))


def _workflow(package: str) -> str:
    from pkgutil import get_data

    package = package or installed()
    if not _PACKAGE.fullmatch(package):
        raise Usage(f"`{package}` is nothing that pip installs", "see `alma connect --help`")
    data = get_data(__package__, "workflow.yml") or b""
    return data.decode().replace("@package@", package)


def installed() -> str:
    """Returns what makes pip install this very program elsewhere (PEP 610).

    Raises `Usage` where it came from a folder, which no other machine has.
    """
    import json
    from importlib.metadata import distribution

    found = distribution("alma-cli")
    direct = json.loads(found.read_text("direct_url.json") or "{}")
    url, vcs = str(direct.get("url", "")), direct.get("vcs_info", {})
    if vcs:
        return f"alma-cli @ {vcs['vcs']}+{url}@{vcs['commit_id']}"
    if url.startswith("https://"):
        return f"alma-cli @ {url}"
    if url:
        raise Usage(
            f"this program came from `{url}`, which no runner has",
            "say what pip installs there: `alma connect github --package PACKAGE`,"
            " a name or `git+https://...@TAG`",
        )
    return f"alma-cli=={found.version}"


def hooks(before: str, *, remove: bool) -> Edit:
    """Edits the list `repos` of pre-commit; hooks of ours that somebody added otherwise stay.

    Raises `Malformed` for a list that is not written one repository a line or more.
    """
    crlf = "\r\n" in before
    text = before.replace("\r\n", "\n")
    found = MARKED.search(text)
    if found is None:
        state = State.CURRENT if _OURS.search(text) else State.MISSING
        after = text if remove or state is State.CURRENT else _with_hooks(text)
    elif digest(inner := dedent(found[4])) != found[3]:
        return Edit(State.EDITED, before)
    else:
        state = State.CURRENT if inner == HOOKS else State.STALE
        block = "" if remove else _block(HOOKS, found[1])
        after = _listed(f"{text[: found.start()]}{block}{text[found.end() :]}")
    if after == text:
        return Edit(state, before)
    return Edit(state, after.replace("\n", "\r\n") if crlf else after)


def _with_hooks(text: str) -> str:
    if not text.strip():
        return f"repos:\n{_block(HOOKS)}"
    found = _REPOS.search(text)
    if found is None:
        line = text[: text.find("repos:")].count("\n") + 1 if "repos:" in text else 0
        raise Malformed("has no list `repos` with an item a line", line=line)
    if found[1]:
        opened = f"{text[: found.start()]}repos:{found[2]}\n"
        return f"{opened}{_block(HOOKS)}{text[found.end() + 1 :]}"
    begin, end, margin = _extent(text, found.end() + 1)
    rest = text[end:]
    head = text[:end] if text[:end].endswith("\n") else f"{text[:end]}\n"
    return f"{head}{_block(HOOKS, margin if begin < end else '')}{rest}"


def _extent(text: str, begin: int) -> tuple[int, int, str]:
    """Returns where the items of a list begin and end, and what stands in front of each.

    Comments that follow it and are indented belong to it.
    """
    at = end = begin
    margin: str | None = None
    for line in text[begin:].splitlines(keepends=True):
        is_comment = line.lstrip().startswith("#")
        if re.match(r"[^\s#-]|---|\.\.\.", line):
            break
        if margin is None and line.strip() and not is_comment:
            found = re.match(r"( *)-(?: |$)", line)
            if found is None:
                raise Malformed("has no list below `repos`", line=text[:at].count("\n") + 1)
            margin = found[1]
        at += len(line)
        if line.strip() and (not is_comment or line.startswith(" ")):
            end = at
    return begin, end, margin or ""


def _listed(text: str) -> str:
    """Returns a file whose list may be empty now as one that pre-commit reads, "" for no file."""
    found = _REPOS.search(text)
    if found is None or found[1]:
        return text
    begin, end, _ = _extent(text, found.end() + 1)
    if text[begin:end].strip():
        return text
    before, after = text[: found.start()], text[found.end() + 1 :]
    if not f"{before}{found[2]}{after}".strip():
        return ""
    return f"{before}repos: []{found[2]}\n{after}"


def _block(text: str, margin: str = "") -> str:
    return indent(f"# alma {VERSION} {digest(text)}\n{text}# /alma\n", margin)
