"""Calls that take more work to evaluate than is spent on one: what is written there, all else open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.know.values import Entry, constant, opened
from migrator.requests.records import Given, Request

if TYPE_CHECKING:
    from migrator.know.values import Value
    from migrator.read.nodes import Node
    from migrator.rulebook import Call


def as_written(call: Node, rule: Call) -> Request:
    """The request of a call by its own keywords; what no literal gives is open, because it is too many."""
    named = [(str(k.value or ""), k.child("value")) for k in call.all("keywords")]
    given = [(name, value) for name, value in named if value is not None]
    models = frozenset(_value(value) for name, value in given if name in rule.model)
    parameters = tuple(
        Given(name, frozenset((_value(value),)), Entry(name, value, None, call, "keyword", name))
        for name, value in given
        if name and name not in rule.model
    )
    spread = tuple(opened("too many", value) for name, value in given if not name)
    unknown = frozenset((opened("too many", call),))
    return Request(call, None, rule, models or unknown, parameters, spread)


def body_as_written(node: Node, rule: Call) -> Request:
    """The request of a dict by the keys that are written in it."""
    keys = ((key.value, value) for key, value in zip(node.all("keys"), node.all("values"), strict=True))
    given = {str(name): value for name, value in keys}
    models = frozenset(_value(value) for name, value in given.items() if name == "model")
    parameters = tuple(
        Given(name, frozenset((_value(value),)), Entry(name, value, None, node, "entry", name))
        for name, value in given.items()
        if name != "model"
    )
    return Request(node, None, rule, models, parameters, ())


def _value(node: Node) -> Value:
    return constant(node.value, node) if node.kind == "Constant" else opened("too many", node)
