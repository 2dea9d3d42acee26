"""What the results say: paired comparison, non-inferiority, guardrails, latency, cost, slices."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from migrator.inventory import Record
from migrator.plan import distributions, grading, guards, statistics
from migrator.plan.results import digest
from migrator.plan.runner import current

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from migrator.plan.dataset import Row
    from migrator.plan.records import Experiment, Grader
    from migrator.plan.results import Result

SLICE_PAIRS = 10


class Interval(Record, frozen=True):
    """An estimate with its limits."""

    estimate: float
    low: float | None
    high: float | None


class Rate(Record, frozen=True):
    """How often a guardrail (or a further grader) was tripped, in both arms."""

    id: str
    control: float
    treatment: float
    state: str


class Slice(Record, frozen=True):
    """The difference within one slice."""

    name: str
    pairs: int
    difference: float


class Compared(Record, frozen=True):
    """Two arms on the pairs that both have answered.

    Attributes:
        p: one-sided p of "the drop is the margin or more"; `p_adjusted` after Holm over the experiments.
        spread: measured discordance or deviation. `more`: pairs that are still needed at that spread.
        ratio_p50, ratio_p95: latency, treatment over control. usd: per request. tokens_out: per answer.
    """

    arm: str
    model: str
    pairs: int
    control: float
    treatment: float
    difference: Interval
    p: float
    verdict: str
    words: str
    spread: float
    more: int | None = None
    p_adjusted: float | None = None
    p50: tuple[float, float] = (0.0, 0.0)
    p95: tuple[float, float] = (0.0, 0.0)
    ratio_p50: Interval | None = None
    ratio_p95: Interval | None = None
    first_token_p50: tuple[float, float] | None = None
    usd: tuple[float, float] = (0.0, 0.0)
    usd_difference: Interval | None = None
    tokens_out: tuple[float, float] = (0.0, 0.0)
    errors: tuple[int, int] = (0, 0)
    guardrails: tuple[Rate, ...] = ()
    slices: tuple[Slice, ...] = ()


class Judged(Record, frozen=True):
    """One experiment's results; nothing compared where no pair is there."""

    name: str
    planned: int
    spent: float
    compared: tuple[Compared, ...]


class Pair(NamedTuple):
    """One row's answers and scores."""

    row: Row
    control: Result
    other: Result
    scores: tuple[float, float]


def judge(
    experiment: Experiment, rows: Sequence[Row], there: Sequence[Result], *, run_tests: bool = False
) -> Judged:
    """The comparison of an experiment before the correction over experiments."""
    found = current(experiment, rows, there)
    answers = {(r.row, r.arm): r for r in found if r.kind == "answer"}
    scores = {(r.row, r.arm): r.score for r in found if r.kind == "judge" and not r.error}
    compared = []
    for arm in experiment.arms[1:]:
        pairs = _pairs(experiment.primary, rows, answers, scores, arm.name, run_tests)
        if pairs:
            compared.append(_compare(experiment, arm.name, arm.model, pairs))
    return Judged(
        name=experiment.name,
        planned=experiment.size.pairs,
        spent=sum(r.usd for r in there),
        compared=tuple(compared),
    )


def _pairs(
    grader: Grader,
    rows: Sequence[Row],
    answers: dict[tuple[str, str], Result],
    scores: dict[tuple[str, str], float | None],
    arm: str,
    run_tests: bool,
) -> list[Pair]:
    found = []
    for row in rows:
        key = digest(row.vars)
        one, two = answers.get((key, "control")), answers.get((key, arm))
        if one is None or two is None:
            continue
        first = grading.score(grader, row, one, scores.get((key, "control")), run_tests=run_tests)
        second = grading.score(grader, row, two, scores.get((key, arm)), run_tests=run_tests)
        if first is not None and second is not None:
            found.append(Pair(row, one, two, (first, second)))
    return found


def table(pairs: Sequence[Pair]) -> statistics.PairedTable:
    """Counts of pairs by who passed."""
    passed = [(a >= 0.5, b >= 0.5) for a, b in (p.scores for p in pairs)]
    cells = ((True, True), (True, False), (False, True), (False, False))
    return statistics.PairedTable(*(passed.count(cell) for cell in cells))


