"""What each kind of expression may be."""

from __future__ import annotations

import builtins
from typing import TYPE_CHECKING

from migrator.know import computing, match_cases
from migrator.know.computing import BINARY, UNARY, booleans, computed, truth
from migrator.know.library import texts
from migrator.know.lookups import item, sliced
from migrator.know.reaching import comprehension_of, dominates, is_before, shared_loops
from migrator.know.values import NOTHING, Site, Value, an_open, constant, given_site, opened
from migrator.read.project import FUNCTIONS, activated

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from migrator.know.evaluator import Evaluator as Know
    from migrator.know.values import Frame, Values
    from migrator.read.nodes import Node

    Rule = Callable[[Know, Node, Frame | None], Values]


def expression(know: Know, node: Node, frame: Frame | None) -> Values:
    """The values of an expression of any kind."""
    return _RULES.get(node.kind, _unknown)(know, node, frame)


def _unknown(know: Know, node: Node, frame: Frame | None) -> Values:
    return an_open("computed", node)


def _constant(know: Know, node: Node, frame: Frame | None) -> Values:
    return frozenset((constant(node.value, node),))


# -- names -----------------------------------------------------------------------------------------


def _name(know: Know, node: Node, frame: Frame | None) -> Values:
    bindings = know.bindings(node)
    return named(know, node, frame) if bindings else _unbound(know, node)


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


def _unbound(know: Know, node: Node) -> Values:
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


# -- conditions ------------------------------------------------------------------------------------


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


def _condition(know: Know, node: Node, frame: Frame | None) -> Values:
    test, body, orelse = node.child("test"), node.child("body"), node.child("orelse")
    assert test is not None
    found = know.outcomes(test, frame)
    parts = [know.value(body, frame)] if True in found else []
    parts += [know.value(orelse, frame)] if False in found else []
    return know.union(parts, node)


def _unary(know: Know, node: Node, frame: Frame | None) -> Values:
    operand = node.child("operand")
    assert operand is not None
    if node.value == "Not":
        return booleans(node, frozenset(not b for b in know.outcomes(operand, frame)))
    return computed(node, frame, [know.plain(know.value(operand, frame))], UNARY[node.value])


def _inner(know: Know, node: Node, frame: Frame | None) -> Values:
    return know.value(node.child("value"), frame)


def _yielded(know: Know, node: Node, frame: Frame | None) -> Values:
    """What `yield` gives back: what is sent, else nothing."""
    if node.kind == "YieldFrom":
        return an_open("computed", node)
    parts = [frozenset((constant(None, node, ()),))]
    for call in know.project.calls("send"):
        arguments = call.all("args")
        if call.first.kind != "Attribute" or len(arguments) != 1:
            continue
        at = know.frames.of(call)
        bases = know.value(call.first.first, at)
        if any(v.kind == "sequence" and v.data == "generator" and v.node is node.scope for v in bases):
            parts.append(know.value(arguments[0], at))
        elif any(v.kind == "open" for v in bases):
            parts.append(an_open("computed", node))
    return know.union(parts, node)


# -- operators -------------------------------------------------------------------------------------


def _binary(know: Know, node: Node, frame: Frame | None) -> Values:
    sides = [know.value(node.child(field), frame) for field in ("left", "right")]
    return operated(know, node, frame, str(node.value), sides)


def operated(know: Know, node: Node, frame: Frame | None, name: str, sides: list[Values]) -> Values:
    """`a + b` and its like: of constants computed, of mappings and sequences one of both, else a method's."""
    left, right = sides
    if not left or not right:
        return NOTHING
    parts: list[Values] = []
    plain = [know.plain(values) for values in sides]
    simple = [frozenset(v for v in values if v.kind in ("constant", "open", "encoded")) for values in plain]
    if all(simple):
        parts.append(computed(node, frame, simple, BINARY.get(name, _refused)))
    if any(v.kind not in ("constant", "open", "encoded") for values in plain for v in values):
        parts += _combined(know, node, frame, name, plain)
    return know.union(parts, node)


def _refused(left: object, right: object) -> object:
    raise ValueError


_UNITING = {"BitOr": "sum", "Add": "sum", "BitXor": "sum", "Mult": "sum", "Sub": "left", "BitAnd": "left"}


def _combined(
    know: Know, node: Node, frame: Frame | None, name: str, sides: list[Values]
) -> Iterator[Values]:
    kinds = {v.kind for values in sides for v in values}
    is_known = False
    if name == "BitOr" and kinds <= {"class", "library", "constant"}:
        yield sides[0] | sides[1]
        return
    if "mapping" in kinds and name == "BitOr":
        is_known = True
        yield frozenset((Value("mapping", node, frame, "union"),))
    if "sequence" in kinds and name in _UNITING:
        is_known = True
        yield frozenset((Value("sequence", node, frame, _UNITING[name]),))
    if "instance" in kinds:
        is_known = True
        yield _by_operator(know, node, frame, name, sides)
    if name == "Mod" and "sequence" in kinds:
        yield texts.percent(know, node, frame, *sides)
    elif not is_known or kinds & {"open", "library"}:
        yield an_open("computed", node)


