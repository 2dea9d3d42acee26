"""`isinstance`, `type` and the classes that functions make."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.know.computing import BOTH, FALSE, TRUE, booleans
from migrator.know.values import NOTHING, Value

if TYPE_CHECKING:
    from migrator.know.library.call import Call
    from migrator.know.values import Values


_SCALARS = frozenset({"str", "int", "float", "bool", "bytes"})


_KINDS = {
    "mapping": ("dict", "Mapping", "MutableMapping"),
    "sequence": ("list", "tuple", "set", "Sequence", "Iterable"),
}


def is_instance(call: Call) -> Values:
    """`isinstance(x, kinds)`."""
    kinds = frozenset(v for given in call.at(1) for v in _kinds(call, given))
    found: set[bool] = set()
    for value in call.at(0):
        outcomes = [_is_of(call, value, kind) for kind in kinds]
        found |= BOTH if any(o == BOTH for o in outcomes) else TRUE if TRUE in outcomes else FALSE
    return booleans(call.node, frozenset(found)) if kinds else NOTHING


def _kinds(call: Call, given: Value) -> list[Value]:
    if given.kind != "sequence":
        return [given]
    return [v for e in call.know.elements(given) for v in call.know.held(e)]


def _is_of(call: Call, value: Value, kind: Value) -> frozenset[bool]:
    if kind.kind == "class":
        if value.kind == "instance":
            return TRUE if kind.node in call.know.mro(value.data) else _unless_known(call, value)
        return FALSE if value.kind in ("constant", "function", "class") else BOTH
    if kind.kind != "library":
        return BOTH
    name = str(kind.data).rpartition(".")[2]
    if value.kind == "constant":
        own = value.data[0]
        return (
            TRUE
            if name in (own, "object") or (own, name) == ("bool", "int")
            else FALSE
            if name in _NAMES
            else BOTH
        )
    if value.kind in _KINDS:
        return (
            FALSE
            if name in _SCALARS or (value.kind == "sequence" and name in _KINDS["mapping"])
            else _of_kind(value, name)
        )
    if value.kind == "instance":
        bases = {str(b).rpartition(".")[2] for b in call.know.mro(value.data)}
        return TRUE if name in bases else BOTH
    return BOTH


_NAMES = _SCALARS | {"dict", "list", "tuple", "set", "Mapping", "BaseModel", "Path"}


def _of_kind(value: Value, name: str) -> frozenset[bool]:
    if value.kind == "mapping":
        return TRUE if name in _KINDS["mapping"] else FALSE if name in ("list", "tuple", "set") else BOTH
    own = {"list": "list", "tuple": "tuple", "set": "set"}.get(str(value.data))
    return (TRUE if name == own else FALSE) if own and name in ("list", "tuple", "set") else BOTH


def _unless_known(call: Call, value: Value) -> frozenset[bool]:
    return BOTH if not value.more else FALSE


def type_of(call: Call) -> Values:
    """`type(x)`; `type(name, bases, names)` is a new class."""
    if call.has(2):
        return frozenset((Value("class", call.node, call.frame),))
    found: set[Value] = set()
    for value in call.at(0):
        if value.kind == "instance":
            found.add(Value("class", value.data, call.know.frames.of(value.data)))
        elif value.kind == "constant":
            found.add(Value("library", call.node, None, value.data[0]))
        else:
            found |= call.open("computed")
    return frozenset(found)


def made_class(call: Call) -> Values:
    """`namedtuple("T", "a b")`, `make_dataclass(…)`, `create_model(…)`: a class with these fields."""
    return frozenset((Value("class", call.node, call.frame),))
