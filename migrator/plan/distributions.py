"""Normal and Student distributions, and the binomial test, in plain Python.

Sources: Abramowitz & Stegun 1964, 26.5.8 and 26.7.1 (incomplete beta, Student); the continued fraction by
Lentz's method (Press et al., Numerical Recipes, 6.4).
"""

from __future__ import annotations

import math
from statistics import NormalDist

_NORMAL = NormalDist()
_TINY = 1e-300


def normal_cdf(x: float) -> float:
    """P(Z <= x)."""
    return _NORMAL.cdf(x)


def normal_quantile(p: float) -> float:
    """x with P(Z <= x) = p, for 0 < p < 1."""
    return _NORMAL.inv_cdf(p)


def beta_regularised(a: float, b: float, x: float) -> float:
    """I_x(a, b), the regularised incomplete beta function."""
    if x <= 0 or x >= 1:
        return 0.0 if x <= 0 else 1.0
    log_front = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    if x < (a + 1) / (a + b + 2):
        return math.exp(log_front) * _fraction(a, b, x) / a
    return 1 - math.exp(log_front) * _fraction(b, a, 1 - x) / b


def _fraction(a: float, b: float, x: float) -> float:
    c, d = 1.0, 1 / _away(1 - (a + b) * x / (a + 1))
    value = d
    for m in range(1, 500):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for term in (even, odd):
            d = 1 / _away(1 + term * d)
            c = _away(1 + term / c)
            value *= c * d
        if abs(c * d - 1) < 1e-15:
            break
    return value


def _away(x: float) -> float:
    return x if abs(x) > _TINY else _TINY


def student_cdf(t: float, freedom: float) -> float:
    """P(T <= t) with `freedom` degrees of freedom."""
    if math.isinf(t):
        return 1.0 if t > 0 else 0.0
    if t * t < freedom:  # the other form would lose digits near 0
        half = beta_regularised(0.5, freedom / 2, t * t / (freedom + t * t)) / 2
        return 0.5 + half if t > 0 else 0.5 - half
    tail = beta_regularised(freedom / 2, 0.5, freedom / (freedom + t * t)) / 2
    return 1 - tail if t > 0 else tail


def student_quantile(p: float, freedom: float) -> float:
    """t with P(T <= t) = p, by bisection to about 1e-12."""
    if p == 0.5:
        return 0.0
    low, high = -1.0, 1.0
    while student_cdf(low, freedom) > p:
        low *= 2
    while student_cdf(high, freedom) < p:
        high *= 2
    for _ in range(200):
        middle = (low + high) / 2
        if student_cdf(middle, freedom) < p:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def binomial_two_sided(successes: int, trials: int) -> float:
    """Exact two-sided p of `successes` in `trials` at p = 1/2: McNemar's exact test of discordant pairs."""
    if trials == 0:
        return 1.0
    least = min(successes, trials - successes)
    tail = sum(math.comb(trials, k) for k in range(least + 1))
    return min(1.0, float(2 * tail / 2**trials))
