"""Paired comparison of two models: sample sizes before, intervals and tests after. Plain Python.

`difference` is always treatment minus control; a `margin` is the largest drop that is accepted, as a
positive number. Sources, by name in the functions:
Liu, Hsueh, Hsieh & Chen 2002, Statistics in Medicine 21:231 (size for paired proportions);
Tango 1998, Statistics in Medicine 17:891 (score interval and test for paired proportions);
Guenther 1981, The American Statistician 35:243 (size for the paired t test);
Holm 1979, Scandinavian Journal of Statistics 6:65 (several experiments);
Wilson 1927, JASA 22:209 (interval for a rate); Efron & Tibshirani 1993, ch. 13 (bootstrap percentiles).
"""

from __future__ import annotations

import math
import random
from typing import TYPE_CHECKING, NamedTuple

from migrator.plan.distributions import normal_cdf, normal_quantile, student_cdf, student_quantile

if TYPE_CHECKING:
    from collections.abc import Sequence

RESAMPLES = 2_000


class Interval(NamedTuple):
    """An estimate with its two-sided confidence limits."""

    estimate: float
    low: float
    high: float


class PairedTable(NamedTuple):
    """Counts of pairs: both pass, only the control (lost), only the treatment (won), neither."""

    both: int
    lost: int
    won: int
    neither: int

    @property
    def pairs(self) -> int:
        return sum(self)

    @property
    def difference(self) -> float:
        """Treatment's pass rate minus control's."""
        return (self.won - self.lost) / self.pairs if self.pairs else 0.0

    @property
    def discordance(self) -> float:
        """Share of pairs in which the two differ."""
        return (self.won + self.lost) / self.pairs if self.pairs else 0.0


# -- before: how many pairs ----------------------------------------------------------------------


def _quantiles(alpha: float, power: float) -> float:
    return normal_quantile(1 - alpha) + normal_quantile(power)


def pairs_for_rates(
    margin: float, discordance: float, alpha: float, power: float, difference: float = 0.0
) -> int:
    """Pairs that show non-inferiority of a pass rate at a true `difference` (Liu et al. 2002).

    `alpha` is one-sided. n = (z_alpha + z_power)^2 (discordance - difference^2) / (margin + difference)^2.
    """
    room = margin + difference
    if room <= 0:
        raise ValueError("the assumed drop is not smaller than the margin: no number of pairs shows it")
    return math.ceil(_quantiles(alpha, power) ** 2 * max(discordance - difference**2, 0.0) / room**2)


def pairs_for_scores(
    margin: float, deviation: float, alpha: float, power: float, difference: float = 0.0
) -> int:
    """Pairs that show non-inferiority of a mean score; `deviation` is that of the paired differences.

    The normal formula plus Guenther's z^2/2, which stands for the t distribution.
    """
    room = margin + difference
    if room <= 0:
        raise ValueError("the assumed drop is not smaller than the margin: no number of pairs shows it")
    z = normal_quantile(1 - alpha)
    return math.ceil(_quantiles(alpha, power) ** 2 * (deviation / room) ** 2 + z * z / 2)


def detectable_rate_drop(pairs: int, discordance: float, alpha: float, power: float) -> float:
    """The smallest drop of a pass rate that `pairs` exclude with that power: the formula, solved."""
    return _quantiles(alpha, power) * math.sqrt(discordance / pairs) if pairs else 1.0


def detectable_score_drop(pairs: int, deviation: float, alpha: float, power: float) -> float:
    """The same for a mean score."""
    spare = pairs - normal_quantile(1 - alpha) ** 2 / 2
    return _quantiles(alpha, power) * deviation / math.sqrt(spare) if spare > 0 else 1.0


# -- after: pass rates ---------------------------------------------------------------------------


def tango_z(table: PairedTable, difference: float) -> float:
    """The score statistic of Tango 1998 for the hypothesis that the true difference is `difference`."""
    n, lost, won = table.pairs, table.lost, table.won
    if n == 0:
        return 0.0
    a = 2 * n
    b = -won - lost + (2 * n - won + lost) * difference
    c = -lost * difference * (1 - difference)
    losing = (math.sqrt(max(b * b - 4 * a * c, 0.0)) - b) / (2 * a)
    variance = n * (2 * losing + difference * (1 - difference))
    numerator = won - lost - n * difference
    if variance > 1e-12:
        return numerator / math.sqrt(variance)
    return math.copysign(math.inf, numerator) if numerator else 0.0


