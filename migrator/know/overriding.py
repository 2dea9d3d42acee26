"""Which methods a call may mean where nobody sees its object, or who made it: class hierarchy analysis."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.know.parameters import has_receiver
from migrator.know.values import Value

if TYPE_CHECKING:
    from migrator.know.evaluator import Evaluator as Know
    from migrator.read.nodes import Node

MAX_OF_NAME = 40
"""Functions of one name among which a hierarchy of classes is looked for."""
_SHORT = 5
"""Names so short are methods of anybody's objects, unless a call gives them something by a name."""


def may_override(know: Know, method: Node, base: Value) -> bool:
    """Whether an object of a class that is made elsewhere may be of a class below, with this method."""
    is_elsewhere = base.kind == "instance" and base.node is base.data and base.frame is None
    return is_elsewhere and method.scope is not base.data and method.scope in know.below(base.data)


def may_be_meant(know: Know, method: Node, call: Node | None) -> bool:
    """Whether a call of a method's name on what nobody sees may mean it.

    All functions of the name are methods of one hierarchy, and the call gives what this one takes.
    """
    if not _is_of_one_hierarchy(know, method):
        return False
    if gives_by_name(method, call):
        return True
    is_fit = call is None or call.kind != "Call" or _takes(method, call)
    return is_fit and len(str(method.value)) > _SHORT


def gives_by_name(method: Node, call: Node | None) -> bool:
    """Whether a call gives only what a method takes, some of it by a name."""
    return call is not None and call.kind == "Call" and bool(call.all("keywords")) and _takes(method, call)


def may_dispatch(know: Know, method: Node, callee: Value, call: Node) -> bool:
    """Whether a call of something that is not known, or of a method above, may come to a method."""
    if callee.kind == "open":
        return may_be_meant(know, method, call)
    is_bound = (
        callee.kind == "function" and isinstance(callee.data, Value) and callee.node.value == method.value
    )
    return is_bound and may_override(know, method, callee.data)


def called_by(load: Node) -> Node | None:
    """The call of an attribute, if that is what is done with it."""
    parent = load.parent
    return parent if parent is not None and parent.kind == "Call" and load.field == "func" else None


def _is_of_one_hierarchy(know: Know, method: Node) -> bool:
    name = str(method.value)
    number = know.project.functions_by_name.count(name)
    if number == 1:
        return True
    if not 0 < number <= MAX_OF_NAME or method.scope.kind != "ClassDef":
        return False
    own = _classes(know, method.scope)
    others = know.project.functions_by_name[name]
    return all(
        one.scope.kind == "ClassDef" and not own.isdisjoint(_classes(know, one.scope)) for one in others
    )


def _classes(know: Know, cls: Node) -> frozenset[Node]:
    return frozenset(one for one in know.mro(cls) if not isinstance(one, str))


def _takes(method: Node, call: Node) -> bool:
    """Whether a method has a parameter for everything that a call gives."""
    arguments = method.all("args")
    names = {str(one.value) for one in (*arguments, *method.all("kwonlyargs"))}
    given = list(call.all("args"))
    is_spread = any(one.kind == "Starred" for one in given)
    if (
        not is_spread
        and method.child("vararg") is None
        and len(given) > len(arguments) - has_receiver(method)
    ):
        return False
    if method.child("kwarg") is not None:
        return True
    return all(one.value in names for one in call.all("keywords") if one.value is not None)
