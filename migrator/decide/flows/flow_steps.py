"""Single steps of a value: fields that it fills, targets at its place, methods that pass it on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.decide.flows.flow_uses import ELEMENT, Part
from migrator.read.scopes import last_name

if TYPE_CHECKING:
    from migrator.read.nodes import Node


def is_super(call: Node) -> bool:
    """Whether a call goes to the class above: `super().__init__(…)`."""
    func = call.first
    return func.kind == "Attribute" and func.first.kind == "Call" and last_name(func.first.first) == "super"


def field_name(cls: Node, name: str) -> str:
    """The field that a keyword or a position (`#0`) of a record class's constructor fills."""
    if not name.startswith("#"):
        return name
    fields = [n.child("target") for n in cls.all("body") if n.kind == "AnnAssign"]
    at = int(name[1:])
    target = fields[at] if at < len(fields) else None
    return str(target.value) if target is not None else name


def same_place(node: Node, targets: list[Node]) -> list[Node]:
    """The unpacking target at the place that a literal has in its own row; all of them if it has none."""
    row = node.parent
    if row is None or row.kind not in ("Tuple", "List"):
        return targets[1:] if node.field == "values" and len(targets) == 2 else targets
    elements = row.all("elts")
    return [targets[elements.index(node)]] if len(elements) == len(targets) else targets


def unpacked(node: Node, display: Node) -> list[Node]:
    """The targets that take an element of a display which is unpacked: `self.a, self.b = a, b`."""
    above = display.parent
    if above is None or display.field not in ("value", "elts"):
        return []
    takers = above.all("targets") if display.field == "value" else unpacked(display, above)
    return [target for taker in takers for target in _at_place(display.all("elts").index(node), taker)]


def _at_place(place: int, taker: Node) -> list[Node]:
    targets = taker.all("elts") if taker.kind in ("Tuple", "List") else []
    is_spread = any(one.kind == "Starred" for one in targets[: place + 1])
    return [] if is_spread else targets[place : place + 1]


def key_of(value: Node) -> str:
    """The constant key of a dict display's value; nothing for computed keys."""
    key = value.key
    if key is None:
        return ""
    return str(key.value) if key.kind == "Constant" else last_name(key)


PASSING = frozenset(
    {
        *("getenv", "get", "pop", "setdefault", "getattr", "str", "cast", "partial", "lower", "strip"),
        *("dict", "list", "tuple", "set", "frozenset", "sorted", "iter", "enumerate", "next", "choice"),
        *("Optional", "Field", "field", "Option", "Argument", "deepcopy", "copy"),
    }
)


MUTATORS: dict[str, Part | None] = {
    "update": None,
    "extend": None,
    "append": ELEMENT,
    "add": ELEMENT,
    "insert": ELEMENT,
    "setdefault": None,
}
