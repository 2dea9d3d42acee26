"""What a name may be: which of its bindings a use sees, in which frames, and whether it comes by them."""

from __future__ import annotations

import builtins
from typing import TYPE_CHECKING

from migrator.know import match_cases
from migrator.know.computing import truth
from migrator.know.reaching import comprehension_of, dominates, is_before, shared_loops
from migrator.know.values import Value, an_open, constant, opened
from migrator.read.scopes import FUNCTIONS, activated

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migrator.know.evaluator import Evaluator as Know
    from migrator.know.values import Frame, Values
    from migrator.read.nodes import Node


def named(know: Know, node: Node, frame: Frame | None) -> Values:
    """What the bindings that a name sees bind."""
    bindings, parts = know.bindings(node), []
    last = _surely_bound(know, node, bindings, frame) if len(bindings) > 1 else 0
    for binding in bindings:
        if binding.index < last:
            continue
        for at in binding_frames(know, node, binding, frame):
            if len(bindings) == 1 or know.reached(binding, at):
                parts.append(know.bound(binding, at))
    if know.may_be_set_outside(node.file, str(node.value)) and _is_of_module(bindings[0]):
        parts += know.set_on_module(node.file, str(node.value))
    return know.union(parts, node)


def _surely_bound(know: Know, use: Node, bindings: list[Node], frame: Frame | None) -> int:
    """The last binding that a frame surely comes by, though tests stand around it; 0 if there is none."""
    at = know.frame_of(use.scope, frame)
    for binding in sorted(bindings, key=lambda one: one.index, reverse=True):
        above = binding.parent
        is_plain = binding.kind == "NameStore" and above is not None and above.kind in ("Assign", "AnnAssign")
        is_earlier = is_plain and binding.scope == use.scope and is_before(binding, use)
        if is_earlier and _is_come_by(know, binding, use, at):
            return binding.index
    return 0


def _is_come_by(know: Know, binding: Node, use: Node, frame: Frame | None) -> bool:
    """Whether the tests around a binding, up to what stands around a use as well, all lead to it."""
    if next(shared_loops(binding, use), None) is not None:
        return False
    below = binding.statement
    for above in below.ancestors():
        if use.inside(above):
            return True
        test = above.child("test") if above.kind == "If" else None
        if test is None or (below.field != "body") in know.outcomes(test, frame):
            return False
        below = above
    return False


def _is_of_module(binding: Node) -> bool:
    return _function_of(binding).kind == "Module"


def unbound(know: Know, node: Node) -> Values:
    name = str(node.value)
    if name == "__name__":
        return frozenset((constant("__main__", node, ()), opened("computed", node)))
    if hasattr(builtins, name) or know.is_written(node.file):
        return frozenset((Value("library", node, None, name),))
    return know.starred(node.file, name, node) or an_open("not read", node)


def binding_frames(know: Know, use: Node, binding: Node, frame: Frame | None) -> Iterator[Frame | None]:
    """The frames in which a binding is made that a use in a frame sees."""
    scope = _function_of(binding)
    around = frame
    while around is not None and around.function is not scope:
        around = around.closure
    if around is not None or scope.kind == "Module":
        yield know.frames.outside(around, _other_turns(use, binding, around))
    elif _is_inside(scope, use):
        yield know.frames.any(scope)
    else:
        yield from _written_by_others(know, scope, frame)


def _function_of(binding: Node) -> Node:
    scope = (binding.parent or binding).scope if binding.kind == "alias" else binding.scope
    return activated(scope)


def _is_inside(scope: Node, use: Node) -> bool:
    return use.inside(scope)


def _written_by_others(know: Know, scope: Node, frame: Frame | None) -> Iterator[Frame | None]:
    """A `global` or `nonlocal` name is bound by another function: in the frames of its calls."""
    for entered in know.entered(scope):
        closure = entered.closure if entered is not None else None
        while closure is not None and frame is not None and closure.function is not frame.function:
            closure = closure.closure
        if entered is None or closure is None or frame is None:
            yield entered
        else:
            yield _seen_from(know, entered, frame)


def _seen_from(know: Know, entered: Frame, frame: Frame) -> Frame:
    """The frame of a function inside of a frame, which calls it."""
    sites = tuple(
        site._replace(frame=frame)
        if site.frame is not None and site.frame.function is frame.function
        else site
        for site in entered.sites
    )
    return know.frames.enter(entered.function, sites, entered.receiver, frame)


def _other_turns(use: Node, binding: Node, frame: Frame | None) -> list[Node]:
    """The loops of which a binding may have been made in another turn than the use."""
    if frame is None or not frame.rows or comprehension_of(binding) is not None:
        return []
    if is_before(binding, use) and dominates(binding, use):
        return []
    return list(shared_loops(binding, use))


def is_reached(know: Know, node: Node, frame: Frame | None) -> bool:
    """Whether the tests around a statement may let a frame come to it."""
    below = node.statement
    for above in below.ancestors():
        if below.is_statement and any(False not in know.outcomes(t, frame) for t in know.exits(below)):
            return False
        if above.kind in FUNCTIONS or above.kind in ("ClassDef", "Module"):
            return True
        if above.kind == "If" and below.field in ("body", "orelse"):
            test = above.child("test")
            if test is not None and (below.field == "body") not in know.outcomes(test, frame):
                return False
        if above.kind == "match_case" and not match_cases.matches(know, above, frame):
            return False
        if above.is_statement or above.kind in ("ExceptHandler", "match_case"):
            below = above
    return True


def outcomes(know: Know, test: Node, frame: Frame | None) -> frozenset[bool]:
    """How a test may come out in a frame; nothing while nothing gets to it, both if it leads too far."""
    if not know.worth.of(test):
        return frozenset((True, False))
    return frozenset(b for value in know.value(test, frame) for b in truth(know, value))
