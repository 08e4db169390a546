"""How far a lesson is believed: counted from outcomes, decayed by age, never stored.

Confidence is the posterior of a Beta distribution whose evidence loses half its weight every
half-life (Gelman et al., Bayesian Data Analysis, 3rd ed., section 2.4).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from alma_cli.model import LESSONS, Kind, Origin, Result
from alma_cli.value import frozen

DAY: Final = timedelta(days=1)
VOTE: Final = 0.3
"""Weight of an outcome that used a lesson among others, beside one that is about it."""
LUCK: Final = 0.2
"""Weight of a success against an anti-pattern: a flaky `sleep()` passes nine times in ten."""
REFUTED_AT: Final = 0.3
ESTABLISHED_AT: Final = 0.7
SETTLED: Final = 3
"""Outcomes that lift a learned lesson out of `tentative`, or may refute one."""
CAUTION: Final = 0.10
"""Ranking believes a lesson as far as this quantile of its posterior."""


class Status(StrEnum):
    """What the evidence makes of a lesson."""

    REFUTED = "refuted"
    TENTATIVE = "tentative"
    ESTABLISHED = "established"
    CONTESTED = "contested"


@frozen
class Fading:
    """Days until evidence weighs half, by the domain of the lesson that it is for or against."""

    days: float = 90.0
    domains: Mapping[str, float] = MappingProxyType({})

    def half_life(self, domain: str) -> float:
        """Returns the days that hold for a domain: its own, or those of the nearest above it."""
        while domain not in self.domains and domain:
            domain = domain.rpartition("/")[0]
        return self.domains.get(domain, self.days)

    @property
    def stamp(self) -> str:
        """Returns a text that differs where any half-life does."""
        told = {"": self.days, **self.domains}
        return " ".join(f"{domain}={told[domain]!r}" for domain in sorted(told))


@frozen
class Tally:
    """An agent's outcomes of one result that name a lesson, in full or as a vote.

    `weight` is the sum of `0.5 ** (age / half-life)`, with ages counted back from `newest`.
    """

    result: Result
    full: bool
    number: int
    weight: float
    newest: datetime
    agent: str = ""


@frozen
class Evidence:
    """What speaks for and against a memory, and how far it is therefore believed.

    `successes` and `failures` count the tasks about it, `wins` and `losses` all that speaks for
    and against, votes and feedback included; `mean` and `caution` are in 0..1, `status` is None
    for what advises nothing. `lean` (-1..1) is which way the outcomes alone point, whoever
    vouches for the memory: 0 where there are none. `confirmed` is when the newest outcome that
    speaks for it was.
    """

    wins: int
    losses: int
    successes: int
    failures: int
    mean: float
    caution: float
    status: Status | None
    newest: datetime | None = None
    lean: float = 0.0
    confirmed: datetime | None = None


def weigh(
    kind: Kind, origin: Origin, tallies: Iterable[Tally], now: datetime, half_life_days: float
) -> Evidence:
    """Returns the evidence for a memory of this kind and origin, as it weighs at `now`."""
    tallies = tuple(tallies)
    if not tallies:
        return _unproven(kind, origin)
    support = opposition = 0.0
    wins = losses = 0
    harmed = False
    confirmed: datetime | None = None
    for tally in tallies:
        weight = speaks(kind, tally, now, half_life_days)
        if weight > 0:
            wins += tally.number
            support += weight
            confirmed = max(confirmed or tally.newest, tally.newest)
        elif weight:
            losses += tally.number
            opposition -= weight
        harmed = harmed or tally.result is Result.HARMFUL
    prior_for, prior_against = prior(origin)
    alpha, beta = prior_for + support, prior_against + opposition
    mean = alpha / (alpha + beta)
    full = [tally for tally in tallies if tally.full]
    return Evidence(
        wins,
        losses,
        sum(tally.number for tally in full if tally.result is Result.SUCCESS),
        sum(tally.number for tally in full if tally.result is Result.FAILURE),
        mean,
        quantile(round(alpha, 6), round(beta, 6), CAUTION),
        _status(origin, wins + losses, mean, harmed) if kind in LESSONS else None,
        max((tally.newest for tally in tallies), default=None),
        (support - opposition) / (support + opposition + 2.0),
        confirmed,
    )


@lru_cache
def _unproven(kind: Kind, origin: Origin) -> Evidence:
    """Returns what is believed of a memory before any outcome; a search finds a hundred such."""
    alpha, beta = prior(origin)
    mean = alpha / (alpha + beta)
    status = _status(origin, 0, mean, harmed=False) if kind in LESSONS else None
    return Evidence(0, 0, 0, 0, mean, quantile(alpha, beta, CAUTION), status)


def prior(origin: Origin) -> tuple[float, float]:
    """Returns what speaks for and against a memory before any outcome does."""
    return (2.0, 0.5) if origin is Origin.PERSON else (1.0, 1.0)


def speaks(kind: Kind, tally: Tally, now: datetime, half_life_days: float) -> float:
    """Returns what a tally weighs at `now`: above 0 for a memory of the kind, below against it."""
    speaks_for, weight = _direction(kind, tally)
    weight *= tally.weight * left((now - tally.newest) / DAY, half_life_days)
    return weight if speaks_for else -weight


def left(days: float, half_life_days: float) -> float:
    """Returns the share of its weight that evidence so old has left; 1 if it is of the future."""
    return float(0.5 ** min(max(days, 0.0) / half_life_days, 1000.0))


def _direction(kind: Kind, tally: Tally) -> tuple[bool, float]:
    """Returns whether a tally speaks for a memory, and the weight of each of its outcomes."""
    match tally.result, kind:
        case (Result.HELPFUL, _):
            return True, 1.0
        case (Result.HARMFUL, _):
            return False, 1.0
        case (Result.FAILURE, Kind.ANTI_PATTERN) if not tally.full:
            return (
                False,
                0.0,
            )  # what failed although it heeded a warning says nothing of the warning
        case (Result.FAILURE, Kind.ANTI_PATTERN):
            return True, 1.0
        case (Result.SUCCESS, Kind.ANTI_PATTERN) if tally.full:
            return False, LUCK
        case (result, _):
            return result is Result.SUCCESS, 1.0 if tally.full else VOTE


def _status(origin: Origin, outcomes: int, mean: float, harmed: bool) -> Status:
    if outcomes >= SETTLED and mean <= REFUTED_AT and (harmed or origin is not Origin.PERSON):
        return Status.REFUTED
    if origin is Origin.LEARNED and outcomes < SETTLED:
        return Status.TENTATIVE
    return Status.ESTABLISHED if mean >= ESTABLISHED_AT else Status.CONTESTED


def word(mean: float) -> str:
    """Returns confidence in a word: `high`, `medium` or `low`."""
    return "high" if mean >= ESTABLISHED_AT else "low" if mean <= REFUTED_AT else "medium"


@lru_cache(maxsize=4096)
def quantile(alpha: float, beta: float, share: float) -> float:
    """Returns the value that a Beta(alpha, beta) lies below with the probability `share`.

    Newton's method on the regularised incomplete beta function, kept inside a bracket that halves
    where a step would leave it; to 4 digits.
    """
    low, high, x = 0.0, 1.0, alpha / (alpha + beta)
    for _ in range(50):
        above = _beta_below(x, alpha, beta) - share
        low, high = (low, x) if above > 0 else (x, high)
        stepped = x - above / (_front(x, alpha, beta) / (x * (1.0 - x)) or 1e-30)
        before, x = x, stepped if low < stepped < high else (low + high) / 2
        if abs(x - before) < 1e-6:  # noqa: PLR2004
            break
    return round(x, 4)


def _front(x: float, alpha: float, beta: float) -> float:
    """Returns x**alpha (1-x)**beta / B(alpha, beta)."""
    log_beta = math.lgamma(alpha) + math.lgamma(beta) - math.lgamma(alpha + beta)
    return math.exp(alpha * math.log(x) + beta * math.log1p(-x) - log_beta)


def _beta_below(x: float, alpha: float, beta: float) -> float:
    """Returns P(X <= x) of a Beta, by Lentz's continued fraction (DLMF 8.17.22)."""
    if x > (alpha + 1) / (alpha + beta + 2):
        return 1.0 - _beta_below(1.0 - x, beta, alpha)
    fraction, c, d = 1.0, 1.0, 0.0
    for step in range(200):
        m = step // 2
        if step == 0:
            numerator = 1.0
        elif step % 2 == 0:
            numerator = m * (beta - m) * x / ((alpha + 2 * m - 1) * (alpha + 2 * m))
        else:
            numerator = -(alpha + m) * (alpha + beta + m) * x
            numerator /= (alpha + 2 * m) * (alpha + 2 * m + 1)
        d = 1.0 / ((1.0 + numerator * d) or 1e-30)
        c = (1.0 + numerator / c) or 1e-30
        fraction *= c * d
        if abs(1.0 - c * d) < 1e-9:  # noqa: PLR2004
            break
    return _front(x, alpha, beta) * (fraction - 1.0) / alpha
