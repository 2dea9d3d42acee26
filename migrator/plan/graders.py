"""Graders, guardrails and domains that fit a call site."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from migrator.plan.plan_records import JUDGES, Grader, Guard

if TYPE_CHECKING:
    from collections.abc import Iterable

    from migrator.inventory.prompt_records import Prompt
    from migrator.plan.overrides import Overrides
    from migrator.plan.plan_rules import Domain, GraderRule, PlanRules

_YES_NO = re.compile(
    r"\b(?:answer|reply|respond|say|return|output)\w*"
    r"(?: only| just| strictly| exactly| with| either| one word| a single word|:)*"
    r"\s+[\"'`]?(?:(yes)[\"'`]? ?(?:or|/) ?[\"'`]?(no)|(true)[\"'`]? ?(?:or|/) ?[\"'`]?(false))\b",
    re.IGNORECASE,
)
_ITEM = r"(?:\"[^\"\n]{1,40}\"|'[^'\n]{1,40}'|`[^`\n]{1,40}`|[\w+#/-]{1,30})"
_ONE_OF = re.compile(
    rf"\bone of(?: the| these| those)?(?: following)?(?:(?: [a-z]+){{0,3}}\s*:)?\s*[\[(]?\s*"
    rf"({_ITEM}(?:\s*(?:,|\||;)\s*(?:or\s+|and\s+)?{_ITEM})+(?:,?\s+(?:or|and)\s+{_ITEM})?|{_ITEM}\s+or\s+{_ITEM})"
    r"\s*(?=[\])]|[.;:](?:\s|$)|\n|$)",
    re.IGNORECASE,
)
_BULLETS = re.compile(
    r"\bone of[^\n]{0,60}:[ \t]*\n((?:[ \t]*[-*\u2022][ \t]*[\w+#/ -]{1,40}(?:\n|$)){2,})", re.IGNORECASE
)
_SPLIT = re.compile(r"\s*(?:,|\||;)\s*(?:(?:or|and)\s+)?|\s+(?:or|and)\s+", re.IGNORECASE)


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
    """The closed list of answers that a prompt names as a list, if the answer is short; never out of
    prose.
    """
    if cap is not None and cap > 60 and not _ONE_OF.search(text):
        return ()
    found = _YES_NO.search(text)
    if found:
        return tuple(group.lower() for group in found.groups() if group)
    bullets = _BULLETS.search(text)
    if bullets:
        return tuple(line.strip(" \t-*\u2022") for line in bullets[1].splitlines() if line.strip())
    listed = _ONE_OF.search(text)
    return tuple(w.strip("\"'`") for w in _SPLIT.split(listed[1]) if w.strip("\"'` ")) if listed else ()


def graders(found: Fit, rules: PlanRules, judge_model: str, given: Overrides) -> tuple[Grader, ...]:
    """The primary grader (the team's choice first), then those of the answer's form."""
    primary = (
        next(rule for rule in rules.grader if rule.id == given.grader)
        if given.grader
        else next(rule for rule in rules.grader if not rule.also and not rule.chosen and _fits(rule, found))
    )
    others = [rule for rule in rules.grader if rule.also and set(rule.needs) <= found.needs]
    labels = given.labels if given.labels is not None else found.labels
    judges = primary.id in JUDGES
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
        rubric=(given.rubric or rubric(found.uses, rules)) if judges else "",
        judge_model=(given.judge_model or judge_model) if judges else "",
        test_command=given.test_command or () if primary.id == "tests" else (),
        tolerance=given.tolerance or 0.0,
        pattern=given.pattern or "",
        function=given.function or "",
        control_at_least=_floor(primary, given),
        source=primary.source,
    )
    return (head, *(_plain(rule, found) for rule in others if rule.id != primary.id))


def _floor(primary: GraderRule, given: Overrides) -> float:
    return primary.control_at_least if given.control_at_least is None else given.control_at_least


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
