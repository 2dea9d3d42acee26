"""How many pairs an experiment needs, and what they cost: before anyone spends."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from migrator.plan import statistics
from migrator.plan.plan_records import JUDGES, ArmCost, Detectable, Estimate, Size
from migrator.plan.statistics import Condition

if TYPE_CHECKING:
    from collections.abc import Iterable

    from migrator.decide.catalogue import Catalogue
    from migrator.inventory import CallSite
    from migrator.inventory.prompt_records import Prompt
    from migrator.plan.overrides import Overrides
    from migrator.plan.plan_records import Arm, Grader, Run
    from migrator.plan.plan_rules import PlanRules
    from migrator.plan.subjects import Subject

SHOWN_PAIRS = (50, 100, 200, 500)
MESSAGE_TOKENS = 4
JUDGE_FRAME_TOKENS = 150
LATENCY_TOKENS = 512
_VARIABLE = re.compile(r"\{\{[^{}]*\}\}")


def assumed(primary: Grader) -> Condition:
    """What a size is computed with: the models differ by chance only."""
    return Condition(primary.margin, primary.spread, primary.scale == "pass")


def size(primary: Grader, experiments: int, filled: int, rules: PlanRules, given: Overrides) -> Size:
    """The size of one experiment among several; `filled` rows are there already."""
    base = rules.statistics
    alpha, power = given.alpha or base.alpha, given.power or base.power
    planned = alpha / max(experiments, 1)
    condition = assumed(primary)
    needed = given.pairs or max(base.minimum_pairs, statistics.pairs(condition, planned, power))
    shown = sorted({*SHOWN_PAIRS, needed})
    drops = {n: round(statistics.detectable(n, condition, planned, power), 4) for n in shown}
    there = filled or 100
    least = statistics.detectable(there, condition, planned, power)
    return Size(
        pairs=needed,
        pairs_alone=max(base.minimum_pairs, statistics.pairs(condition, alpha, power)),
        pairs_usual=max(base.minimum_pairs, statistics.usual(condition, planned, needed)),
        alpha=alpha,
        alpha_planned=planned,
        power=power,
        margin=primary.margin,
        spread=primary.spread,
        formula="betting, inverse Gaussian first passage",
        condition=_condition(primary, power),
        minimum=base.minimum_pairs,
        detectable=tuple(Detectable(pairs=n, drop=drop) for n, drop in drops.items()),
        filled=filled,
        sentence=_sentence(primary, there, needed, least, power),
    )


def _condition(primary: Grader, power: float) -> str:
    spread = (
        f"{primary.spread:.0%} of the pairs differ"
        if primary.scale == "pass"
        else f"scores differ with a deviation of {primary.spread:g}"
    )
    return f"{power:.0%} power if there is no true difference and {spread}; with a true drop it is less"


def _sentence(primary: Grader, there: int, needed: int, least: float, power: float) -> str:
    drop, margin = points(min(least, 1.0)), points(primary.margin)
    if there >= needed:
        return f"{there:,} pairs exclude a drop of {margin} at {power:.0%} power; {needed:,} would do."
    return (
        f"{there:,} pairs cannot exclude a drop of {margin} at {power:.0%} power (only one of {drop} "
        "or more); "
        f"{needed:,} are needed."
    )


def points(share: float) -> str:
    """A share as points of 100."""
    text = f"{share * 100:.3g}"
    return f"{text} point" if text == "1" else f"{text} points"


class Pricing(NamedTuple):
    """What estimates are made with; `prices` in USD per million tokens, in and out."""

    catalogue: Catalogue
    rules: PlanRules
    prices: dict[str, tuple[float, ...]]


def estimate(
    subject: Subject, arms: Iterable[Arm], primary: Grader, pairs: int, run: Run, pricing: Pricing
) -> Estimate:
    """Tokens, money and hours of an experiment, the judge included; by usage records where there are any."""
    prompt = subject.prompt
    tokens_in, tokens_out, basis = _measured(subject.sites) or _tokens(prompt, pricing.rules)
    costs = []
    for arm in arms:
        out = _answer(tokens_out, arm, prompt, pricing)
        costs.append(_cost(arm.name, arm.model, (tokens_in, out), pairs, pricing))
    times = dict.fromkeys((cost.arm for cost in costs), pairs)
    if primary.id in JUDGES:
        times["judge"] = pairs * (len(costs) if primary.id == "judge" else 2 * (len(costs) - 1))
        costs.append(_judge_cost(primary, tokens_in + tokens_out, times["judge"], pricing))
    seconds = sum(cost.latency_seconds * times[cost.arm] for cost in costs)
    paced = sum(times.values()) / run.requests_per_minute if run.requests_per_minute else 0.0
    money = [cost.usd for cost in costs]
    return Estimate(
        arms=tuple(costs),
        tokens=sum((cost.tokens_in + cost.tokens_out) * times[cost.arm] for cost in costs),
        usd=None if None in money else round(sum(m for m in money if m is not None), 2),
        hours=round(max(seconds / 60 / run.concurrency, paced) / 60, 2),
        basis=basis,
    )


def _judge_cost(primary: Grader, judged: int, times: int, pricing: Pricing) -> ArmCost:
    """The judge reads the task, the answer, the rubric and its own instructions."""
    rubric = int(len(primary.rubric) / pricing.rules.statistics.characters_per_token)
    read = judged + rubric + JUDGE_FRAME_TOKENS
    return _cost("judge", primary.judge_model, (read, pricing.rules.judge.answer_tokens), times, pricing)


def _measured(sites: Iterable[CallSite]) -> tuple[int, int, str] | None:
    """Mean tokens of a request, as usage records have them."""
    found = [site.measured for site in sites if site.measured is not None and site.measured.tokens_in]
    count = sum(one.requests for one in found)
    if not count:
        return None
    given, made = sum(one.tokens_in for one in found), sum(one.tokens_out for one in found)
    return max(1, round(given / count)), max(1, round(made / count)), f"means of {count:,} measured requests"


def _tokens(prompt: Prompt, rules: PlanRules) -> tuple[int, int, str]:
    """Tokens of a usual request; the call site's own estimate is of its worst case."""
    base = rules.statistics
    cap = prompt.output_cap
    constant = sum(len(_VARIABLE.sub("", m.text)) for m in prompt.messages) + len(prompt.response_schema)
    constant += sum(len(v) for k, v in prompt.request.items() if k in ("tools", "functions"))
    tokens = int(constant / base.characters_per_token) + MESSAGE_TOKENS * len(prompt.messages)
    tokens += base.variable_tokens * len(prompt.variables)
    answer = min(cap, base.answer_tokens) if cap else base.answer_tokens
    basis = (
        f"{base.characters_per_token:g} characters a token, {base.variable_tokens} tokens for each variable, "
        + (f"answers within the cap of {cap:,}" if cap else f"{base.answer_tokens} tokens an answer")
    )
    return max(tokens, 1), answer, basis