_OPERATORS = {
    "Add": "add",
    "Sub": "sub",
    "Mult": "mul",
    "Div": "truediv",
    "FloorDiv": "floordiv",
    "Mod": "mod",
    "BitOr": "or",
    "BitAnd": "and",
    "BitXor": "xor",
    "RShift": "rshift",
    "LShift": "lshift",
    "MatMult": "matmul",
    "Pow": "pow",
}


def _by_operator(know: Know, node: Node, frame: Frame | None, name: str, sides: list[Values]) -> Values:
    """What the methods of objects make of an operator."""
    parts = []
    for own, other, prefix in ((sides[0], sides[1], "__"), (sides[1], sides[0], "__r")):
        method = f"{prefix}{_OPERATORS.get(name, '')}__"
        for value in own:
            if value.kind == "instance" and know.resolved(value.data, method):
                site = given_site(node, frame, other)
                for one in know.member(value, method, node, frame):
                    parts.append(know.called(one, (site,), node, frame))
    inner = [know.container(v) for values in sides for v in values if v.kind == "instance"]
    if any(v is not None and v.kind == "mapping" for v in inner) and name == "BitOr":
        parts.append(frozenset((Value("mapping", node, frame, "union"),)))
    return know.union(parts, node) if parts else an_open("computed", node)


def _joined(know: Know, node: Node, frame: Frame | None) -> Values:
    pieces = [_piece(know, child, frame) for child in node.all("values")]
    return computed(node, frame, pieces, lambda *texts: "".join(map(str, texts)))


def _piece(know: Know, child: Node, frame: Frame | None) -> Values:
    if child.kind == "Constant":
        return know.value(child, frame)
    spec, value = child.child("format_spec"), child.child("value")
    if "!r" in child.source or "!a" in child.source:
        return an_open("computed", child) if know.value(value, frame) else NOTHING
    if spec is None:
        return texts.texts(know, know.value(value, frame), child)
    return computed(child, frame, [know.plain(know.value(value, frame)), know.value(spec, frame)], _laid_out)


def _laid_out(value: object, spec: str) -> str:
    if sum(c.isdigit() for c in spec) > 2:
        raise ValueError
    return format(value, spec)


# -- displays --------------------------------------------------------------------------------------


def _sequence(know: Know, node: Node, frame: Frame | None) -> Values:
    return frozenset((Value("sequence", node, frame, node.kind.lower()),))


def _mapping(know: Know, node: Node, frame: Frame | None) -> Values:
    return frozenset((Value("mapping", node, frame, "display"),))


def _comprehension(know: Know, node: Node, frame: Frame | None) -> Values:
    kind = "mapping" if node.kind == "DictComp" else "sequence"
    return frozenset((Value(kind, node, frame, "comprehension"),))  # type: ignore[arg-type]


def _lambda(know: Know, node: Node, frame: Frame | None) -> Values:
    return frozenset((Value("function", node, frame),))


def _definition(know: Know, node: Node, frame: Frame | None) -> Values:
    """A binding in place of a load of its name."""
    return know.bound(node, frame)


# -- parts -----------------------------------------------------------------------------------------


def _call(know: Know, node: Node, frame: Frame | None) -> Values:
    sites = (Site(node, frame),)
    found = (know.called(callee, sites, node, frame) for callee in know.value(node.first, frame))
    return know.union(found, node)


def _attribute(know: Know, node: Node, frame: Frame | None) -> Values:
    bases = know.value(node.first, frame)
    return know.union((know.member(base, str(node.value), node, frame) for base in bases), node)


def _subscript(know: Know, node: Node, frame: Frame | None) -> Values:
    key, base = node.child("slice"), node.child("value")
    assert key is not None
    bases = know.value(base, frame)
    if key.kind == "Slice":
        return know.union((sliced(know, node, key, one, frame) for one in bases), node)
    keys = know.plain(know.value(key, frame))
    return know.union((item(know, one, keys, node, frame) for one in bases), node)


_RULES: dict[str, Rule] = {
    "Constant": _constant,
    "Name": _name,
    "IfExp": _condition,
    "BoolOp": computing.either,
    "BinOp": _binary,
    "UnaryOp": _unary,
    "Compare": computing.compare,
    "JoinedStr": _joined,
    "Await": _inner,
    "NamedExpr": _inner,
    "Starred": _inner,
    "Yield": _yielded,
    "YieldFrom": _yielded,
    "Dict": _mapping,
    "List": _sequence,
    "Tuple": _sequence,
    "Set": _sequence,
    "ListComp": _comprehension,
    "SetComp": _comprehension,
    "GeneratorExp": _comprehension,
    "DictComp": _comprehension,
    "Lambda": _lambda,
    "Call": _call,
    "Attribute": _attribute,
    "Subscript": _subscript,
    "NameStore": _definition,
    "FunctionDef": _definition,
    "AsyncFunctionDef": _definition,
    "ClassDef": _definition,
    "alias": _definition,
    "arg": _definition,
}
