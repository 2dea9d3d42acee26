"""rules/plan.toml as typed records."""

from __future__ import annotations

from functools import cache
from typing import Literal

from migrator.plan.plan_records import GraderId
from migrator.rulebook.base import Rule
from migrator.rulebook.rulefiles import load_record


class StatisticsRule(Rule, frozen=True):
    """Defaults of the arithmetic: shares of 1, seconds, tokens."""

    alpha: float
    power: float
    minimum_pairs: int
    fallback_latency_seconds: float
    characters_per_token: float
    variable_tokens: int
    answer_tokens: int
    answer_limit: int
    reasoning_factor: float
    concurrency: int
    human_checks: int
    source: str


class LimitsRule(Rule, frozen=True):
    """What voids an experiment, and what the treatment may cost: shares of 1, ratios to the control."""

    cost_ratio: float
    latency_ratio: float
    p95_ratio: float
    failed: float
    judge_failed: float
    kappa: float
    grades: int
    served_otherwise: float
    source: str


class JudgeRule(Rule, frozen=True):
    """Which variant judges open text, and how long its answer is in tokens."""

    variant: str
    answer_tokens: int
    note: str
    source: str


class GraderRule(Rule, frozen=True):
    """How answers are scored; see the head of the section in rules/plan.toml."""

    id: GraderId
    title: str
    scale: Literal["pass", "score"]
    margin: float
    spread: float
    source: str
    control_at_least: float = 0.0
    uses: tuple[str, ...] = ()
    needs: tuple[Literal["tools", "labels", "schema", "json"], ...] = ()
    also: bool = False
    chosen: bool = False
    fills: str = ""
    hint: str = ""


class Rubric(Rule, frozen=True):
    """What a judge looks at for some uses; without uses: for all others."""

    text: str
    uses: tuple[str, ...] = ()


class Guardrail(Rule, frozen=True):
    """A check of every answer; `most_more`: how much higher the treatment's rate may be (a share)."""

    id: str
    title: str
    most_more: float
    source: str
    pattern: str = ""
    low: float = 0.0
    high: float = 0.0


class Domain(Rule, frozen=True):
    """A sensitive domain: slices to compare, and notes on compliance."""

    id: str
    title: str
    uses: tuple[str, ...]
    slices: tuple[str, ...]
    notes: tuple[str, ...]
    source: str


class Risk(Rule, frozen=True):
    """How risky a use is; `rank` 1 moves first."""

    id: str
    rank: int
    source: str
    uses: tuple[str, ...] = ()


class PhaseRule(Rule, frozen=True):
    """Traffic steps of a phase (shares of 1) and how many days each is held."""

    rank: int
    title: str
    shares: tuple[float, ...]
    days: int
    source: str


class RolloutRule(Rule, frozen=True):
    """Criteria and telemetry of every phase."""

    entry: tuple[str, ...]
    exit: tuple[str, ...]
    telemetry: tuple[str, ...]
    source: str


class Trigger(Rule, frozen=True):
    """When a phase goes back, and how far."""

    when: str
    then: str
    source: str


class TrackRule(Rule, frozen=True):
    """What is done with references that need a person, by their reasons; without reasons: with all others."""

    id: str
    reasons: tuple[str, ...]
    title: str
    steps: tuple[str, ...]
    source: str


class Streaming(Rule, frozen=True):
    """How a variant streams."""

    variant: str
    text: str
    source: str


class Modality(Rule, frozen=True):
    """What a variant takes as input."""

    variant: str
    text: str
    source: str


class Safeguard(Rule, frozen=True):
    """What every team does, whatever its experiments say."""

    text: str
    source: str


class Switch(Rule, frozen=True):
    """How a project takes a share of its traffic: `taken` says whether `key` gets the new model."""

    id: str
    signs: tuple[str, ...]
    imports: tuple[str, ...]
    taken: str
    note: str
    source: str


class RequestRule(Rule, frozen=True):
    """Request parameters that an experiment sends along, and those that cap the output.

    `inferred_words`: what a prompt must say at least where only its arguments show that a call is a request.
    """

    parameters: tuple[str, ...]
    caps: tuple[str, ...]
    instructions: tuple[str, ...]
    tools: tuple[str, ...]
    inferred_words: int
    source: str


class PlanRules(Rule, frozen=True):
    """The file."""

    statistics: StatisticsRule
    limits: LimitsRule
    judge: JudgeRule
    grader: tuple[GraderRule, ...]
    rubric: tuple[Rubric, ...]
    guardrail: tuple[Guardrail, ...]
    domain: tuple[Domain, ...]
    risk: tuple[Risk, ...]
    phase: tuple[PhaseRule, ...]
    rollout: RolloutRule
    trigger: tuple[Trigger, ...]
    track: tuple[TrackRule, ...]
    streaming: tuple[Streaming, ...]
    modality: tuple[Modality, ...]
    safeguard: tuple[Safeguard, ...]
    switch: tuple[Switch, ...]
    request: RequestRule


@cache
def plan_rules() -> PlanRules:
    """The built-in rules; raises RuleError."""
    return load_record("plan.toml", PlanRules)
