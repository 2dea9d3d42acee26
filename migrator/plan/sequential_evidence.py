"""Evidence about paired answers that may be looked at, stopped and extended at any time.

A bet against a hypothesis about a bounded mean multiplies its stake by 1 + c (y / m - 1) at every pair, where
y in [0, 1] has a mean of at most m under the hypothesis: a fair or losing game whatever the shape of y. The
mean of the stakes of a fixed set of bets is an e-process: its inverse is a p value at every look at once
(Ville's inequality), and the means that it has not yet excluded are a confidence sequence.

Waudby-Smith & Ramdas 2023, JRSS B 86:1 (betting; bounded means); Ville 1939; Waudby-Smith, Arbour, Sinha,
Kennedy & Ramdas 2024, Annals of Statistics 52:2613 (asymptotic confidence sequences, for costs, which have no
bound).
"""

from __future__ import annotations

import importlib
import math
from typing import TYPE_CHECKING, Any, NamedTuple

from migrator.errors import UsageError
from migrator.plan.statistics import BETS, FIRST_COST_LOOK, MIXTURE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

LEAST = 1e-300


def library(name: str) -> Any:  # noqa: ANN401
    """A module of the extra `ab`."""
    try:
        return importlib.import_module(name)
    except ImportError:
        package = name.partition(".")[0]
        raise UsageError(f"ab needs the {package} package: pip install 'gpt55-migrate[ab]'") from None


class Bounds(NamedTuple):
    """An estimate with its limits, which hold at all looks together."""

    estimate: float
    low: float
    high: float


def log_wealth(values: Any, mean: float) -> Any:  # noqa: ANN401
    """Logarithms of what bets that the mean of `values` (0 to 1, pairs last) is above `mean` have won so
    far.
    """
    np, special = library("numpy"), library("scipy.special")
    gain = np.asarray(values, dtype=float) / mean - 1
    stakes = np.stack([np.cumsum(np.log1p(bet * gain), axis=-1) for bet in BETS])
    return special.logsumexp(stakes, axis=0) - math.log(len(BETS))


def p_above(values: Sequence[float], mean: float) -> float:
    """p of "the mean of values in 0 to 1 is at most `mean`", valid at every look."""
    if not len(values) or mean >= 1:
        return 1.0
    if mean <= 0:
        return LEAST if max(values) > 0 else 1.0
    return max(LEAST, math.exp(-max(0.0, float(log_wealth(values, mean).max()))))


def p_difference_above(differences: Sequence[float], least: float) -> float:
    """p of "the mean of differences in -1 to 1 is at most `least`"."""
    return p_above([(1 + d) / 2 for d in differences], (1 + least) / 2)


def p_difference_below(differences: Sequence[float], most: float) -> float:
    """p of "the mean difference is at least `most`"."""
    return p_difference_above([-d for d in differences], -most)


def difference_bounds(differences: Sequence[float], alpha: float) -> Bounds:
    """Confidence sequence of a mean difference, `alpha` on each side."""
    mean = math.fsum(differences) / len(differences) if differences else 0.0
    low = _threshold(lambda m: p_difference_above(differences, m), alpha)
    high = -_threshold(lambda m: p_difference_above([-d for d in differences], m), alpha)
    return Bounds(mean, min(low, mean), max(high, mean))


def _threshold(p: Callable[[float], float], alpha: float) -> float:
    """The least mean in -1 to 1 that is not excluded; p grows with the mean."""
    edge = 1 - 1e-9
    if p(-edge) >= alpha:
        return -1.0
    if p(edge) < alpha:
        return 1.0
    optimize = library("scipy.optimize")
    return float(optimize.brentq(lambda m: math.log(p(m) / alpha), -edge, edge, xtol=1e-6))


def p_median_below(ratios: Sequence[float], limit: float) -> float:
    """p of "half of the ratios or more are above `limit`": sign bets, whatever the tails."""
    return p_above([float(ratio <= limit) for ratio in ratios], 0.5)


def p_median_above(ratios: Sequence[float], limit: float) -> float:
    """p of "half of the ratios or more are at most `limit`"."""
    return p_above([float(ratio > limit) for ratio in ratios], 0.5)


def median_bounds(ratios: Sequence[float], alpha: float) -> Bounds:
    """Confidence sequence of a median: the order statistics that bets exclude, `alpha` on each side."""
    np = library("numpy")
    ordered = sorted(set(ratios))
    below = _first(ordered, lambda v: p_median_below(ratios, v) < alpha)
    above = _first(ordered, lambda v: p_median_above(ratios, v) >= alpha)
    return Bounds(
        float(np.median(ratios)),
        0.0 if above == 0 else ordered[above - 1],
        math.inf if below == len(ordered) else ordered[below],
    )


def _first(ordered: Sequence[float], holds: Callable[[float], bool]) -> int:
    """The first place from which on a condition holds."""
    low, high = 0, len(ordered)
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(ordered[middle]) else (middle + 1, high)
    return low


def p_mean_below(values: Sequence[float]) -> float:
    """p of "the mean of unbounded values is 0 or more", at every look from the thirtieth value on;
    asymptotic.
    """
    return _p_mean([-v for v in values])


def p_mean_above(values: Sequence[float]) -> float:
    """p of "the mean of unbounded values is 0 or less"."""
    return _p_mean(values)


def _p_mean(values: Sequence[float]) -> float:
    np = library("numpy")
    if len(values) < FIRST_COST_LOOK:
        return 1.0
    return float(np.exp(log_p_mean(np.asarray(values, dtype=float)).min()))


def log_p_mean(values: Any) -> Any:  # noqa: ANN401
    """Logarithms of one-sided p values of a normal mixture, pairs last, from the first look on."""
    np = library("numpy")
    count = np.arange(1, values.shape[-1] + 1)
    total, squares = np.cumsum(values, axis=-1), np.cumsum(values**2, axis=-1)
    variance = np.maximum((squares - total**2 / count) / np.maximum(count - 1, 1), 1e-300)
    score = total / np.sqrt(variance)
    part = count * MIXTURE + 1
    exponent = MIXTURE * score**2 / (2 * part) - 0.5 * np.log(part)
    p = np.where(total > 0, np.minimum(0.0, -exponent - math.log(2)), 0.0)
    return p[..., FIRST_COST_LOOK - 1 :]
