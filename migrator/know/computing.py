"""Values that are computed of constants: operators, comparisons, texts, and what counts as true."""

from __future__ import annotations

import operator
from itertools import product
from typing import TYPE_CHECKING, Any

from migrator.know import classes
from migrator.know.values import MAX_TEXT, NOTHING, an_open, bounded, constant, opened

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from migrator.know.evaluator import Evaluator as Know
    from migrator.know.values import Frame, Value, Values
    from migrator.read.nodes import Node

MAX_PAIRS = 64
"""Combinations of operands that are computed."""
_HUGE = 10**12
BOTH, TRUE, FALSE = frozenset((True, False)), frozenset((True,)), frozenset((False,))


def computed(
    node: Node, frame: Frame | None, operands: Sequence[Values], function: Callable[..., Any]
) -> Values:
    """A function of constants, for each combination of them; what is open stays open."""
    if not all(operands):
        return NOTHING
    plain = [[v for v in values if v.kind == "constant"] for values in operands]
    found: set[Value] = set()
    if any(len(c) < len(v) for c, v in zip(plain, operands, strict=True)):
        found.add(opened("computed", node))
    count = 1
    for values in plain:
        count *= len(values)
    if count > MAX_PAIRS:
        return an_open("too many", node)
    found.update(_result(node, frame, values, function) for values in product(*plain))
    return bounded(found, node)


def _result(
    node: Node, frame: Frame | None, values: tuple[Value, ...], function: Callable[..., Any]
) -> Value:
    own = node, frame
    made = frozenset((own,)).union(*(value.made for value in values))
    if any(own in value.made for value in values):
        return opened("computed", node)
    parts = tuple(dict.fromkeys(part for value in values for part in value.more))
    try:
        result = function(*(value.constant for value in values))
    except Exception:
        return opened("computed", node)
    if not _is_small(result):
        return opened("computed", node)
    return constant(result, node, parts, made)


def _is_small(result: Any) -> bool:  # noqa: ANN401
    if isinstance(result, (str, bytes)):
        return len(result) <= MAX_TEXT
    if isinstance(result, tuple):
        return len(result) <= MAX_TEXT and all(map(_is_small, result))
    if isinstance(result, float):
        return result == result  # noqa: PLR0124 (what is no number equals nothing)
    return result is None or (isinstance(result, (bool, int, complex)) and abs(result) < _HUGE**2)


def _modulo(left: Any, right: Any) -> Any:  # noqa: ANN401
    if isinstance(left, (str, bytes)) and str(left).count("%") > 9:
        raise ValueError
    if isinstance(left, str) and any(c.isdigit() or c == "*" for c in left[left.find("%") :]):
        raise ValueError
    return left % right


def _times(left: Any, right: Any) -> Any:  # noqa: ANN401
    if all(isinstance(v, (int, float)) and abs(v) < _HUGE for v in (left, right)):
        return left * right
    text, count = (left, right) if isinstance(right, int) else (right, left)
    if isinstance(text, (str, bytes)) and isinstance(count, int) and count * len(text) <= MAX_TEXT:
        return text * count
    raise ValueError


def _power(left: Any, right: Any) -> Any:  # noqa: ANN401
    if not (abs(left) < 1000 and abs(right) < 30):
        raise ValueError
    return left**right


def _shifted(left: Any, right: Any) -> Any:  # noqa: ANN401
    if not (abs(left) < _HUGE and 0 <= right < 40):
        raise ValueError
    return left << right


BINARY: dict[Any, Callable[[Any, Any], Any]] = {
    "Add": operator.add,
    "Sub": operator.sub,
    "Mult": _times,
    "FloorDiv": operator.floordiv,
    "Div": operator.truediv,
    "Mod": _modulo,
    "Pow": _power,
    "LShift": _shifted,
    "RShift": operator.rshift,
    "BitOr": operator.or_,
    "BitAnd": operator.and_,
    "BitXor": operator.xor,
}
UNARY: dict[Any, Callable[[Any], Any]] = {
    "USub": operator.neg,
    "UAdd": operator.pos,
    "Invert": operator.invert,
}
_ORDER: dict[str, Callable[[Any, Any], Any]] = {
    "Lt": operator.lt,
    "LtE": operator.le,
    "Gt": operator.gt,
    "GtE": operator.ge,
}


