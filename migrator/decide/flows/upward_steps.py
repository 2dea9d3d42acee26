"""Steps of a value into the expression around it, where nothing of the program has to be asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.decide.flows.flow_steps import key_of
from migrator.decide.flows.flow_uses import ELEMENT, WHOLE, State, Use, entry

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migrator.read.nodes import Node


def passed(_flow: object, state: State, node: Node, parent: Node) -> Iterator[Use | State]:
    if node.field != "test":
        yield State(parent, state.part, state.trail)


def formatted(_flow: object, state: State, node: Node, parent: Node) -> Iterator[Use | State]:
    yield Use("format", parent, "", state.part, state.trail)
    yield State(parent, state.part, state.trail)


def operated(_flow: object, state: State, node: Node, parent: Node) -> Iterator[Use | State]:
    if parent.value == "Add" or (parent.value == "BitOr" and state.part != WHOLE):
        yield State(parent, state.part, state.trail)
    elif parent.value == "Mod":
        yield Use("format", parent, "", state.part, state.trail)


def in_dict(_flow: object, state: State, node: Node, parent: Node) -> Iterator[Use | State]:
    if node.field == "keys":
        yield Use("key", parent, "", state.part, state.trail)
        yield State(parent, ELEMENT, state.trail)
        return
    key = key_of(node)
    yield Use("display", parent, key, state.part, state.trail)
    yield State(parent, entry(key) if state.part == WHOLE else state.part, state.trail)


def subscripted(_flow: object, state: State, node: Node, parent: Node) -> Iterator[Use | State]:
    if node.field == "slice":
        yield Use("lookup", parent, "", state.part, state.trail)
        return
    if state.part == ELEMENT:
        yield State(parent, WHOLE, state.trail)
    elif state.part.kind == "entry":
        index = parent.child("slice")
        if index is None or index.kind != "Constant" or str(index.value) == state.part.key:
            yield State(parent, WHOLE, state.trail)


def compared(_flow: object, state: State, node: Node, parent: Node) -> Iterator[Use | State]:
    yield Use("compare", parent, node.field, state.part, state.trail)


def matched(_flow: object, state: State, node: Node, parent: Node) -> Iterator[Use | State]:
    yield Use("compare", parent, "match", state.part, state.trail)
