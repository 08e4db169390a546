"""The agents that the YAML configuration of `alma-memory` names, with what they may learn."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from alma_cli.errors import Malformed
from alma_cli.sources import yamltext
from alma_cli.sources.paper import Paper
from alma_cli.sources.piece import LeftOut, Member, Piece, Whence, domain_of, name_of, names_of
from alma_cli.value import replace

LISTS: Final = ("can_learn", "cannot_learn", "share_with", "inherit_from")
ALL: Final = "*"
"""What people write who mean every domain; `alma-memory` takes it for the name of one."""


def is_config(paper: Paper) -> bool:
    """Says whether a paper is called YAML."""
    return paper.ending in {".yaml", ".yml"}


def has_agents(paper: Paper) -> bool:
    """Says whether a YAML file names agents, without reading YAML."""
    return is_config(paper) and b"agents:" in paper.content


def members(paper: Paper) -> Iterator[Piece]:
    """Yields an agent with its scope, or why it is left out; raises `Malformed` for no table."""
    held = yamltext.parse(paper.text, paper.path)
    config = held.get("alma", held) if isinstance(held, dict) else {}
    agents = config.get("agents") if isinstance(config, dict) else None
    if not isinstance(agents, dict):
        raise Malformed("has no table `agents`", path=paper.path)
    for name, scope in agents.items():
        key = re.search(rf"^\s*[\"']?{re.escape(str(name))}[\"']?\s*:", paper.text, re.MULTILINE)
        line = paper.text.count("\n", 0, key.end()) + 1 if key else 0
        yield _member(Whence(paper.path, line, "agent"), str(name), scope)


def _member(whence: Whence, name: str, scope: object) -> Piece:
    held = scope if isinstance(scope, dict) else {}
    lists = [held.get(key) or [] for key in LISTS]
    if not all(isinstance(each, list) for each in lists):
        return LeftOut(whence, f"agent `{name}` has a scope that is no list")
    unused = tuple(sorted(str(key) for key in held.keys() - {*LISTS}))
    can, cannot = ({str(one): domain_of(str(one)) for one in each} for each in lists[:2])
    if ALL in can:
        can = {}
    if nameless := [word for word, domain in (*can.items(), *cannot.items()) if not domain]:
        reason = f"agent `{name}`: `{nameless[0]}` in its scope is no name for a domain"
        return LeftOut(whence, reason)
    readers, owners = (names_of(each) for each in lists[2:])
    whence = replace(whence, unused=unused)
    return Member(whence, name_of(name), (*can.values(),), (*cannot.values(),), readers, owners)
