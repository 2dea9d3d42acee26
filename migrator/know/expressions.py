"""What each kind of expression may be."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any

from migrator.know.frames import Site
from migrator.know.values import MAX_TEXT, NOTHING, Value, bounded, constant, opened

if TYPE_CHECKING:
    from collections.abc import Callable

    from migrator.know.asking import Know
    from migrator.know.frames import Frame
    from migrator.know.values import Values
    from migrator.read.nodes import Node

MAX_PAIRS = 64
"""Combinations of operands that are computed."""


def expression(know: Know, node: Node, frame: Frame | None) -> Values:
    """The values of an expression of any kind."""
    return _RULES.get(node.kind, _unknown)(know, node, frame)


def _unknown(know: Know, node: Node, frame: Frame | None) -> Values:
    return frozenset((opened("computed", node),))


def _constant(know: Know, node: Node, frame: Frame | None) -> Values:
    return frozenset((constant(node.value, node),))


def _name(know: Know, node: Node, frame: Frame | None) -> Values:
    bindings = know.bindings(node)
    if not bindings:
        return frozenset((Value("library", node, None, str(node.value)),))
    frames = [know.frame_of(_scope(binding), frame) for binding in bindings]
    if len(bindings) == 1:
        return know.bound(bindings[0], frames[0])
    pairs = zip(bindings, frames, strict=True)
    return know.union((know.bound(b, f) for b, f in pairs if is_reached(know, b, f)), node)


def _scope(binding: Node) -> Node:
    return binding.scope if binding.kind != "alias" else (binding.parent or binding).scope


def is_reached(know: Know, node: Node, frame: Frame | None) -> bool:
    """Whether the tests around a statement may let a frame come to it."""
    below = node.statement
    for above in below.ancestors():
        if below.is_statement and any(False not in know.outcomes(t, frame) for t in know.exits(below)):
            return False
        if above.kind in ("FunctionDef", "AsyncFunctionDef", "Lambda", "ClassDef", "Module"):
            return True
        if above.kind == "If" and below.field in ("body", "orelse"):
            test = above.child("test")
            if test is not None and (below.field == "body") not in know.outcomes(test, frame):
                return False
        if above.is_statement or above.kind in ("ExceptHandler", "match_case"):
            below = above
    return True


def _condition(know: Know, node: Node, frame: Frame | None) -> Values:
    test, body, orelse = node.child("test"), node.child("body"), node.child("orelse")
    assert test is not None
    found = know.outcomes(test, frame)
    parts = [know.value(body, frame)] if True in found else []
    parts += [know.value(orelse, frame)] if False in found else []
    return know.union(parts, node)


def _either(know: Know, node: Node, frame: Frame | None) -> Values:
    """`a or b`: what stops at the first that is true (`and`: false)."""
    stops, parts = node.value == "Or", []
    operands = node.all("values")
    for operand in operands[:-1]:
        values = know.value(operand, frame)
        parts.append(frozenset(v for v in values if stops in truth(know, v)))
        if values and all(truth(know, v) == {stops} for v in values):
            return know.union(parts, node)
        if not values:
            return know.union(parts, node)
    parts.append(know.value(operands[-1], frame))
    return know.union(parts, node)


def truth(know: Know, value: Value) -> frozenset[bool]:
    """Whether a value counts as true; both where that is not known."""
    if value.kind == "constant":
        return frozenset((bool(value.constant),))
    if value.kind in ("open", "encoded") or (value.kind == "instance"):
        return _BOTH if value.kind == "open" else _TRUE
    if value.kind == "library":
        return _TRUE if not value.data.endswith("()") or value.data[:1].isupper() else _BOTH
    if value.kind in ("mapping", "sequence"):
        held = know.entries(value) if value.kind == "mapping" else know.elements(value)
        sure = any(entry.form in ("entry", "keyword") and entry.key is not None for entry in held)
        return _TRUE if sure else _BOTH
    return _TRUE


_BOTH, _TRUE = frozenset((True, False)), frozenset((True,))


def outcomes(know: Know, test: Node, frame: Frame | None) -> frozenset[bool]:
    """How a test may come out in a frame; nothing while nothing gets to it."""
    return frozenset(b for value in know.value(test, frame) for b in truth(know, value))


def _inner(know: Know, node: Node, frame: Frame | None) -> Values:
    value = node.child("value")
    return know.value(value, frame)


def _display(know: Know, node: Node, frame: Frame | None) -> Values:
    return frozenset((Value("sequence", node, frame, node.kind.lower()),))


def _mapping(know: Know, node: Node, frame: Frame | None) -> Values:
    return frozenset((Value("mapping", node, frame, "display"),))


def _comprehension(know: Know, node: Node, frame: Frame | None) -> Values:
    kind = "mapping" if node.kind == "DictComp" else "sequence"
    return frozenset((Value(kind, node, frame, "comprehension"),))  # type: ignore[arg-type]


def _lambda(know: Know, node: Node, frame: Frame | None) -> Values:
    return frozenset((Value("function", node, frame),))


# -- computed ------------------------------------------------------------------------------------


def _binary(know: Know, node: Node, frame: Frame | None) -> Values:
    left, right = node.child("left"), node.child("right")
    if node.value == "BitOr":
        return _united(know, node, frame, know.value(left, frame), know.value(right, frame))
    return computed(know, node, [know.value(left, frame), know.value(right, frame)], _BINARY.get(node.value))


def _united(know: Know, node: Node, frame: Frame | None, left: Values, right: Values) -> Values:
    """`a | b`: a mapping of both; of types, either."""
    if any(v.kind == "mapping" for v in (*left, *right)):
        return frozenset((Value("mapping", node, frame, "union"),))
    if any(v.kind == "open" for v in (*left, *right)):
        return frozenset((Value("mapping", node, frame, "union"), opened("computed", node)))
    return left | right


def computed(know: Know, node: Node, operands: list[Values], function: Callable[..., Any] | None) -> Values:
    """A function of constants, for each combination of them; what is open stays open."""
    if function is None:
        return frozenset((opened("computed", node),)) if all(operands) else NOTHING
    found: set[Value] = set()
    plain = [[v for v in values if v.kind == "constant"] for values in operands]
    lists = [[v for v in values if v.kind in ("sequence", "mapping")] for values in operands]
    if any(len(c) < len(v) for c, v in zip(plain, operands, strict=True)) and all(operands):
        if any(lists) and function is _BINARY["Add"]:
            found.add(Value("sequence", node, None, "sum", tuple(v for values in lists for v in values)))
        found.add(opened("computed", node))
    if _pairs(plain) > MAX_PAIRS:
        return frozenset((opened("too many", node),))
    for values in product(*plain):
        found.add(_result(node, values, function))
    return bounded(found, node)


def _pairs(operands: list[list[Value]]) -> int:
    count = 1
    for values in operands:
        count *= len(values)
    return count


def _result(node: Node, values: tuple[Value, ...], function: Callable[..., Any]) -> Value:
    parts = tuple(dict.fromkeys(part for value in values for part in value.more))
    try:
        result = function(*(value.constant for value in values))
    except Exception:
        return opened("computed", node)
    if isinstance(result, str) and len(result) > MAX_TEXT:
        return opened("too many", node)
    return constant(result, node, parts)


def _modulo(left: Any, right: Any) -> Any:  # noqa: ANN401
    if isinstance(left, str) and ("%s" not in left or len(left) > MAX_TEXT):
        raise ValueError
    return left % right


def _times(left: Any, right: Any) -> Any:  # noqa: ANN401
    if not all(isinstance(v, (int, float)) and abs(v) < 1e12 for v in (left, right)):
        raise ValueError
    return left * right


_BINARY: dict[Any, Callable[..., Any]] = {
    "Add": lambda a, b: a + b,
    "Sub": lambda a, b: a - b,
    "Mult": _times,
    "FloorDiv": lambda a, b: a // b,
    "Div": lambda a, b: a / b,
    "Mod": _modulo,
}


def _unary(know: Know, node: Node, frame: Frame | None) -> Values:
    operand = node.child("operand")
    assert operand is not None
    if node.value == "Not":
        return frozenset(constant(not b, node, ()) for b in know.outcomes(operand, frame))
    function = {"USub": lambda a: -a, "UAdd": lambda a: +a}.get(node.value)
    return computed(know, node, [know.value(operand, frame)], function)


def _joined(know: Know, node: Node, frame: Frame | None) -> Values:
    pieces = [_piece(know, child, frame) for child in node.all("values")]
    return computed(know, node, pieces, lambda *texts: "".join(map(str, texts)))


def _piece(know: Know, child: Node, frame: Frame | None) -> Values:
    return know.value(child if child.kind == "Constant" else child.child("value"), frame)


def _compare(know: Know, node: Node, frame: Frame | None) -> Values:
    operands = [node.first, *node.all("comparators")]
    values = [know.value(operand, frame) for operand in operands]
    if len(operands) != 2:
        return _unsure(node) if all(values) else NOTHING
    found: set[Value] = set()
    if len(values[0]) * len(values[1]) > MAX_PAIRS:
        return _unsure(node)
    for left, right in product(*values):
        for outcome in _compared(know, node.value[0], left, right):
            found.add(constant(outcome, node, ()))
    return frozenset(found)


def _unsure(node: Node) -> Values:
    return frozenset((constant(True, node, ()), constant(False, node, ())))


def _compared(know: Know, operator: str, left: Value, right: Value) -> frozenset[bool]:
    """How two values compare."""
    if operator in ("In", "NotIn"):
        found = _contains(know, left, right)
        return frozenset(not b for b in found) if operator == "NotIn" else found
    if operator in ("Is", "IsNot", "Eq", "NotEq"):
        same = _same(left, right)
        return frozenset(b != (operator in ("IsNot", "NotEq")) for b in same)
    if left.kind == right.kind == "constant":
        try:
            return frozenset((bool(_ORDER[operator](left.constant, right.constant)),))
        except Exception:
            return _BOTH
    return _BOTH


_ORDER: dict[str, Callable[[Any, Any], Any]] = {
    "Lt": lambda a, b: a < b,
    "LtE": lambda a, b: a <= b,
    "Gt": lambda a, b: a > b,
    "GtE": lambda a, b: a >= b,
}


def _same(left: Value, right: Value) -> frozenset[bool]:
    if left.kind == right.kind == "constant":
        return frozenset((left.constant == right.constant,))
    if "open" in (left.kind, right.kind) or "library" in (left.kind, right.kind):
        none = [v for v in (left, right) if v.kind == "constant" and v.constant is None]
        other = right if none and none[0] is left else left
        if none and other.kind == "library" and other.data[:1] and other.data.endswith("()"):
            return frozenset((False,)) if other.data.rpartition(".")[2][:1].isupper() else _BOTH
        return _BOTH
    if left.kind != right.kind:
        return frozenset((False,))
    return _BOTH


def _contains(know: Know, item: Value, container: Value) -> frozenset[bool]:
    if container.kind == "constant" and item.kind == "constant":
        try:
            return frozenset((item.constant in container.constant,))
        except TypeError:
            return _BOTH
    if container.kind not in ("sequence", "mapping") or item.kind != "constant":
        return _BOTH
    if container.kind == "mapping":
        keys = {entry.key for entry in know.entries(container)}
        found = {False} if item.constant not in keys and None not in keys else {True, False}
        sure = [e for e in know.entries(container) if e.form in ("entry", "keyword")]
        if any(e.key == item.constant for e in sure) and container.data in ("display", "dict()"):
            found = {True}
        return frozenset(found)
    return _among(know, item, container)


def _among(know: Know, item: Value, container: Value) -> frozenset[bool]:
    elements = know.elements(container)
    values = [value for entry in elements for value in know.given(entry)]
    if any(v.kind == "constant" and v.constant == item.constant for v in values):
        return _TRUE if all(len(know.given(e)) == 1 for e in elements) else _BOTH
    return frozenset((False,)) if all(v.kind == "constant" for v in values) else _BOTH


def _call(know: Know, node: Node, frame: Frame | None) -> Values:
    sites = (Site(node, frame),)
    found = (know.called(callee, sites, node, frame) for callee in know.value(node.first, frame))
    return know.union(found, node)


def _attribute(know: Know, node: Node, frame: Frame | None) -> Values:
    bases = know.value(node.first, frame)
    return know.union((know.member(base, str(node.value), node, frame) for base in bases), node)


def _subscript(know: Know, node: Node, frame: Frame | None) -> Values:
    key = node.child("slice")
    assert key is not None
    bases = know.value(node.child("value"), frame)
    if key.kind == "Slice":
        return know.union((_sliced(know, node, key, base, frame) for base in bases), node)
    keys = know.value(key, frame)
    return know.union((item(know, base, keys, node) for base in bases), node)


def item(know: Know, base: Value, keys: Values, node: Node) -> Values:
    """What `base[key]` is for any of some keys."""
    if base.kind == "mapping":
        return know.union((know.given(e) for e in know.entries(base) if may_be_key(e.key, keys)), node)
    if base.kind == "sequence":
        return know.union((know.given(e) for e in _at(know, base, keys)), node)
    if base.kind == "constant":
        return computed(know, node, [frozenset((base,)), keys], lambda text, at: text[at])
    if base.kind == "class":
        return know.union((_member_named(know, base, key, node) for key in keys), node) or frozenset((base,))
    if base.kind == "instance":
        return _by_method(know, base, "__getitem__", keys, node)
    if base.kind == "library":
        return _library_item(base, node)
    return frozenset((opened("computed", node),)) if base.kind != "open" else frozenset((base,))


def _member_named(know: Know, cls: Value, key: Value, node: Node) -> Values:
    """`Choice["NAME"]` of an enumeration; `Base[T]` is `Base`."""
    is_enum = any(isinstance(b, str) and b.endswith("Enum") for b in know.mro(cls.node))
    return know.member(cls, key.text, node, None) if is_enum and key.text else frozenset((cls,))


def _library_item(base: Value, node: Node) -> Values:
    if base.data == "os.environ":
        return frozenset((opened("environment", node),))
    if base.data.endswith("()"):
        return frozenset((opened("library result", node),))
    return frozenset((base,))


def _by_method(know: Know, base: Value, name: str, keys: Values, node: Node) -> Values:
    """What an instance's own method gives, called with an argument."""
    found = know.member(base, name, node, None)
    parts = []
    for method in found:
        if method.kind == "function":
            frame = know.frames.enter(method.node, (), method.data, method.frame, (keys,))
            parts.append(know.returned(method, frame))
    return know.union(parts, node) if parts else frozenset((opened("computed", node),))


