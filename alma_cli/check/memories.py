"""The checks of one memory by itself: its file, its text, its lesson."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from typing import Final

from alma_cli.check import codes
from alma_cli.check.facts import Facts, Item
from alma_cli.check.finding import Finding
from alma_cli.errors import Refused
from alma_cli.files.header import Parts
from alma_cli.gate import check_words
from alma_cli.model import TEAM, Kind, Memory
from alma_cli.place import id_in
from alma_cli.printable import clean_line
from alma_cli.rules import instructions, secrets
from alma_cli.rules.guarding import Severity
from alma_cli.rules.paths import covers
from alma_cli.rules.patterns import refusal
from alma_cli.rules.scope import may_read

Check = Callable[[Facts, Item], Iterator[Finding]]
_HIDDEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})


def header(_: Facts, item: Item) -> Iterator[Finding]:
    """Finds a header that disagrees with where the file lies, and one that lacks something."""
    said, record = item.header, item.record
    named = id_in(item.path)
    if named and "id" in said and said["id"] != named:
        message = f"is named `{named}`, but its header has the id `{said['id']}`, which counts"
        yield Finding(codes.OTHER_ID, message, item.path, item.line_of("id"))
    for key, counts in (("agent", record.agent), ("kind", record.kind.value)):
        if said.get(key, counts) != counts:
            message = f'says `{key} = "{said[key]}"`, but lies in the folder of `{counts}`'
            yield Finding(codes.OTHER_FOLDER, message, item.path, item.line_of(key))
    if missing := [key for key in ("id", "created") if key not in said]:
        message = f"has no {' and no '.join(f'`{key}`' for key in missing)} in its header"
        yield Finding(codes.INCOMPLETE_HEADER, message, item.path, 1)


def scope(facts: Facts, item: Item) -> Iterator[Finding]:
    """Finds what its owner may not learn, or that nobody can recall."""
    record = item.record
    agent = facts.config.agents.get(record.agent)
    if agent is None:
        if record.agent != TEAM and facts.config.origins:
            message = f"belongs to `{record.agent}`, which the configuration does not name"
            yield Finding(codes.UNKNOWN_OWNER, message, item.path)
        return
    if record.source.forced:
        message = f"was recorded by force: {record.source.forced}"
        yield Finding(codes.FORCED, message, item.path, item.line_of("forced"))
        return
    if not may_read(agent, record.kind, record.domain):
        message = f"is about `{record.domain}`, which `{agent.name}` may not learn"
        yield Finding(codes.OUT_OF_SCOPE, message, item.path, item.line_of("domain"))
        return
    try:
        for warning in check_words(record, agent, facts.config.domains):
            yield Finding(codes.LEANING, warning, item.path, item.line_of("# "))
    except Refused as refused:
        yield Finding(codes.SMUGGLED, refused.message, item.path, item.line_of("# "))


def words(_: Facts, item: Item) -> Iterator[Finding]:
    """Finds what should stand in no memory: secrets, orders to a model, hidden characters."""
    return said(item.path, item.content, item.parts, item.record.source.allowed_secret)


def said(path: str, content: bytes, parts: Parts, allowed: str) -> Iterator[Finding]:
    """Finds the same in a file of any kind; `allowed` is a reason for secrets, "" for none."""
    text = content.decode("utf-8-sig")
    for secret in secrets.find(text):
        what = f"holds what looks like a secret: {secret.kind}"
        line = text.count("\n", 0, secret.start) + 1
        if allowed:
            yield Finding(codes.ALLOWED_SECRET, f"{what}, allowed: {allowed}", path, line)
        else:
            yield Finding(codes.SECRET, what, path, line)
    if found := instructions.find(parts.body):
        at, order = found
        message = f'speaks to the model that reads it: "{clean_line(order)}"'
        line = parts.body_line + parts.body.count("\n", 0, at)
        yield Finding(codes.INSTRUCTION, message, path, line)
    if not (text.isascii() and text.replace("\n", "").isprintable()):
        yield from _hidden(path, text)


def _hidden(path: str, text: str) -> Iterator[Finding]:
    for number, line in enumerate(text.split("\n"), 1):
        hidden = [each for each in line.rstrip("\r") if _is_hidden(each)]
        if hidden:
            named = ", ".join(f"U+{ord(each):04X}" for each in dict.fromkeys(hidden))
            message = f"holds characters that do not show: {named}"
            yield Finding(codes.HIDDEN_TEXT, message, path, number)


def _is_hidden(character: str) -> bool:
    """Says whether a character is not seen; joiners are, in what they join (emoji, Persian)."""
    if character in "\t\u200c\u200d\ufe0f":
        return False
    return unicodedata.category(character) in _HIDDEN


def lesson(facts: Facts, item: Item) -> Iterator[Finding]:
    """Finds a lesson that is not whole, and globs and patterns of no use."""
    memory = item.record
    if not isinstance(memory, Memory):
        return
    if memory.kind is Kind.ANTI_PATTERN:
        line = item.line_of("# ")
        if not memory.why:
            yield Finding(codes.NO_WHY, "does not say why it is bad", item.path, line)
        if not memory.better:
            yield Finding(codes.NO_BETTER, "does not say what to do instead", item.path, line)
    for glob in dict.fromkeys(item.globs if facts.files is not None else ()):
        if not any(covers(glob, file) for file in facts.files or ()):
            message = f"`{glob}` matches no file of the project"
            yield Finding(codes.NO_FILES, message, item.path, item.line_of("paths"))
    yield from _guard(memory, item)


def _guard(memory: Memory, item: Item) -> Iterator[Finding]:
    guard = memory.guard
    if guard is None:
        return
    for pattern in guard.regex:
        if reason := refusal(pattern):
            message = f"`{clean_line(pattern)}` finds nothing: {reason}"
            yield Finding(codes.REFUSED_PATTERN, message, item.path, item.line_of("regex"))
    line = item.line_of("[guard]")
    if memory.kind is not Kind.ANTI_PATTERN:
        message = f"has a `[guard]`, but is no anti-pattern: {memory.kind.value}"
        yield Finding(codes.BAD_GUARD, message, item.path, line)
    elif not (any(guard.regex) or any(guard.literal)):
        message = "has a `[guard]` without `regex` and `literal`: it is never recognised"
        yield Finding(codes.BAD_GUARD, message, item.path, line)
    if guard.severity not in {"", *Severity}:
        message = f'has `severity = "{clean_line(guard.severity)}"`, which is taken for "error"'
        yield Finding(codes.BAD_GUARD, message, item.path, item.line_of("severity"))


CHECKS: Final[tuple[Check, ...]] = (header, scope, words, lesson)
