"""What types cannot check in a rule file: ids, choices, patterns, and rules that name other rules."""

from __future__ import annotations

import datetime
import re
from typing import TYPE_CHECKING

from migrator import regexes
from migrator.parameternames import SENT
from migrator.rulebook.base import RuleError
from migrator.rulebook.ruleerrors import label

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from migrator.rulebook.api_rules import Api, Call
    from migrator.rulebook.base import Rule
    from migrator.rulebook.catalog_rules import Catalog, Model
    from migrator.rulebook.name_rules import NameList
    from migrator.rulebook.request_rules import ParameterRule
    from migrator.rulebook.ruleforms import CatalogPart, UserRules

_SHORTEST = 2
"""What is shorter stands in every other word."""

_MOST_USD = 100_000.0

VARIANTS = ("flagship", "instant", "mini")


def identity(rule: Rule) -> str:
    """What tells a rule from the others of its kind."""
    for name in ("id", "name", "text", "suffix"):
        if hasattr(rule, name):
            return str(getattr(rule, name))
    return f"{getattr(rule, 'prefix', '')}|{getattr(rule, 'part', '')}"


def check_unique(rules: Iterable[Rule], kind: str, shown: str, seen: dict[str, str] | None = None) -> None:
    seen = {} if seen is None else seen
    for rule in rules:
        name = identity(rule)
        if name in seen:
            raise RuleError(f"{shown}: {label(kind, rule, 0)}: the id is used twice (also in {seen[name]})")
        seen[name] = shown


def check_calls(calls: Iterable[Call], shown: str, seen: dict[str, str]) -> None:
    check_unique(calls, "call", shown, seen)
    for call in calls:
        if not call.callees and not call.tails:
            raise RuleError(f'{shown}: call "{call.id}": missing key "callees" (or "tails")')


def check_namings(apis: Iterable[Api], shown: str) -> None:
    """Every `naming` of a call is there, once."""
    apis = list(apis)
    check_unique((each for api in apis for each in api.naming), "naming", shown)
    known = {each.id for api in apis for each in api.naming}
    for call in (call for api in apis for call in api.call):
        if call.naming and call.naming not in known:
            raise RuleError(f'{shown}: call "{call.id}": key "naming": no naming "{call.naming}"')


def check_changes(rules: Iterable[ParameterRule], shown: str) -> None:
    check_unique(rules, "parameter", shown)
    for rule in rules:
        given = [name for name in ("rename", "remove", "replace", "report") if getattr(rule.change, name)]
        if len(given) != 1:
            found = " and ".join(given) or "none"
            raise RuleError(
                f'{shown}: parameter "{rule.id}": key "change": needs exactly one of rename, remove, '
                f"replace, report; has {found}"
            )
        check_choices(rule.variants, VARIANTS, f'{shown}: parameter "{rule.id}": key "variants"')


def check_choices(values: Iterable[str], allowed: Sequence[str], where: str) -> None:
    for value in values:
        if value not in allowed:
            raise RuleError(f'{where}: unknown "{value}"; known: {", ".join(allowed)}')


def check_targets(rules: Iterable[ParameterRule], apis: Iterable[Api], shown: str) -> None:
    """Every `apis` entry of a parameter rule is a call's id or a style that some call has."""
    calls = [call for api in apis for call in api.call]
    known = {call.id for call in calls} | {f"style:{call.style}" for call in calls} | {SENT}
    for rule in rules:
        for name in rule.apis:
            if name not in known:
                raise RuleError(f'{shown}: parameter "{rule.id}": key "apis": no call "{name}"')


def check_names(names: dict[str, NameList], shown: str) -> None:
    for name, entry in names.items():
        for pattern in entry.patterns:
            check_pattern(pattern, f'{shown}: names "{name}": key "patterns"')


def check_pattern(pattern: str, where: str) -> None:
    try:
        re.compile(pattern)
    except re.error as error:
        raise RuleError(f'{where}: "{pattern}" is no regular expression: {error}') from None
    except (RecursionError, OverflowError):
        raise RuleError(f"{where}: the pattern is too large") from None
    if regexes.is_slow(pattern):
        raise RuleError(f'{where}: "{pattern[:60]}" can take for ever to match; write it with fewer repeats')


def check_catalog(catalog: Catalog, shown: str) -> None:
    for name in VARIANTS:
        if name not in catalog.variants:
            raise RuleError(f'{shown}: catalog "{catalog.name}": key "variants": missing "{name}"')
    where = f'{shown}: catalog "{catalog.name}": key "variants"'
    check_choices(catalog.variants, VARIANTS, where)
    check_parts(catalog, shown)


def _impossible(model: Model) -> Iterator[str]:
    """Figures that no model can have."""
    for key in ("context_window", "max_input", "max_output", "requests_per_minute", "long_context_from"):
        value = getattr(model, key)
        if value is not None and value <= 0:
            yield f'key "{key}": expected more than 0, got {value:,}'
    for key in ("max_input", "max_output"):
        value, window = getattr(model, key), model.context_window
        if value is not None and window is not None and value > window:
            yield f'key "{key}": {value:,} is more than the window of {window:,}'
    for key in ("usd_in", "usd_cached", "usd_out", "latency_seconds"):
        value = getattr(model, key)
        if value is not None and not 0 <= value < _MOST_USD:
            yield f'key "{key}": expected 0 or more, got {value:g}'
    if model.usd_cached is not None and model.usd_in is not None and model.usd_cached > model.usd_in:
        yield f'key "usd_cached": {model.usd_cached:g} is more than "usd_in", {model.usd_in:g}'
    for key in ("shutdown", "shutdown_azure"):
        if getattr(model, key) and not _is_date(getattr(model, key)):
            yield f'key "{key}": "{getattr(model, key)}" is no date (YYYY-MM-DD)'


def _is_date(text: str) -> bool:
    try:
        datetime.date.fromisoformat(text)
    except ValueError:
        return False
    return True


def check_parts(part: CatalogPart | Catalog | UserRules, shown: str) -> None:
    for kind in ("families", "models", "specials"):
        check_unique(getattr(part, kind), kind, shown)
    for family in part.families:
        if not family.starts or not all(len(start) >= _SHORTEST for start in family.starts):
            what = f"expected beginnings of at least {_SHORTEST} characters"
            raise RuleError(f'{shown}: family "{family.name}": key "starts": {what}')
    for model in part.models:
        for problem in _impossible(model):
            raise RuleError(f'{shown}: model "{model.id}": {problem}')
    for special in part.specials:
        if not (special.part or special.prefix):
            raise RuleError(f'{shown}: special "{special.kind}": missing key "part" (or "prefix")')