def _at(know: Know, base: Value, keys: Values) -> list[Any]:
    elements = know.elements(base)
    count = 1 + max((e.key for e in elements if isinstance(e.key, int)), default=-1)
    places = {k.constant + count if k.constant < 0 else k.constant for k in keys if _is_place(k)}
    sure = all(_is_place(k) for k in keys)
    return [e for e in elements if e.key is None or not sure or e.key in places]


def _is_place(key: Value) -> bool:
    return key.kind == "constant" and isinstance(key.constant, int)


def may_be_key(key: Any, keys: Values) -> bool:  # noqa: ANN401
    """Whether an entry's key may be one of some values."""
    if key is None:
        return bool(keys)
    return any(v.kind != "constant" or v.constant == key for v in keys)


def _sliced(know: Know, node: Node, key: Node, base: Value, frame: Frame | None) -> Values:
    if base.kind == "constant":
        bounds = [key.child(field) for field in ("lower", "upper", "step")]
        given = [
            know.value(b, frame) if b is not None else frozenset((constant(None, key, ()),)) for b in bounds
        ]
        return computed(know, node, [frozenset((base,)), *given], lambda t, a, b, c: t[a:b:c])
    if base.kind == "sequence":
        return frozenset((Value("sequence", node, frame, "slice", (base,)),))
    return frozenset((base,)) if base.kind == "open" else frozenset((opened("computed", node),))


_RULES: dict[str, Callable[[Know, Node, Frame | None], Values]] = {
    "Constant": _constant,
    "Name": _name,
    "IfExp": _condition,
    "BoolOp": _either,
    "BinOp": _binary,
    "UnaryOp": _unary,
    "Compare": _compare,
    "JoinedStr": _joined,
    "Await": _inner,
    "NamedExpr": _inner,
    "Starred": _inner,
    "Dict": _mapping,
    "List": _display,
    "Tuple": _display,
    "Set": _display,
    "ListComp": _comprehension,
    "SetComp": _comprehension,
    "GeneratorExp": _comprehension,
    "DictComp": _comprehension,
    "Lambda": _lambda,
    "Call": _call,
    "Attribute": _attribute,
    "Subscript": _subscript,
}
