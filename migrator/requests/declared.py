"""What a type lets callers outside give: `effort: Literal["minimal", "low"]`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.know.values import NOTHING, constant
from migrator.read.scopes import last_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migrator.know.evaluator import Evaluator
    from migrator.know.values import Entry, Frame, Value, Values
    from migrator.read.nodes import Node

_OUTSIDE = "caller outside"
MAX_DEPTH = 4
"""Names of types that stand for one another."""


def declared(know: Evaluator, entry: Entry, values: Values) -> Values:
    """What an argument is where callers outside give what a type declares, beside what is known of it."""
    found = NOTHING
    for value in values:
        if value.kind == "open" and value.data == _OUTSIDE:
            listed = (*_literals(know, value.node.child("annotation")), *_tested(know, value.node))
            for text in listed:
                taken = constant(text.value, text, ())
                found |= know.given(entry._replace(frame=_taken(know, entry, value, taken)))
    return frozenset(one for one in found - values if one.kind == "constant")


def _literals(know: Evaluator, annotation: Node | None, depth: int = 0) -> Iterator[Node]:
    """The constants that an annotation lists, itself or by the name of a type."""
    if annotation is None or depth > MAX_DEPTH:
        return
    if annotation.kind == "Subscript" and last_name(annotation.child("value")) == "Literal":
        listed = annotation.child("slice")
        yield from listed.among("Constant") if listed is not None else ()
    elif annotation.kind == "Name":
        for bound in know.bindings(annotation):
            made = bound.parent if bound.kind == "NameStore" else None
            yield from _literals(know, made.child("value") if made is not None else None, depth + 1)
    elif annotation.kind in ("Subscript", "Tuple", "BinOp"):
        for part in annotation.children():
            yield from _literals(know, part, depth + 1)


def _tested(know: Evaluator, arg: Node) -> Iterator[Node]:
    """The constants of a collection that a parameter's function looks for it in."""
    function = arg.parent if arg.kind == "arg" else None
    for test in function.among("Compare") if function is not None else ():
        if {"In", "NotIn"} & set(test.value) and test.first.kind == "Name" and test.first.value == arg.value:
            for held in know.value(test.all("comparators")[0], know.frames.of(test)):
                elements = know.elements(held) if held.kind == "sequence" else ()
                nodes = [one.node for one in elements if one.node is not None]
                yield from (node for node in nodes if node.kind == "Constant")


def _taken(know: Evaluator, entry: Entry, value: Value, taken: Value) -> Frame | None:
    """The entry's frame, where what callers outside give is one value."""
    if value.node.kind == "arg":
        return _given(know, entry.frame, value.node, taken)
    frame, scope = entry.frame, entry.node.scope if entry.node is not None else None
    for one in scope.among("Attribute") if scope is not None else ():
        if value in know.value(one, frame):
            frame = know.frames.at_row(frame, one, taken)
    return frame


def _given(know: Evaluator, frame: Frame | None, arg: Node, taken: Value) -> Frame | None:
    """A frame in which a parameter of its function, or of one that calls this, is one value."""
    if frame is None or frame.function is arg.parent:
        return know.frames.at_row(frame, arg, taken) if frame is not None else None
    sites = tuple(site._replace(frame=_given(know, site.frame, arg, taken)) for site in frame.sites)
    return know.frames.enter(frame.function, sites, frame.receiver, frame.closure) if sites else frame
