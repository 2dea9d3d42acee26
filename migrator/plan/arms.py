"""The sides of a comparison: what the old model is sent, and what that becomes for a target."""

from __future__ import annotations

import ast
import json
from typing import TYPE_CHECKING, Any

from migrator.parameternames import applying
from migrator.plan.plan_records import Arm
from migrator.rulebook.api_rules import Call, Takes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migrator.decide.catalogue import Catalogue
    from migrator.inventory import CallSite
    from migrator.inventory.prompt_records import Prompt
    from migrator.plan.plan_records import ArmName
    from migrator.plan.plan_rules import PlanRules
    from migrator.rulebook import Rulebook
    from migrator.rulebook.request_rules import ParameterRule

_ABSENT = object()


class Arms:
    """Makes the arms of one plan."""

    def __init__(self, rulebook: Rulebook, catalogue: Catalogue, rules: PlanRules) -> None:
        self.rulebook = rulebook
        self.catalogue = catalogue
        self.rules = rules

    def control(self, prompt: Prompt, model: str) -> Arm:
        """The old model with the parameters of the code."""
        return Arm(name="control", model=model, request=self._request(prompt))

    def target(self, name: ArmName, site: CallSite, prompt: Prompt, old: str, variant: str) -> Arm:
        """A target (flagship, instant, mini, or an id) with the parameters that it takes."""
        known = self.catalogue.catalog.variants.get(variant)
        request, changes = self._request(prompt), []
        for rule in self._rules(site, prompt, old, variant):
            changes += _applied(rule, request)
        for key, value in (known.defaults if known else {}).items():
            if prompt.endpoint == "responses" and key == "reasoning_effort":
                request.setdefault("reasoning", {}).setdefault("effort", value)
            else:
                request.setdefault(key, value)
            changes.append(f"{key}={value} belongs to this target")
        return Arm(
            name=name,
            model=known.id if known else variant,
            request=request,
            changes=tuple(dict.fromkeys(changes)),
            variant=variant if known else "",
        )

    def _request(self, prompt: Prompt) -> dict[str, Any]:
        return {k: json.loads(v) for k, v in prompt.request.items() if k in self.rules.request.parameters}

    def _rules(self, site: CallSite, prompt: Prompt, old: str, variant: str) -> Iterator[ParameterRule]:
        """Those for what the endpoint itself is sent, and those of the call's own API."""
        sent = Call(id=prompt.api or site.api, source="", style=prompt.endpoint, takes=Takes(open=True))
        family, catalog = self.catalogue.family(old), self.catalogue.catalog.name
        for rule in applying(sent, self.rulebook.parameters):
            fits = not rule.families or family in rule.families
            if fits and variant in rule.variants and catalog in rule.catalogs:
                yield rule


def _applied(rule: ParameterRule, request: dict[str, Any]) -> list[str]:
    """Change the request as a rule says; what was done, in words."""
    change, value = rule.change, _get(request, rule.name)
    if change.only_with and not any(_get(request, name) is not _ABSENT for name in change.only_with):
        return []
    if any(_holds(condition, request) for condition in change.unless) or change.report:
        return []
    if value is _ABSENT:
        return _added(rule, request)
    if repr(value) in change.keep_values or _is_least(value, change.keep_from):
        return []
    if change.rename:
        _put(request, rule.name, _ABSENT)
        if _get(request, change.rename) is _ABSENT:
            _put(request, change.rename, value)
        return [f"{rule.name} is called {change.rename}"]
    if change.remove:
        _put(request, rule.name, _ABSENT)
        return [f"{rule.name} is left out{': ' + rule.loses if rule.loses else ''}"]
    new = change.replace.get(repr(value), change.replace.get("*"))
    if new is None:
        return []
    _put(request, rule.name, _literal(new))
    return [f"{rule.name} is {new} instead of {value!r}"]


def _added(rule: ParameterRule, request: dict[str, Any]) -> list[str]:
    new = rule.change.replace.get("")
    if new is None:
        return []
    _put(request, rule.name, _literal(new))
    return [f"{rule.name}={new} is added"]


def _is_least(value: object, least: float | None) -> bool:
    return least is not None and isinstance(value, (int, float)) and value >= least


def _holds(condition: str, request: dict[str, Any]) -> bool:
    name, _, wanted = condition.partition("=")
    value = _get(request, name)
    return value is not _ABSENT and (not wanted or repr(value) == wanted)


def _literal(source: str) -> Any:  # noqa: ANN401
    try:
        return ast.literal_eval(source)
    except (ValueError, SyntaxError):
        return source


def _get(request: dict[str, Any], name: str) -> Any:  # noqa: ANN401
    first, _, rest = name.partition(".")
    value = request.get(first, _ABSENT)
    return value if not rest else _get(value, rest) if isinstance(value, dict) else _ABSENT


def _put(request: dict[str, Any], name: str, value: object) -> None:
    """Set a (dotted) parameter, or drop it."""
    first, _, rest = name.partition(".")
    if rest:
        inner = dict(request.get(first) or {})
        _put(inner, rest, value)
        value = inner or _ABSENT
    if value is _ABSENT:
        request.pop(first, None)
    else:
        request[first] = value
