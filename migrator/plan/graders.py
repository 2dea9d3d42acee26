"""Graders, guardrails and domains that fit a call site."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from migrator.plan.records import Grader, Guard

if TYPE_CHECKING:
    from collections.abc import Iterable

    from migrator.inventory import Prompt
    from migrator.plan.overrides import Overrides
    from migrator.plan.rules import Domain, GraderRule, PlanRules

_YES_NO = re.compile(r"\b(yes)\s*(?:or|/)\s*(no)\b|\b(true)\s*(?:or|/)\s*(false)\b", re.IGNORECASE)
_ONE_OF = re.compile(
    r"(?:one of|either|is \w+(?: \w+)* (?:this )?\w+|as|categories|labels|options)[:\s]+"
    r"((?:[\"'`]?[\w-]+[\"'`]?\s*,\s*)+(?:(?:or|and)\s+)?[\"'`]?[\w-]+[\"'`]?|"
    r"(?:[\w-]+,\s*)+[\w-]+\s+(?:or|and)\s+[\w-]+)",
    re.IGNORECASE,
)
_LISTED = re.compile(r"((?:\b[\w-]{3,20},\s+)+[\w-]{3,20}(?:,)?\s+or\s+[\w-]{3,20})\b")


class Fit(NamedTuple):
    """What graders can use at a site."""

    uses: tuple[str, ...]
    labels: tuple[str, ...]
    schema: str
    needs: frozenset[str]


def fit(prompt: Prompt, uses: Iterable[str]) -> Fit:
    """What the prompt and the request say about the form of the answer."""
    schema = json.loads(prompt.response_schema) if prompt.response_schema else {}
    labels = _enumeration(schema) or _labels(" ".join(m.text for m in prompt.messages), prompt.output_cap)
    needs = {
        name
        for name, there in (
            ("tools", prompt.tools),
            ("labels", labels),
            ("schema", prompt.response_schema),
            ("json", prompt.response != "text" and not prompt.response_schema),
        )
        if there
    }
    return Fit(tuple(uses), labels, prompt.response_schema, frozenset(needs))


def _enumeration(schema: dict[str, Any]) -> tuple[str, ...]:
    """The labels of an answer that is one enumerated field."""
    fields = schema.get("properties", {})
    if len(fields) == 1:
        (field,) = fields.values()
        if isinstance(field, dict) and isinstance(field.get("enum"), list):
            return tuple(map(str, field["enum"]))
    return ()


def _labels(text: str, cap: int | None) -> tuple[str, ...]:
    """The closed list of answers that a prompt names, if the answer is short."""
    found = _YES_NO.search(text)
    if found:
        return tuple(group.lower() for group in found.groups() if group)
    if cap is not None and cap > 60:
        return ()
    listed = _LISTED.search(text)
    return tuple(w for w in re.split(r",\s*|\s+or\s+", listed[1]) if w and w != "or") if listed else ()


def graders(found: Fit, rules: PlanRules, judge_model: str, given: Overrides) -> tuple[Grader, ...]:
    """The primary grader, then those of the answer's form."""
    primary = next(rule for rule in rules.grader if not rule.also and _fits(rule, found))
    others = [rule for rule in rules.grader if rule.also and set(rule.needs) <= found.needs]
    labels = given.labels if given.labels is not None else found.labels
    head = Grader(
        id=primary.id,
        title=primary.title,
        scale=primary.scale,
        margin=given.margin if given.margin is not None else primary.margin,
        spread=given.spread if given.spread is not None else primary.spread,
        primary=True,
        hint=primary.hint,
        labels=tuple(labels) if primary.id == "exact" else (),
        schema=found.schema,
        rubric=(given.rubric or rubric(found.uses, rules)) if primary.id == "judge" else "",
        judge_model=(given.judge_model or judge_model) if primary.id == "judge" else "",
        test_command=given.test_command or () if primary.id == "tests" else (),
        source=primary.source,
    )
    return (head, *(_plain(rule, found) for rule in others))


def _plain(rule: GraderRule, found: Fit) -> Grader:
    return Grader(
        id=rule.id,
        title=rule.title,
        scale=rule.scale,
        margin=rule.margin,
        spread=rule.spread,
        schema=found.schema if rule.id == "schema" else "",
        source=rule.source,
    )


def _fits(rule: GraderRule, found: Fit) -> bool:
    if not set(rule.needs) <= found.needs:
        return False
    return not rule.uses or bool(set(rule.uses) & set(found.uses[:1]))


def rubric(uses: Iterable[str], rules: PlanRules) -> str:
    """What a judge looks at."""
    wanted = set(uses)
    return next(r.text for r in rules.rubric if not r.uses or wanted & set(r.uses))


def guardrails(rules: PlanRules) -> tuple[Guard, ...]:
    """Checks of every answer."""
    return tuple(
        Guard(id=g.id, title=g.title, most_more=g.most_more, pattern=g.pattern, low=g.low, high=g.high)
        for g in rules.guardrail
    )


def domains(uses: Iterable[str], rules: PlanRules) -> tuple[Domain, ...]:
    """The sensitive domains that a site's uses belong to."""
    wanted = set(uses)
    return tuple(domain for domain in rules.domain if wanted & set(domain.uses))
