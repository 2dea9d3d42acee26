"""Pairs of ids that say one thing: a default and the map it is a row of, rows of two maps, an attribute.

Defaults of one variable of the environment do so too.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from migrator.decide.flows.flow_steps import key_of
from migrator.read.scopes import dotted, enclosing_class

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator

    from migrator.decide.plans import Planner
    from migrator.decide.records import Judged
    from migrator.read.nodes import Node

_ROLES = ("default", "call-argument")
MIN_SHARED = 2
"""Vendors that two maps have in common which say the models of each."""


def join_twins(planner: Planner) -> None:
    """Let twins move together, and alike, or wait together."""
    found: dict[str, list[Judged]] = defaultdict(list)
    for one in planner.judged:
        if one.node is not None and one.verdict.role in _ROLES:
            found[one.occurrence.model].append(one)
    for ones in found.values():
        for first, second in _pairs(planner, ones) if len(ones) > 1 else ():
            _join(planner, first, second)


def _join(planner: Planner, first: Judged, second: Judged) -> None:
    moving = [one for one in (first, second) if one.id in planner.variants]
    if len(moving) == 1:
        other = second if moving[0] is first else first
        detail = f"{other.literal.where} says the same, and stays"
        planner.keep(moving, "must-move-together", detail)
    elif moving:
        planner.groups.join(first.id, second.id)
        if second.id not in planner.forced:
            planner.variants[second.id] = planner.variants[first.id]


def _pairs(planner: Planner, ones: list[Judged]) -> Iterator[tuple[Judged, Judged]]:
    by_node = {one.node: one for one in ones}
    for one in ones:
        for row in _rows_beside(planner, one):
            if row in by_node and by_node[row] is not one:
                yield by_node[row], one
    told: dict[Hashable, Judged] = {}
    for one in ones:
        for name in (_attribute(one.literal), variable_of(planner, one)):
            first = told.setdefault(name, one) if name is not None else one
            if first is not one:
                yield first, one
    named = planner.engine.linked.names
    told_rows = ((one, _row(one.literal), _keys(one.literal)) for one in ones)
    rows = [(one, key, keys) for one, key, keys in told_rows if named("own-vendor", key)]
    for place, (first, key, keys) in enumerate(rows):
        for second, other, others in rows[place + 1 :]:
            if key == other and len(keys & others) >= MIN_SHARED:
                yield first, second


def _rows_beside(planner: Planner, one: Judged) -> Iterator[Node]:
    """The rows of the maps that a record names beside its default."""
    record, linked = one.literal.parent, planner.engine.linked
    if record is None or record.kind != "Dict" or not linked.names("schema-default", key_of(one.literal)):
        return
    for named in record.among("Name", "Attribute"):
        for value in linked.known(named):
            for entry in linked.know.entries(value) if value.kind == "mapping" else ():
                if entry.node is not None:
                    yield entry.node


def _attribute(node: Node) -> Hashable | None:
    """The attribute of an object of its class that an id is assigned to."""
    targets = node.statement.all("targets")
    stores = [one for one in targets if one.kind == "AttributeStore" and dotted(one.first) == "self"]
    return (enclosing_class(node), stores[0].value) if stores else None


def variable_of(planner: Planner, one: Judged) -> Hashable | None:
    """The variable of the environment whose default an id of the program itself is."""
    node, linked = one.literal, planner.engine.linked
    if one.context != "src" or node.parent is None:
        return None
    either = node.parent.all("values") if node.parent.kind == "BoolOp" else []
    read = either[0] if either and either[-1] == node else node.parent
    read = read.parent if read.kind == "keyword" and read.parent is not None else read
    asked = read.all("args") if read.kind == "Call" else []
    paths = {str(value.data) for value in linked.known(read.first)} if asked and asked[0] != node else set()
    if paths.isdisjoint(linked.know.environment):
        return None
    return next((value.text for value in linked.known(asked[0]) if value.text), None)


def _row(node: Node) -> str:
    """The key of the row of a map that an id is, or stands in."""
    display = _display(node)
    row = next((one for one in (node, *node.ancestors()) if one.parent == display), None)
    key = row.key if row is not None else None
    return str(key.value) if key is not None and key.kind == "Constant" else ""


def _keys(node: Node) -> frozenset[str]:
    display = _display(node)
    keys = display.all("keys") if display is not None else []
    return frozenset(str(key.value) for key in keys if key.kind == "Constant")


def _display(node: Node) -> Node | None:
    """The outermost dict display around an id."""
    found = None
    for one in node.ancestors():
        if one.is_statement or one.kind not in ("Dict",):
            return found
        found = one
    return found
