"""What the treatment costs and how long it takes, as ratios to the control, against their limits."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from migrator.inventory.record_base import Record
from migrator.plan import sequential_evidence, statistics, tails
from migrator.plan.report_parts import Interval, interval

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from migrator.plan.pairing import Pair
    from migrator.plan.plan_records import Experiment, Size
    from migrator.plan.sequential_evidence import Bounds


AGAINST = 0.25
"""The part of alpha that limits are tested at, and the part of guardrails; harm has the rest."""
TESTED = 3
"""Limits of an experiment."""


class Limit(Record, frozen=True):
    """A ratio to the control, the most that it may be, and what is shown of it.

    Attributes:
        guard: it need not be shown to hold, but must not be shown to be broken.
        needed: pairs that show the side it is measured on, at the measured spread; none where none do.
    """

    id: str
    ratio: Interval
    most: float
    p_held: float
    p_broken: float
    state: str = ""
    guard: bool = False
    needed: int | None = None


def limits(experiment: Experiment, whole: Sequence[Pair]) -> tuple[Limit, ...]:
    """Cost by the mean, since it is paid in sum; latency by the median pair and, as a guardrail, by the
    slowest twentieth.
    """
    timed = [(p.control.seconds, p.other.seconds) for p in whole if p.control.seconds > 0]
    return (*_cost(experiment, whole), *_median(experiment, timed), *_slowest(experiment, timed))


def _cost(experiment: Experiment, whole: Sequence[Pair]) -> Iterable[Limit]:
    metered = [p for p in whole if p.control.usd > 0 and not (p.control.unmetered or p.other.unmetered)]
    if not metered or any(p.control.source for p in metered):
        return
    old, new = [p.control.usd for p in metered], [p.other.usd for p in metered]
    most = experiment.limits.cost_ratio
    over = [b - most * a for a, b in zip(old, new, strict=True)]
    spread = math.sqrt(math.fsum((x - mean(over)) ** 2 for x in over) / max(1, len(over) - 1))
    effect = mean(over) / spread if spread else math.copysign(math.inf, mean(over))
    level = _level(experiment.size, effect < 0)
    yield Limit(
        id="cost",
        ratio=interval(_cost_bounds(old, new, experiment.size.alpha)),
        most=most,
        p_held=sequential_evidence.p_mean_below(over),
        p_broken=sequential_evidence.p_mean_above(over),
        needed=statistics.pairs_of_mean(abs(effect), level, experiment.size.power),
    )


def _median(experiment: Experiment, timed: Sequence[tuple[float, float]]) -> Iterable[Limit]:
    if not timed:
        return
    found, most = [b / a for a, b in timed], experiment.limits.latency_ratio
    below = mean(ratio <= most for ratio in found)
    level = _level(experiment.size, below > 0.5)
    yield Limit(
        id="latency",
        ratio=interval(sequential_evidence.median_bounds(found, experiment.size.alpha)),
        most=most,
        p_held=sequential_evidence.p_median_below(found, most),
        p_broken=sequential_evidence.p_median_above(found, most),
        needed=statistics.pairs_of_share(max(below, 1 - below), level, experiment.size.power),
    )


def _slowest(experiment: Experiment, timed: Sequence[tuple[float, float]]) -> Iterable[Limit]:
    if not timed:
        return
    old, new = [a for a, _ in timed], [b for _, b in timed]
    most = experiment.limits.p95_ratio
    yield Limit(
        id="latency p95",
        ratio=interval(tails.bounds(old, new, experiment.size.alpha)),
        most=most,
        p_held=tails.p_below(old, new, most),
        p_broken=tails.p_above(old, new, most),
        guard=True,
    )


def _level(size: Size, held: bool) -> float:
    """What a limit is shown at by the correction: to hold as a go is, to be broken as the limits are."""
    return size.alpha_planned if held else size.alpha_planned * AGAINST / TESTED


def _cost_bounds(old: Sequence[float], new: Sequence[float], alpha: float) -> Bounds:
    """Ratio of the means; its limits are the ratios that are not excluded."""
    estimate = mean(new) / mean(old)

    def over(ratio: float) -> list[float]:
        return [b - ratio * a for a, b in zip(old, new, strict=True)]

    low, high = estimate, estimate
    for _ in range(40):
        low, high = low * 0.9, high / 0.9
    return sequential_evidence.Bounds(
        estimate,
        _edge(lambda r: sequential_evidence.p_mean_above(over(r)) < alpha, low, estimate),
        _edge(lambda r: sequential_evidence.p_mean_below(over(r)) >= alpha, estimate, high),
    )


def _edge(inside: Callable[[float], bool], low: float, high: float) -> float:
    """Where a condition that holds at `low` ends; beyond everything where it holds at `high` too."""
    if inside(high):
        return math.inf
    if not inside(low):
        return 0.0
    for _ in range(40):
        middle = math.sqrt(low * high)
        low, high = (middle, high) if inside(middle) else (low, middle)
    return low


def mean(values: Iterable[float]) -> float:
    """The mean; 0 of nothing."""
    found = list(values)
    return math.fsum(found) / len(found) if found else 0.0


def quantile(values: Sequence[float], share: float) -> float:
    """A quantile; 0 of nothing."""
    return float(sequential_evidence.library("numpy").quantile(values, share)) if len(values) else 0.0
