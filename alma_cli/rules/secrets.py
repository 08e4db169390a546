"""Keys, tokens and passwords that must not become memories: where they stand, and how to drop them.

The shapes stand in `secrets.toml`, which is read only when a text holds one of the `NEEDLES`;
most texts hold none.
"""

import re
from binascii import Error as NotBase64
from binascii import a2b_base64
from collections.abc import Callable, Iterator
from functools import cache
from itertools import pairwise
from typing import Final

from alma_cli.value import frozen

NEEDLES: Final = (
    *("password", "passwd", "passphrase", "pwd", "secret", "token", "credential"),
    *("apikey", "api_key", "api-key", "api key", "accesskey", "access_key", "access-key"),
    *("auth_key", "private_key", "signing_key", "encryption_key", "accountkey="),
    *("://", "basic ", "bearer ", "curl ", "PRIVATE KEY", "AGE-SECRET-KEY-1", "eyJ"),
    *("AKIA", "ASIA", "ABIA", "ACCA", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_"),
    *("glpat-", "gldt-", "glrt-", "glptt-", "glcbt-", "gloas-", "glsoat-", "glft-", "glagent-"),
    *("xoxa-", "xoxb-", "xoxe", "xoxo-", "xoxp-", "xoxr-", "xoxs-", "xapp-", "hooks.slack.com/"),
    *("/api/webhooks/", ":AA", "sk_live_", "sk_test_", "rk_live_", "rk_test_", "whsec_"),
    *("AIza", "GOCSPX-", "ya29.", "sk-", "hf_", "api_org_", "gsk_", "r8_", "pplx-", "xai-"),
    *("npm_", "pypi-AgE", "rubygems_", "dckr_", "SG.", "key-", "SK"),
    *("dop_v1_", "doo_v1_", "dor_v1_", "dapi", "hvs.", "hvb.", "sbp_", "glsa_", "pscale_"),
    *("shpat_", "shpca_", "shppa_", "shpss_", "lin_api_", "ntn_", "NRAK-", "PMAK-", "HRKU-"),
    *("atlasv1.", "sshpass ", "mysql -", "mysqldump ", "mysqladmin ", "machine ", "sig="),
    *('"auth', "_auth=", "_auth ="),
)
"""No secret is without one of these; tests hold the list against `secrets.toml`."""

STAND_IN: Final = re.compile(
    r"[$<{%\[*@#./~]|.*(?:\$\{|\$\(|\{\{|%\(|\*\*\*|\.\.\.|…|xxx|changeme|change[_-]me|placeholder"
    r"|redacted|your[_-])",
    re.IGNORECASE | re.DOTALL,
)
"""The start of a value that stands for another: `$TOKEN`, `<token>`, `your-token`, a path."""
CODE: Final = re.compile(r"[A-Za-z_]\w{0,60}(?:\.[A-Za-z_]\w{0,60}){1,8}\Z|.{0,200}[()\[\]{}]")
"""The start of an expression: `settings.db2.password`, `getenv("PW")`."""
SYMBOLS: Final = frozenset("!@#$%^&*+=?|")
USUAL: Final = frozenset(
    {"admin", "example", "guest", "mysql", "none", "pass", "passwd", "password", "postgres"}
    | {"pw", "pwd", "root", "secret", "test", "token", "user", "xxx"}
)
"""Passwords that everybody writes into the example of a URL."""


@frozen
class Secret:
    """A stretch of text that looks like a secret: `text[start:end]`; `kind` is like `jwt`."""

    kind: str
    start: int
    end: int


@frozen
class Pattern:
    """One shape of a secret, as `secrets.toml` explains it."""

    kind: str
    needles: tuple[str, ...]
    regex: str
    check: str


def find(text: str) -> tuple[Secret, ...]:
    """Finds what looks like a secret, in the order of the text; stretches do not overlap."""
    lowered = text.lower()
    if not _holds(NEEDLES, text, lowered):
        return ()
    found = [
        Secret(pattern.kind, start, end)
        for pattern in patterns()
        if _holds(pattern.needles, text, lowered)
        for start, end in _stretches(pattern, text)
    ]
    return _apart(found)


def redact(text: str) -> tuple[str, tuple[str, ...]]:
    """Returns the text with `[redacted: kind]` for each secret, and the kinds in that order."""
    parts: list[str] = []
    kinds: list[str] = []
    done = 0
    for secret in find(text):
        parts += text[done : secret.start], f"[redacted: {secret.kind}]"
        kinds.append(secret.kind)
        done = secret.end
    return "".join((*parts, text[done:])), tuple(kinds)


@cache
def patterns() -> tuple[Pattern, ...]:
    """Returns the shapes of `secrets.toml`, in its order."""
    import tomllib
    from pkgutil import get_data

    data = get_data(__package__, "secrets.toml") or b""
    return tuple(
        Pattern(each["kind"], tuple(each["needles"]), each["regex"], each.get("check", "unmasked"))
        for each in tomllib.loads(data.decode())["pattern"]
    )


def _holds(needles: tuple[str, ...], text: str, lowered: str) -> bool:
    return any(needle in (lowered if needle.islower() else text) for needle in needles)


def _stretches(pattern: Pattern, text: str) -> Iterator[tuple[int, int]]:
    for match in re.finditer(pattern.regex, text):
        groups = match.groupdict()
        if CHECKS[pattern.check](groups.get("body") or groups.get("secret") or match[0]):
            yield match.span("secret" if "secret" in groups else 0)


def _apart(found: list[Secret]) -> tuple[Secret, ...]:
    """Joins stretches that overlap; the pattern that stands first gives the kind."""
    apart: list[tuple[int, Secret]] = []
    for rank, secret in sorted(enumerate(found), key=lambda each: each[1].start):
        if apart and secret.start < apart[-1][1].end:
            first, before = apart.pop()
            kind = before.kind if first < rank else secret.kind
            end = max(before.end, secret.end)
            apart.append((min(first, rank), Secret(kind, before.start, end)))
        else:
            apart.append((rank, secret))
    return tuple(secret for _, secret in apart)


def _kinds(value: str) -> list[str]:
    """Returns 0, a or A for each digit, small and capital letter."""
    return ["0" if c.isdigit() else "a" if c.islower() else "A" for c in value if c.isalnum()]


def unmasked(value: str) -> bool:
    """Tells a key from `xxxxxxxx` and `********`."""
    return len(set(value[-16:])) >= 4  # noqa: PLR2004 - a mask may have a separator or two


def random(value: str) -> bool:
    """Tells what a generator made from words and names.

    Generated text changes between lower case, upper case and digits at about 0.62 of its places
    (base62), 0.47 (hexadecimal) or 0.40 (base36); names change at word boundaries only.
    """
    kinds = _kinds(value)
    if len(kinds) < 12 or not unmasked(value) or STAND_IN.match(value) or CODE.match(value):  # noqa: PLR2004
        return False
    changes = sum(a != b for a, b in pairwise(kinds)) / len(kinds)
    digits = kinds.count("0") / len(kinds)
    return changes >= 0.4 or (changes >= 0.2 and digits >= 0.15)  # noqa: PLR2004


def password(value: str) -> bool:
    """Tells a password from a name, an expression and a placeholder: it needs a letter and more."""
    kinds = {*_kinds(value)}
    more = "0" in kinds or not SYMBOLS.isdisjoint(value)
    letters = bool(kinds - {"0"})
    return letters and more and not STAND_IN.match(value) and not CODE.match(value)


def strong_password(value: str) -> bool:
    """Tells a password from a word of the sentence it stands in."""
    value = value.rstrip(".!?):")
    mixed = len({*_kinds(value)}) > 1
    return mixed and password(value) and (not SYMBOLS.isdisjoint(value) or random(value))


def chosen(value: str) -> bool:
    """Tells what somebody chose as a password from an example and from a template."""
    return value.lower() not in USUAL and unmasked(value) and not STAND_IN.match(value)


def basic(value: str) -> bool:
    """Tells the base64 of `user:password` from the word after `basic`."""
    try:
        plain = a2b_base64(value + "=" * (-len(value) % 4))
    except NotBase64:
        return False
    return b":" in plain and plain.isascii() and plain.decode("ascii").isprintable()


CHECKS: Final[dict[str, Callable[[str], bool]]] = {
    check.__name__: check for check in (unmasked, random, password, strong_password, chosen, basic)
}
