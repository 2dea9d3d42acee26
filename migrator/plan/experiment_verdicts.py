"""What the results say of one experiment: quality, guardrails, latency and cost by one method, or why
nothing.
"""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING

from migrator.inventory.record_base import Record
from migrator.plan import guardrails, pairing, ratios, sequential_evidence, voids
from migrator.plan.grading import Scorer
from migrator.plan.jobs import distinct
from migrator.plan.plan_rules import plan_rules
from migrator.plan.ratios import Limit, mean, quantile
from migrator.plan.report_parts import Class, Flip, Interval, Rate, Slice, classes, flips, interval, slices

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from migrator.plan.dataset_row import Row
    from migrator.plan.pairing import Pair, Paired
    from migrator.plan.plan_records import Experiment
    from migrator.plan.results import Result


class Compared(Record, frozen=True):
    """Two arms on the pairs that both have answered.

    Attributes:
        p_go, p_harm: of "the drop is the margin or more" and of "it is less", at all looks together.
        spread: measured discordance or deviation. `more`: pairs still needed at that spread.
        usd: per request. tokens_out: per answer. errors, asked: requests of both arms.
        void: why nothing can be concluded. served: what answered, by arm.
        verdict: go, no-go, inconclusive or void.
    """

    arm: str
    model: str
    pairs: int
    excluded: int
    control: float
    treatment: float
    difference: Interval
    p_go: float
    p_harm: float
    spread: float
    void: tuple[str, ...] = ()
    verdict: str = ""
    words: str = ""
    against: tuple[str, ...] = ()
    open: tuple[str, ...] = ()
    more: int | None = None
    p_adjusted: float | None = None
    p50: tuple[float, float] = (0.0, 0.0)
    p95: tuple[float, float] = (0.0, 0.0)
    first_token_p50: tuple[float, float] | None = None
    usd: tuple[float, float] = (0.0, 0.0)
    tokens_out: tuple[float, float] = (0.0, 0.0)
    errors: tuple[int, int] = (0, 0)
    asked: tuple[int, int] = (0, 0)
    unmetered: int = 0
    served: tuple[dict[str, int], dict[str, int]] = ({}, {})
    limits: tuple[Limit, ...] = ()
    guardrails: tuple[Rate, ...] = ()
    slices: tuple[Slice, ...] = ()
    classes: tuple[Class, ...] = ()
    flips: tuple[Flip, ...] = ()
    differences: tuple[float, ...] = ()
    seconds: tuple[tuple[float, ...], tuple[float, ...]] = ((), ())

    @property
    def p_all(self) -> float:
        """p of "not better than its margin, or above a limit": all must be shown, so the largest counts."""
        return max([self.p_go, *(limit.p_held for limit in self.limits if not limit.guard)])


class Judged(Record, frozen=True):
    """One experiment's results; nothing compared where no request came back."""

    name: str
    planned: int
    rows: int
    spent: float
    compared: tuple[Compared, ...]
    notes: tuple[str, ...] = ()


def judge(
    experiment: Experiment,
    rows: Sequence[Row],
    there: Sequence[Result],
    *,
    folder: Path | None = None,
    own: bool = False,
    calibration: Callable[[pairing.Found], tuple[str, ...]] | None = None,
) -> Judged:
    """The comparison of an experiment before the correction over experiments."""
    rows = distinct(experiment, rows)
    have = pairing.found(experiment, rows, there)
    compared = []
    tiers = pairing.tiered(experiment, rows, have)
    have = tiers or have
    arms: list[tuple[str, str]] = [(arm.name, arm.model) for arm in experiment.arms[1:]]
    arms += [("tiered", " and ".join(model for _, model in reversed(arms)))] if tiers else []
    for name, model in arms:
        score = Scorer(experiment.primary, folder, own=own)
        paired = pairing.paired(experiment, rows, have, name, score)
        if any(paired.asked):
            void = voids.reasons(experiment, rows, paired, name, score, plan_rules().limits)
            void += calibration(have) if calibration is not None else ()
            compared.append(compare(experiment, name, model, paired, void))
    return Judged(
        name=experiment.name,
        planned=experiment.size.pairs,
        rows=len(rows),
        spent=sum(r.usd for r in there),
        compared=tuple(compared),
        notes=_notes(experiment, compared, own),
    )


def _notes(experiment: Experiment, compared: Sequence[Compared], own: bool) -> tuple[str, ...]:
    found = []
    if experiment.primary.id in ("tests", "python") and not own:
        found.append(f"Its grader `{experiment.primary.id}` runs your code: add --run-tests.")
    if experiment.primary.id in ("judge", "preference") and compared:
        found.append("Compare the judge with people: `ab grades` writes the file (people.jsonl).")
    return tuple(found)


def compare(experiment: Experiment, arm: str, model: str, paired: Paired, void: tuple[str, ...]) -> Compared:
    size, pairs = experiment.size, paired.pairs
    differences = [p.difference for p in pairs]
    bounds = sequential_evidence.difference_bounds(differences, size.alpha)
    whole = [p for p in pairs if p.whole]
    seconds = [p.control.seconds for p in whole], [p.other.seconds for p in whole]
    usd = [p.control.usd for p in whole], [p.other.usd for p in whole]
    answers = [
        [p.control for p in pairs if not p.control.error],
        [p.other for p in pairs if not p.other.error],
    ]
    return Compared(
        arm=arm,
        model=model,
        pairs=len(pairs),
        excluded=paired.excluded,
        control=mean(p.scores[0] for p in pairs),
        treatment=mean(p.scores[1] for p in pairs),
        difference=interval(bounds),
        p_go=sequential_evidence.p_difference_above(differences, -size.margin),
        p_harm=sequential_evidence.p_difference_below(differences, -size.margin),
        spread=_spread(experiment, differences),
        void=void,
        p50=(quantile(seconds[0], 0.5), quantile(seconds[1], 0.5)),
        p95=(quantile(seconds[0], 0.95), quantile(seconds[1], 0.95)),
        first_token_p50=_first_tokens(whole),
        usd=(mean(usd[0]), mean(usd[1])),
        tokens_out=(mean(a.tokens_out for a in answers[0]), mean(a.tokens_out for a in answers[1])),
        errors=paired.failed,
        asked=paired.asked,
        unmetered=sum(a.unmetered for side in answers for a in side),
        served=(dict(Counter(a.served for a in answers[0])), dict(Counter(a.served for a in answers[1]))),
        limits=ratios.limits(experiment, whole),
        guardrails=(*guardrails.rates(experiment, whole), *guardrails.form_rates(experiment, whole)),
        slices=slices(pairs, size.alpha),
        classes=classes(experiment.primary, pairs),
        flips=flips(pairs),
        differences=tuple(round(d, 6) for d in differences),
        seconds=(tuple(seconds[0]), tuple(seconds[1])),
    )


def _spread(experiment: Experiment, differences: Sequence[float]) -> float:
    if not differences:
        return 0.0
    if experiment.primary.scale == "pass":
        return sum(d != 0 for d in differences) / len(differences)
    middle = mean(differences)
    return math.sqrt(math.fsum((d - middle) ** 2 for d in differences) / max(1, len(differences) - 1))


def _first_tokens(pairs: Sequence[Pair]) -> tuple[float, float] | None:
    one = [p.control.first_token for p in pairs if p.control.first_token is not None]
    two = [p.other.first_token for p in pairs if p.other.first_token is not None]
    return (quantile(one, 0.5), quantile(two, 0.5)) if one and two else None