def _answer(tokens: int, arm: Arm, prompt: Prompt, pricing: Pricing) -> int:
    """Reasoning tokens are billed as output."""
    model = pricing.catalogue.model(arm.model)
    effort = effort_of(arm.request) or (model.default_effort if model is not None else "")
    if not effort or effort == "none":
        return tokens
    reasoned = int(tokens * pricing.rules.statistics.reasoning_factor)
    return min(reasoned, prompt.output_cap) if prompt.output_cap else reasoned


def effort_of(request: dict[str, Any]) -> str:
    """The reasoning effort that a request asks for; nothing where it names none."""
    reasoning = request.get("reasoning")
    nested = reasoning.get("effort") if isinstance(reasoning, dict) else None
    found = request.get("reasoning_effort") or nested
    return found if isinstance(found, str) else ""


def _cost(arm: str, name: str, tokens: tuple[int, int], times: int, pricing: Pricing) -> ArmCost:
    price, model = pricing.prices.get(name), pricing.catalogue.model(name)
    each = None if price is None else (tokens[0] * price[0] + tokens[1] * price[1]) / 1e6
    latency = model.latency_seconds if model is not None else None
    share = max(0.25, min(1.0, tokens[1] / LATENCY_TOKENS))
    return ArmCost(
        arm=arm,
        model=name,
        tokens_in=tokens[0],
        tokens_out=tokens[1],
        usd_each=each,
        usd=None if each is None else round(each * times, 4),
        latency_seconds=round((latency or pricing.rules.statistics.fallback_latency_seconds) * share, 2),
    )


def prices(names: Iterable[str], catalogue: Catalogue, given: Overrides) -> dict[str, tuple[float, ...]]:
    """USD per million tokens in, out and cached in, of the models whose prices are known; the team's
    first.
    """
    found: dict[str, tuple[float, ...]] = {}
    for name in names:
        model = catalogue.model(name)
        if model is not None and model.usd_in is not None and model.usd_out is not None:
            cached = (model.usd_cached,) if model.usd_cached is not None else ()
            found[name] = (model.usd_in, model.usd_out, *cached)
    return {**found, **(given.usd_per_million or {})}
