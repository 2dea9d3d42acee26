"""What a model refuses of a request."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from migrator.know.values import Entry
from migrator.parameternames import SENT, applying
from migrator.read.ids import bare, is_named
from migrator.requests.contents import value_order
from migrator.requests.request_records import MAY_HOLD_MORE, Given

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migrator.know.values import Value
    from migrator.requests.request_records import Request
    from migrator.rulebook import Rulebook
    from migrator.rulebook.request_rules import ParameterRule


class Violation(NamedTuple):
    """A parameter that a model refuses: the rule that says so, the model's value, the parameter."""

    rule: ParameterRule
    model: Value
    given: Given
    value: Value


def violations(request: Request, variants: dict[str, str], rulebook: Rulebook) -> Iterator[Violation]:
    """What the targets among a request's models refuse; `variants` names each target's variant by its id."""
    targets = [(model, variant) for model in request.models if (variant := _variant(model, variants))]
    if not targets:
        return
    spoken = applying(request.rule, rulebook.parameters, ids=[model.text or "" for model, _ in targets])
    named = [rule for rule in spoken if not rule.families]
    raw = [rule for rule in rulebook.parameters if SENT in rule.apis and not rule.families]
    plain = request._replace(parameters=tuple(one for one in request.parameters if not one.is_raw))
    own = request._replace(parameters=tuple(one for one in request.parameters if one.is_raw))
    names = {one.name for one in request.parameters}
    named = [rule for rule in named if rule.name in names or _is_named(rule, request)]
    raw = [rule for rule in raw if rule.name in names or _is_named(rule, request)] if own.parameters else []
    for model, variant in targets:
        for rules, part in ((named, plain), (raw, own)):
            for rule in rules:
                speaks = variant in rule.variants and rulebook.catalog.name in rule.catalogs
                if speaks and not _is_excused(rule, request):
                    yield from _refused(rule, model, part)


def lacking(
    request: Request, variants: dict[str, str], rulebook: Rulebook
) -> Iterator[tuple[Value, ParameterRule]]:
    """The targets among a request's models that need a parameter beside what it holds, with its rule."""
    names = {one.name.partition(".")[0] for one in request.parameters if not _is_nothing(one)}
    held = request._replace(parameters=tuple(one for one in request.parameters if not _is_nothing(one)))
    for rule in applying(request.rule, rulebook.parameters) if variants else ():
        is_added = set(rule.change.replace) == {""} and bool(rule.change.only_with)
        if is_added and rule.name not in names and not _is_excused(rule, held):
            for model in request.models:
                if _variant(model, variants) in rule.variants and rulebook.catalog.name in rule.catalogs:
                    yield model, rule


def _is_nothing(given: Given) -> bool:
    """Whether a parameter is surely left out, or empty."""
    return all(value.kind == "constant" and not value.constant for value in given.values)


def _is_named(rule: ParameterRule, request: Request) -> bool:
    """Whether a rule refuses the model itself as a call of its kind names it."""
    return bool(rule.change.blocks) and not rule.change.below and rule.name in request.rule.model


def untold(request: Request, variants: dict[str, str]) -> Iterator[tuple[Value, Value]]:
    """The targets among a request's models, with what is spread there and may hold any parameter."""
    for model in request.models if request.open else ():
        if _variant(model, variants):
            yield from ((model, value) for value in request.open if value.data in MAY_HOLD_MORE)


def pictures_refused(
    request: Request, variants: dict[str, str], rulebook: Rulebook
) -> Iterator[tuple[Value, Value]]:
    """The targets among a request's models that don't take its pictures, with what shows these."""
    by_id = {one.id: one for one in rulebook.catalog.models}
    for model in request.models if request.picture is not None else ():
        target = bare(model.text or "")
        known = by_id.get(target) if target in variants else None
        for shown, fine in ((request.picture, False), (request.fine, True)) if known is not None else ():
            if known is not None and shown is not None and not known.takes_pictures(fine=fine):
                yield model, shown
                break


def _variant(model: Value, variants: dict[str, str]) -> str:
    text = model.text or ""
    return next((v for name, v in variants.items() if is_named(text, name)), "")


def _refused(rule: ParameterRule, model: Value, request: Request) -> Iterator[Violation]:
    change = rule.change
    if _is_named(rule, request):
        named = Given(
            rule.name, frozenset((model,)), Entry(rule.name, None, request.frame, request.call, "keyword")
        )
        yield Violation(rule, model, named, model)
    if (
        (change.report and not change.blocks and not change.into)
        or change.below
        or set(change.replace) == {""}
    ):
        return
    for given in request.parameters:
        if given.name == rule.name and not given.is_asked_for:
            for value in sorted(given.values | given.declared, key=value_order):
                if _is_refused(rule, value):
                    yield Violation(rule, model, given, value)


_MAY_HOLD_ANYTHING = ("computed", "environment", "library result", "not read", "too many")


def _is_refused(rule: ParameterRule, value: Value) -> bool:
    """Whether a value is refused, or may be one that is; what callers outside give is theirs to change.

    The name under which it is sent is not.
    """
    if value.kind == "constant":
        return not _is_taken(rule, value)
    if value.kind == "sequence" and _is_empty(value) and "[]" in rule.change.keep_values:
        return False
    if value.kind in ("mapping", "sequence"):
        return not rule.change.replace or "*" in rule.change.replace
    return value.kind == "open" and (
        value.data in _MAY_HOLD_ANYTHING or bool(rule.change.rename or rule.change.into)
    )


def _is_empty(value: Value) -> bool:
    """Whether a sequence is a display of nothing."""
    return value.node.kind in ("List", "Tuple") and not value.node.all("elts")


def _is_taken(rule: ParameterRule, value: Value) -> bool:
    """Whether a value is one that the model takes."""
    change, source = rule.change, repr(value.constant)
    if value.constant is None or source in change.keep_values:
        return True
    if change.replace and source not in change.replace and "*" not in change.replace:
        return True
    number = value.constant
    return change.keep_from is not None and isinstance(number, (int, float)) and number >= change.keep_from


def _is_excused(rule: ParameterRule, request: Request) -> bool:
    """Whether what else the request holds lets the parameter stay."""
    if not (rule.change.only_with or rule.change.unless):
        return False
    given = {
        one.name: {repr(v.constant) if v.kind == "constant" else "?" for v in one.values}
        for one in request.parameters
    }
    only_with = [_parted(condition) for condition in rule.change.only_with]
    if only_with and not any(
        name in given and (not wanted or wanted in given[name]) for name, wanted in only_with
    ):
        return True
    return any(
        name in given and (not wanted or given[name] == {wanted})
        for name, wanted in map(_parted, rule.change.unless)
    )


def _parted(condition: str) -> tuple[str, str]:
    """The name and the value of a condition: `tools`, `drop_params=True`, `reasoning={'effort': 'none'}`."""
    name, _, wanted = condition.partition("=")
    if wanted.startswith("{"):
        return f"{name}.effort", wanted.rpartition(": ")[2].rstrip("}")
    return name, wanted
