"""Tests that code in two places stands under: what one lets through, the other may keep out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.read.project import FUNCTIONS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migrator.know.evaluator import Evaluator
    from migrator.know.frames import Frame
    from migrator.know.values import Entry, Value
    from migrator.read.nodes import Node

    Condition = tuple[Value, str]


def excludes(know: Evaluator, call: Node, frame: Frame | None, entry: Entry) -> bool:
    """Whether a test lets a call be made only where the same test keeps an entry from being written."""
    there = dict(_conditions(know, entry.node or entry.holder, entry.frame))
    if not there:
        return False
    return any(there.get(one, outcome) != outcome for one, outcome in _conditions(know, call, frame))


def _conditions(know: Evaluator, node: Node, frame: Frame | None) -> Iterator[tuple[Condition, bool]]:
    """What is surely so where a node stands: attributes of the object at hand that never change."""
    below = node
    for above in node.ancestors():
        if above.kind in FUNCTIONS:
            return
        test = above.child("test") if above.kind in ("If", "IfExp") else None
        if test is not None and below.field in ("body", "orelse"):
            outcome = below.field == "body"
            if test.kind == "UnaryOp" and test.value == "Not":
                test, outcome = test.first, not outcome
            one = _fixed(know, test, frame)
            if one is not None:
                yield one, outcome
        below = above


def _fixed(know: Evaluator, test: Node, frame: Frame | None) -> Condition | None:
    if test.kind != "Attribute" or test.first.kind != "Name":
        return None
    name = str(test.value)
    values = know.value(test.first, frame)
    if (
        len(values) != 1
        or know.set_by_name(name)
        or any(not know.is_written(s.file) for s in know.computed_stores)
    ):
        return None
    if any(store.scope.value != "__init__" for store in know.stores(name)):
        return None
    return next(iter(values)), name