# -- truth -----------------------------------------------------------------------------------------


def truth(know: Know, value: Value) -> frozenset[bool]:
    """Whether a value counts as true; both where that is not known."""
    if value.kind == "constant":
        return frozenset((bool(value.constant),))
    if value.kind == "open":
        return BOTH
    if value.kind == "library":
        return TRUE if is_made(value) or _is_definition(value) else BOTH
    if value.kind in ("mapping", "sequence"):
        return know.filled(value)
    if value.kind == "instance":
        return _own_truth(know, value)
    return TRUE


def _own_truth(know: Know, value: Value) -> frozenset[bool]:
    if any(know.resolved(value.data, name) for name in ("__bool__", "__len__", "__getattr__")):
        return BOTH
    inner = know.container(value)
    if inner is not None:
        return know.filled(inner)
    return BOTH if know.is_plain(value) else TRUE


def _is_definition(value: Value) -> bool:
    """Whether something of a library is a module or a class, by how it is imported and spelled."""
    path = str(value.data)
    if "()" in path or path[:1] == "_":
        return False
    last = path.rpartition(".")[2]
    is_module = last == path or (value.node.kind == "alias" and path == value.node.value[0])
    return is_module or (last[:1].isupper() and not last.isupper())


def is_made(value: Value) -> bool:
    """Whether something of a library is an object that was made by calling a class."""
    path = str(value.data)
    return path.endswith("()") and path[:-2].rpartition(".")[2][:1].isupper()


# -- comparisons -----------------------------------------------------------------------------------


def compare(know: Know, node: Node, frame: Frame | None) -> Values:
    """`a == b`, `a in b`, `a < b < c`, …"""
    operands = [node.first, *node.all("comparators")]
    values = [know.plain(know.value(operand, frame)) for operand in operands]
    if not all(values):
        return NOTHING
    if len(operands) != 2 or len(values[0]) * len(values[1]) > MAX_PAIRS:
        return booleans(node, BOTH)
    found: set[bool] = set()
    for left, right in product(*values):
        found |= _compared(know, node.value[0], left, right)
    return booleans(node, frozenset(found))


def booleans(node: Node, outcomes: frozenset[bool]) -> Values:
    """Truth values as constants."""
    return frozenset(constant(outcome, node, ()) for outcome in outcomes)


def _compared(know: Know, name: str, left: Value, right: Value) -> frozenset[bool]:
    """How two values compare."""
    if name in ("In", "NotIn"):
        found = contains(know, left, right)
        return frozenset(not b for b in found) if name == "NotIn" else found
    if name in ("Is", "IsNot", "Eq", "NotEq"):
        same = _same(know, left, right, is_identity=name.startswith("Is"))
        return frozenset(b != (name in ("IsNot", "NotEq")) for b in same)
    if left.kind == right.kind == "constant":
        try:
            return frozenset((bool(_ORDER[name](left.constant, right.constant)),))
        except Exception:
            return BOTH
    return BOTH


def _same(know: Know, left: Value, right: Value, *, is_identity: bool) -> frozenset[bool]:
    if left.kind == right.kind == "constant":
        if is_identity and not (_is_single(left) or _is_single(right)):
            return BOTH if left.constant == right.constant else FALSE
        return frozenset((left.constant == right.constant,))
    if left.kind in _ANYTHING or right.kind in _ANYTHING:
        return BOTH
    if "library" in (left.kind, right.kind):
        return _same_of_library(left, right)
    if know.is_member(left) and know.is_member(right) and (is_identity or not _defines_equality(know, left)):
        return is_same(know, left, right)
    if not is_identity and "instance" in (left.kind, right.kind):
        return _same_objects(know, left, right)
    if left.kind != right.kind:
        return FALSE
    if left.kind == "instance" and left != right and left.node.kind != "Call" != right.node.kind:
        return FALSE if left.node is not right.node else BOTH
    return BOTH


