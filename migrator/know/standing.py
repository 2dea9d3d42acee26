"""What stands for what is not found, rule by rule: where a question leads too far, and where a rule ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from migrator.know import (
    bindings,
    callers,
    calls,
    expressions,
    fields,
    flow,
    given_targets,
    mapping_keys,
    mappings,
    members,
    module_members,
    parameters,
    sequences,
    visible_bindings,
)
from migrator.know.questions import Holder
from migrator.know.values import NOTHING, Entry, Value, an_open

if TYPE_CHECKING:
    from migrator.know.evaluator import Evaluator as Know
    from migrator.know.questions import Invocation
    from migrator.know.solver import Rule
    from migrator.know.values import Entries, Frame, Values
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
    return frozenset((Holder(node, frame, given_targets.LOST),))


def _by_anything(know: Know, function: Node) -> frozenset[Invocation | None]:
    """There may be calls that are not seen."""
    return frozenset((None,))


TOPS: dict[Rule, Rule] = {
    **dict.fromkeys((expressions.expression, bindings.bound, calls.returned), _anything),
    **dict.fromkeys((members.instance_member, members.class_member, members._own_field), _anything),
    module_members.module_member: _of_module,
    visible_bindings.outcomes: _either,
    **dict.fromkeys((fields.field, fields.fields, fields.computed_fields, fields.set_on), _any_entry),
    **dict.fromkeys((mappings.mapping_entries, sequences.sequence_elements), _any_entry),
    flow.holders: _anywhere,
    callers.invocations: _by_anything,
}
"""What a cell may hold at most: what is said where a question leads too far."""


def _nothing(_know: Know, *_of: Any) -> Values:  # noqa: ANN401
    return NOTHING


def _not_followed(know: Know, node: Node, frame: Frame | None) -> Values:
    """What stands for what an expression gives, or a name is bound to, where that is not followed."""
    is_by_anyone = node.kind == "arg" and (frame is None or not frame.sites)
    if is_by_anyone and node.parent is not None and not know.is_written(node.file):
        return parameters.unseen(node, node.parent)
    return an_open("computed", node) if node.kind in _FOLLOWED else NOTHING


def _no_member(_know: Know, _base: object, _name: str, node: Node, *_frame: Frame | None) -> Values:
    """What stands for an attribute that nothing is seen to set."""
    return an_open("computed", node)


_FOLLOWED = frozenset({"arg", "Call", "Attribute", "Subscript", "BinOp", "NameStore"})
INSTEAD: dict[Rule, Rule] = {
    expressions.expression: _not_followed,
    bindings.bound: _not_followed,
    visible_bindings.outcomes: _nothing,
    calls.returned: _nothing,
    members.instance_member: _no_member,
    members.class_member: _no_member,
    module_members.module_member: _no_member,
    mapping_keys.filled_mapping: _nothing,
    sequences.filled_sequence: _nothing,
}
"""The rules that find nothing only where no code comes; what stands for what they do not follow."""
