"""rules/tables.toml: what rows and fields of a program's own tables say."""

from __future__ import annotations

from typing import Literal

from migrator.rulebook.base import Rule


class FigureRule(Rule, frozen=True):
    """A figure of the catalogue, and the field names that may hold it; `side` as in `SideRule`."""

    id: Literal["context_window", "max_input", "max_output", "usd_in", "usd_cached", "usd_out"]
    side: Literal["", "input", "output", "cached"]
    kind: Literal["tokens", "output-tokens", "price"]
    patterns: tuple[str, ...]
    source: str


class SideRule(Rule, frozen=True):
    """Field names that speak of one direction of a request; `other` has no figure in the catalogue."""

    id: Literal["input", "output", "cached", "other"]
    patterns: tuple[str, ...]
    source: str


class UnitRule(Rule, frozen=True):
    """A unit of prices: USD per 1,000,000 tokens divided by `divisor`."""

    id: str
    divisor: float
    source: str


class CapabilityRule(Rule, frozen=True):
    """Names of sets and flags that only models with one of `modalities` may join."""

    id: str
    patterns: tuple[str, ...]
    modalities: tuple[str, ...]
    source: str


class FlagRule(Rule, frozen=True):
    """Flags of a row about a request parameter, and what they say of a model that refuses the parameter."""

    parameter: str
    value: bool
    patterns: tuple[str, ...]
    source: str


class FieldRule(Rule, frozen=True):
    """Fields of a row, or whole tables, that hold a value of a request parameter."""

    parameter: str
    patterns: tuple[str, ...]
    source: str


class RefusalRule(Rule, frozen=True):
    """Names of tables that gain no rows; `reason` is of the closed list, or nothing (records of the past)."""

    reason: str
    patterns: tuple[str, ...]
    source: str


class CounterpartRule(Rule, frozen=True):
    """The variant whose row stands beside a row of this tier (and family) where no call decides."""

    tier: str
    variant: Literal["flagship", "instant", "mini"]
    source: str
    family: str = ""


class TemplateRule(Rule, frozen=True):
    """Family and tier of the rows that a variant's row is modelled on, the nearest first."""

    variant: Literal["flagship", "instant", "mini"]
    order: tuple[tuple[str, str], ...]
    source: str


class IntentRule(Rule, frozen=True):
    """What code behind a test on a model's name is for; models without one of `modalities` stay out of it."""

    id: str
    patterns: tuple[str, ...]
    source: str
    modalities: tuple[str, ...] = ()


class TableRules(Rule, frozen=True):
    """rules/tables.toml."""

    figure: tuple[FigureRule, ...]
    side: tuple[SideRule, ...]
    unit: tuple[UnitRule, ...]
    capability: tuple[CapabilityRule, ...]
    flag: tuple[FlagRule, ...]
    field: tuple[FieldRule, ...]
    refusal: tuple[RefusalRule, ...]
    counterpart: tuple[CounterpartRule, ...]
    template: tuple[TemplateRule, ...]
    intent: tuple[IntentRule, ...]
