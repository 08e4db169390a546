"""Changes a memory where a person or a program says so, and leaves the rest of its file alone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Final

from alma_cli.advice import warned_of
from alma_cli.compose import cleaned
from alma_cli.errors import Conflict, Malformed, Usage
from alma_cli.files.disk import digest
from alma_cli.files.edit import Value, set_part
from alma_cli.files.header import split
from alma_cli.files.memory import parse, tidy, title_and_rest
from alma_cli.gate import NO_PASS, Gate, Pass, check_plain
from alma_cli.here import Here
from alma_cli.library import Found, Library
from alma_cli.model import LESSONS, Draft, Kind, Memory, Outcome, Plan, Put
from alma_cli.names import fold_domain
from alma_cli.rules import secrets
from alma_cli.search.row import Hidden
from alma_cli.value import frozen
from alma_cli.whereabouts import owner_of

FIELDS: Final = ("title", "text", "why", "better", "when", "code", "domain", "tags", "paths")
"""What can be set by name."""
LISTS: Final = frozenset({"tags", "paths"})
_FIXED: Final = ("id", "kind", "agent", "created")


@frozen
class Edit:
    """A file before and after it was edited; `shown` is its name for errors, "" for its path."""

    before: bytes
    after: bytes
    shown: str = ""


def read(library: Library, prefix: str) -> tuple[Found, bytes]:
    """Returns a memory that can be edited, and its file as it is.

    Raises `NotFound`, `Usage` for an outcome and for what is forgotten.
    """
    found = library.find(prefix)
    if found.row.kind is Kind.OUTCOME:
        raise Usage(
            f"{found.row.id} is an outcome, which never changes",
            f"`alma forget {found.row.id}` takes it out",
        )
    if found.row.hidden is Hidden.FORGOTTEN:
        raise Usage(
            f"{found.row.id} is forgotten", f"`alma restore {found.row.id}` takes it back first"
        )
    return found, library.content(found)


def set_fields(
    here: Here,
    library: Library,
    prefix: str,
    wishes: Mapping[str, tuple[str, ...]],
    leave: Pass = NO_PASS,
) -> Draft:
    """Returns the plan that sets fields of a memory; texts have one value, lists any number.

    Raises `Usage` for a field that its kind does not have, and what `edit` raises.
    """
    found, before = read(library, prefix)
    record = _record(before, found, found.row.path)
    wanted = {name: _wish(record, name, values) for name, values in wishes.items()}
    after = before
    for name, value in wanted.items():
        if value != getattr(record, name):
            after = set_part(after, record.kind, name, value)
    held = _record(after, found, found.row.path)
    if any(getattr(held, name) != value for name, value in wanted.items()):
        raise Usage(
            f"the layout of `{found.row.path}` does not let a command edit it",
            f"`alma edit {found.row.id}` on a terminal opens it in an editor",
        )
    return edit(here, library, prefix, Edit(before, after), leave)


def edit(here: Here, library: Library, prefix: str, change: Edit, leave: Pass = NO_PASS) -> Draft:
    """Returns the plan that puts an edited file in the place of a memory's.

    Raises `Conflict` when the file is not what it was before, `Usage` with the line where the
    new one cannot be read or names another memory, `Refused` from the gate.
    """
    found, now = read(library, prefix)
    path = found.row.path
    if now != change.before:
        raise Conflict(f"`{path}` changed since it was read", "run the command again")
    old, new = _record(now, found, path), _record(change.after, found, change.shown or path)
    _check_fixed(old, new, change, change.shown or path)
    event = here.world.new_id()
    what = f'{old.kind.value} {old.id} "{new.title}"'
    if change.after == now:
        return Draft(Plan(event, "edit", "", ()), (f"nothing changed in {what}",))
    content, warnings = _admitted(here, old, new, change, leave)
    names = [one.name for one in fields(Memory)]
    changed = [name for name in names if getattr(old, name) != getattr(new, name)]
    advised = ("title",) * (new.kind is Kind.HEURISTIC) + ("better",)
    fresh = [getattr(new, name) for name in advised if name in changed and getattr(new, name)]
    warnings += warned_of(library, owner_of(here, old.agent), *fresh)
    put = Put(path, content, digest(now), old.kind, old.id)
    plan = Plan(event, "edit", f'edit {old.kind.value} "{new.title}"', (put,), old.agent)
    said = f"edited {what}: {', '.join(changed) or 'layout'}"
    return Draft(plan, (said,), warnings=warnings)


def _admitted(
    here: Here, old: Memory, new: Memory, change: Edit, leave: Pass
) -> tuple[bytes, tuple[str, ...]]:
    """Returns the file as the gate lets it pass; what it let pass before it does again."""
    known = set(change.before.split(b"\n"))
    fresh = b"\n".join(line for line in change.after.split(b"\n") if line not in known).decode()
    if secrets.find(fresh):  # a reason that was given for another text does not cover it
        new = replace(new, source=replace(new.source, allowed_secret=""))
    forced = bool(old.source.forced) and old.domain == new.domain
    passing = Pass(leave.force or forced, leave.allow_secret)
    gate = Gate(owner_of(here, old.agent), here.config.domains, passing)
    content, warnings = gate.admit_file(new, change.after)
    if not leave.allow_secret:  # also where no field holds it, such as in a comment
        check_plain(fresh)
    return content, warnings


def _record(content: bytes, found: Found, shown: str) -> Memory:
    try:
        record = parse(content, found.row.path, found.row.created)
    except Malformed as error:
        raise Usage(str(error.at(shown)), *error.hints) from error
    if isinstance(record, Outcome):  # a header that says so, outside of the folders of kinds
        raise Usage(f"{shown}: `kind` cannot be changed")
    return record


def _check_fixed(old: Memory, new: Memory, change: Edit, shown: str) -> None:
    """Raises `Usage` for a change of what makes a memory this one."""
    was, now = split(change.before).header, split(change.after).header
    for name in _FIXED:
        # A key that was left out may be filled in; the folder decides, whatever the header says.
        same = name not in now or now[name] in (was.get(name), getattr(old, name))
        if not same or getattr(new, name) != getattr(old, name):
            lines = change.after.decode("utf-8-sig").splitlines()
            key = re.compile(rf"\s*[\"']?{name}[\"']?\s*=")
            line = next((at for at, line in enumerate(lines, 1) if key.match(line)), 1)
            raise Usage(f"{shown}:{line}: `{name}` cannot be changed")


def _wish(record: Memory, name: str, values: tuple[str, ...]) -> Value:
    if name not in FIELDS:
        raise Usage(f"`{name}` cannot be set", f"what can be: {', '.join(FIELDS)}")
    if name in {"why", "better", "when"} and record.kind not in LESSONS:
        raise Usage(f"a {record.kind.value} has no `{name}`", "say it in `text`")
    if name == "tags":
        return cleaned(values)
    if name == "paths":
        return tuple(path for value in values if (path := tidy(value)))
    if len(values) > 1:
        raise Usage(f"`{name}` is set twice")
    (value,) = values
    if name == "domain":
        return fold_domain(value)
    if name == "title":
        title, rest = title_and_rest(value)
        if rest:
            raise Usage("a title is one line of at most 200 characters", "say the rest in `text`")
        return title
    return tidy(value)
