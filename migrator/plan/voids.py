"""Why nothing can be concluded from an experiment, whatever its scores say."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from migrator.plan.plan_records import NEED_EXPECTED
from migrator.plan.sizing import points

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from migrator.plan.dataset_row import Row
    from migrator.plan.grading import Scorer
    from migrator.plan.pairing import Paired
    from migrator.plan.plan_records import Experiment
    from migrator.plan.plan_rules import LimitsRule

_DATED = re.compile(r"-\d{4}-\d{2}-\d{2}|-\d{4}|-latest")
ENOUGH_REQUESTS = 10
SENSITIVE_PAIRS = 30


def reasons(
    experiment: Experiment, rows: Sequence[Row], paired: Paired, arm: str, score: Scorer, rules: LimitsRule
) -> tuple[str, ...]:
    """Every reason; none where the experiment can be judged."""
    return (
        *_failures(experiment, paired, arm),
        *_unjudged(experiment, paired, rules),
        *(f"the grader does not work: {why}" for why in score.broken),
        *_expected(experiment, rows),
        *_served(experiment, paired, arm, rules),
        *_sensitivity(experiment, paired, score),
    )


def produced(experiment: Experiment, paired: Paired, arm: str, rules: LimitsRule) -> tuple[str, ...]:
    """What voids records of production, which have no `expected`; there a failure of the new model counts
    against it.
    """
    old = paired._replace(asked=(paired.asked[0], 0))
    return (*_failures(experiment, old, arm), *_served(experiment, paired, arm, rules))


def _failures(experiment: Experiment, paired: Paired, arm: str) -> Iterator[str]:
    for name, asked, failed in zip(("control", arm), paired.asked, paired.failed, strict=True):
        if asked >= ENOUGH_REQUESTS and failed > experiment.limits.failed * asked:
            sides = [p.control if name == "control" else p.other for p in paired.pairs]
            first = next((s.error for s in sides if s.error), "")
            yield (
                f"{failed:,} of {asked:,} requests of the {name} failed (at most "
                f"{experiment.limits.failed:.0%} may)" + (f", such as: {first}" if first else "")
            )


def _unjudged(experiment: Experiment, paired: Paired, rules: LimitsRule) -> Iterator[str]:
    total = min(paired.asked)
    if total >= ENOUGH_REQUESTS and paired.unjudged > rules.judge_failed * total:
        yield f"{paired.unjudged:,} of {total:,} pairs have no judgement that can be read"


def _expected(experiment: Experiment, rows: Sequence[Row]) -> Iterator[str]:
    grader = experiment.primary
    if grader.id not in NEED_EXPECTED:
        return
    from migrator.plan.dataset import wrong_expected

    wrong = [number for number, row in enumerate(rows, 1) if wrong_expected(row, grader)]
    if wrong:
        yield f"`expected` is no answer that can be right in {len(wrong):,} rows, such as row {wrong[0]}"


def _served(experiment: Experiment, paired: Paired, arm: str, rules: LimitsRule) -> Iterator[str]:
    seen = []
    for name in ("control", arm):
        results = [p.control if name == "control" else p.other for p in paired.pairs]
        named = [r for r in results if r.served and not r.error]
        other = [r for r in named if not is_model(r.served, r.model, experiment.limits.served)]
        if len(other) > rules.served_otherwise * len(named):
            yield (
                f"{len(other):,} of {len(named):,} answers of the {name} came from {other[0].served}, "
                "not from "
                f"{other[0].model}; if that is its name there, say so in settings.toml: `served`"
            )
        seen.append({r.served for r in named})
    if seen[0] & seen[1]:
        yield f"both arms were served by {sorted(seen[0] & seen[1])[0]}"


def is_model(served: str, asked: str, names: dict[str, tuple[str, ...]]) -> bool:
    """Whether a served name is the asked model, dated or under one of the names that a team knows it by."""
    name = served.rpartition("/")[2]
    if served in (asked, *names.get(asked, ())) or name == asked.rpartition("/")[2]:
        return True
    rest = name.removeprefix(asked.rpartition("/")[2])
    return rest != name and _DATED.fullmatch(rest) is not None


def _sensitivity(experiment: Experiment, paired: Paired, score: Scorer) -> Iterator[str]:
    """Whether the experiment could have told a bad arm from a good one."""
    pairs, grader = paired.pairs, experiment.primary
    if len(pairs) < SENSITIVE_PAIRS or grader.id == "preference":
        return
    control = sum(p.scores[0] for p in pairs) / len(pairs)
    if control < grader.control_at_least:
        yield (
            f"the old model itself scores {control:.3f}, less than the {grader.control_at_least:g} "
            "that it should: "
            "look at `expected`, the grader and the prompt"
        )
        return
    if len({round(p.difference, 9) for p in pairs}) == 1 and pairs[0].difference < 0:
        yield f"every pair differs by exactly {pairs[0].difference:+g}: no answer varies, look at the grader"
    if grader.id not in NEED_EXPECTED or grader.id == "tests":
        return
    told = _told_apart(pairs, score)
    if told is not None and told <= experiment.size.margin:
        yield (
            f"graded by another row's `expected` the old model loses only {points(max(told, 0))}: the "
            "dataset cannot "
            f"show a drop of {points(experiment.size.margin)}"
        )


def _told_apart(pairs: Sequence, score: Scorer) -> float | None:  # type: ignore[type-arg]
    """What the control loses when every answer is graded by the `expected` of the row half the dataset
    away.
    """
    half = len(pairs) // 2
    scores = [score(pairs[(place + half) % len(pairs)].row, pair.control) for place, pair in enumerate(pairs)]
    known = [s for s in scores if s is not None]
    if len(known) < len(pairs):
        return None
    return float(sum(p.scores[0] for p in pairs) - sum(known)) / len(pairs)
