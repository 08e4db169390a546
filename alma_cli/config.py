"""The configuration: defaults < user store < project < environment, each value with its origin."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Final, Literal

from alma_cli.errors import BadConfig, Malformed, Usage
from alma_cli.files.disk import read as read_file
from alma_cli.files.toml import line_of, toml_of
from alma_cli.names import fold_agent, fold_domain
from alma_cli.place import Place
from alma_cli.rules.scope import Agent
from alma_cli.value import frozen
from alma_cli.world import World

FORMAT: Final = 1
UPGRADE: Final = "`pip install --upgrade alma-cli`"
"""What mends a store of a newer format, and nothing else does."""
MOST_CONFIG: Final = 256 * 1024
LEAST_BUDGET: Final = 200
"""Tokens in which a frame and one memory find room."""
MOST: Final = 1_000_000
"""Memories and tokens that an answer has at most."""
FORMATS: Final = ("prompt", "md", "json", "xml", "text", "rich")
BLOCKS: Final = ("ask", "deny", "inform")
"""A person is asked, the tool does not run, or the agent is only told."""


@frozen
class Domain:
    """What a domain is about, and how fast evidence fades there; describing one is optional."""

    name: str
    about: str = ""
    keywords: tuple[str, ...] = ()
    half_life_days: float | None = None


@frozen
class RecallSettings:
    """How much a recall answers: memories, tokens, and days until evidence weighs half."""

    limit: int = 8
    budget: int = 800
    half_life_days: float = 90.0


@frozen
class GitSettings:
    """When an event is committed, and what is reviewed, "" for the default branch of `origin`."""

    commit: bool | Literal["batch"] = True
    sign: bool = False
    reviewed_ref: str = ""


@frozen
class HookSettings:
    """What the hook does where a tool is about to do what an error-level anti-pattern warns of."""

    block: str = BLOCKS[0]


@frozen
class Config:
    """Everything that can be configured; `origins` says where each value came from."""

    default_agent: str = ""
    output_format: str = ""
    agents: Mapping[str, Agent] = MappingProxyType({})
    domains: Mapping[str, Domain] = MappingProxyType({})
    recall: RecallSettings = RecallSettings()
    git: GitSettings = GitSettings()
    hook: HookSettings = HookSettings()
    origins: Mapping[str, str] = MappingProxyType({})
    warnings: tuple[str, ...] = ()

    def agent(self, name: str) -> Agent:
        """Returns the agent of that name; raises `Usage` for one that is not configured."""
        folded = fold_agent(name)
        if folded not in self.agents:
            from alma_cli.rules.near import nearest

            near = nearest(folded, self.agents)
            hints = (f"did you mean `{near}`?",) if near else ()
            raise Usage(
                f"agent `{folded}` is not in the configuration",
                *hints,
                f"`alma agent add {folded}` adds it, `alma agent list` lists the others",
            )
        return self.agents[folded]


Check = Callable[[object], object]


def as_text(value: object) -> str:
    """Returns a string; raises `Usage` for another value."""
    if not isinstance(value, str):
        raise Usage("is not a string")
    return value


def as_texts(value: object) -> tuple[str, ...]:
    """Returns a list of strings; raises `Usage` for another value."""
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise Usage("is not a list of strings")
    return tuple(value)


def _entries(value: object) -> tuple[str, ...]:
    for entry in (entries := as_texts(value)):
        fold_domain(entry.replace("*", "x"))
    return tuple(entry.lower() for entry in entries)


def _agents(value: object) -> tuple[str, ...]:
    return tuple(name if name == "*" else fold_agent(name) for name in as_texts(value))


def _names(value: object) -> tuple[str, ...]:
    return tuple(fold_agent(name) for name in as_texts(value))


def _count(value: object, least: int = 1) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= MOST:
        raise Usage(f"is not a whole number from {least} to {MOST}")
    return value


def _budget(value: object) -> int:
    return _count(value, LEAST_BUDGET)


def _days(value: object) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 < value < 1e6:  # noqa: PLR2004
        raise Usage("is not a number of days above 0")
    return float(value)


def _switch(value: object) -> bool:
    if not isinstance(value, bool):
        raise Usage("is neither `true` nor `false`")
    return value


def _commit(value: object) -> bool | str:
    if not isinstance(value, bool) and value != "batch":
        raise Usage('is not `true`, `false` or `"batch"`')
    return value


def _block(value: object) -> str:
    if value not in BLOCKS:
        raise Usage('is not `"ask"`, `"deny"` or `"inform"`')
    return str(value)


def _format(value: object) -> int:
    if type(value) is int and value > FORMAT:
        message = f"is {value}; this `alma` reads and writes format {FORMAT}; upgrade it"
        raise Usage(message, UPGRADE)
    if type(value) is not int or value != FORMAT:
        raise Usage(f"is {value!r}; this `alma` reads and writes format {FORMAT}")
    return FORMAT


TOP: Final[dict[str, Check]] = {
    "format": _format,
    "default_agent": lambda v: fold_agent(as_text(v)),
}
RECALL: Final[dict[str, Check]] = {"limit": _count, "budget": _budget, "half_life_days": _days}
GIT: Final[dict[str, Check]] = {"commit": _commit, "sign": _switch, "reviewed_ref": as_text}
HOOK: Final[dict[str, Check]] = {"block": _block}
AGENT: Final[dict[str, Check]] = {
    "about": as_text,
    "can_learn": _entries,
    "cannot_learn": _entries,
    "share_with": _agents,
    "inherit_from": _names,
}
DOMAIN: Final[dict[str, Check]] = {"about": as_text, "keywords": as_texts, "half_life_days": _days}
TABLES: Final = {"recall": RECALL, "git": GIT, "hook": HOOK}
NAMED: Final[dict[str, tuple[Callable[[str], str], dict[str, Check]]]] = {
    "agents": (fold_agent, AGENT),
    "domains": (fold_domain, DOMAIN),
}
Key = tuple[str, ...]


def load(
    world: World, place: Place | None, personal: Place | None, *, strict: bool = True
) -> Config:
    """Returns the configuration of a project store over that of the user's own store.

    Raises `BadConfig` with the line; an unknown key is only a warning unless `strict`.
    """
    values: dict[Key, object] = {}
    origins: dict[str, str] = {}
    warnings: list[str] = []
    for store in (personal, place):
        if store is None:
            continue
        layer = _Layer(_read(store), str(store.config), strict)
        for key, value in layer.values(named=not store.personal):
            values[key] = value
            origins[".".join(key)] = str(store.config)
        warnings += layer.warnings
    for variable, key, check in _VARIABLES:
        if given := world.environ.get(variable, ""):
            values[key] = check(given)
            origins[".".join(key)] = variable
    return _assemble(values, origins, tuple(warnings))


def _read(store: Place) -> bytes:
    try:
        return read_file(store.root, "config.toml", MOST_CONFIG)
    except Malformed as error:
        raise BadConfig(error.reason, path=str(store.config)) from error


def _variable_format(value: object) -> str:
    if value not in FORMATS:
        raise Usage(f"`ALMA_FORMAT={value}` is not one of {', '.join(FORMATS)}")
    return str(value)


_VARIABLES: Final[tuple[tuple[str, Key, Check], ...]] = (
    ("ALMA_AGENT", ("default_agent",), lambda value: fold_agent(as_text(value))),
    ("ALMA_FORMAT", ("output_format",), _variable_format),
)


class _Layer:
    """One `config.toml`, read key by key so that a complaint names its line."""

    def __init__(self, content: bytes, path: str, strict: bool) -> None:
        self._path = path
        self._strict = strict
        self.warnings: list[str] = []
        self._text, self._table = toml_of(content, path)
        if "format" in self._table:
            self._checked(("format",), _format, self._table["format"])

    def values(self, *, named: bool) -> Iterator[tuple[Key, object]]:
        """Yields every key with its checked value; `named` tables belong to projects only."""
        known = {*TOP, *TABLES, *(NAMED if named else ())}
        for key, value in self._table.items():
            if key == "format":
                continue
            if key in TOP:
                yield (key,), self._checked((key,), TOP[key], value)
            elif key not in known:
                self._unknown((key,), known)
            elif key in TABLES:
                yield from self._keys((key,), TABLES[key], value)
            else:
                seen: dict[str, str] = {}
                for name, table in self._as_table((key,), value).items():
                    fold, checks = NAMED[key]
                    folded = self._folded((key, name), fold, seen)
                    yield (key, folded), None
                    for (*_, last), found in self._keys((key, name), checks, table):
                        yield (key, folded, last), found

    def _folded(self, at: Key, fold: Callable[[str], str], seen: dict[str, str]) -> str:
        folded = str(self._checked(at, lambda name: fold(str(name)), at[-1]))
        if folded in seen:
            raise self._bad(at, f"is `{'.'.join((*at[:-1], seen[folded]))}` once more")
        seen[folded] = at[-1]
        return folded

    def _keys(
        self, at: Key, checks: dict[str, Check], value: object
    ) -> Iterator[tuple[Key, object]]:
        for key, inner in self._as_table(at, value).items():
            if key in checks:
                yield (*at, key), self._checked((*at, key), checks[key], inner)
            else:
                self._unknown((*at, key), checks)

    def _as_table(self, at: Key, value: object) -> dict[str, object]:
        if not isinstance(value, dict):
            raise self._bad(at, "is not a table")
        return value

    def _checked(self, at: Key, check: Check, value: object) -> object:
        try:
            return check(value)
        except Usage as error:
            raise self._bad(at, error.message, *error.hints) from error

    def _unknown(self, at: Key, known: object) -> None:
        from alma_cli.rules.near import nearest

        near = nearest(at[-1], [str(key) for key in known])  # type: ignore[attr-defined]
        error = self._bad(at, "is not a known key", *([f"did you mean `{near}`?"] if near else []))
        if self._strict:
            raise error
        self.warnings.append(error.message)

    def _bad(self, at: Key, reason: str, *hints: str) -> BadConfig:
        line = line_of(self._text, at)
        message = reason if reason.startswith("`") else f"`{'.'.join(at)}` {reason}"
        return BadConfig(message, *hints, path=self._path, line=line)


def _assemble(
    values: dict[Key, object], origins: dict[str, str], warnings: tuple[str, ...]
) -> Config:
    def below(*prefix: str) -> dict[str, object]:
        size = len(prefix)
        return {
            key[size]: v for key, v in values.items() if key[:size] == prefix and len(key) > size
        }

    def grouped(table: str) -> dict[str, dict[str, object]]:
        found: dict[str, dict[str, object]] = {}
        for key, value in values.items():
            if key[0] == table:
                entry = found.setdefault(key[1], {})
                if len(key) > 2:  # noqa: PLR2004
                    entry[key[2]] = value
        return found

    return Config(
        default_agent=str(values.get(("default_agent",), "")),
        output_format=str(values.get(("output_format",), "")),
        agents={name: Agent(name, **entry) for name, entry in grouped("agents").items()},  # type: ignore[arg-type]
        domains={name: Domain(name, **entry) for name, entry in grouped("domains").items()},  # type: ignore[arg-type]
        recall=RecallSettings(**below("recall")),  # type: ignore[arg-type]
        git=GitSettings(**below("git")),  # type: ignore[arg-type]
        hook=HookSettings(**below("hook")),  # type: ignore[arg-type]
        origins=origins,
        warnings=warnings,
    )