def rate_interval(table: PairedTable, confidence: float) -> Interval:
    """Tango's score interval for the difference of pass rates."""
    z = normal_quantile((1 + confidence) / 2)
    estimate = table.difference
    low = _crossing(table, z, -1.0, estimate)
    high = _crossing(table, -z, estimate, 1.0)
    return Interval(estimate, low, high)


def _crossing(table: PairedTable, wanted: float, low: float, high: float) -> float:
    """The difference at which the score statistic, which falls, has the wanted value."""
    for _ in range(80):
        middle = (low + high) / 2
        if tango_z(table, middle) > wanted:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def rate_non_inferiority(table: PairedTable, margin: float) -> float:
    """One-sided p of "the drop is `margin` or more"."""
    return 1 - normal_cdf(tango_z(table, -margin)) if table.pairs else 1.0


def wilson(hits: int, total: int, confidence: float) -> Interval:
    """Wilson's interval for a rate."""
    if total == 0:
        return Interval(0.0, 0.0, 1.0)
    z, p = normal_quantile((1 + confidence) / 2), hits / total
    scale = 1 + z * z / total
    centre = (p + z * z / (2 * total)) / scale
    half = z * math.sqrt(p * (1 - p) / total + z * z / (4 * total * total)) / scale
    return Interval(p, max(0.0, centre - half), min(1.0, centre + half))


# -- after: scores, costs, latencies -------------------------------------------------------------


def mean_and_deviation(values: Sequence[float]) -> tuple[float, float]:
    """Mean, and standard deviation with n - 1 (0 for one value)."""
    mean = math.fsum(values) / len(values)
    if len(values) < 2:
        return mean, 0.0
    return mean, math.sqrt(math.fsum((v - mean) ** 2 for v in values) / (len(values) - 1))


def mean_interval(differences: Sequence[float], confidence: float) -> Interval:
    """Student's interval for the mean of paired differences."""
    mean, deviation = mean_and_deviation(differences)
    if len(differences) < 2:
        return Interval(mean, -math.inf, math.inf)
    half = (
        student_quantile((1 + confidence) / 2, len(differences) - 1) * deviation / math.sqrt(len(differences))
    )
    return Interval(mean, mean - half, mean + half)


def score_non_inferiority(differences: Sequence[float], margin: float) -> float:
    """One-sided p of "the mean drop is `margin` or more": a paired t test, shifted."""
    if len(differences) < 2:
        return 1.0
    mean, deviation = mean_and_deviation(differences)
    if deviation == 0:
        return 0.0 if mean > -margin else 1.0
    t = (mean + margin) / (deviation / math.sqrt(len(differences)))
    return 1 - student_cdf(t, len(differences) - 1)


def percentile(values: Sequence[float], share: float) -> float:
    """The `share` quantile, linear between order statistics (Hyndman & Fan's type 7)."""
    ordered = sorted(values)
    at = share * (len(ordered) - 1)
    low = math.floor(at)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (at - low)


def percentile_ratio(
    control: Sequence[float], treatment: Sequence[float], share: float, confidence: float, seed: int = 0
) -> Interval:
    """Treatment's quantile over control's, with a bootstrap interval over pairs."""
    generator, pairs = random.Random(seed), list(zip(control, treatment, strict=True))
    estimate = percentile(treatment, share) / max(percentile(control, share), 1e-12)
    ratios = []
    for _ in range(RESAMPLES):
        sample = generator.choices(pairs, k=len(pairs))
        one, two = percentile([c for c, _ in sample], share), percentile([t for _, t in sample], share)
        ratios.append(two / max(one, 1e-12))
    return Interval(
        estimate, percentile(ratios, (1 - confidence) / 2), percentile(ratios, (1 + confidence) / 2)
    )


# -- several experiments -------------------------------------------------------------------------


def holm(values: Sequence[float]) -> list[float]:
    """Holm's adjusted p values, in the given order."""
    order = sorted(range(len(values)), key=lambda i: values[i])
    adjusted, largest = [0.0] * len(values), 0.0
    for rank, index in enumerate(order):
        largest = max(largest, min(1.0, (len(values) - rank) * values[index]))
        adjusted[index] = largest
    return adjusted