_ANYTHING = ("open", "encoded")


def _is_single(value: Value) -> bool:
    return value.constant is None or isinstance(value.constant, bool) or value.constant is Ellipsis


def _same_of_library(left: Value, right: Value) -> frozenset[bool]:
    none = [v for v in (left, right) if v.kind == "constant" and v.constant is None]
    if none:
        other = right if none[0] is left else left
        return FALSE if other.kind == "library" and is_made(other) else BOTH
    return BOTH


def _defines_equality(know: Know, value: Value) -> bool:
    """Whether the class of an object says which others it equals."""
    return bool(know.resolved(value.data, "__eq__")) or classes.is_record(know, value.data)


def _same_objects(know: Know, left: Value, right: Value) -> frozenset[bool]:
    """Equality where an object is on one side: its class may define it."""
    for value in (left, right):
        if value.kind == "instance" and _defines_equality(know, value):
            return BOTH
        if value.kind == "instance" and (know.is_plain(value) or know.container(value) is not None):
            return BOTH
    return BOTH if left.kind == right.kind else FALSE


def contains(know: Know, item: Value, container: Value) -> frozenset[bool]:
    """Whether a container may hold a value."""
    if container.kind == "constant" and item.kind == "constant":
        try:
            return frozenset((item.constant in container.constant,))
        except TypeError:
            return BOTH
    inner = know.container(container) if container.kind == "instance" else container
    if inner is None or inner.kind not in ("sequence", "mapping"):
        return BOTH
    if item.kind != "constant" and (inner.kind == "mapping" or not know.is_member(item)):
        return BOTH
    if inner.kind == "mapping":
        return know.holds_key(inner, item.constant)
    return _among(know, item, inner)


def _among(know: Know, item: Value, container: Value) -> frozenset[bool]:
    """Whether a sequence holds a constant or a member: surely, if it stands in a place of its own."""
    found: set[bool] = set()
    is_sure = False
    for entry in know.elements(container):
        given = know.plain(know.held(entry))
        same = [is_same(know, item, v) for v in given]
        found |= {True for one in same if True in one}
        is_sure = is_sure or (bool(same) and all(one == TRUE for one in same) and entry.form == "entry")
    if not is_sure or know.shrinks(container):
        found.add(False)
    return frozenset(found)


def is_same(know: Know, item: Value, other: Value) -> frozenset[bool]:
    """Whether an element is a constant, or an enumeration's member."""
    if other.kind in ("mapping", "sequence"):
        return FALSE
    if item.kind == other.kind == "constant":
        return frozenset((item.constant == other.constant,))
    if item.kind == other.kind == "instance" and know.is_member(other):
        values = [know.member(v, "value", v.node, v.frame) for v in (item, other)]
        if (item.data, item.node) == (other.data, other.node):
            return TRUE
        return BOTH if {v.data for v in values[0]} & {v.data for v in values[1]} else FALSE
    return FALSE if other.kind == "constant" and item.kind == "instance" else BOTH


def either(know: Know, node: Node, frame: Frame | None) -> Values:
    """`a or b`: what stops at the first that is true (`and`: false)."""
    stops, parts = node.value == "Or", []
    operands = node.all("values")
    for operand in operands[:-1]:
        values = know.value(operand, frame)
        parts.append(frozenset(v for v in values if stops in truth(know, v)))
        if not any((not stops) in truth(know, v) for v in values):
            return know.union(parts, node)
    parts.append(know.value(operands[-1], frame))
    return know.union(parts, node)
