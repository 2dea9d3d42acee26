"""Literals elsewhere that a parameter's refused value comes from: a constant, a default, a caller, a row."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migrator.decide.linked import Linked
    from migrator.read.nodes import Node
    from migrator.requests.request_records import Given
    from migrator.rulebook.request_rules import ParameterRule


def origins(linked: Linked, call: Node, rule: ParameterRule) -> Iterator[tuple[Node, str]]:
    """Each literal whose value a rule replaces, with what stands there instead.

    None that a test asks for, nor a member's of an enumeration: callers outside name it by its value.
    """
    found: dict[Node, str] = {}
    for request in linked.requests_of(call):
        for given in request.parameters:
            if given.name == rule.name and not given.is_asked_for:
                found.update(_replaced(rule, given))
    for node, new in found.items():
        if not is_member(linked, node) and not any(
            use.kind in ("compare", "lookup") for use in linked.flow.uses(node)
        ):
            yield node, new


def is_member(linked: Linked, node: Node) -> bool:
    """Whether a literal is the value of an enumeration's member, by which it is named from outside."""
    return node.scope.kind == "ClassDef" and linked.know.is_enum(node.scope)


def mapped(linked: Linked, call: Node, rule: ParameterRule, given: Node) -> dict[str, str]:
    """What a rule replaces of what callers outside may give by a type, where an argument is a plain name."""
    if given.kind not in ("Name", "Attribute"):
        return {}
    declared = (
        value
        for request in linked.requests_of(call)
        for one in request.parameters
        if one.name == rule.name and one.entry.node is given
        for value in one.declared
    )
    texts = {repr(value.constant): value.node.source for value in declared}
    return {source: rule.change.replace[key] for key, source in texts.items() if key in rule.change.replace}


def named_outside(linked: Linked, call: Node, rule: ParameterRule, given: Node) -> list[str]:
    """What a target refuses and callers outside may give, where no type says what they give."""
    values = (
        value
        for request in linked.requests_of(call)
        for one in request.parameters
        if one.name == rule.name and one.entry.node is given and not one.declared
        for value in one.values
    )
    is_open = any(value.kind == "open" and value.data == "caller outside" for value in values)
    return sorted(rule.change.replace) if is_open and not {"", "*"} & set(rule.change.replace) else []


def _replaced(rule: ParameterRule, given: Given) -> Iterator[tuple[Node, str]]:
    for value in given.values:
        new = rule.change.replace.get(repr(value.constant)) if value.kind == "constant" else None
        if new is not None and len(value.more) == 1 and value.more[0].kind == "Constant":
            literal = value.more[0]
            if literal is not given.entry.node and literal.value == value.constant:
                yield literal, new
