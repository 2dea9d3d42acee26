"""One experiment for people: a section of plan.md, and the README of its folder."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from migrator.plan.sizing import points
from migrator.report.markdown import code, escaped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migrator.plan.plan_records import ArmCost, Experiment

FENCE = "~~~~"


def usd(value: float | None) -> str:
    """Money, or that no price is known."""
    if value is None:
        return "unknown"
    return f"{value:,.2f}" if value >= 0.01 or value == 0 else f"{value:.5f}"


def card(experiment: Experiment) -> Iterator[str]:
    """The lines of one experiment."""
    yield f"### {experiment.name}"
    yield ""
    places = ", ".join(code(f"{place.path}:{place.line}") for place in experiment.places)
    yield f"{escaped(experiment.title)}. {places}."
    yield ""
    yield f"**Hypothesis.** {experiment.hypothesis}"
    yield ""
    yield from _arms(experiment)
    yield from _prompt(experiment)
    yield from _graders(experiment)
    yield from _size(experiment)
    yield from _listed("Dataset", experiment.fill)
    yield from _listed("Stop rules", experiment.stop_rules)
    yield from _listed("Notes", experiment.notes)


def readme(experiment: Experiment) -> str:
    """README.md of the experiment's folder."""
    lines = [*card(experiment), *_listed("Compliance", experiment.compliance)]
    lines[0] = f"# {experiment.name}"
    return "\n".join(lines).rstrip() + "\n"


def _arms(experiment: Experiment) -> Iterator[str]:
    costs = {cost.arm: cost for cost in experiment.estimate.arms}
    yield "| arm | model | parameters | tokens in / out | USD a request | USD |"
    yield "| --- | --- | --- | ---: | ---: | ---: |"
    for arm in experiment.arms:
        shown = {
            k: ("…" if isinstance(v, (dict, list)) and len(json.dumps(v)) > 60 else v)
            for k, v in arm.request.items()
        }
        text = code(", ".join(f"{k}={json.dumps(v, ensure_ascii=False)}" for k, v in shown.items()))
        yield f"| {arm.name} | {arm.model} | {text} | {_cost(costs[arm.name])} |"
    if "judge" in costs:
        yield f"| judge | {costs['judge'].model} |  | {_cost(costs['judge'])} |"
    yield ""
    for arm in experiment.arms[1:]:
        for change in arm.changes:
            yield f"- {arm.name}: {escaped(change)}"
    if any(arm.changes for arm in experiment.arms):
        yield ""


def _cost(cost: ArmCost) -> str:
    each = "unknown" if cost.usd_each is None else f"{cost.usd_each:.5f}"
    return f"{cost.tokens_in:,} / {cost.tokens_out:,} | {each} | {usd(cost.usd)}"


def _prompt(experiment: Experiment) -> Iterator[str]:
    for message in experiment.messages:
        where = f" ({code(f'{message.path}:{message.line}')})" if message.path else ""
        yield f"{message.role}{where}:"
        yield FENCE
        yield message.text.replace(FENCE, "~ ~ ~ ~")
        yield from (f"[image {image}]" for image in message.images)
        yield FENCE
    yield ""


def _graders(experiment: Experiment) -> Iterator[str]:
    for grader in experiment.graders:
        head = "**Decided by**" if grader.primary else "**Also**"
        text = f"{head} `{grader.id}`: {grader.title}; margin {points(grader.margin)}."
        if grader.labels:
            text += f" Labels: {', '.join(grader.labels)}."
        if grader.judge_model:
            text += f" Judge: {grader.judge_model}. Rubric: {grader.rubric}"
        yield text
        yield ""
    guards = [f"{g.title} (at most {points(g.most_more)} more)" for g in experiment.guardrails]
    yield f"**Guardrails.** {'; '.join(guards)}."
    yield ""
    if experiment.slices:
        yield f"**Slices** for the bias check, in `metadata`: {', '.join(experiment.slices)}."
        yield ""
    yield f"**Metrics.** {'; '.join(experiment.metrics)}."
    yield ""


def _size(experiment: Experiment) -> Iterator[str]:
    size, cost = experiment.size, experiment.estimate
    yield f"**Size.** {size.sentence}"
    drops = ", ".join(f"{d.pairs:,}: {points(d.drop)}" for d in size.detectable)
    yield (
        f"Margin {points(size.margin)}, one-sided alpha {size.alpha_planned:.4g} ({size.alpha:g} before "
        f"the correction for "
        f"several experiments; alone {size.pairs_alone:,} pairs would do), power {size.power:.0%}, assumed "
        f"{'discordance' if experiment.primary.scale == 'pass' else 'deviation'} {size.spread:g} "
        f"({size.formula}). "
        f"Smallest drop that a number of pairs excludes: {drops}."
    )
    yield ""
    yield (
        f"**Before anyone spends.** {cost.tokens:,} tokens, USD {usd(cost.usd)}, {cost.hours:g} h "
        f"({cost.basis})."
    )
    yield ""


def _listed(title: str, lines: tuple[str, ...]) -> Iterator[str]:
    if lines:
        yield f"**{title}.**"
        yield ""
        yield from (f"- {line}" for line in lines)
        yield ""
