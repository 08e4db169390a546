"""The one gate that every new memory passes into a plan: scope, content, secrets, size."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Final

from alma_cli.config import Domain
from alma_cli.errors import Malformed, Refused, Usage
from alma_cli.files.edit import set_value
from alma_cli.files.header import to_millisecond
from alma_cli.files.memory import MOST_TEXT, format_record, parse
from alma_cli.model import Memory, Outcome, Put, Record
from alma_cli.place import path_of
from alma_cli.rules import domains, secrets
from alma_cli.rules.scope import Agent, check_learn, covering, may_learn
from alma_cli.value import frozen, parts_of, replace

if TYPE_CHECKING:
    from alma_cli.checkpoint import Checkpoint

TEXTS: Final = ("title", "text", "why", "better", "when", "code", "task", "strategy")
"""Where a secret is refused: what somebody wrote on purpose. In what a program printed, the error
and the notes of an outcome, it is cut out and the rest kept."""


@frozen
class Pass:
    """What the writer asks the gate to let through, on the record: scope, or a secret's reason."""

    force: bool = False
    allow_secret: str = ""


NO_PASS: Final = Pass()
FORCE: Final = "`--force` records it all the same, with a note"


@frozen
class Admitted:
    """A record that passed, ready for a plan, and what is to be said about it."""

    record: Record
    put: Put
    warnings: tuple[str, ...]


@frozen
class Gate:
    """The gate as it stands for one writer; `agent` is None for the team and the user.

    `notes` say how a domain was found, and are repeated when the gate stays shut.
    """

    agent: Agent | None
    described: Mapping[str, Domain]
    leave: Pass = NO_PASS
    notes: tuple[str, ...] = ()

    def admit(self, record: Record) -> Admitted:
        """Returns a record as it may be written.

        Raises `Refused` where scope, content or a secret forbids it, `Usage` for one too large.
        """
        record, warnings = _without_secrets(record, self.leave)
        if self.agent is not None:
            try:
                check_learn(self.agent, record.domain)
                warnings += check_words(record, self.agent, self.described)
            except Refused as refusal:
                if not self.leave.force:
                    raise Refused(refusal.message, *self.notes, *refusal.hints, FORCE) from None
                forced = replace(record.source, forced=refusal.message.replace("`", ""))
                record = replace(record, source=forced)
                warnings += (f"recorded by force: {refusal.message}",)
        content = format_record(record)
        if len(content) > MOST_TEXT:
            raise Usage(f"a memory holds at most {MOST_TEXT // 1024} KiB of text", "shorten it")
        put = Put(path_of(record), content, None, record.kind, record.id)
        _check_reads_back(record, put)
        return Admitted(record, put, warnings)

    def admit_file(self, record: Record, content: bytes) -> tuple[bytes, tuple[str, ...]]:
        """Returns the file of a record as it may be written, byte for byte, and warnings.

        Only what the gate lets through on the record is written down in its header. Raises what
        `admit` raises.
        """
        # A file that a person wrote may leave its time to the disk, which is finer than headers.
        admitted = self.admit(replace(record, created=to_millisecond(record.created)))
        for name in ("forced", "allowed_secret"):
            noted = getattr(admitted.record.source, name)
            if noted != getattr(record.source, name):
                content = set_value(content, ("source", name), noted)
        return content, admitted.warnings


def admit_checkpoint(
    one: Checkpoint, leave: Pass = NO_PASS
) -> tuple[Checkpoint, Put, tuple[str, ...]]:
    """Returns a checkpoint as it may be written, its file, and warnings.

    Secrets are cut out of its note and error, which programs print; anywhere else they are refused.
    Raises `Refused`, and `Usage` for one too large.
    """
    from alma_cli.checkpoint import Handoff  # most events write none
    from alma_cli.files import checkpoint as files

    handoff = [text for part in parts_of(Handoff) for text in _texts_of(getattr(one.handoff, part))]
    paths = [each.path for each in one.artifacts]
    kinds = _secrets_in(
        [one.workflow, one.step, one.state, *_hidden_in(one.state), *handoff, *paths]
    )
    allowed = leave.allow_secret or one.allowed_secret
    _check_allowed(kinds, allowed)
    check_plain(leave.allow_secret)
    note, in_note = secrets.redact(one.note)
    error, in_error = secrets.redact(one.error)
    one = replace(one, note=note, error=error, allowed_secret=allowed if kinds else "")
    content = files.format_checkpoint(one)
    if len(content) > files.MOST_CHECKPOINT:
        raise Usage(f"a checkpoint holds at most {files.MOST_CHECKPOINT // 1024} KiB", "shorten it")
    path = files.path_of(one)
    if files.parse(content, path) != one:
        raise Usage("this cannot be kept as a checkpoint: it would not read back as it is")
    return one, Put(path, content), _redacted(("--error", in_error), ("--note", in_note))


