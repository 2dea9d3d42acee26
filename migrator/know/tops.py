"""What a cell may hold at most, rule by rule: what is said where a question leads too far."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from migrator.know import (
    bindings,
    callers,
    calls,
    expressions,
    fields,
    flow,
    mappings,
    members,
    sequences,
)
from migrator.know.asking import Holder
from migrator.know.values import Entry, Value, an_open

if TYPE_CHECKING:
    from migrator.know.asking import Invocation
    from migrator.know.evaluator import Evaluator as Know
    from migrator.know.frames import Frame
    from migrator.know.solver import Rule
    from migrator.know.values import Entries, Values
    from migrator.read.nodes import Node


def _anything(know: Know, about: Node | Value, *_: Any) -> Values:  # noqa: ANN401
    return an_open("too many", about.node if isinstance(about, Value) else about)


def _of_module(know: Know, file: object, name: str, node: Node) -> Values:
    return an_open("too many", node)


def _either(know: Know, *_: Any) -> frozenset[bool]:  # noqa: ANN401
    return frozenset((True, False))


def _any_entry(know: Know, about: Node | Value, *_: Any) -> Entries:  # noqa: ANN401
    node = about.node if isinstance(about, Value) else about
    return frozenset((Entry(None, None, None, node, "built", known=an_open("too many", node)),))


def _anywhere(know: Know, node: Node, frame: Frame | None) -> frozenset[Holder]:
    return frozenset((Holder(node, frame, flow.LOST),))


def _by_anything(know: Know, function: Node) -> frozenset[Invocation]:
    """A function of which no call is seen is one that anything may call."""
    return frozenset()


TOPS: dict[Rule, Rule] = {
    **dict.fromkeys((expressions.expression, bindings.bound, calls.returned), _anything),
    **dict.fromkeys((members.instance_member, members.class_member, members._own_field), _anything),
    members.module_member: _of_module,
    expressions.outcomes: _either,
    **dict.fromkeys((fields.field, fields.fields, fields.computed_fields, fields.set_on), _any_entry),
    **dict.fromkeys((mappings.mapping_entries, sequences.sequence_elements), _any_entry),
    flow.holders: _anywhere,
    callers.invocations: _by_anything,
}
