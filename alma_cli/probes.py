"""What `probes.toml` says: the questions that a review asks before and after a change."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from alma_cli.config import MOST_CONFIG, Check, as_text, as_texts
from alma_cli.errors import BadConfig, Malformed, Usage
from alma_cli.files.disk import digest, read
from alma_cli.files.toml import line_of, string_after, toml_of
from alma_cli.model import Put
from alma_cli.names import ID, fold_agent
from alma_cli.place import PROBES, Place
from alma_cli.rules.expecting import Probe
from alma_cli.rules.near import nearest

MOST_PROBES: Final = 200
"""Probes of a store: each is asked twice in a review."""
MOST_QUERY: Final = 2000
"""Bytes of a question."""
_HEAD: Final = re.compile(r"\s*\[\[\s*[\"']?probe[\"']?\s*\]\]")


def query_of(value: object) -> str:
    """Returns a question; raises `Usage` for what is none, or a log rather than a question."""
    text = as_text(value).strip()
    if not text:
        raise Usage("is empty")
    if len(text.encode()) > MOST_QUERY:
        raise Usage(f"is longer than {MOST_QUERY} bytes")
    return text


def _agent(value: object) -> str:
    return fold_agent(as_text(value))


def _ids(value: object) -> tuple[str, ...]:
    for id_ in (ids := as_texts(value)):
        if not ID.match(id_):
            raise Usage(f"holds `{id_}`, which is no whole id", "`alma show` tells whole ids")
    return tuple(dict.fromkeys(ids))


CHECKS: Final[dict[str, Check]] = {
    "agent": _agent,
    "query": query_of,
    "must": _ids,
    "must_not": _ids,
}
"""The keys of a `[[probe]]`, each with what checks its value."""


def load(place: Place) -> tuple[Probe, ...]:
    """Returns the probes of a store, in their order; none where there is no `probes.toml`.

    Raises `BadConfig` with the line.
    """
    return parsed(_content(place), str(place.root / PROBES))


def _content(place: Place) -> bytes:
    try:
        return read(place.root, PROBES, MOST_CONFIG)
    except FileNotFoundError:
        return b""
    except Malformed as error:
        raise BadConfig(error.reason, path=str(place.root / PROBES)) from error


def parsed(content: bytes, path: str) -> tuple[Probe, ...]:
    """Returns the probes that the bytes of a file say; `path` is what it is called.

    Raises `BadConfig` with the line for an unknown key, and for what cannot be used.
    """
    return tuple(_File(content, path).probes())


class _File:
    """The text of a `probes.toml`, read so that a complaint names its line."""

    def __init__(self, content: bytes, path: str) -> None:
        self._path = path
        self._text, self._table = toml_of(content, path)
        self._heads = [*self._headings()]

    def probes(self) -> Iterator[Probe]:
        """Yields the probes; each question of an agent is asked once."""
        for key in self._table:
            if key != "probe":
                raise self._unknown(key, ("probe",), line_of(self._text, (key,)))
        tables = self._table.get("probe", [])
        if not isinstance(tables, list) or not all(isinstance(each, dict) for each in tables):
            raise self._bad("`probe` is no list of tables: write `[[probe]]`", 1)
        if len(tables) > MOST_PROBES:
            raise self._bad(f"holds {len(tables):,} probes, and {MOST_PROBES} are the most", 1)
        seen: dict[tuple[str, str], int] = {}
        for number, table in enumerate(tables):
            probe = self._probe(number, table)
            if probe.key in seen:
                message = f"asks what the probe in line {seen[probe.key]} asks"
                raise self._bad(message, probe.line)
            seen[probe.key] = probe.line
            yield probe

    def _headings(self) -> Iterator[int]:
        """Yields the lines that begin a probe, and no line of a text that looks like one."""
        inside = ""
        for number, line in enumerate(self._text.split("\n"), 1):
            was_inside, inside = inside, string_after(line, inside)
            if not was_inside and _HEAD.match(line):
                yield number

    def _probe(self, number: int, table: dict[str, object]) -> Probe:
        values: dict[str, object] = {}
        for key, value in table.items():
            if key not in CHECKS:
                raise self._unknown(key, CHECKS, self._line(number, key))
            try:
                values[key] = CHECKS[key](value)
            except Usage as error:
                said = error.message if error.message.startswith("`") else f"`{key}` {error}"
                raise self._bad(said, self._line(number, key), *error.hints) from error
        for key in ("agent", "query"):
            if key not in values:
                raise self._bad(f"a probe has no `{key}`", self._line(number))
        probe = Probe(**values, line=self._line(number))  # type: ignore[arg-type]
        if probe.torn:
            message = f"`must_not` holds `{probe.torn}`, and `must` too"
            raise self._bad(message, self._line(number, "must_not"))
        return probe

    def _line(self, number: int, key: str = "") -> int:
        """Returns the line of a key of a probe, that of the probe where it cannot be seen."""
        if number >= len(self._heads):  # written as a list of inline tables
            return line_of(self._text, ("probe",))
        begin = self._heads[number]
        if not key:
            return begin
        end = [*self._heads, None][number + 1]
        inside = self._text.split("\n")[begin : end and end - 1]
        found = line_of("\n".join(["", *inside]), (key,))
        return begin + found - 1

    def _unknown(self, key: str, known: Sequence[str] | dict[str, Check], line: int) -> BadConfig:
        near = nearest(key, [*known])
        hints = (f"did you mean `{near}`?",) if near else (f"known are {', '.join(known)}",)
        return self._bad(f"`{key}` is not a known key", line, *hints)

    def _bad(self, message: str, line: int, *hints: str) -> BadConfig:
        return BadConfig(message, *hints, path=self._path, line=line)


def added(place: Place, probes: Sequence[Probe]) -> Put:
    """Returns the change that writes probes behind those that there are, all else as it stands.

    Raises `BadConfig` where the file cannot be used, `Usage` for a question that is there already.
    """
    content = _content(place)
    known = {probe.key: probe for probe in load(place)}
    for probe in probes:
        if probe.key in known:
            raise Usage(
                f"`{probe.agent}` is asked that already, in line {known[probe.key].line} of"
                f" `{PROBES}`",
                "change what is expected in an editor",
            )
    crlf = b"\r\n" in content
    text = content.decode("utf-8").replace("\r\n", "\n")
    gap = "" if not text.strip() else "\n" if text.endswith("\n") else "\n\n"
    made = text + gap + "\n".join(map(_block, probes))
    after = (made.replace("\n", "\r\n") if crlf else made).encode()
    if len(known) + len(probes) > MOST_PROBES:
        raise Usage(f"there are {len(known)} probes, and {MOST_PROBES} are the most")
    try:
        parsed(after, PROBES)
    except BadConfig as error:  # a list of inline tables takes no more
        raise Usage(
            f"the layout of `{PROBES}` does not let a command edit it", "edit it in an editor"
        ) from error
    exists = (place.root / PROBES).is_file()
    return Put(PROBES, after, digest(content) if exists else None)


def _block(probe: Probe) -> str:
    """Returns a probe as it is written: what is expected only where anything is."""
    import tomlkit

    values: dict[str, str | list[str]] = {"agent": probe.agent, "query": probe.query}
    values |= {"must": [*probe.must]} if probe.must else {}
    values |= {"must_not": [*probe.must_not]} if probe.must_not else {}
    lines = (f"{key} = {tomlkit.item(value).as_string()}\n" for key, value in values.items())
    return "".join(["[[probe]]\n", *lines])
