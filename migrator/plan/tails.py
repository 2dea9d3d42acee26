"""Whether a quantile of the new model's durations is above a multiple of the old one's, at every look.

The multiple `t` of the old quantile is not known, so every `t` is tried with four bets: that more than the
tail's share of the old ones lie above t / ratio; that fewer do; that more than it of the new ones lie above
t; that more of the new ones lie above t than of the old ones above t / ratio. Where the hypothesis holds,
none of them wins at the true `t`; so the least that their mean has won over all `t` is an e-process
against it (union-intersection; the bets: Waudby-Smith & Ramdas 2023, JRSS B 86:1; quantiles at all looks:
Howard & Ramdas 2022, Bernoulli 28:1704). Between two values of the grid each bet is taken at its worst: the
grid costs power, never error. Pairs may depend within themselves; equal durations are allowed.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from migrator.plan.sequential_evidence import LEAST, Bounds, library
from migrator.plan.statistics import BETS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

TAIL = 0.05
GRID = 32
BODY = 0.7
LOOKS = 20
STEPS = 8


def p_above(old: Sequence[float], new: Sequence[float], ratio: float) -> float:
    """p of "the new 95 % quantile is at most `ratio` times the old one"."""
    return _p(old, new, ratio, above=True)


def p_below(old: Sequence[float], new: Sequence[float], ratio: float) -> float:
    """p of "the new 95 % quantile is at least `ratio` times the old one"."""
    return _p(old, new, ratio, above=False)


def bounds(old: Sequence[float], new: Sequence[float], alpha: float) -> Bounds:
    """The ratio of the quantiles, with the ratios that are not excluded, `alpha` on each side."""
    np = library("numpy")
    estimate = float(np.quantile(new, 1 - TAIL) / np.quantile(old, 1 - TAIL))
    low = _end(lambda r: p_above(old, new, r) < alpha, estimate, 0.5)
    high = _end(lambda r: p_below(old, new, r) < alpha, estimate, 2.0)
    return Bounds(estimate, low, high)


def _end(excluded: Callable[[float], bool], start: float, step: float) -> float:
    """Where ratios begin to be excluded; nothing limits them where a hundredfold one is not."""
    inner, outer = start, start * step
    while not excluded(outer):
        inner, outer = outer, outer * step
        if not start / 128 < outer < start * 128:
            return 0.0 if step < 1 else math.inf
    for _ in range(STEPS):
        middle = math.sqrt(inner * outer)
        inner, outer = (inner, middle) if excluded(middle) else (middle, outer)
    return inner


def _p(old: Sequence[float], new: Sequence[float], ratio: float, *, above: bool) -> float:
    if not len(old):
        return 1.0
    return max(LEAST, math.exp(-max(0.0, float(log_wealth(old, new, ratio, above=above)))))


def log_wealth(old: Sequence[float], new: Sequence[float], ratio: float, *, above: bool) -> Any:  # noqa: ANN401
    """Logarithm of the least, over all quantiles, of the most that the bets have won at any look."""
    np, special = library("numpy"), library("scipy.special")
    scaled, fresh = ratio * np.asarray(old, dtype=float), np.asarray(new, dtype=float)
    inner = np.unique(np.quantile(scaled, np.linspace(BODY, 1, GRID), method="higher"))
    low = np.concatenate([[-np.inf], inner, inner])[:, None]
    high = np.concatenate([inner, [np.inf], inner])[:, None]
    single = low == high
    looks = np.unique(np.linspace(1, len(fresh), LOOKS).astype(int)) - 1
    total = (looks + 1)[None, :]

    def counted(holds: Any) -> Any:  # noqa: ANN401
        return np.cumsum(holds, axis=1, dtype=np.int64)[:, looks]

    def surely(values: Any) -> Any:  # noqa: ANN401
        """Above every t between two values of the grid, or above the value itself."""
        return np.where(single, values > high, values >= high)

    def perhaps(values: Any) -> Any:  # noqa: ANN401
        """At some t or above it."""
        return np.where(single, values >= low, values > low)

    surely_old, maybe_old, surely_new, maybe_new = (
        holds(values) for values in (scaled, fresh) for holds in (surely, perhaps)
    )
    more, less = (surely_new, maybe_old) if above else (surely_old, maybe_new)
    won, lost = counted(more & ~less), counted(less & ~more)
    often = counted(surely_old), *([counted(surely_new)] if above else [])
    seldom = total - counted(maybe_old), *([] if above else [total - counted(maybe_new)])
    bets = np.array(BETS)[:, None, None]
    stakes = np.concatenate(
        [
            won * np.log1p(bets) + lost * np.log1p(-bets),
            *(n * np.log1p(bets * (1 / TAIL - 1)) + (total - n) * np.log1p(-bets) for n in often),
            *(n * np.log1p(bets * (1 / (1 - TAIL) - 1)) + (total - n) * np.log1p(-bets) for n in seldom),
        ]
    )
    return (special.logsumexp(stakes, axis=0) - math.log(len(stakes))).max(axis=1).min()
