"""An experiment as its settings.toml has it now, without planning again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from migrator.plan import overrides, statistics

if TYPE_CHECKING:
    from pathlib import Path

    from migrator.plan.overrides import Overrides
    from migrator.plan.records import Arm, Experiment, Grader, Run, Size

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
        run=_run(experiment.run, given),
    )


def _arm(arm: Arm, given: Overrides) -> Arm:
    model = getattr(given, f"{arm.name}_model")
    return msgspec.structs.replace(arm, model=model) if model else arm


def _grader(grader: Grader, given: Overrides) -> Grader:
    names = ("margin", "spread", "labels", "rubric", "test_command")
    changed = {name: value for name in names if (value := getattr(given, name)) is not None}
    if given.judge_model and grader.id == "judge":
        changed["judge_model"] = given.judge_model
    return msgspec.structs.replace(grader, **changed)


def _size(size: Size, primary: Grader, given: Overrides) -> Size:
    """The size again, with the correction that was planned."""
    alpha, power = given.alpha or size.alpha, given.power or size.power
    planned = alpha * size.alpha_planned / size.alpha
    formula = statistics.pairs_for_rates if primary.scale == "pass" else statistics.pairs_for_scores
    unchanged = (primary.margin, primary.spread, alpha, power) == (
        size.margin,
        size.spread,
        size.alpha,
        size.power,
    )
    pairs = size.pairs if unchanged else formula(primary.margin, primary.spread, planned, power)
    return msgspec.structs.replace(
        size,
        alpha=alpha,
        alpha_planned=planned,
        power=power,
        margin=primary.margin,
        spread=primary.spread,
        pairs=given.pairs or pairs,
    )


def _run(run: Run, given: Overrides) -> Run:
    changed = {name: value for name in _RUN if (value := getattr(given, name)) is not None}
    prices = {**run.usd_per_million, **(given.usd_per_million or {})}
    return msgspec.structs.replace(run, **changed, usd_per_million=prices)