def _texts_of(value: str | tuple[str, ...]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else value


def _hidden_in(state: str) -> list[str]:
    """Returns the texts in a state that its JSON writes otherwise than they are."""
    escaped = re.findall(r'"(?:[^"\\]|\\.)*"', state) if "\\" in state else []
    return [json.loads(text) for text in escaped if "\\" in text]


def _check_reads_back(record: Record, put: Put) -> None:
    """Raises `Usage` for what would be written and then not be read, so that nothing is lost."""
    try:
        same = parse(put.content, put.path, record.created) == record
    except Malformed as error:
        raise Usage(f"this cannot be kept as a memory: it {error.reason}", "shorten it") from error
    if not same:
        raise Usage("this cannot be kept as a memory: it would not read back as it is")


def check_words(record: Record, agent: Agent, described: Mapping[str, Domain]) -> tuple[str, ...]:
    """Returns what to say of words of a forbidden domain; raises `Refused` where they are many."""
    known = {domain.domain: domain for domain in about(agent, described)}
    declared = known.get(record.domain, domains.Described(record.domain))
    forbidden = [domain for domain in known.values() if not may_learn(agent, domain.domain)]
    found = domains.smuggled("\n".join(_advice(record)), declared, forbidden)
    if found is None:
        return ()
    words = ", ".join(f"`{word}`" for word in found.words)
    message = f"this reads like `{found.domain}`, which `{agent.name}` may not learn: {words}"
    # Only what the scope names as forbidden is refused for its words; the rest of the world is
    # merely not on the list, and its words are everybody's.
    if found.refused and covering(agent.cannot_learn, found.domain):
        raise Refused(message, f"see `alma agent explain {agent.name}`")
    return (message,)


def about(agent: Agent | None, described: Mapping[str, Domain]) -> tuple[domains.Described, ...]:
    """Returns the domains as the rules know them: the described ones, and what a scope forbids."""
    known = {
        domain.name: domains.Described(domain.name, domain.about, domain.keywords)
        for domain in described.values()
    }
    for entry in agent.cannot_learn if agent else ():
        if "*" not in entry:
            known.setdefault(entry, domains.Described(entry))
    return tuple(known.values())


def check_plain(*texts: str) -> None:
    """Raises `Refused` for a text beside a memory that holds a secret."""
    if kinds := _secrets_in(texts):
        raise Refused(
            f"this holds what looks like a secret: {', '.join(sorted(kinds))}; nothing was written",
            "take it out",
        )


def _advice(record: Record) -> list[str]:
    return [text for name in TEXTS if (text := getattr(record, name, ""))]


def _scanned(record: Record) -> list[str]:
    """Returns the texts that are searched for secrets, a title that was cut also as it was."""
    texts = [*_advice(record), record.domain, *record.tags, record.source.ref, record.source.task]
    if isinstance(record, Memory):
        return [*texts, *record.paths, record.title + record.text, f"{record.title} {record.text}"]
    return [*texts, record.workflow]


def _without_secrets(record: Record, leave: Pass) -> tuple[Record, tuple[str, ...]]:
    kinds = _secrets_in(_scanned(record))
    allowed = leave.allow_secret or record.source.allowed_secret
    _check_allowed(kinds, allowed)
    warnings: tuple[str, ...] = ()
    check_plain(leave.allow_secret)
    if kinds:
        record = replace(record, source=replace(record.source, allowed_secret=allowed))
    if isinstance(record, Outcome):
        error, in_error = secrets.redact(record.error)
        notes, in_notes = secrets.redact(record.notes)
        record = replace(record, error=error, notes=notes)
        warnings = _redacted(("--error", in_error), ("--note", in_notes))
    return record, warnings


def _secrets_in(texts: Iterable[str]) -> set[str]:
    return {found.kind for text in texts for found in secrets.find(text)}


def _check_allowed(kinds: set[str], allowed: str) -> None:
    """Raises `Refused` for secrets of these kinds, unless somebody said why they are none."""
    if kinds and not allowed:
        raise Refused(
            f"this holds what looks like a secret: {', '.join(sorted(kinds))}; nothing was written",
            "take it out, or say why it is none with `--allow-secret REASON`",
        )


def _redacted(*flags: tuple[str, tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(
        f"`{flag}` held a secret, redacted: {', '.join(kinds)}" for flag, kinds in flags if kinds
    )
