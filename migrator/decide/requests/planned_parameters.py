"""What becomes of one parameter: the record, its steps, or why the call stays; and how edits name items."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable

    from migrator.decide.requests.given_parameters import Setting
    from migrator.inventory import Parameter, Requirement
    from migrator.inventory.edit_records import (
        Operation,
        Span,
    )
    from migrator.read.nodes import Node
    from migrator.rulebook.request_rules import ParameterRule


class Step(NamedTuple):
    """One edit's place and operation."""

    path: str
    anchor: Span
    operation: Operation


class Block(NamedTuple):
    """Why a call must stay as it is: a reason of the closed list, a sentence, what must be raised first."""

    reason: str
    detail: str
    requirement: Requirement | None = None


class Planned(NamedTuple):
    """What becomes of a parameter: the record, its edits (none: only reported), or why the call stays.

    `is_optional`: only users of the program give it, so that it stays for what they may name beside it.
    `is_conditional`: where it is given, it changes for the targets alone.
    """

    parameter: Parameter
    steps: tuple[Step, ...] = ()
    setting: Setting | None = None
    block: Block | None = None
    is_optional: bool = False
    is_conditional: bool = False


def in_one_way(planned: dict[Node, list[Planned]]) -> dict[Node, list[Planned]]:
    """The parameters of calls; one that several calls are given from one place changes there in one way.

    Where it must stay as it is for one call's other models, it changes for the targets alone.
    """
    conditional: dict[tuple[Node, str], Planned] = {}
    for plan in (one for plans in planned.values() for one in plans):
        if plan.is_conditional and plan.setting is not None:
            conditional.setdefault((plan.setting.value, plan.parameter.rule), plan)

    def one_way(plan: Planned) -> Planned:
        key = (plan.setting.value, plan.parameter.rule) if plan.setting is not None else None
        wanted = conditional.get(key) if key is not None and plan.steps else None
        is_plain = wanted is not None and plan.parameter.action == wanted.parameter.action
        return plan._replace(steps=wanted.steps, is_conditional=True) if wanted and is_plain else plan

    return {call: list(map(one_way, plans)) for call, plans in planned.items()}


def without_moot(planned: list[Planned], rules: Iterable[ParameterRule]) -> list[Planned]:
    """What becomes of parameters, without remarks that what is added beside them makes untrue."""
    added = {
        f"{one.parameter.name}={one.parameter.new}".replace('"', "'")
        for one in planned
        if one.setting is None and one.steps and one.block is None
    }
    moot = {rule.id for rule in rules if rule.change.report and not added.isdisjoint(rule.change.unless)}
    return [one for one in planned if one.parameter.rule not in moot]


def only_for(plan: Planned, others: frozenset[str]) -> Planned:
    """A parameter that is added keeps the call where a model that stays would be sent it too."""
    if not others or not plan.steps:
        return plan
    detail = f"{plan.parameter.name} would be sent to {', '.join(sorted(others))} too"
    return plan._replace(block=Block("must-move-together", detail))


def key_of(setting: Setting) -> Node:
    """The string that names an item."""
    if setting.form == "setdefault":
        return setting.holder.all("args")[0]
    target = setting.holder.child("targets")
    key = target.child("slice") if target is not None else None
    return key or setting.holder


def stored(setting: Setting) -> Node:
    """The attribute that an assignment sets."""
    return setting.holder.child("targets") or setting.holder.first


def acted_on(record: Parameter, action: str, new: str = "") -> Parameter:
    return msgspec.structs.replace(record, action=action, new=new)


def literal(node: Node) -> str:
    """The source form of a simple expression, as rules write it; `?` for what is computed."""
    if node.kind == "Constant":
        return repr(node.value)
    if node.kind == "UnaryOp" and node.value == "USub":
        inner = node.child("operand")
        return f"-{literal(inner)}" if inner is not None else "?"
    if node.kind == "Dict":
        pairs = zip(node.all("keys"), node.all("values"), strict=False)
        return "{" + ", ".join(f"{literal(k)}: {literal(v)}" for k, v in pairs) + "}"
    if node.kind == "List":
        return "[" + ", ".join(literal(n) for n in node.all("elts")) + "]"
    return str(node.value) if node.kind == "Name" else "?"


def is_read(load: Node) -> bool:
    """Whether an attribute is looked into (`choice.logprobs.content`), not a setting of the program's own."""
    base = load.child("value")
    return base is None or base.kind != "Name" or base.value not in ("self", "cls")
