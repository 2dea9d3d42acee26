"""What one place does with a value that is seen there: keeps it, fills it in, says it to a model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.read.scopes import FUNCTIONS

if TYPE_CHECKING:
    from migrator.know.questions import Holder
    from migrator.know.values import Values
    from migrator.read.nodes import Node
    from migrator.rulebook.api_rules import Call

ASKING = ("get", "pop")
_WHOLE = ("items", "values", "copy")


def is_another(held: Holder, parent: Node) -> bool:
    """Whether something else is taken out of what holds it."""
    if held.node.field == "slice":
        return False
    if parent.kind == "SubscriptStore":
        return True
    if not held.path:
        return False
    key = parent.child("slice") if parent.kind == "Subscript" else None
    if parent.kind == "Attribute":
        call = parent.parent
        asked = call.all("args") if call is not None and call.kind == "Call" else []
        if parent.value not in ASKING or not asked:
            return parent.value not in _WHOLE
        key = asked[0]
    is_known = key is not None and key.kind == "Constant"
    return is_known and key is not None and held.path[0] not in (None, key.value)


def is_prompt(held: Holder, call: Node, rule: Call) -> bool:
    """Whether a value stands in what a request says to its model, and is not what says which that is."""
    node, parent = held.node, held.node.parent
    if parent is call:
        return rule.prompt_position is not None and node in call.all("args")[rule.prompt_position :][:1]
    said = parent.value if parent is not None else None
    name = said if said is not None else next(iter(held.path), None)
    return name in rule.prompt


def fills(call: Node) -> bool:
    """Whether a call puts together a text that is written there: `"{}/{}".format(…)`, `"/".join(…)`."""
    func = call.first
    is_text = func.kind == "Attribute" and func.first.kind in ("Constant", "JoinedStr")
    return is_text and func.value in ("format", "join")


def of_libraries(values: Values) -> bool:
    return bool(values) and all(v.kind == "library" for v in values)


def is_raised(call: Node) -> bool:
    """Whether a call makes what is raised."""
    return call.parent is not None and call.parent.kind == "Raise"


def appends(mode: Node) -> bool:
    """Whether a text is the mode of a file that grows."""
    return isinstance(mode.value, str) and mode.value.rstrip("tb+") == "a"


def targets(held: Holder, parent: Node) -> list[Node]:
    """What an assignment puts a value into."""
    found = (*parent.all("targets"), *parent.all("target")) if held.node.field == "value" else ()
    for place in held.path:
        found = tuple(one for target in found for one in parts(target, place))
    return [part for target in found for part in parts(target, None)]


def parts(target: Node, place: object) -> list[Node]:
    """The part of a pattern that a place belongs to; all of it where that is not known."""
    if target.kind not in ("Tuple", "List"):
        return [target]
    parts = target.all("elts")
    is_known = isinstance(place, int) and not any(one.kind == "Starred" for one in parts)
    return parts[place : place + 1] if is_known and isinstance(place, int) else parts


def asks_for_one(held: Holder) -> bool:
    """Whether a container is asked for one thing there, or given one, and not gone through."""
    parent, field = held.node.parent, held.node.field
    if held.path or parent is None:
        return False
    if parent.kind in ("Subscript", "SubscriptStore"):
        return field != "slice"
    if parent.kind == "Attribute":
        return parent.value in (*ASKING, "clear", "setdefault")
    return (parent.kind == "Compare" and field == "comparators") or parent.kind in ("Assign", "AnnAssign")


def is_filled_there(asked: Node, base: Node) -> bool:
    """Whether the function that asks a table for something puts it there itself, under the same key."""
    key = next(iter(asked.all("args")), None) if asked.kind == "Call" else asked.child("slice")
    for store in asked.scope.among("SubscriptStore"):
        stored = store.child("slice")
        is_same = key is not None and stored is not None and stored.source == key.source
        if is_same and store.first.source == base.source:
            return True
    return False


def is_local(held: Holder, parent: Node) -> bool:
    """Whether a name in a function takes it, which then says nothing more of it."""
    if parent.kind in ("For", "AsyncFor", "comprehension"):
        target = parent.child("target")
        stores = (
            [one for one in (target, *target.descendants()) if one.kind.endswith("Store")] if target else []
        )
        is_part = bool(held.path) and held.node.field == "iter"
        return is_part and bool(stores) and all(one.kind == "NameStore" for one in stores)
    taken = targets(held, parent) if parent.kind == "Assign" else []
    in_function = parent.scope.kind in FUNCTIONS
    return in_function and bool(taken) and all(one.kind == "NameStore" for one in taken)


def is_kept(held: Holder, parent: Node) -> bool:
    """Whether callers outside see what it is put into: an attribute, a field, a constructor's parameter."""
    if parent.kind == "arg":
        return parent.parent is not None and parent.parent.value == "__init__"
    is_field = parent.scope.kind == "ClassDef"
    return any(
        (one.kind == "AttributeStore" or is_field) and not str(one.value).startswith("_")
        for one in targets(held, parent)
    )
