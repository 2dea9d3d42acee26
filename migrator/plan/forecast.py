"""What is left to send of an experiment, and what it costs: by what was measured, else by the plan's
estimate.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from migrator.plan import experiment_requests
from migrator.plan.jobs import answer_jobs, current
from migrator.plan.plan_records import JUDGES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from migrator.plan.dataset_row import Row
    from migrator.plan.plan_records import Experiment
    from migrator.plan.results import Result


class Forecast(NamedTuple):
    """`left`: answers to be sent. USD: `expected`, and `most`, which is what is held back for it."""

    left: int
    expected: float
    most: float
    judged: str


def forecast(experiment: Experiment, rows: Sequence[Row], there: Sequence[Result]) -> Forecast:
    """What the rest costs."""
    found = current(experiment, rows, there)
    done = {r.key for r in found if not r.error}
    jobs = [job for job in answer_jobs(experiment, rows) if job.key not in done]
    planned = {cost.arm: cost.usd_each or 0.0 for cost in experiment.estimate.arms}
    measured = {arm: _mean([r.usd for r in found if r.arm == arm and r.kind == "answer"]) for arm in planned}
    expected = sum(measured.get(job.arm) or planned.get(job.arm, 0.0) for job in jobs)
    prices = experiment.run.usd_per_million
    most = sum(
        experiment_requests.most_usd(j.body, prices[j.body["model"]])
        for j in jobs
        if j.body["model"] in prices
    )
    if experiment.primary.id not in JUDGES:
        return Forecast(len(jobs), min(expected, most), most, "")
    each = _mean([r.usd for r in found if r.kind != "answer"]) or planned.get("judge", 0.0)
    price = prices.get(experiment.primary.judge_model, (0.0, 0.0))
    bound = each + experiment.run.answer_limit * price[1] / 1e6
    said = f" and as many judgements by {experiment.primary.judge_model}"
    expected, most = expected + each * len(jobs), most + bound * len(jobs)
    return Forecast(len(jobs), min(expected, most), most, said)


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0
