"""All experiments together: Holm's correction, and verdicts in plain words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from migrator.plan import statistics
from migrator.plan.sizing import points

if TYPE_CHECKING:
    from collections.abc import Sequence

    from migrator.plan.records import Experiment
    from migrator.plan.verdicts import Compared, Judged


def conclude(experiments: Sequence[Experiment], judged: Sequence[Judged]) -> tuple[Judged, ...]:
    """Verdicts after the correction: the family is every planned experiment, run or not (p = 1)."""
    first = [found.compared[0].p if _decides(found) else 1.0 for found in judged]
    adjusted = statistics.holm(first)
    return tuple(
        _concluded(experiment, found, p)
        for experiment, found, p in zip(experiments, judged, adjusted, strict=True)
    )


def _decides(found: Judged) -> bool:
    """Only a comparison of the planned size counts."""
    return (
        bool(found.compared)
        and found.compared[0].arm == "treatment"
        and found.compared[0].pairs >= found.planned
    )


def _concluded(experiment: Experiment, found: Judged, p: float) -> Judged:
    compared = []
    for one in found.compared:
        treatment = one.arm == "treatment"
        verdict = one.verdict
        if treatment and verdict == "non-inferior" and p >= experiment.size.alpha:
            verdict = "inconclusive"
        changed = msgspec.structs.replace(one, verdict=verdict, p_adjusted=p if treatment else None)
        compared.append(msgspec.structs.replace(changed, words=words(experiment, changed)))
    return msgspec.structs.replace(found, compared=tuple(compared))


def words(experiment: Experiment, one: Compared) -> str:
    """The verdict as a sentence or two."""
    text = _verdict_words(experiment, one)
    tripped = [rate.id for rate in one.guardrails if rate.state == "breached"]
    watched = [rate.id for rate in one.guardrails if rate.state == "watch"]
    if tripped:
        text += f" Guardrail breached: {', '.join(tripped)}: do not roll out."
    if watched:
        text += f" Above the allowance, perhaps by chance: {', '.join(watched)}."
    if one.arm == "challenger":
        text += " The challenger is exploratory: it stands outside the correction."
    return text


def _verdict_words(experiment: Experiment, one: Compared) -> str:
    size, old = experiment.size, experiment.arms[0].model
    drop = points(abs(one.difference.estimate))
    side = "above" if one.difference.estimate > 0 else "below"
    if one.verdict == "non-inferior":
        better = " It is better." if one.difference.low is not None and one.difference.low > 0 else ""
        return (
            f"{one.model} is not worse than {old} by more than {points(size.margin)} (measured: "
            f"{drop} {side}).{better}"
        )
    if one.verdict == "worse":
        return (
            f"{one.model} is worse than {old} by more than {points(size.margin)} (measured: {drop} "
            f"{side}). Keep {old}."
        )
    if one.verdict == "harmful":
        return (
            f"Stop: before the planned size {one.model} is already worse than {old} beyond doubt "
            f"({drop} {side})."
        )
    if one.verdict == "early":
        return (
            f"Inconclusive: too early: {one.pairs:,} of {size.pairs:,} pairs; {one.more:,} pairs more "
            f"are needed. "
            f"Measured so far: {drop} {side}."
        )
    return _inconclusive(experiment, one, drop, side)


def _inconclusive(experiment: Experiment, one: Compared, drop: str, side: str) -> str:
    size = experiment.size
    if one.more is None:
        return (
            f"Inconclusive: the measured drop ({drop} {side}) is not smaller than the margin of "
            f"{points(size.margin)}; "
            "more pairs help only if that is chance."
        )
    return (
        f"Inconclusive: {one.pairs:,} pairs neither show nor exclude a drop of {points(size.margin)} "
        f"(measured: {drop} "
        f"{side}); about {one.more:,} pairs more are needed at the measured spread of {one.spread:.3g}."
    )


def all_proved(judged: Sequence[Judged]) -> bool:
    """Whether every experiment's treatment is non-inferior and holds its guardrails."""
    return bool(judged) and all(
        found.compared
        and found.compared[0].verdict == "non-inferior"
        and all(rate.state != "breached" for rate in found.compared[0].guardrails)
        for found in judged
    )
