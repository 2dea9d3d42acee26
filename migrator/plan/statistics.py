"""How many pairs an experiment needs, by the method that judges it, in plain Python.

`difference` is always treatment minus control; a `margin` is the largest drop that is accepted, as a positive
number. The logarithm of what a bet wins grows by steps of known mean and variance, as Brownian motion with
drift; the time until it passes the threshold is inverse Gaussian (Wald 1947; Siegmund 1985, Sequential
Analysis, ch. 3).
"""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

BETS = tuple(0.98 * 2 ** (-k / 2) for k in range(9))
"""Shares of the stake that are bet, fixed before any data."""
OVERSHOOT = 0.15
"""What the wall is raised by, since the best bet is known only afterwards; by simulation
(bench/verdicts.py).
"""
LARGEST = 10_000_000
FIRST_COST_LOOK = 30
MIXTURE = 2.0 * math.log(20) / 200
"""Precision of the normal mixture that costs are judged by: tightest at about 200 pairs."""
_NORMAL = NormalDist()


class Steps(NamedTuple):
    """Mean and variance of a bet's logarithm at one pair."""

    mean: float
    variance: float


class Condition(NamedTuple):
    """What a size is computed with: `spread` is the share of pairs that differ, or a deviation of scores."""

    margin: float
    spread: float
    passes: bool
    difference: float = 0.0


def _outcomes(assumed: Condition) -> tuple[tuple[float, float], ...]:
    """Differences and how often they come."""
    if not assumed.passes:
        return (assumed.difference + assumed.spread, 0.5), (assumed.difference - assumed.spread, 0.5)
    most = max(assumed.spread, abs(assumed.difference))
    won, lost = (most + assumed.difference) / 2, (most - assumed.difference) / 2
    return (1.0, won), (-1.0, lost), (0.0, max(0.0, 1 - most))


def _steps(assumed: Condition, bet: float) -> Steps:
    found = [
        (math.log1p(bet * ((1 + max(-1.0, min(1.0, d))) / (1 - assumed.margin) - 1)), share)
        for d, share in _outcomes(assumed)
    ]
    mean = math.fsum(g * share for g, share in found)
    return Steps(mean, math.fsum(share * (g - mean) ** 2 for g, share in found))


def power(pairs: int, assumed: Condition, alpha: float) -> float:
    """How surely the best bet passes 1 / alpha within so many pairs."""
    steps = [_steps(assumed, bet) for bet in BETS]
    best = max(steps, key=lambda s: s.mean)
    near = math.fsum(math.exp((one.mean - best.mean) * pairs) for one in steps)
    return crossing(pairs, best, math.log(len(BETS) / near / alpha) + OVERSHOOT)


def usual(assumed: Condition, alpha: float, most: int) -> int:
    """Pairs after which it is decided on average (Wald), where nothing is better or worse."""
    best = max((_steps(assumed, bet) for bet in BETS), key=lambda s: s.mean)
    return min(most, math.ceil((math.log(1 / alpha) + 1) / best.mean)) if best.mean > 0 else most


def crossing(pairs: int, steps: Steps, wall: float) -> float:
    """P(Brownian motion with that drift passes the wall within so many steps)."""
    drift, spread = steps.mean, math.sqrt(steps.variance * pairs)
    if spread < 1e-12:
        return float(drift * pairs >= wall)
    tail = _NORMAL.cdf((-wall - drift * pairs) / spread)
    again = math.exp(min(700.0, 2 * drift * wall / steps.variance)) * tail if tail > 0 else 0.0
    return min(1.0, _NORMAL.cdf((drift * pairs - wall) / spread) + again)


def pairs(assumed: Condition, alpha: float, wanted: float) -> int:
    """Pairs that show the drop to be smaller than the margin with the wanted power; `alpha` is one-sided."""
    if assumed.margin + assumed.difference <= 0:
        raise ValueError("the assumed drop is not smaller than the margin: no number of pairs shows it")
    low, high = 0, 64
    while power(high, assumed, alpha) < wanted:
        low, high = high, high * 2
        if high > LARGEST:
            raise ValueError("more pairs than anyone has")
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if power(middle, assumed, alpha) >= wanted else (middle, high)
    return high


def pairs_of_mean(effect: float, alpha: float, wanted: float) -> int | None:
    """Pairs after which a mean so many deviations from 0 is shown (`evidence.log_p_mean`)."""
    reach = _NORMAL.inv_cdf(wanted)

    def shown(count: int) -> bool:
        part = count * MIXTURE
        wall = (2 * math.log(1 / (2 * alpha)) + math.log(part + 1)) * (part + 1) / part
        return effect * math.sqrt(count) - reach >= math.sqrt(wall)

    return _fewest(shown, FIRST_COST_LOOK)


def pairs_of_share(share: float, alpha: float, wanted: float) -> int | None:
    """Pairs after which such a share, above a half, is shown to be above a half by sign bets."""

    def shown(count: int) -> bool:
        steps = [_sign_steps(share, bet) for bet in BETS]
        best = max(steps, key=lambda s: s.mean)
        near = math.fsum(math.exp((one.mean - best.mean) * count) for one in steps)
        return crossing(count, best, math.log(len(BETS) / near / alpha) + OVERSHOOT) >= wanted

    return _fewest(shown, 1)


def _sign_steps(share: float, bet: float) -> Steps:
    won, lost = math.log1p(bet), math.log1p(-bet)
    mean = share * won + (1 - share) * lost
    return Steps(mean, share * (won - mean) ** 2 + (1 - share) * (lost - mean) ** 2)


def _fewest(shown: Callable[[int], bool], least: int) -> int | None:
    """The least number from which on it is shown; none where not even the most is enough."""
    if shown(least):
        return least
    low, high = least, 2 * least
    while not shown(high):
        low, high = high, high * 2
        if high > LARGEST:
            return None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if shown(middle) else (middle, high)
    return high


def detectable(count: int, assumed: Condition, alpha: float, wanted: float) -> float:
    """The smallest margin that so many pairs show with that power; 1 where none is shown."""
    low, high = 0.0, 0.999
    if count < 1 or power(count, assumed._replace(margin=high), alpha) < wanted:
        return 1.0
    for _ in range(40):
        middle = (low + high) / 2
        enough = power(count, assumed._replace(margin=middle), alpha) >= wanted
        low, high = (low, middle) if enough else (middle, high)
    return high
