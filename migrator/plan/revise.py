"""An experiment as its settings.toml has it now, without planning again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from migrator.plan import overrides, statistics
from migrator.plan.plan_records import JUDGES
from migrator.plan.plan_rules import plan_rules
from migrator.plan.sizing import assumed

if TYPE_CHECKING:
    from pathlib import Path

    from migrator.plan.overrides import Overrides
    from migrator.plan.plan_records import Arm, Experiment, Grader, Limits, Run, Size

_RUN = (
    "budget_usd",
    "concurrency",
    "requests_per_minute",
    "retries",
    "timeout_seconds",
    "seed",
    "answer_limit",
)


def revised(experiment: Experiment, folder: Path) -> Experiment:
    """The experiment with the team's settings; raises UsageError where they cannot be used."""
    given = overrides.read(folder)
    if not given.given():
        return experiment
    primary = _grader(experiment.primary, given)
    return msgspec.structs.replace(
        experiment,
        arms=tuple(_arm(arm, given) for arm in experiment.arms),
        graders=tuple(primary if grader.primary else grader for grader in experiment.graders),
        size=_size(experiment.size, primary, given),
        limits=_limits(experiment.limits, given),
        run=_run(experiment.run, given),
    )


def _arm(arm: Arm, given: Overrides) -> Arm:
    model = getattr(given, f"{arm.name}_model")
    return msgspec.structs.replace(arm, model=model) if model else arm


def _grader(grader: Grader, given: Overrides) -> Grader:
    if given.grader and given.grader != grader.id:
        grader = _chosen(grader, given)
    names = (
        "margin",
        "spread",
        "rubric",
        "test_command",
        "tolerance",
        "pattern",
        "function",
        "control_at_least",
    )
    changed = {name: value for name in names if (value := getattr(given, name)) is not None}
    if given.labels is not None and grader.id == "exact":
        changed["labels"] = given.labels
    if given.judge_model and grader.id in JUDGES:
        changed["judge_model"] = given.judge_model
    return msgspec.structs.replace(grader, **changed)


def _chosen(grader: Grader, given: Overrides) -> Grader:
    """Another grader in the place of the planned one."""
    rules = plan_rules()
    rule = next(rule for rule in rules.grader if rule.id == given.grader)
    judges = rule.id in JUDGES
    return msgspec.structs.replace(
        grader,
        id=rule.id,
        title=rule.title,
        scale=rule.scale,
        margin=rule.margin,
        spread=rule.spread,
        hint=rule.hint,
        labels=(),
        rubric=rules.rubric[-1].text if judges and not grader.rubric else grader.rubric if judges else "",
        judge_model=grader.judge_model if judges else "",
        control_at_least=rule.control_at_least,
        source=rule.source,
    )


def _limits(limits: Limits, given: Overrides) -> Limits:
    names = ("cost_ratio", "latency_ratio", "p95_ratio", "failed", "served")
    return msgspec.structs.replace(
        limits, **{name: value for name in names if (value := getattr(given, name)) is not None}
    )


def _size(size: Size, primary: Grader, given: Overrides) -> Size:
    """The size again, with the correction that was planned."""
    alpha, power = given.alpha or size.alpha, given.power or size.power
    planned = alpha * size.alpha_planned / size.alpha
    wanted = (primary.margin, primary.spread, alpha, power)
    unchanged = wanted == (size.margin, size.spread, size.alpha, size.power)
    pairs = size.pairs
    if not unchanged:
        pairs = max(size.minimum, statistics.pairs(assumed(primary), planned, power))
    return msgspec.structs.replace(
        size,
        alpha=alpha,
        alpha_planned=planned,
        power=power,
        margin=primary.margin,
        spread=primary.spread,
        pairs=given.pairs or pairs,
        pairs_usual=min(size.pairs_usual, given.pairs or pairs),
    )


def _run(run: Run, given: Overrides) -> Run:
    changed = {name: value for name in _RUN if (value := getattr(given, name)) is not None}
    prices = {**run.usd_per_million, **(given.usd_per_million or {})}
    return msgspec.structs.replace(run, **changed, usd_per_million=prices)
