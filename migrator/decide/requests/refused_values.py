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
    """Each literal whose value a rule replaces, with what stands there instead; none that a test asks for."""
    found: dict[Node, str] = {}
    for request in linked.requests_of(call):
        for given in request.parameters:
            if given.name == rule.name and not given.is_asked_for:
                found.update(_replaced(rule, given))
    for node, new in found.items():
        if not any(use.kind in ("compare", "lookup") for use in linked.flow.uses(node)):
            yield node, new


def _replaced(rule: ParameterRule, given: Given) -> Iterator[tuple[Node, str]]:
    for value in given.values:
        new = rule.change.replace.get(repr(value.constant)) if value.kind == "constant" else None
        if new is not None and len(value.more) == 1 and value.more[0].kind == "Constant":
            literal = value.more[0]
            if literal is not given.entry.node and literal.value == value.constant:
                yield literal, new