def _compare(experiment: Experiment, arm: str, model: str, pairs: list[Pair]) -> Compared:
    size, rate = experiment.size, experiment.primary.scale == "pass"
    differences = [b - a for a, b in (p.scores for p in pairs)]
    confidence = 1 - 2 * size.alpha
    if rate:
        counts = table(pairs)
        interval = statistics.rate_interval(counts, confidence)
        p, spread = statistics.rate_non_inferiority(counts, size.margin), counts.discordance
        harm = distributions.normal_cdf(statistics.tango_z(counts, -size.margin))
    else:
        interval = statistics.mean_interval(differences, confidence)
        p, spread = (
            statistics.score_non_inferiority(differences, size.margin),
            statistics.mean_and_deviation(differences)[1],
        )
        harm = 1 - p
    one, two = ([getattr(pair, side).seconds for pair in pairs] for side in ("control", "other"))
    verdict, more = _verdict(experiment, len(pairs), interval, p, harm, spread)
    return Compared(
        arm=arm,
        model=model,
        pairs=len(pairs),
        control=math.fsum(p.scores[0] for p in pairs) / len(pairs),
        treatment=math.fsum(p.scores[1] for p in pairs) / len(pairs),
        difference=_interval(interval),
        p=p,
        verdict=verdict,
        words="",
        spread=spread,
        more=more,
        p50=(statistics.percentile(one, 0.5), statistics.percentile(two, 0.5)),
        p95=(statistics.percentile(one, 0.95), statistics.percentile(two, 0.95)),
        ratio_p50=_interval(statistics.percentile_ratio(one, two, 0.5, confidence)),
        ratio_p95=_interval(statistics.percentile_ratio(one, two, 0.95, confidence)),
        first_token_p50=_first_tokens(pairs),
        usd=(_mean(p.control.usd for p in pairs), _mean(p.other.usd for p in pairs)),
        usd_difference=_interval(
            statistics.mean_interval([p.other.usd - p.control.usd for p in pairs], confidence)
        ),
        tokens_out=(_mean(p.control.tokens_out for p in pairs), _mean(p.other.tokens_out for p in pairs)),
        errors=(sum(bool(p.control.error) for p in pairs), sum(bool(p.other.error) for p in pairs)),
        guardrails=(*_guardrails(experiment, pairs), *_further(experiment, pairs)),
        slices=_slices(pairs),
    )


def _verdict(
    experiment: Experiment, pairs: int, interval: statistics.Interval, p: float, harm: float, spread: float
) -> tuple[str, int | None]:
    """The state before Holm's correction, and how many pairs more are needed."""
    from migrator.plan.rules import plan_rules

    size = experiment.size
    if pairs < size.pairs:
        early = plan_rules().statistics.early_stop_p
        return (
            "harmful" if harm < early and interval.estimate < -size.margin else "early"
        ), size.pairs - pairs
    if p < size.alpha:
        return "non-inferior", None
    if interval.high < -size.margin:
        return "worse", None
    return "inconclusive", _more(experiment, pairs, interval.estimate, spread)


def _more(experiment: Experiment, pairs: int, estimate: float, spread: float) -> int | None:
    """Pairs more at the measured difference and spread; none where no number helps."""
    size = experiment.size
    formula = (
        statistics.pairs_for_rates if experiment.primary.scale == "pass" else statistics.pairs_for_scores
    )
    try:
        needed = formula(size.margin, spread, size.alpha_planned, size.power, min(0.0, estimate))
    except ValueError:
        return None
    return max(needed - pairs, 1)


def _first_tokens(pairs: Sequence[Pair]) -> tuple[float, float] | None:
    one = [p.control.first_token for p in pairs if p.control.first_token is not None]
    two = [p.other.first_token for p in pairs if p.other.first_token is not None]
    return (statistics.percentile(one, 0.5), statistics.percentile(two, 0.5)) if one and two else None


def _guardrails(experiment: Experiment, pairs: Sequence[Pair]) -> list[Rate]:
    found = []
    for guard in experiment.guardrails:
        one = [guards.bad(guard, experiment.messages, p.row, p.control, p.control) for p in pairs]
        two = [guards.bad(guard, experiment.messages, p.row, p.other, p.control) for p in pairs]
        found.append(_rate(guard.id, one, two, guard.most_more, experiment.size.alpha))
    return found


def _further(experiment: Experiment, pairs: Sequence[Pair]) -> list[Rate]:
    """Graders of form beside the primary one: how often an answer fails them."""
    found = []
    for grader in experiment.graders:
        if not grader.primary:
            one = [not grading.score(grader, p.row, p.control, None) for p in pairs]
            two = [not grading.score(grader, p.row, p.other, None) for p in pairs]
            found.append(_rate(grader.id, one, two, grader.margin, experiment.size.alpha))
    return found


def _rate(name: str, one: Sequence[bool], two: Sequence[bool], most: float, alpha: float) -> Rate:
    """`breached`: surely more than the control, and above the allowance; `watch`: perhaps by chance."""
    cells = [(not a, not b) for a, b in zip(one, two, strict=True)]
    counts = statistics.PairedTable(
        *(cells.count(c) for c in ((True, True), (True, False), (False, True), (False, False)))
    )
    more = -counts.difference
    sure = statistics.rate_interval(counts, 1 - 2 * alpha).high < 0
    state = "held" if more <= most else "breached" if sure else "watch"
    return Rate(id=name, control=sum(one) / len(one), treatment=sum(two) / len(two), state=state)


def _slices(pairs: Sequence[Pair]) -> tuple[Slice, ...]:
    groups: dict[str, list[float]] = {}
    for pair in pairs:
        for name, value in pair.row.metadata.items():
            if value not in ("", None) and name != "stub":
                groups.setdefault(f"{name}={value}", []).append(pair.scores[1] - pair.scores[0])
    return tuple(
        Slice(name=name, pairs=len(values), difference=_mean(values))
        for name, values in sorted(groups.items())
        if len(values) >= SLICE_PAIRS
    )


def _mean(values: Iterable[float]) -> float:
    found = list(values)
    return math.fsum(found) / len(found) if found else 0.0


def _interval(found: statistics.Interval) -> Interval:
    low, high = (None if math.isinf(limit) else limit for limit in found[1:])
    return Interval(estimate=found.estimate, low=low, high=high)
